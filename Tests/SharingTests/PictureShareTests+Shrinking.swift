// SPDX-License-Identifier: Apache-2.0

import NanoBanana
import SystemPackage
import Testing

@testable import FileIO
@testable import Requests
@testable import Sharing
@testable import TestSupport

/// Large pictures are made smaller before they are published.
extension PictureShareTests {
    /// Runs `body` with a share whose shrink command is that script, which gets `{file}` and `{out}`; the inbox has a picture
    /// of 5000 bytes, and only pictures of more than 1000 are large.
    private func withShrinking(
        _ script: String, _ make: (Scratch) throws -> ShareSettings, size: Int = 5000,
        _ body: (PictureShare, Scratch) async throws -> Void
    ) async throws {
        try await Scratch.with { scratch in
            try scratch.folder("inbox")
            try scratch.write(.png(size), to: "inbox/a.png")
            try scratch.write(.png(700), to: "small.png")
            try scratch.write(Array("GIF89a".utf8) + .init(repeating: 0, count: 50) + [0x3B], to: "small.gif")
            var settings = try make(scratch)
            let quoted = "cd \(scratch.path); \(script)".replacing("'", with: #"'\''"#)
            settings.shrink = try ShareSettings.readShrink(
                "sh -c '\(quoted)' sh {file} {out}", above: 1000, of: settings)
            try await with(settings, scratch) { share in
                try await body(share, scratch)
                #expect(try scratch.names(in: "job").isEmpty)
            }
        }
    }

    private func published(_ share: PictureShare, _ scratch: Scratch) async throws -> PublishedPicture {
        let identity = try scratch.identity(of: "inbox/a.png")
        return try await share.share("a.png", in: .root, identity, as: Self.name, for: scratch.path.appending("job"))
    }

    private static let halves = #"cmp "$1" inbox/a.png && cp small.png "$2""#

    @Test func `a directory gets the smaller one, and the picture itself stays as it is`() async throws {
        try await withShrinking(Self.halves, { try directory($0) }) { share, scratch in
            let published = try await published(share, scratch)
            #expect(published == PublishedPicture(link: nil, bytes: Int64([UInt8].png(700).count)))
            #expect(try scratch.bytes(of: Self.published) == .png(700))
            #expect(try scratch.bytes(of: "inbox/a.png") == .png(5000))
        }
    }

    @Test func `a command gets the smaller one`() async throws {
        let put = { (scratch: Scratch) in
            try command("sh -c 'cp \"$1\" \(scratch.path)/got; echo https://i.host/x' sh {file} {name}", base: "")
        }
        try await withShrinking(Self.halves, put) { share, scratch in
            let published = try await published(share, scratch)
            #expect(published.link?.link.text == "https://i.host/x" && published.bytes != nil)
            #expect(try scratch.bytes(of: "got") == .png(700))
        }
    }

    @Test func `what is small enough is published as it is`() async throws {
        try await withShrinking("exit 3", { try directory($0) }, size: 900) { share, scratch in
            let published = try await published(share, scratch)
            #expect(published == PublishedPicture())
            #expect(try scratch.bytes(of: Self.published) == .png(900))
        }
    }

    @Test(arguments: [
        ("exit 3", ShareError.command(.shrink, .failed(code: 3, output: []))), ("true", .notShrunk(.noPicture)),
        (#"echo words > "$2""#, .notShrunk(.noPicture)), (#"head -c 300 small.png > "$2""#, .notShrunk(.noPicture)),
        (#"ln -s "$PWD/small.png" "$2""#, .notShrunk(.noPicture)),
        (#"cp small.gif "$2""#, .notShrunk(.otherKind("gif"))),
        (#"cp "$1" "$2""#, .notShrunk(.notSmaller(UInt64([UInt8].png(5000).count)))),
    ])
    func `what it writes otherwise is its trouble, and nothing is published`(
        script: String, error: ShareError
    ) async throws {
        try await withShrinking(script, { try directory($0) }) { share, scratch in
            await #expect(throws: error) { _ = try await published(share, scratch) }
            let names = try scratch.names(in: "www")
            #expect(names.isEmpty)
        }
    }

    @Test func `what a crash has left goes with the picture`() async throws {
        try await withShrinking(Self.halves, { try directory($0) }) { share, scratch in
            for name in [Self.name.text, "small-" + Self.name.text] { try scratch.write([1], to: "job/" + name) }
            try await share.remove(Self.name, for: scratch.path.appending("job"))
        }
    }
}
