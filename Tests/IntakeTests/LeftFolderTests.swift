// SPDX-License-Identifier: Apache-2.0

import Logging
import Synchronization
import SystemPackage
import Testing

@testable import FileIO
@testable import Intake
@testable import Jobs
@testable import Requests
@testable import Spool
@testable import TestSupport

/// Folders of pictures that stay in the inbox, on a real disk.
struct LeftFolderTests {
    @Test func `one that is left alone is looked at again only where its files are others`() async throws {
        try await Scratch.with { scratch in
            let spool = Spool(root: scratch.path)
            try spool.make()
            try scratch.folder("inbox/shop/album")
            try scratch.write([0x78], to: "inbox/shop/album/notes.md")
            let files = FilePool(threads: 1)
            defer { files.shutDown() }
            let backlog = Backlog(limit: 10) { _ in
                5
            } changed: {
            }
            let leftAlone = LeftAloneFiles(log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }) {}
            let queue = SettleQueue(
                spool: spool, files: files, backlog: backlog, leftAlone: leftAlone, holds: Holds {}, quiet: .seconds(1),
                rules: { RequestRules() })
            let origin = Origin(lane: Lane(path: "shop"), file: "album")
            let lane = try origin.lane.open(below: spool.inbox)
            let identity = try PictureFolder(origin.file, in: lane).sight.identity
            leftAlone.say(origin.path, .folder(.noPictures))
            queue.state.withLock { $0.pushed(folder: origin, identity) }
            var slow: [Origin] = []
            queue.look(origin, in: lane, isPatient: true, &slow)
            #expect(queue.names(in: origin.lane) == [])
            try scratch.write([0x78], to: "inbox/shop/album/Thumbs.db")
            queue.look(origin, in: lane, isPatient: true, &slow)
            #expect(queue.names(in: origin.lane) == [])
            try scratch.write(.png(), to: "inbox/shop/album/a.png")
            queue.look(origin, in: lane, isPatient: true, &slow)
            #expect(queue.names(in: origin.lane) == ["album"])
        }
    }
}
