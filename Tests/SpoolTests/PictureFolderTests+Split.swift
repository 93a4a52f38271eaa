// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import SystemPackage
import Testing

@testable import Documents
@testable import FileIO
@testable import Jobs
@testable import Requests
@testable import Spool
@testable import TestSupport

/// How it is split into its parts, whatever its owner and the disk do meanwhile.
extension PictureFolderTests {
    @Test func `split, each picture lies in the folder of its part with its text, and is read there`() async throws {
        try await Scratch.with { scratch in
            let world = try World(scratch, World.album + ["cut.png"])
            let claimed = try world.claimed()
            let (plan, split) = (try world.plan(claimed), try world.split(claimed))
            try split.write(plan)
            for entry in plan.entries { try split.take(entry) }
            let folder = "processing/" + (claimed.folder.path.lastComponent?.string ?? "")
            #expect(try world.files(in: folder + "/originals") == ["._blue.png", "Thumbs.db", "notes.md"])
            #expect(try world.files(in: folder + "/001-blue") == ["001-blue.png", "001-blue.txt", "journal.jsonl"])
            #expect(try world.files(in: folder + "/003-red") == ["003-red.PNG", "journal.jsonl"])
            let batch = BatchFolder(folder: claimed.folder)
            let jobs = try batch.partNames().map { name in
                try #require(try BatchFolder.open(batch.part(name))?.claimed.job)
            }
            #expect(jobs.map { $0.request?.promptText } == ["On white.\nwords of blue.txt", nil, "On white."])
            #expect(jobs.map { $0.outcome == nil } == [true, false, true])
            #expect(jobs[0].origin.isPicture && jobs[0].text == "001-blue.txt")
            #expect(jobs[0].request?.source != nil && jobs[0].request?.source != jobs[2].request?.source)
            let text = try scratch.text(of: folder + "/002-cut/error.txt")
            let why = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            #expect(why.contains("The picture \"cut.png\" of the folder \"album\" cannot be sent"), "\(why)")
            #expect(FolderPlan.read(in: claimed.folder.path) == plan)
            #expect(batch.sheet(of: claimed.job)?.rows.count == 3)
            let left = try batch.leftOut(of: claimed.job, .standard)
            #expect(left.all == ["notes.md"] && left.late == [])
        }
    }

    @Test func `a picture that comes when the others were taken is told apart`() async throws {
        try await Scratch.with { scratch in
            let world = try World(scratch)
            let claimed = try world.claimed()
            let (plan, split) = (try world.plan(claimed), try world.split(claimed))
            try split.write(plan)
            for entry in plan.entries { try split.take(entry) }
            for file in ["late.png", "blue (Anna's conflicted copy).png", "late.txt"] {
                try scratch.write(.png(), to: "processing/\(name(of: claimed))/originals/" + file)
            }
            let left = try BatchFolder(folder: claimed.folder).leftOut(of: claimed.job, .standard)
            #expect(left.all == ["blue (Anna's conflicted copy).png", "late.png", "late.txt", "notes.md"])
            #expect(left.late == ["late.png"])
        }
    }

    /// Whoever dropped the folder keeps it open, and locks it.
    @Test func `a folder that is locked while it is split gives parts that failed, and waits for nobody`() async throws
    {
        try await Scratch.with { scratch in
            let world = try World(scratch)
            let claimed = try world.claimed()
            let (plan, split) = (try world.plan(claimed), try world.split(claimed))
            try split.write(plan)
            try split.take(plan.entries[0])
            let originals = claimed.folder.path.appending(JobFileNames.originals).string
            try #require(chmod(originals, 0) == 0)
            defer { chmod(originals, 0o700) }
            try Self.asNobody(scratch) {
                try split.take(plan.entries[1])
                let batch = BatchFolder(folder: claimed.folder)
                let jobs = try batch.partNames().map { name in
                    try #require(try BatchFolder.open(batch.part(name))?.claimed.job)
                }
                #expect(jobs.map { $0.outcome == nil } == [true, false])
                let left = try batch.leftOut(of: claimed.job, .standard)
                #expect(left.all == [])
            }
        }
    }

