// SPDX-License-Identifier: Apache-2.0

internal import Glibc
package import SystemPackage

/// How a file looked at a moment: another look is the same as long as the file is.
package struct FileLook: Equatable, Sendable {
    private let identity: FileStatus.Identity
    /// Its rights may have changed, too.
    private let changed: Int64

    /// `nil` where there is nothing, or it cannot be looked at. Symbolic links are followed. Blocking.
    package init?(_ path: FilePath) {
        guard let file = try? Kernel.open(path, O_RDONLY | O_NONBLOCK), let status = try? file.status() else {
            return nil
        }
        identity = status.identity
        changed = status.changed
    }
}
