// SPDX-License-Identifier: Apache-2.0

import Glibc
import NanoBanana
import Synchronization
import SystemPackage
import Testing

@testable import FileIO
@testable import Requests
@testable import Sharing
@testable import TestSupport

/// Publishing a picture into a directory, or by a command, and taking it away again.
@Suite(.idleLimit)
struct PictureShareTests {
    // A literal that is right.
    // swift-format-ignore: NeverForceUnwrap
    static let name = SharedName("0123456789abcdef.png")!
    static let published = "www/0123456789abcdef.png"

    /// A share of the scratch folder's inbox, and its end.
    func with(
        _ settings: ShareSettings, _ scratch: Scratch, environment: [String] = [],
        _ body: (PictureShare) async throws -> Void
    ) async throws {
        let files = FilePool(threads: 2)
        defer { files.shutDown() }
        let pictures = LocalPictures(inbox: try scratch.folder("inbox"), limit: 1 << 30)
        try scratch.folder("job")
        let path = "PATH=\(String(cString: getenv("PATH")))"
        let share = PictureShare(
            settings, pictures: pictures, files: files, environment: (environment + [path]).map { Array($0.utf8) })
        defer { share.shutDown() }
        try await body(share)
    }

    func directory(_ scratch: Scratch, keeps: Bool = false) throws -> ShareSettings {
        let path = try scratch.folder("www").string
        return try #require(
            try .read(directory: path, command: "", removeCommand: "", baseURL: "https://x", keeps: keeps))
    }

    func command(
        _ command: String, remove: String = "true {name}", base: String = "https://x", timeout: Duration = .seconds(60)
    ) throws -> ShareSettings {
        var settings = try #require(
            try ShareSettings.read(
                directory: "", command: command, removeCommand: remove, baseURL: base, keeps: false))
        settings.commandTimeout = timeout
        return settings
    }

    /// Publishes `inbox/a.png` as it is now. Returns the link that was printed.
    @discardableResult
    func share(_ share: PictureShare, _ scratch: Scratch, job: String = "job") async throws -> String? {
        let identity = try scratch.identity(of: "inbox/a.png")
        return try await share.share("a.png", in: .root, identity, as: Self.name, for: scratch.path.appending(job))
            .link?.link.text
    }

    @Test func `a directory gets the whole picture, readable for all, and nothing else`() async throws {
        try await Scratch.with { scratch in
            try await with(directory(scratch), scratch) { share in
                // Longer than one piece of the copy.
                let picture = [UInt8].png(700_000)
                try scratch.write(picture, to: "inbox/a.png")
                // What a crash has left of an earlier attempt, and what somebody may have put in its place.
                try scratch.write([1], to: "www/.bananadrop-\(Self.name.text)")
                try await self.share(share, scratch)
                #expect(try scratch.bytes(of: Self.published) == picture)
                #expect(try scratch.names(in: "www") == [Self.name.text])
                var status = stat()
                try #require(stat(scratch.path.appending(Self.published).string, &status) == 0)
                #expect(status.st_mode & 0o777 == 0o644)
                try scratch.link("www/.bananadrop-\(Self.name.text)", to: "/etc/bananadrop-nothing")
                try await self.share(share, scratch)
                #expect(try scratch.bytes(of: Self.published) == picture)
                #expect(try scratch.names(in: "www") == [Self.name.text])
                for _ in 0..<2 {
                    try await share.remove(Self.name, for: scratch.path.appending("job"))
                    #expect(try scratch.names(in: "www").isEmpty)
                }
                #expect(try scratch.exists("inbox/a.png"))
            }
        }
    }

    @Test func `what is kept is not removed`() async throws {
        try await Scratch.with { scratch in
            try await with(directory(scratch, keeps: true), scratch) { share in
                try scratch.write(.png(), to: "inbox/a.png")
                try await self.share(share, scratch)
                try await share.remove(Self.name, for: scratch.path.appending("job"))
                #expect(try scratch.names(in: "www") == [Self.name.text])
            }
        }
    }

    @Test func `a picture that is another by now is looked at again, and not published`() async throws {
        try await Scratch.with { scratch in
            try await with(directory(scratch), scratch) { share in
                try scratch.write(.png(), to: "inbox/a.png")
                try scratch.write(.png(), to: "secret.png")
                let (job, old) = (scratch.path.appending("job"), try scratch.identity(of: "inbox/a.png"))
                let inbox = scratch.path.appending("inbox").string
                let changes: [() throws -> Void] = [
                    { try scratch.write(.png(101), to: "inbox/a.png") },
                    { unlink(inbox + "/a.png") },
                    { try scratch.link("inbox/a.png", to: "../secret.png") },
                    {
                        unlink(inbox + "/a.png"); link(scratch.path.appending("secret.png").string, inbox + "/a.png")
                    },
                ]
                for change in changes {
                    try change()
                    await #expect(throws: PictureShare.PictureChanged()) {
                        _ = try await share.share("a.png", in: .root, old, as: Self.name, for: job)
                    }
                }
                #expect(try scratch.names(in: "www").isEmpty)
            }
        }
    }

    @Test func `a picture that is rewritten all the time is never published half old, half new`() async throws {
        try await Scratch.with { scratch in
            let pictures = LocalPictures(inbox: try scratch.folder("inbox"), limit: 1 << 30)
            let size = 2 << 20
            let path = try scratch.write(.init(repeating: 0, count: size), to: "inbox/a.png")
            let rewritten = Mutex(0)
            let (changed, mixed) = try await Restless.while {
                var (changed, whole, mixed) = (0, 0, 0)
                // The thread that rewrites may be held up for longer than sixty copies take.
                while changed + whole < 60 || rewritten.withLock({ $0 }) < 60 {
                    let picture = try pictures.open("a.png", in: .root)
                    do {
                        _ = try picture.copy(to: scratch.path.appending("copy"), at: AT_FDCWD, mode: 0o600)
                        #expect(Self.isUniform(try scratch.bytes(of: "copy")))
                        whole += 1
                    } catch OpenPicture.CopyError.changed {
                        #expect(try !scratch.exists("copy"))
                        changed += 1
                    }
                    // What a copy that asks for nothing gets.
                    let naive = try Kernel.open(path, O_RDONLY)
                    let pieces = try stride(from: 0, to: size, by: 1 << 16).flatMap { try naive.read(1 << 16, at: $0) }
                    if !Self.isUniform(pieces) { mixed += 1 }
                }
                return (changed, mixed)
            } again: { round in
                let piece = [UInt8](repeating: UInt8(round & 0xFF), count: 1 << 16)
                guard let file = try? Kernel.open(path, O_WRONLY) else { return }
                for offset in stride(from: 0, to: size, by: piece.count) { try? file.writeAll(piece, at: offset) }
                rewritten.withLock { $0 += 1 }
                usleep(useconds_t(round % 8) * 1000)
            }
            #expect(changed > 0)
            #expect(mixed > 0, "no copy could have been mixed, so nothing was shown")
        }
    }

    private static func isUniform(_ bytes: [UInt8]) -> Bool {
        bytes == [UInt8](repeating: bytes.first ?? 0, count: bytes.count)
    }

    @Test func `a picture that grows while it is copied is not published`() async throws {
        try await Scratch.with { scratch in
            let pictures = LocalPictures(inbox: try scratch.folder("inbox"), limit: 1 << 30)
            let path = try scratch.write(.png(), to: "inbox/a.png")
            let picture = try pictures.open("a.png", in: .root)
            let writer = try Kernel.open(path, O_WRONLY)
            try writer.writeAll([1, 2, 3], at: Int(picture.identity.size))
            #expect(throws: OpenPicture.CopyError.changed) {
                _ = try picture.copy(to: scratch.path.appending("copy"), at: AT_FDCWD, mode: 0o600)
            }
            #expect(try !scratch.exists("copy"))
        }
    }

    @Test func `a directory that refuses is trouble of its own`() async throws {
        try await Scratch.with { scratch in
            try await with(directory(scratch), scratch) { share in
                try scratch.write(.png(), to: "inbox/a.png")
                let path = scratch.path.appending("www")
                try Kernel.removeDirectory(path, at: AT_FDCWD)
                await #expect(throws: ShareError.directory(path, .noSuchFileOrDirectory)) {
                    _ = try await self.share(share, scratch)
                }
                await #expect(throws: ShareError.directory(path, .noSuchFileOrDirectory)) {
                    try await share.remove(Self.name, for: scratch.path.appending("job"))
                }
                try scratch.folder("www/\(Self.name.text)")
                await #expect(throws: ShareError.directory(path, .isDirectory)) { try await self.share(share, scratch) }
            }
        }
    }
}
