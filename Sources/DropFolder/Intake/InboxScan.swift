// SPDX-License-Identifier: Apache-2.0

internal import SystemPackage

/// Looks through the inbox, or one lane and those below it. Blocking; runs on the ``FilePool``.
struct InboxScan: Sendable {
    let spool: Spool
    let ignored: IgnoredNames
    let backlog: Backlog
    let desk: SettleDesk
    let foreign: ForeignFiles

    /// Hands every request file that it meets to the desk while it goes on reading. Throws where the folder itself
    /// cannot be read; a lane that vanishes meanwhile is no error.
    func run(_ lane: Lane = .root) throws(Errno) {
        let folder = lane.folder(below: spool.inbox)
        // A job's folder that was dragged back is no lane: what it holds may be paid for already.
        if let origin = lane.asJobFolder, try Kernel.exists(folder.appending(Journal.fileName)) {
            return lookUnlessWaiting(origin)
        }
        var listing = try DirectoryListing(folder)
        while let (name, kind) = try listing.next() {
            look(at: name, kind, in: lane)
        }
    }

    private func look(at name: FilePath.Component, _ kind: DirectoryListing.Kind, in lane: Lane) {
        let below = Lane(path: lane.path.appending(name))
        if ignored.matches(name) { return }
        switch kind {
        case .directory: try? run(below)
        case .unknown where Kernel.isDirectory(below.folder(below: spool.inbox)): try? run(below)
        case .regular, .other, .unknown: found(Origin(lane: lane, file: name))
        }
    }

    private func found(_ origin: Origin) {
        guard RequestFileName(origin.file) != nil else { return foreign.say(origin.path, .name) }
        lookUnlessWaiting(origin)
    }

    private func lookUnlessWaiting(_ origin: Origin) {
        if !backlog.contains(origin) { desk.look(at: origin) }
    }
}
