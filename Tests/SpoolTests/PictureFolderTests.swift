// SPDX-License-Identifier: Apache-2.0

import Glibc
import SystemPackage
import Testing

@testable import Documents
@testable import FileIO
@testable import Jobs
@testable import Requests
@testable import Spool
@testable import TestSupport

/// A folder of pictures on a real disk: how it is claimed, split, put together again, and given back.
struct PictureFolderTests {
    /// A spool with a lane for pictures, and a folder in it.
    struct World {
        let scratch: Scratch
        let spool: Spool
        let defaults: LaneDefaults
        let origin = Origin(lane: Samples.acme, file: "album")

        static let album = ["Thumbs.db", "._blue.png", "blue.png", "blue.txt", "notes.md", "red.PNG"]

        init(
            _ scratch: Scratch, _ files: [String] = album,
            lane: String = "pictures: each\nfolders: batch\nprompt: On white.\n"
        ) throws {
            self.scratch = scratch
            spool = Spool(root: scratch.path)
            try spool.make()
            defaults = LaneDefaults(inbox: spool.inbox, quiet: { .zero }, rules: { Self.rules })
            try scratch.folder("inbox/acme/album")
            try scratch.write(Array(lane.utf8), to: "inbox/acme/_defaults.yaml")
            for file in files { try write(file) }
            while !defaults.areSettled(Samples.acme) { usleep(1_000) }
        }

        static var rules: RequestRules {
            var rules = RequestRules()
            rules.sharedLinks = SharedLinks(baseURL: "https://p.q/x")
            return rules
        }

        func write(_ file: String) throws {
            let isPicture = file.lowercased().hasSuffix(".png") && !file.hasPrefix("cut")
            let bytes = isPicture ? [UInt8].png(of: UInt8(file.utf8.count)) : Array("words of \(file)\n".utf8)
            waitForEndOfWriting(try scratch.write(bytes, to: "inbox/acme/album/" + file))
        }

        var reader: RequestReader { RequestReader(rules: Self.rules) }

        func claim(_ reached: @escaping @Sendable (Checkpoint) -> Void = { _ in }) -> Claim {
            Claim(spool: spool, reader: reader, defaults: defaults, orphans: OrphanFolders(), reached: reached)
        }

        func take() throws -> Claim.Outcome {
            let identity = try identity
            return try claim().take(origin, Readiness(identity: identity, at: Samples.start), at: Samples.start)
        }

        var identity: FileStatus.Identity {
            get throws { try PictureFolder(at: spool.inbox.pushing(origin.path), spool.names).sight.identity }
        }

        func claimed() throws -> Claim.Claimed {
            guard case .claimed(let claimed) = try take() else { throw NotTaken() }
            return claimed
        }

        var left: RecoveredJobs { RecoveredJobs(spool: spool, reader: reader, defaults: defaults) }

        /// What a start makes of what is in `processing/`.
        func reopen() throws -> Claim.Claimed? {
            for name in try RecoveredJobs.names(in: spool) {
                if case .job(let claimed, _)? = try left.open(name, now: Samples.later) { return claimed }
            }
            return nil
        }

        func plan(_ claimed: Claim.Claimed) throws -> FolderPlan {
            guard case .success(.batch(let parts, _))? = claimed.content else { throw NotTaken() }
            return FolderPlan(parts.compactMap(\.dropped), content: nil)
        }

        func split(_ claimed: Claim.Claimed, _ reached: @escaping @Sendable (Checkpoint) -> Void = { _ in })
            throws -> FolderSplit
        {
            FolderSplit(
                claimed.folder, of: claimed.job.origin, reader, try defaults.look(at: Samples.acme), at: Samples.start,
                reached: reached)
        }

        func files(in folder: String) throws -> [String] { try scratch.names(in: folder) }
    }

    struct NotTaken: Error {}

    @Test func `it comes as a whole, and its pictures are parts in the order of their names`() async throws {
        try await Scratch.with { scratch in
            let world = try World(scratch)
            let claimed = try world.claimed()
            #expect(try world.files(in: "inbox/acme") == ["_defaults.yaml"])
            let folder = "processing/" + (claimed.folder.path.lastComponent?.string ?? "")
            #expect(try world.files(in: folder + "/originals") == World.album.sorted())
            #expect(claimed.job.origin.isFolder && claimed.job.origin.jobName == "acme/album" && claimed.isNew)
            // Its journal says so, too.
            let replayed = try JournalText(try Journal.read(in: claimed.folder.path)).job
            #expect(replayed?.origin == world.origin && replayed?.origin.isFolder == true)
            guard case .success(.batch(let parts, let passedOver))? = claimed.content else {
                Issue.record("\(String(describing: claimed.content))")
                return
            }
            #expect(parts.map(\.name) == ["blue", "red"] && passedOver.files == ["notes.md"])
            let prompts = try parts.map { try $0.request.get().promptText }
            #expect(prompts == ["On white.\nwords of blue.txt", "On white."])
        }
    }

