// SPDX-License-Identifier: Apache-2.0

internal import FileIO
internal import Jobs
internal import Requests
internal import Spool
internal import Synchronization
internal import SystemPackage

/// Pictures that are requests by themselves, and the texts beside them.
extension InboxScan {
    /// Whether pictures are requests there; otherwise they are left alone, whatever they were before.
    func sort(
        _ lane: Lane, pictures: [(FilePath.Component, DirectoryListing.Kind)], _ areTaken: Bool, _ known: Known,
        _ effort: Effort, _ found: inout NameList
    ) -> Bool {
        if pictures.isEmpty { return false }
        if areTaken {
            if !known.leftAlone.isEmpty { leftAlone.areRequests(Set(pictures.map(\.0)), in: lane) }
            for (name, _) in pictures { sort(lane, name, known, effort, &found) }
            return true
        }
        let names = Set(pictures.map(\.0))
        backlog.feed.forget(names, in: lane)
        holds.forget(names, in: lane)
        for (name, kind) in pictures {
            // It may have begun to wait, or to be claimed, since this listing began.
            backlog.forget(Origin(lane: lane, file: name))
            leave(name, kind, in: lane)
        }
        // Another scan may have heeded defaults that came meanwhile, before all of it was forgotten here.
        if takesPictures(lane) {
            leftAlone.areRequests(names, in: lane)
            for name in names { settleQueue.look(at: Origin(lane: lane, file: name)) }
        }
        return false
    }

    /// What is said of the text of a picture as long as it waits.
    func sort(_ lane: Lane, _ text: Sidecar, beside folder: borrowing OpenFile) {
        let picture = (try? text.picture(in: folder)) ?? nil
        leftAlone.say(lane.path.appending(text.name), picture.map { .textOf($0) } ?? .textAlone)
    }

    func takesPictures(in lane: Lane) -> Bool {
        let areTaken = takesPictures(lane)
        Self.keep(lane, in: pictureLanes, areTaken)
        return areTaken
    }

    /// Keeps in mind whether a lane is one of those.
    static func keep(_ lane: Lane, in known: borrowing Mutex<Set<Lane>>, _ isOne: Bool) {
        known.withLock { lanes in
            if isOne { lanes.insert(lane) } else { lanes.remove(lane) }
        }
    }

    /// Whether a file of that name, which is none of a request in words, is a request there. Blocking.
    func takes(_ name: FilePath.Component, in lane: Lane) -> Bool {
        guard PictureName.stem(of: name) != nil, takesPictures(in: lane) else { return false }
        leftAlone.areRequests([name], in: lane)
        return true
    }

    /// Whether a file of that name, which is none of a request, is the text of a picture there. Blocking.
    func takes(text name: FilePath.Component, in lane: Lane) -> Bool {
        guard let text = Sidecar(name), takesPictures(in: lane), let folder = try? lane.open(below: spool.inbox) else {
            return false
        }
        // A request in words may be none, which its claim finds out.
        if text.syntax == .text { sort(lane, text, beside: folder) }
        lookBeside(text, in: lane, folder)
        return true
    }

    /// What may be the text of a picture has come, gone or changed there. Blocking.
    func lookBeside(_ name: FilePath.Component, in lane: Lane) {
        guard let text = Sidecar(name), let folder = try? lane.open(below: spool.inbox) else { return }
        lookBeside(text, in: lane, folder)
    }

    private func lookBeside(_ text: Sidecar, in lane: Lane, _ folder: borrowing OpenFile) {
        for picture in (try? text.pictures(in: folder)) ?? [] {
            lookUnlessWaiting(Origin(lane: lane, file: picture), .full)
        }
    }

    /// Whether the pictures of a lane were requests when somebody asked last. Does not block.
    func knowsPictures(in lane: Lane) -> Bool { pictureLanes.withLock { $0.contains(lane) } }
}
