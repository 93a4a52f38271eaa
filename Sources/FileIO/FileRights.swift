// SPDX-License-Identifier: Apache-2.0

/// Who may do what with a file or a folder.
package struct FileRights: Equatable, Sendable {
    /// The last twelve bits of `st_mode`.
    package var mode: UInt32
    /// A user id.
    package var owner: UInt32
    /// A group id.
    package var group: UInt32
    /// Whether an access list says more than the mode: then the mode's group bits are its mask (`acl(5)`).
    package var hasAccessList: Bool
}
