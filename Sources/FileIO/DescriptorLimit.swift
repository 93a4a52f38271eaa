// SPDX-License-Identifier: Apache-2.0

internal import CLinux

/// How many descriptors this process may have open: `setrlimit(2)`.
package enum DescriptorLimit {
    /// More than 64 downloads, 256 connections to the API and the file threads ever need.
    private static let enough = 65_536

    /// Raises the limit as far as the system lets it. The usual one of 1,024 is meant for programs that use `select(2)`.
    /// Returns what holds from then on; `nil` where that cannot be asked.
    @discardableResult
    package static func raise() -> Int? {
        let limit = bd_raise_descriptor_limit(UInt(enough))
        return limit < 0 ? nil : Int(limit)
    }
}
