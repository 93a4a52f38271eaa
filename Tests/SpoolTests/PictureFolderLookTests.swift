// SPDX-License-Identifier: Apache-2.0

import Glibc
import SystemPackage
import Testing

@testable import FileIO
@testable import Jobs
@testable import Requests
@testable import Spool
@testable import TestSupport

/// What of a folder of pictures counts: for how it looks, and for what is sent.
struct PictureFolderLookTests {
    private static let names = IgnoredNames(
        ignored: IgnoredNames.table.map(\.glob) + ["draft*"], conflictCopies: ["*.mine.*"])

    private static func with(_ files: [String], _ body: (Scratch, FilePath) throws -> Void) async throws {
        try await Scratch.with { scratch in
            try scratch.folder("album")
            for file in files { try scratch.write(.png(), to: "album/" + file) }
            try body(scratch, scratch.path.appending("album"))
        }
    }

    @Test func `what other programs leave in a folder does not change how it looks`() async throws {
        try await Self.with(["a.png"]) { scratch, path in
            let before = try PictureFolder(at: path, Self.names).sight
            for name in ["Thumbs.db", ".DS_Store", "draft.png"] { try scratch.write(.png(), to: "album/" + name) }
            try scratch.folder("album/@eaDir")
            try #require(chmod(path.appending("@eaDir").string, 0) == 0)
            let after = try PictureFolder(at: path, Self.names).sight
            #expect(after == before)
            try #require(chmod(path.appending("@eaDir").string, 0o700) == 0)
        }
    }

    struct Change: Sendable {
        var name: String
        var make: @Sendable (Scratch) throws -> Void
    }

    static let changes: [Change] = [
        Change(name: "one comes") { try $0.write(.png(), to: "album/b.png") },
        Change(name: "one grows") { try $0.write(.png() + [1], to: "album/a.png") },
        Change(name: "one goes") { try Kernel.remove($0.path.appending("album").appending("a.png"), at: AT_FDCWD) },
    ]

    @Test(arguments: changes)
    func `what comes, grows and goes does`(item: Change) async throws {
        try await Self.with(["a.png"]) { scratch, path in
            let before = try PictureFolder(at: path).sight.identity
            try item.make(scratch)
            let after = try PictureFolder(at: path).sight.identity
            #expect(after != before, "\(item.name)")
        }
    }

    @Test func `an empty folder is no empty file`() async throws {
        try await Self.with([]) { _, path in
            let size = try PictureFolder(at: path).sight.identity.size
            #expect(size > 0)
        }
    }

    @Test func `names that are passed over, and conflict copies, are no parts`() async throws {
        let files = ["a.png", "draft-1.png", "a (Anna's conflicted copy).png", "a.mine.png"]
        try await Self.with(files) { _, path in
            let contents = try PictureFolder(at: path, Self.names).contents()
            #expect(contents.parts.map(\.picture) == ["a.png"])
            #expect(contents.leftOut == ["a (Anna's conflicted copy).png", "a.mine.png"])
        }
    }

    @Test func `of a folder with more than any batch no more is looked at, and it says so`() async throws {
        try await Self.with([]) { scratch, path in
            for number in 0...PictureFolder.entryLimit { try scratch.write([], to: "album/\(number).md") }
            let stay = try PictureFolder(at: path).reasonToStay(called: "album")
            #expect(stay == .leftAlone(.folder(.tooManyFiles(limit: PictureFolder.entryLimit))))
        }
    }

    @Test func `pictures that are called as the folder is may be those of a job's folder`() async throws {
        try await Self.with(["album-1.png", "my-album.png", "other.png", "album.md"]) { _, path in
            let origin = Origin(lane: Lane(path: "shop"), file: "album")
            let found = try PictureFolder(at: path).namesakes(of: origin).map(\.picture.file.string).sorted()
            #expect(found == ["album-1.png"])
        }
    }

    @Test func `a folder called PAUSE is no batch`() async throws {
        try await Scratch.with { scratch in
            for name in ["PAUSE", "album"] { try scratch.folder(name) }
            let lane = try Kernel.open(scratch.path, O_RDONLY | O_DIRECTORY)
            let isPauseOne = PictureFolder.isOne("PAUSE", in: lane)
            let isAlbumOne = PictureFolder.isOne("album", in: lane)
            #expect(!isPauseOne && isAlbumOne)
        }
    }
}
