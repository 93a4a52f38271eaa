// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// The names of users and groups; the number where there is none.
package struct Accounts: Sendable {
    /// The name of a user.
    package var user: @Sendable (UInt32) -> String
    var group: @Sendable (UInt32) -> String

    /// Those of this machine: `getpwuid_r(3)`, `getgrgid_r(3)`. May ask a directory service, so it blocks.
    package static let system = Accounts(
        user: { id in
            var entry = passwd()
            var found: UnsafeMutablePointer<passwd>?
            var buffer = [CChar](repeating: 0, count: bufferSize)
            guard getpwuid_r(id, &entry, &buffer, buffer.count, &found) == 0, found != nil else { return "user \(id)" }
            return String(cString: entry.pw_name)
        },
        group: { id in
            var entry = Glibc.group()
            var found: UnsafeMutablePointer<Glibc.group>?
            var buffer = [CChar](repeating: 0, count: bufferSize)
            guard getgrgid_r(id, &entry, &buffer, buffer.count, &found) == 0, found != nil else { return "\(id)" }
            return String(cString: entry.gr_name)
        })

    /// A group with thousands of members has a long entry; where it is longer, its number is shown.
    private static let bufferSize = 64 << 10
}
