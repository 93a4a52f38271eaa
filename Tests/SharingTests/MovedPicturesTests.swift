// SPDX-License-Identifier: Apache-2.0

import Glibc
import SystemPackage
import Testing

@testable import Jobs
@testable import Requests
@testable import Sharing
@testable import TestSupport

/// Pictures that travel into the folder of their job.
struct MovedPicturesTests {
    private func moved(_ scratch: Scratch) throws -> MovedPictures {
        try scratch.folder("inbox/acme/deep")
        return MovedPictures(
            pictures: LocalPictures(inbox: scratch.path.appending("inbox"), limit: 1 << 30),
            folder: try scratch.folder("job"))
    }

    @Test func `they come out of the inbox under their own names`() async throws {
        try await Scratch.with { scratch in
            let moved = try moved(scratch)
            for (file, name) in [("a.png", "a.png"), ("deep/a.png", "2-a.png"), ("../a.png", "3-a.png")] {
                try scratch.write(.png(file.utf8.count), to: "inbox/acme/" + file)
                let shared = SharedPicture(try scratch.identity(of: "inbox/acme/" + file))
                #expect(try moved.take(FilePath(file), in: Samples.acme, shared)?.string == name)
                #expect(try scratch.bytes(of: "job/originals/" + name) == .png(file.utf8.count))
                #expect(try !scratch.exists("inbox/acme/" + file))
                // Once more, as after a crash.
                #expect(try moved.take(FilePath(file), in: Samples.acme, shared) == nil)
            }
            #expect(try scratch.names(in: "job") == ["originals"])
            #expect(try scratch.names(in: "job/originals") == ["2-a.png", "3-a.png", "a.png"])
        }
    }

    @Test func `what is another file by now, a symlink, or gone stays where it is`() async throws {
        try await Scratch.with { scratch in
            let moved = try moved(scratch)
            try scratch.write(.png(), to: "inbox/a.png")
            let shared = SharedPicture(try scratch.identity(of: "inbox/a.png"))
            try scratch.write(.png(200), to: "inbox/a.png")
            #expect(try moved.take("a.png", in: .root, shared) == nil)
            #expect(try scratch.bytes(of: "inbox/a.png") == .png(200))
            let present = SharedPicture(try scratch.identity(of: "inbox/a.png"))
            try scratch.link("inbox/b.png", to: "a.png")
            try scratch.link("inbox/linked", to: ".")
            #expect(try moved.take("b.png", in: .root, present) == nil)
            #expect(try moved.take("linked/a.png", in: .root, present) == nil)
            #expect(try moved.take("missing.png", in: .root, present) == nil)
            #expect(try moved.take("../inbox/a.png", in: .root, present) == nil)
            #expect(try scratch.names(in: "inbox") == ["a.png", "acme", "b.png", "linked"])
            #expect(try scratch.names(in: "job").isEmpty)
        }
    }

    @Test func `a job folder that is gone is said`() async throws {
        try await Scratch.with { scratch in
            var moved = try moved(scratch)
            moved = MovedPictures(pictures: moved.pictures, folder: scratch.path.appending("gone"))
            try scratch.write(.png(), to: "inbox/a.png")
            let shared = SharedPicture(try scratch.identity(of: "inbox/a.png"))
            #expect(throws: Errno.noSuchFileOrDirectory) { try moved.take("a.png", in: .root, shared) }
            #expect(try scratch.exists("inbox/a.png"))
        }
    }

    @Test func `a name that is too long for its number loses its beginning`() throws {
        let long = try #require(FilePath.Component(String(repeating: "\u{E4}", count: 125) + ".png"))
        #expect(MovedPictures.name(long, attempt: 1) == long)
        let second = String(decoding: MovedPictures.name(long, attempt: 2))
        #expect(second.utf8.count <= 255)
        #expect(second.hasPrefix("2-\u{E4}") && second.hasSuffix(".png"))
        #expect(MovedPictures.name("a.png", attempt: 12) == "12-a.png")
    }
}
