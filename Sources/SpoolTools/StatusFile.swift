// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import FileIO
internal import Glibc
internal import Spool
internal import SpoolState
internal import SystemPackage

/// `status.json`, as a daemon wrote it last. Blocking.
struct StatusFile: Sendable {
    let node: DocumentNode
    /// `nil` where another version has written it.
    let state: SpoolState?
    /// When it was written, by the disk's clock.
    private let written: Int64

    /// `nil` where there is none.
    init?(of spool: Spool) {
        guard let file = try? Kernel.open(spool.statusFile, O_RDONLY | O_NOFOLLOW),
            let bytes = try? file.readAll(limit: 4 << 20, expecting: 64 << 10),
            let node = try? JSONDocumentParser.parse(bytes)
        else { return nil }
        self.node = node
        state = SpoolState(node)
        written = (try? file.status())?.identity.modified ?? 0
    }

    /// What the daemon says that works on the spool now; `nil` where it has not said anything yet, or nothing for so long
    /// that it may not be so any more.
    func state(of daemon: Int, on spool: Spool, at now: Timestamp) -> SpoolState? {
        // In a container each daemon may have the number of the one before. Both times are those of the disk.
        let locked = (try? Kernel.status(of: SpoolLock.path(spool), at: AT_FDCWD))?.identity.modified
        guard let state, state.pid == daemon, written >= locked ?? .max, state.isFresh(at: now) else { return nil }
        return state
    }

    /// What is held and why, a sentence each.
    static func held(in spool: Spool) -> [String] { (StatusFile(of: spool)?.state?.holds ?? []).map(\.why) }

    /// What holds things up, a sentence each. A configuration that was refused holds nothing up.
    static func trouble(in spool: Spool) -> [String] {
        guard var state = StatusFile(of: spool)?.state else { return [] }
        state.troubles.reload = nil
        return state.troubleLines
    }
}