    struct Left: Sendable {
        var name: String
        var files: [String]
        var lane = "pictures: each\nfolders: batch\nprompt: x\n"
        /// `nil` for a folder that is a lane.
        var reason: LeftAloneReason?
    }

    static let left: [Left] = [
        Left(name: "empty", files: [], reason: .folder(.noPictures)),
        Left(name: "only what others leave", files: ["Thumbs.db", ".DS_Store"], reason: .folder(.noPictures)),
        Left(name: "a result", files: ["a.png", "result.json"], reason: .insideJobFolder),
        Left(name: "a failure", files: ["a.png", "error.txt"], reason: .insideJobFolder),
        Left(name: "a lane by its defaults", files: ["a.png", "_defaults.yaml"], reason: nil),
        Left(name: "no batch", files: ["a.png"], lane: "pictures: each\nprompt: x\n", reason: nil),
        Left(
            name: "two texts", files: ["a.png", "a.txt", "a.json"],
            reason: .folder(.doubtfulText(.init(picture: "a.png", .several("a.json", "a.txt"))))),
    ]

    @Test(arguments: left)
    func `what is no batch stays where it is, with a reason`(item: Left) async throws {
        try await Scratch.with { scratch in
            let world = try World(scratch, item.files, lane: item.lane)
            switch (try world.take(), item.reason) {
            case (.leftAlone(let why), let reason?): #expect(why == reason)
            case (.vanished, nil): break
            case (let outcome, _): Issue.record("\(item.name): \(outcome)")
            }
            #expect(try world.files(in: "inbox/acme/album") == item.files.sorted())
            #expect(try world.files(in: "processing") == [])
        }
    }

    struct Known: Sendable {
        var name: String
        var files: [String]
        /// What lies in the spool already, relative to it.
        var spool: [String] = []
        /// `nil` where it is taken.
        var fault: FolderFault?
    }

    static let known: [Known] = [
        Known(name: "numbered pictures", files: ["album-1.png", "album-2.png"]),
        Known(name: "a picture and its result", files: ["album-1.png", "album.png"], fault: .result("album-1.png")),
        Known(name: "a request and its result", files: ["album-1.png", "album.yaml"], fault: .result("album-1.png")),
        Known(
            name: "a result that was published", files: ["album-1.png"], spool: ["done/acme/album/album-1.png"],
            fault: .copyOfJob("album-1.png", "done/acme/album")),
        Known(
            name: "an original that was published", files: ["x.png"], spool: ["done/acme/album/x.png"],
            fault: .copyOfJob("x.png", "done/acme/album")),
        Known(name: "others than were published", files: ["x.png"], spool: ["done/acme/album/y.png"]),
    ]

    /// A sync client brings it back file by file, and the journal is still to come.
    @Test(arguments: known)
    func `pictures that a job's folder consists of are not paid for once more`(item: Known) async throws {
        try await Scratch.with { scratch in
            let world = try World(scratch, item.files)
            for file in item.spool {
                let name = FilePath(file)
                try scratch.folder(name.removingLastComponent().string)
                let same = name.lastComponent.map { "inbox/acme/album/" + $0.string } ?? ""
                let bytes = item.fault == nil ? [UInt8].png(of: 99) : try scratch.bytes(of: same)
                try scratch.write(bytes, to: file)
            }
            switch (try world.take(), item.fault) {
            case (.leftAlone(let why), let fault?): #expect(why == .folder(fault), "\(item.name)")
            case (.claimed, nil): break
            case (let outcome, _): Issue.record("\(item.name): \(outcome)")
            }
        }
    }

    @Test func `what came since it was looked at is waited for`() async throws {
        try await Scratch.with { scratch in
            let world = try World(scratch)
            let identity = try world.identity
            try world.write("late.png")
            let readiness = Readiness(identity: identity, at: Samples.start)
            guard case .changed = try world.claim().take(world.origin, readiness, at: Samples.start) else {
                Issue.record("it was taken")
                return
            }
            #expect(try world.files(in: "processing") == [])
        }
    }

    @Test func `given back it is what it was, and is held as that`() async throws {
        try await Scratch.with { scratch in
            let world = try World(scratch)
            let before = try world.identity
            let claimed = try world.claimed()
            var held: FileStatus.Identity?
            let isBack = try world.claim().giveBack(claimed.folder, claimed.job.origin, with: nil) { held = $0 }
            #expect(isBack && held == before)
            #expect(try world.files(in: "inbox/acme/album") == World.album.sorted())
            #expect(try world.files(in: "processing") == [])
        }
    }
}
