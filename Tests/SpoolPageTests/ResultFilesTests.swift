// SPDX-License-Identifier: Apache-2.0

import Glibc
import HTTPListener
import Spool
import SystemPackage
import Testing

@testable import FileIO
@testable import SpoolPage
@testable import TestSupport

/// Which files a browser can get.
struct ResultFilesTests {
    private static func with(_ body: (ResultFiles, Scratch) async throws -> Void) async throws {
        try await Scratch.with { scratch in
            let spool = Spool(root: scratch.path)
            _ = try spool.make()
            try scratch.folder("done/acme/hero/inner")
            try await body(ResultFiles(spool: spool), scratch)
        }
    }

    private static let hero = JobPlace(.done, "acme/hero")

    private static func kind(_ files: ResultFiles, _ name: FilePath.Component, in place: JobPlace = hero) -> String? {
        (try? files.file(name, in: place))?.kind.mediaType
    }

    @Test func `a picture is what its bytes are, and text is text, and nothing else is sent`() async throws {
        try await Self.with { files, scratch in
            let webp: [UInt8] = Array("RIFF1234WEBPVP8 ".utf8)
            let html = Array("<html><script>alert(1)</script>".utf8)
            let svg = Array("<svg xmlns='http://www.w3.org/2000/svg' onload='x'/>".utf8)
            let table: [(FilePath.Component, [UInt8], String?)] = [
                ("a.png", .png(), "image/png"), ("a.html", .png(), "image/png"), ("b.jpg", webp, "image/webp"),
                ("c.png", html, nil), ("c.html", html, nil), ("c.svg", svg, nil), ("c.xhtml", html, nil),
                ("c", html, nil), ("d.json", html, "text/plain; charset=utf-8"),
                ("d.YAML", svg, "text/plain; charset=utf-8"),
                ("d.csv", [], "text/plain; charset=utf-8"), ("e.png", [], nil), ("a\nb.png", .png(), "image/png"),
                ("<img onerror=x>.png", .png(), "image/png"),
            ]
            for (name, bytes, kind) in table {
                try scratch.write(bytes, to: "done/acme/hero/\(String(decoding: name))")
                #expect(Self.kind(files, name) == kind, "\(name)")
            }
        }
    }

    @Test func `no symlink, pipe or folder is opened, on the whole way`() async throws {
        try await Self.with { files, scratch in
            try scratch.write(.png(), to: "done/acme/hero/hero-1.png")
            try scratch.write(.png(), to: "secret.png")
            try scratch.link("done/acme/hero/link.png", to: "hero-1.png")
            try scratch.link("done/acme/hero/out.png", to: "../../../secret.png")
            try scratch.link("done/acme/other", to: "hero")
            try scratch.link("done/lane", to: "acme")
            try scratch.link("done/up", to: "..")
            #expect(mkfifo(scratch.path.appending("done/acme/hero/pipe.png").string, 0o666) == 0)
            #expect(Self.kind(files, "hero-1.png") == "image/png")
            for name in ["link.png", "out.png", "pipe.png", "inner", "missing.png"] as [FilePath.Component] {
                #expect(Self.kind(files, name) == nil, "\(name)")
            }
            for path in ["acme/other", "lane/hero", "up/done/acme/hero"] as [FilePath] {
                #expect(Self.kind(files, "hero-1.png", in: JobPlace(.done, path)) == nil, "\(path)")
            }
            #expect(Self.kind(files, "secret.png", in: JobPlace(.done, "up")) == nil)
        }
    }

    @Test func `a file is sent a piece at a time, and what is no picture is not shown`() async throws {
        try await Self.with { files, scratch in
            let bytes: [UInt8] = .png(1_000_000)
            try scratch.write(bytes, to: "done/acme/hero/hero-1.png")
            try scratch.write([0x41], to: "done/acme/hero/journal.jsonl")
            let pool = FilePool(threads: 1)
            defer { pool.shutDown() }
            let picture = try #require(try files.file("hero-1.png", in: Self.hero)).response(pool)
            guard case .stream(let length, let next) = picture.body else { return #expect(Bool(false)) }
            #expect(length == bytes.count)
            var (got, largest): ([UInt8], Int) = ([], 0)
            while let piece = try await next() {
                got += piece
                largest = max(largest, piece.count)
            }
            #expect(got == bytes)
            #expect(largest < 200_000)
            #expect(picture.headers.contains { $0 == ("x-content-type-options", "nosniff") })
            #expect(!picture.headers.contains { $0.name == "content-disposition" })
            let text = try #require(try files.file("journal.jsonl", in: Self.hero)).response(pool)
            #expect(
                text.headers.contains { $0 == ("content-disposition", "attachment; filename*=UTF-8''journal.jsonl") })
        }
    }
}
