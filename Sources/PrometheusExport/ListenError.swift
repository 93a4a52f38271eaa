// SPDX-License-Identifier: Apache-2.0

/// An address cannot be listened at.
public struct ListenError: Error, Equatable, Sendable {
    /// The kernel's `errno` of socket(2), bind(2) or listen(2).
    public var code: Int32

    /// What the kernel said.
    public init(code: Int32) {
        self.code = code
    }
}