    /// The superuser may do what he likes: as somebody whom all of it belongs to, and who may not.
    private static func asNobody(_ scratch: Scratch, _ work: () throws -> Void) throws {
        guard geteuid() == 0 else { return try work() }
        let nobody = try #require(FileIdentity(named: "nobody"))
        let root = scratch.path.string
        for path in [""] + (FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String } ?? []) {
            try #require(lchown(root + "/" + path, nobody.user, .max) == 0)
        }
        try #require(try nobody.perform(work) != nil)
    }

    @Test func `a part that would cost something else than was judged fails, and the others go on`() async throws {
        try await Scratch.with { scratch in
            let world = try World(scratch)
            let claimed = try world.claimed()
            guard case .success(.batch(let parts, _))? = claimed.content else { throw NotTaken() }
            let (plan, split) = (try world.plan(claimed), try world.split(claimed))
            try split.write(plan)
            var dearer = try parts[0].request.get()
            dearer.variants = 4
            try split.take(plan.entries[0], judged: .success(dearer))
            try split.take(plan.entries[1], judged: parts[1].request)
            let batch = BatchFolder(folder: claimed.folder)
            let jobs = try batch.partNames().map { name in
                try #require(try BatchFolder.open(batch.part(name))?.claimed.job)
            }
            #expect(jobs.map { $0.outcome == nil } == [false, true])
            let text = try scratch.text(of: "processing/\(name(of: claimed))/001-blue/error.txt")
            let why = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            #expect(why.contains("another model, size or"), "\(why)")
        }
    }

    /// A stop between any two acts, as the next start finds it.
    @Test(arguments: 0..<8)
    func `stopped while it is split, it is put together again, and nothing is missing`(acts: Int) async throws {
        try await Scratch.with { scratch in
            let world = try World(scratch)
            let claimed = try world.claimed()
            let (plan, split) = (try world.plan(claimed), try world.split(claimed))
            try split.write(plan)
            // Text, picture, journal; and the part that has no text.
            if acts > 3 { try split.take(plan.entries[0]) }
            if acts == 3 { try scratch.folder("processing/\(name(of: claimed))/001-blue") }
            if acts == 2 { try move("blue.txt", to: "001-blue/001-blue.txt", claimed, scratch) }
            if acts == 1 {
                try move("blue.txt", to: "001-blue/001-blue.txt", claimed, scratch)
                try move("blue.png", to: "001-blue/001-blue.png", claimed, scratch)
            }
            if acts > 5 { try split.take(plan.entries[1]) }
            // The plan itself may be torn, as long as nothing has moved.
            if acts == 0 {
                try scratch.write(Array("{\"parts\": [".utf8), to: "processing/\(name(of: claimed))/folder.parts")
            }
            let again = try #require(try world.reopen())
            let folder = "processing/" + name(of: again)
            #expect(try world.files(in: folder) == ["journal.jsonl", "lane", "originals"])
            #expect(try world.files(in: folder + "/originals") == World.album.sorted())
            #expect(again.isNew && (try? world.plan(again)) == plan)
            // As often as it takes.
            #expect(try world.claim().giveBack(again.folder, again.job.origin, with: nil) { _ in })
            #expect(try world.files(in: "inbox/acme/album") == World.album.sorted())
        }
    }

    @Test func `a plan that cannot be read stays as long as something has moved by it`() async throws {
        try await Scratch.with { scratch in
            let world = try World(scratch)
            let claimed = try world.claimed()
            let (plan, split) = (try world.plan(claimed), try world.split(claimed))
            try split.write(plan)
            try split.take(plan.entries[0])
            let folder = "processing/\(name(of: claimed))"
            try scratch.write(Array("{\"parts\": [".utf8), to: folder + "/folder.parts")
            #expect(throws: Errno.invalidArgument) { _ = try world.reopen() }
            #expect(try world.files(in: folder).contains("folder.parts"))
            #expect(try world.files(in: folder + "/001-blue").contains("001-blue.png"))
        }
    }

    @Test func `as many of the longest names as a folder may have are read from a plan`() throws {
        let picture = try #require(FilePath.Component(String(repeating: "\u{1}", count: 251) + ".png"))
        let text = try #require(FilePath.Component(String(repeating: "\u{1}", count: 251) + ".txt"))
        let plan = FolderPlan([FolderPart(picture: picture, text: text)], content: nil)
        #expect(plan.bytes.count * RequestRules.partsLimit < FolderPlan.sizeLimit)
    }

    func name(of claimed: Claim.Claimed) -> String { claimed.folder.path.lastComponent?.string ?? "" }

    func move(_ name: String, to target: String, _ claimed: Claim.Claimed, _ scratch: Scratch) throws {
        let folder = "processing/" + self.name(of: claimed)
        try scratch.folder(folder + "/001-blue")
        let (from, to) = (folder + "/originals/" + name, folder + "/" + target)
        try #require(
            rename(scratch.path.pushing(FilePath(from)).string, scratch.path.pushing(FilePath(to)).string) == 0)
    }

    @Test func `without its journal it is known by the folder in it, and goes on`() async throws {
        try await Scratch.with { scratch in
            let world = try World(scratch)
            let claimed = try world.claimed()
            try Kernel.remove(claimed.folder.path.appending(JobFileNames.journal), at: AT_FDCWD)
            let again = try #require(try world.reopen())
            #expect(again.job.origin == world.origin && again.job.origin.isFolder)
            #expect((try? world.plan(again))?.entries.map(\.folder) == ["001-blue", "002-red"])
        }
    }

    @Test func `between the first line and the rename it is still in the inbox`() async throws {
        try await Scratch.with { scratch in
            let world = try World(scratch)
            let folder = try JobFolder.make(in: world.spool, for: world.origin)
            _ = try world.claim().note(world.origin.asFolder, in: folder, at: Samples.start)
            #expect(try world.reopen() == nil)
            #expect(try world.files(in: "processing") == [])
            #expect(try world.files(in: "inbox/acme/album") == World.album.sorted())
        }
    }

    struct Swap: Sendable {
        var name: String
        var make: @Sendable (Scratch, String) throws -> Void
    }

    static let swaps: [Swap] = [
        Swap(name: "a symlink") { scratch, path in
            try scratch.write(.png(), to: "secret.png")
            try scratch.link(path, to: "../../../secret.png")
        },
        Swap(name: "a FIFO") { scratch, path in
            try #require(mkfifo(scratch.path.pushing(FilePath(path)).string, 0o666) == 0)
        },
        Swap(name: "a folder") { scratch, path in try scratch.folder(path) },
        Swap(name: "another's") { scratch, path in
            let secret = try scratch.write(.png(), to: "secret.png")
            chmod(secret.string, 0o600)
            chmod(scratch.path.pushing(FilePath(path)).removingLastComponent().string, 0o2777)
            try #require(link(secret.string, scratch.path.pushing(FilePath(path)).string) == 0)
        },
        Swap(name: "nothing") { _, _ in },
    ]

    @Test(arguments: swaps)
    func `what is swapped after it was looked at is not sent`(item: Swap) async throws {
        try await Scratch.with { scratch in
            let world = try World(scratch)
            let claimed = try world.claimed()
            let (plan, split) = (try world.plan(claimed), try world.split(claimed))
            try split.write(plan)
            let path = "processing/\(name(of: claimed))/originals/red.PNG"
            try Kernel.remove(scratch.path.pushing(FilePath(path)), at: AT_FDCWD)
            try item.make(scratch, path)
            for entry in plan.entries { try split.take(entry) }
            let batch = BatchFolder(folder: claimed.folder)
            let job = try #require(try BatchFolder.open(batch.part("002-red"))?.claimed.job)
            #expect(job.request == nil && job.outcome != nil, "\(item.name)")
            let first = try #require(try BatchFolder.open(batch.part("001-blue"))?.claimed.job)
            #expect(first.request != nil, "the others go on")
        }
    }
}
