// SPDX-License-Identifier: Apache-2.0

package import SystemPackage

/// A call that a process makes of the simulated kernel, for whoever decides what becomes of it.
package struct KernelCall {
    package enum Kind: CaseIterable, Sendable {
        case open, openBeneath, duplicate, makeFolder, rename, replace, link, remove, removeFolder, symlink, readSymlink
        case realPath, workingFolder, status, openStatus, askServer, birth, mountPoint, access, mode, mark
        case read, write, truncate, allocate, sync, syncAll, list, next, lock, lease, fileSystem

        /// Whether it may change anything on the disk, or what would outlive a power cut.
        package var changes: Bool {
            switch self {
            case .makeFolder, .rename, .replace, .link, .remove, .removeFolder, .symlink, .mode, .mark, .write,
                .truncate,
                .allocate, .sync, .syncAll:
                true
            // Only where it creates something; see ``KernelCall/changes``.
            case .open: false
            case .openBeneath, .duplicate, .readSymlink, .realPath, .workingFolder, .status, .openStatus, .askServer,
                .birth, .mountPoint, .access, .read, .list, .next, .lock, .lease, .fileSystem:
                false
            }
        }
    }

    /// What becomes of a call.
    package enum Verdict: Sendable {
        case goes
        case fails(Errno)
        /// Reads or writes no more bytes than that.
        case short(Int)
        /// It says that it is done, and nothing is.
        case pretends
        /// The process is killed before it.
        case dies
    }

    package let kind: Kind
    /// How many calls this process has made before.
    package let number: Int
    /// How many of them might have changed something.
    package let change: Int
    /// Whether it might change something.
    package let changes: Bool
    /// Whether it needs room on the disk that nothing has kept for it.
    package let needsRoom: Bool
    let text: UnsafePointer<CChar>?
    let file: Inode?
    let disk: SimulatedDisk

    /// The path as it was given, or that of the descriptor. To be asked while the call is judged, and not later.
    package var path: String { text.map { String(cString: $0) } ?? file.map(disk.path) ?? "" }
}
