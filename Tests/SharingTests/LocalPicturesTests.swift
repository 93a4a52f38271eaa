// SPDX-License-Identifier: Apache-2.0

import Glibc
import Synchronization
import SystemPackage
import Testing

@testable import FileIO
@testable import Requests
@testable import Sharing
@testable import TestSupport

/// Pictures are found in the inbox, and nowhere else.
@Suite(.idleLimit)
struct LocalPicturesTests {
    struct Place: Sendable {
        var lane: String
        var file: String
        var place: String?
    }

    static let places: [Place] = [
        Place(lane: "", file: "a.png", place: "a.png"),
        Place(lane: "acme", file: "a.png", place: "acme/a.png"),
        Place(lane: "acme/spring", file: "b/../a.png", place: "acme/spring/a.png"),
        Place(lane: "acme/spring", file: "./x//a.png", place: "acme/spring/x/a.png"),
        Place(lane: "acme/spring", file: "../../a.png", place: "a.png"),
        Place(lane: "acme/spring", file: "../../../a.png", place: nil),
        Place(lane: "acme", file: "../../inbox/acme/a.png", place: nil),
        Place(lane: "", file: "../a.png", place: nil),
        Place(lane: "", file: "/etc/passwd", place: nil),
        Place(lane: "acme", file: "..", place: nil),
        Place(lane: "", file: ".", place: nil),
        Place(lane: "", file: "", place: nil),
    ]

    @Test(arguments: places)
    func `a path is relative to the request file and ends inside of the inbox`(place: Place) {
        let found = LocalPictures.place(of: FilePath(place.file), in: Lane(path: FilePath(place.lane)))
        #expect(found == place.place.map { FilePath($0) })
    }

    private static let limit: Int64 = 1 << 20

    private func pictures(_ scratch: Scratch) throws -> LocalPictures {
        LocalPictures(inbox: try scratch.folder("inbox"), limit: Self.limit)
    }

    @Test func `a look says what is there`() async throws {
        try await Scratch.with { scratch in
            let pictures = try pictures(scratch)
            try scratch.folder("inbox/acme/folder.png")
            try scratch.write(.png(), to: "inbox/acme/whole.png")
            try scratch.write(.png().dropLast(5), to: "inbox/acme/half.png")
            try scratch.write([], to: "inbox/acme/empty.png")
            try scratch.write(Array("%PDF-1.4 and so on".utf8), to: "inbox/acme/letter.png")
            try scratch.write([0x89], to: "inbox/acme/tiny.png")
            try scratch.write(.png(), to: "outside.png")
            try scratch.write([0x78], to: "inbox/acme/later.png.nextcloud")
            try scratch.write([0x78], to: "inbox/acme/.apple.png.icloud")
            try scratch.write([0x78], to: "inbox/acme/whole.png.owncloud")
            try scratch.link("inbox/acme/link.png", to: "whole.png")
            try scratch.link("inbox/acme/dangling.png", to: "nothing")
            try scratch.link("inbox/linked", to: "acme")
            try #require(mkfifo(scratch.path.appending("inbox/acme/fifo.png").string, 0o666) == 0)
            let (whole, half) = ("inbox/acme/whole.png", "inbox/acme/half.png")
            let expected: [String: PictureLook] = [
                "whole.png": .picture(try scratch.identity(of: whole), endsWhole: true),
                "half.png": .picture(try scratch.identity(of: half), endsWhole: false),
                "empty.png": .empty,
                "letter.png": .notAPicture(try scratch.identity(of: "inbox/acme/letter.png")),
                "tiny.png": .notAPicture(try scratch.identity(of: "inbox/acme/tiny.png")),
                "later.png": .placeholder, "apple.png": .placeholder,
                "missing.png": .missing, "missing/a.png": .missing, "whole.png/a.png": .missing,
                String(repeating: "a", count: 300) + ".png": .missing,
                "link.png": .symlink, "dangling.png": .symlink, "../linked/whole.png": .symlink,
                "folder.png": .notAFile, "fifo.png": .notAFile,
                "../../outside.png": .outside, "/etc/passwd": .outside,
            ]
            for (file, look) in expected {
                #expect(try pictures.look(at: FilePath(file), in: Samples.acme) == look, "\(file)")
            }
        }
    }

    @Test func `a huge file is too large, and nobody reads it`() async throws {
        try await Scratch.with { scratch in
            let pictures = try pictures(scratch)
            let file = try Kernel.open(scratch.path.appending("inbox/huge.png"), O_WRONLY | O_CREAT)
            try Kernel.truncate(file.descriptor, to: 10 << 30)
            let identity = try scratch.identity(of: "inbox/huge.png")
            #expect(try pictures.look(at: "huge.png", in: .root) == .tooLarge(identity, limit: Self.limit))
        }
    }

    @Test func `a picture that somebody has open for writing is being written`() async throws {
        try await Scratch.with { scratch in
            let pictures = try pictures(scratch)
            try scratch.write(.png(), to: "inbox/a.png")
            do {
                let writer = try Kernel.open(scratch.path.appending("inbox/a.png"), O_WRONLY)
                #expect(try pictures.look(at: "a.png", in: .root) == .beingWritten)
                _ = writer
            }
            waitForEndOfWriting(scratch.path.appending("inbox/a.png"))
            let identity = try scratch.identity(of: "inbox/a.png")
            #expect(try pictures.look(at: "a.png", in: .root) == .picture(identity, endsWhole: true))
        }
    }

    @Test(arguments: [("b\u{F6}ttle.png", "bo\u{308}ttle.png"), ("bo\u{308}ttle.png", "b\u{F6}ttle.png")])
    func `a name is found however its accents are written`(onDisk: String, inRequest: String) async throws {
        try await Scratch.with { scratch in
            let pictures = try pictures(scratch)
            try scratch.write(.png(), to: "inbox/" + onDisk)
            let identity = try scratch.identity(of: "inbox/" + onDisk)
            #expect(
                try pictures.look(at: FilePath(inRequest), in: .root) == .picture(identity, endsWhole: true))
            try scratch.write(.png(50), to: "inbox/" + inRequest)
            let exact = try scratch.identity(of: "inbox/" + inRequest)
            #expect(try pictures.look(at: FilePath(inRequest), in: .root) == .picture(exact, endsWhole: true))
        }
    }

    @Test func `an inbox that is away is the disk's trouble, not the picture's`() {
        let pictures = LocalPictures(inbox: "/nowhere/at/all", limit: 1)
        #expect(throws: Errno.noSuchFileOrDirectory) { try pictures.look(at: "a.png", in: .root) }
    }

    @Test func `a folder that is swapped for a symlink never leads outside`() async throws {
        try await Scratch.with { scratch in
            let pictures = try pictures(scratch)
            try scratch.folder("inbox/way")
            try scratch.folder("outside")
            try scratch.write(.png(10), to: "inbox/way/a.png")
            try scratch.write(.png(20), to: "outside/a.png")
            try scratch.link("inbox/link", to: "../outside")
            let (inside, outside) = (
                try scratch.identity(of: "inbox/way/a.png").size, try scratch.identity(of: "outside/a.png").size
            )
            let naive = scratch.path.appending("inbox/way/a.png")
            let swaps = Mutex(0)
            let (seen, followed) = try await Restless.while {
                var seen: [Int64: Int] = [:]
                var followed: [Int64: Int] = [:]
                var looks = 0
                // The thread that swaps may be held up for longer than so many looks take.
                while looks < 2000 || swaps.withLock({ $0 }) < 2000 {
                    looks += 1
                    if case .picture(let identity, _) = try pictures.look(at: "way/a.png", in: .root) {
                        seen[identity.size, default: 0] += 1
                    }
                    // What a look that follows symlinks finds.
                    if let size = try? Kernel.open(naive, O_RDONLY).status().size { followed[size, default: 0] += 1 }
                }
                return (seen, followed)
            } again: { _ in
                let inbox = scratch.path.appending("inbox").string
                let (way, aside, link) = (inbox + "/way", inbox + "/aside", inbox + "/link")
                rename(way, aside)
                rename(link, way)
                rename(way, link)
                rename(aside, way)
                swaps.withLock { $0 += 1 }
            }
            #expect((seen[inside] ?? 0) > 0, "never found the picture itself")
            #expect(seen[outside] == nil)
            #expect((followed[outside] ?? 0) > 0, "the swap was never seen, so nothing was shown")
        }
    }

    /// The kernel tells of a broken lease by SIGIO: a process that does not mind it ends within a few thousand rounds.
    @Test func `a writer that comes while the kernel is asked about writers does no harm`() async throws {
        try await Scratch.with { scratch in
            let path = try scratch.write(.png(), to: "a.png")
            let writers = Mutex(0)
            let found = try await Restless.while {
                var (asked, found) = (0, 0)
                // The thread that writes may be held up for longer than so many questions take.
                while asked < 20_000 || writers.withLock({ $0 }) < 20_000 {
                    asked += 1
                    if Kernel.isOpenForWriting(path) { found += 1 }
                }
                return found
            } again: { _ in
                _ = try? Kernel.open(path, O_WRONLY)
                writers.withLock { $0 += 1 }
            }
            #expect(found > 0)
            waitForEndOfWriting(path)
        }
    }
}
