// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import NanoBananaSimulator
import Testing

/// A lane as a preset: with `pictures: each` in its `_defaults.yaml` each picture dropped there is a request.
@Suite(.watched, .timeLimit(.minutes(15)))
struct PictureLaneTests {
    private static let defaults = "pictures: each\nprompt: on white\ntext_wait: 0\n"

    /// A spool that publishes pictures into a folder, with a lane for them.
    static func with(
        defaults: String? = PictureLaneTests.defaults,
        _ configuration: SimulatorConfiguration = SimulatorConfiguration(),
        _ options: [String] = [], environment: [String: String] = [:],
        _ body: @escaping @Sendable (TestSpool, Simulator, Program) async throws -> Void
    ) async throws {
        try await withSimulator(configuration) { simulator, base in
            try await TestSpool.with { spool in
                let published = spool.root.appendingPathComponent("published")
                try FileManager.default.createDirectory(at: published, withIntermediateDirectories: true)
                if let defaults { try spool.drop(defaults, as: "shop/_defaults.yaml") }
                let share = ["--publish-directory", published.path, "--publish-base-url", "https://pictures.example/x"]
                try await spool.withDaemon(base, share + options, environment: environment) { daemon in
                    try await body(spool, simulator, daemon)
                }
                #expect(spool.names(in: published) == [], "what was published is taken away again")
                #expect(spool.names(in: spool.processing) == [])
            }
        }
    }

    /// Another picture each: what follows the end is nobody's business.
    static func picture(_ number: UInt8 = 0) -> Data { PNGFile.small + Data([number]) }

    private static func bytes(_ text: String) -> Data { Data(text.utf8) }

    static func isDone(_ job: String, _ daemon: Program) async {
        #expect(await daemon.line { $0.contains("job=\(job) ") && $0.contains(" Done ") } != nil, "\(job)")
    }

    // MARK: What comes back

    @Test func `a picture alone comes back with its pictures, and the original with them`() async throws {
        let defaults = Self.defaults + "images: https://example.com/logo.png\nvariants: 2\n"
        try await Self.with(defaults: defaults) { spool, simulator, daemon in
            try spool.drop(Self.picture(), as: "shop/red bottle.png")
            await Self.isDone("\"shop/red bottle\"", daemon)
            let folder = "done/shop/red bottle"
            #expect(spool.places(of: "red bottle.png") == [folder + "/red bottle.png"])
            #expect(try spool.data(folder + "/red bottle.png") == Self.picture())
            let pictures = spool.names(in: spool.root.appendingPathComponent(folder)).filter { $0.hasSuffix(".png") }
            #expect(pictures == ["red bottle-1.png", "red bottle-2.png", "red bottle.png"])
            let result = try spool.json(folder + "/result.json")
            #expect(result["file"] as? String == "red bottle.png")
            let links = (result["request"] as? [String: Any])?["image_urls"] as? [String] ?? []
            #expect(links.count == 2 && links[1] == "https://example.com/logo.png")
            #expect(links[0].hasPrefix("https://pictures.example/x/") && links[0].hasSuffix(".png"))
            #expect(simulator.ledger.snapshot.paid("on white") == 2)
        }
    }

    @Test func `what is published is the picture, for as long as the job needs it`() async throws {
        try await Self.with(SimulatorConfiguration().heldWork) { spool, simulator, daemon in
            try spool.drop(Self.picture(7), as: "shop/bottle.jpg")
            await daemon.line(containing: "Submitted job=shop/bottle ")
            let published = spool.root.appendingPathComponent("published")
            let name = try #require(spool.names(in: published).first)
            #expect(name.hasSuffix(".png"), "by its bytes it is none of what its name says")
            #expect(try Data(contentsOf: published.appendingPathComponent(name)) == Self.picture(7))
            #expect(spool.names(in: spool.inbox.appendingPathComponent("shop")) == ["_defaults.yaml"])
            simulator.finishWork()
            await Self.isDone("shop/bottle", daemon)
        }
    }

    @Test func `what the lane adds to each is published with each, and stays where it is`() async throws {
        let defaults = Self.defaults + "with: [background.png, https://example.com/logo.png]\n"
        let configuration = SimulatorConfiguration().heldWork
        let options = ["--local-images", "move"]
        try await Self.with(defaults: defaults, configuration, options) { spool, simulator, daemon in
            try spool.drop(Self.picture(9), as: "shop/background.png")
            let why = try await spool.leavesAlone(["shop/background.png"])
            #expect(why["shop/background.png"]?.contains("adds it to each picture (`with`)") == true)
            // In a folder below as well, where another picture has that name.
            for (number, path) in ["shop/bottle.png", "shop/spring/lamp.png", "shop/spring/background.png"].enumerated()
            {
                try spool.drop(Self.picture(UInt8(number)), as: path)
                let job = path.dropLast(4)
                await daemon.line(containing: "Submitted job=\(job) ")
            }
            let published = spool.root.appendingPathComponent("published")
            let contents = try spool.names(in: published).map {
                try Data(contentsOf: published.appendingPathComponent($0))
            }
            #expect((0..<3).allSatisfy { contents.contains(Self.picture($0)) })
            #expect(contents.count { $0 == Self.picture(9) } == 3)
            simulator.finishWork()
            for job in ["shop/bottle", "shop/spring/lamp", "shop/spring/background"] {
                await Self.isDone(job, daemon)
                let result = try spool.json("done/\(job)/result.json")
                let links = (result["request"] as? [String: Any])?["image_urls"] as? [String] ?? []
                #expect(links.count == 3 && links.last == "https://example.com/logo.png")
            }
            #expect(try spool.data("inbox/shop/background.png") == Self.picture(9))
            #expect(spool.places(of: "background.png").count == 2, "no result has a copy of it")
            #expect(simulator.ledger.snapshot.paid == 3)
        }
    }

    @Test func `what the lane adds and is not there is waited for, and then said`() async throws {
        let defaults = Self.defaults + "with: background.png\n"
        let options = ["--local-images-wait", "1s"]
        try await Self.with(defaults: defaults, SimulatorConfiguration(), options) { spool, simulator, daemon in
            try spool.drop(Self.picture(), as: "shop/bottle.png")
            #expect(await daemon.result(of: "shop/bottle")?.contains("reason=picture-missing") == true)
            #expect(try spool.prose("failed/shop/bottle/error.txt").contains("background.png"))
            #expect(simulator.ledger.snapshot.paid == 0)
        }
    }

    @Test func `large, animated, or of more pixels than anybody needs: it is sent as it is`() async throws {
        func png(_ width: UInt32, _ height: UInt32, more: String = "") -> Data {
            func word(_ number: UInt32) -> Data { withUnsafeBytes(of: number.bigEndian) { Data($0) } }
            var png = Data(PNGFile.small.prefix(8))
            png += word(13)
            png += Data("IHDR".utf8)
            png += word(width)
            png += word(height)
            png += Data(more.utf8)
            png += PNGFile.small.suffix(12)
            return png
        }
        // Two frames (GIF89a, 20 and 23), and the end.
        let frame = Data([0x21, 0xF9, 4, 0, 10, 0, 0, 0, 0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0])
        var gif = Data("GIF89a".utf8)
        gif += Data([1, 0, 1, 0, 0, 0, 0])
        gif += frame
        gif += frame
        gif += Data([0x3B])
        let taken = [("wide.png", png(30_000, 30_000)), ("moving.png", png(1, 1, more: "acTL")), ("moving.jpg", gif)]
        try await Self.with { spool, simulator, daemon in
            for (name, bytes) in taken {
                try spool.drop(bytes, as: "shop/" + name)
                await daemon.line { $0.contains("Claimed") && $0.contains("file=shop/\(name)") }
            }
            await simulator.ledger.wait { $0.paid == 3 }
            // 200 MB, of which nobody reads more than the beginning.
            let large = spool.root.appendingPathComponent("large.png")
            try PNGFile.small.write(to: large)
            try #require(truncate(large.path, 200_000_000) == 0)
            let target = spool.inbox.appendingPathComponent("shop/large.png")
            try FileManager.default.moveItem(at: large, to: target)
            let why = try await spool.leavesAlone(["shop/large.png"])
            #expect(why["shop/large.png"]?.hasPrefix("it is larger than the limit of 64 MiB") == true)
            for job in ["shop/wide", "shop/moving"] { await Self.isDone(job, daemon) }
            await daemon.line { $0.contains(" Done ") && $0.contains("done/shop/moving-2") }
            try FileManager.default.removeItem(at: target)
        }
    }

    @Test func `names that differ in case or ending only are requests of their own`() async throws {
        try await Self.with { spool, simulator, daemon in
            try spool.drop(Self.picture(1), as: "shop/bottle.png")
            try spool.drop(Self.picture(2), as: "shop/Bottle.PNG")
            await Self.isDone("shop/bottle", daemon)
            await Self.isDone("shop/Bottle", daemon)
            try spool.drop(Self.picture(3), as: "shop/bottle.webp")
            try spool.drop(Self.picture(4), as: "shop/sub/bottle.png")
            await Self.isDone("shop/sub/bottle", daemon)
            await simulator.ledger.wait { $0.paid == 4 }
            _ = await daemon.line(after: 0) { $0.contains("path=") && $0.contains("done/shop/bottle-2") }
            #expect(try spool.data("done/shop/bottle-2/bottle.webp") == Self.picture(3))
        }
    }

    // MARK: What is not taken

    @Test func `without the word a picture is left alone, in the lane beside it as well`() async throws {
        try await Self.with { spool, simulator, daemon in
            try spool.drop("prompt: x\n", as: "other/_defaults.yaml")
            try spool.drop("pictures: none\n", as: "shop/raw/_defaults.yaml")
            for path in ["bottle.png", "other/bottle.png", "shop/raw/bottle.png"] {
                try spool.drop(Self.picture(), as: path)
            }
            let why = try await spool.leavesAlone(["bottle.png", "other/bottle.png", "shop/raw/bottle.png"])
            #expect(why.values.allSatisfy { $0.hasPrefix("a picture alone is not a request") })
            try spool.drop(Self.picture(), as: "shop/last.png")
            await Self.isDone("shop/last", daemon)
            #expect(simulator.ledger.snapshot.paid == 1)
        }
    }

    @Test func `what cannot be sent is left alone with its reason, and rubbish in silence`() async throws {
        let heic = Self.bytes("\0\0\0\u{18}ftypheic0000mif1heic")
        let files: [(path: String, bytes: Data, why: String)] = [
            ("shop/phone.heic", heic, "it is a HEIC file"), ("shop/renamed.jpg", heic, "it is a HEIC file"),
            ("shop/scan.tif", Self.bytes("II*\0and so on"), "it is a TIFF file"),
            ("shop/layers.psd", Self.bytes("8BPS and so on"), "it is a PSD file"),
            ("shop/old.bmp", Self.bytes("BM and so on"), "it is a BMP file"),
            ("shop/words.png", Self.bytes("prompt: x"), "it is not a PNG, JPEG"),
            ("shop/empty.png", Self.bytes(""), "it is empty"),
            ("shop/large.png", PNGFile.small + Data(count: 1_200_000), "it is larger than the limit of 1 MiB"),
            ("shop/half.png", PNGFile.small.dropLast(10), "its end is missing"),
        ]
        try await Self.with(SimulatorConfiguration(), ["--picture-limit", "1MiB"]) { spool, simulator, daemon in
            for (path, bytes, _) in files { try spool.drop(bytes, as: path) }
            for name in ["Thumbs.db", "._bottle.png", ".DS_Store"] {
                try spool.drop(Self.picture(), as: "shop/\(name)")
            }
            let why = try await spool.leavesAlone(Set(files.map(\.0)))
            for (path, _, reason) in files {
                #expect(why[path]?.hasPrefix(reason) == true, "\(path): \(why[path] ?? "")")
            }
            try spool.drop(Self.picture(), as: "shop/last.tiff")
            await Self.isDone("shop/last", daemon)
            #expect(simulator.ledger.snapshot.paid == 1)
            for (path, bytes, _) in files { #expect(try spool.data("inbox/" + path) == bytes) }
        }
    }

    @Test func `a picture without its end waits, and goes when the end is there`() async throws {
        try await Self.with { spool, simulator, daemon in
            // Renamed in, and written in place with a pause.
            try spool.drop(PNGFile.small.prefix(40), as: "shop/renamed.png")
            try await spool.leavesAlone(["shop/renamed.png"])
            let path = spool.inbox.appendingPathComponent("shop/written.png")
            try PNGFile.small.prefix(50).write(to: path)
            try await Task.sleep(for: .seconds(2))
            #expect(simulator.ledger.snapshot.paid == 0)
            for (name, count) in [("written", 50), ("renamed", 40)] {
                let file = try FileHandle(
                    forWritingTo: spool.inbox.appendingPathComponent("shop/\(name).png"))
                try file.seekToEnd()
                try file.write(contentsOf: PNGFile.small.dropFirst(count))
                try file.close()
                await Self.isDone("shop/\(name)", daemon)
            }
            try await spool.leavesAlone([])
            #expect(simulator.ledger.snapshot.paid == 2)
        }
    }

    @Test func `the pictures of a result that is copied back are not paid for again`() async throws {
        try await Self.with(SimulatorConfiguration(), ["--rescan-interval", "1s"]) { spool, simulator, daemon in
            try spool.drop(Self.picture(), as: "shop/bottle.png")
            await Self.isDone("shop/bottle", daemon)
            // File by file, without what would tell at once what it is, and under two names.
            for folder in ["bottle", "bottle - Copy"] {
                for name in ["bottle-1.png", "bottle.png"] {
                    try spool.drop(try spool.data("done/shop/bottle/\(name)"), as: "shop/\(folder)/\(name)")
                }
            }
            let copies = ["bottle", "bottle - Copy"].flatMap { folder in
                ["bottle-1.png", "bottle.png"].map { "shop/\(folder)/\($0)" }
            }
            try await spool.leavesAlone(Set(copies))
            #expect(simulator.ledger.snapshot.paid == 1)
        }
    }

    // MARK: The defaults come and go

    @Test func `defaults that come after the pictures make requests of them`() async throws {
        // So long that nobody knows yet what they say when they come, and no scan finds them later.
        let options = ["--settle", "2s", "--rescan-interval", "1h"]
        try await Self.with(defaults: nil, SimulatorConfiguration(), options) { spool, simulator, daemon in
            try spool.drop(Self.picture(), as: "shop/bottle.png")
            try await spool.leavesAlone(["shop/bottle.png"])
            try spool.drop("pictures: each\n", as: "_defaults.yaml")
            try spool.drop("prompt: on white\n", as: "shop/_defaults.yaml")
            await Self.isDone("shop/bottle", daemon)
            try await spool.leavesAlone([])
            #expect(simulator.ledger.snapshot.paid("on white") == 1)
        }
    }

    /// Polled, each is found by a listing and by an event, and counted once all the same.
    @Test(arguments: ["auto", "polling"])
    func `defaults that are taken away leave the pictures that wait alone`(mode: String) async throws {
        let options = ["--rescan-interval", "1h", "--watch-mode", mode]
        try await Self.with(SimulatorConfiguration(), options) { spool, simulator, daemon in
            try spool.drop("", as: "shop/PAUSE")
            await daemon.line(containing: "Paused by somebody")
            let names = (1...40).map { "shop/\($0).png" }
            for (number, name) in names.enumerated() { try spool.drop(Self.picture(UInt8(number)), as: name) }
            _ = try await spool.status { $0["held_count"] as? Int == 40 }
            try FileManager.default.removeItem(at: spool.inbox.appendingPathComponent("shop/_defaults.yaml"))
            _ = try await spool.status { page in
                ["left_alone_count": names.count, "held_count": 0, "waiting": 0].allSatisfy { key, count in
                    page[key] as? Int == count
                }
            }
            try FileManager.default.removeItem(at: spool.inbox.appendingPathComponent("shop/PAUSE"))
            try spool.drop(TestSpool.request("last"), as: "shop/last.yaml")
            await Self.isDone("shop/last", daemon)
            #expect(simulator.ledger.snapshot.paid == 1)
            // And back again.
            try spool.drop(Self.defaults, as: "shop/_defaults.yaml")
            await simulator.ledger.wait { $0.paid == 41 }
            for name in names { await Self.isDone(String(name.dropLast(4)), daemon) }
        }
    }

    @Test func `a mistake in the defaults holds the pictures, and is said`() async throws {
        try await Self.with(defaults: "pictures: each\npromt: on white\n") { spool, simulator, daemon in
            try spool.drop(Self.picture(), as: "shop/bottle.png")
            let line = await daemon.line(containing: "Requests are held")
            #expect(line?.contains("promt") == true, "\(line ?? "")")
            try await spool.leavesAlone([])
            try spool.drop(Self.defaults, as: "shop/_defaults.yaml")
            await Self.isDone("shop/bottle", daemon)
            #expect(simulator.ledger.snapshot.paid == 1)
        }
    }

    @Test func `defaults without a prompt are a clear failure that costs nothing`() async throws {
        try await Self.with(defaults: "pictures: each\n") { spool, simulator, daemon in
            try spool.drop(Self.picture(), as: "shop/bottle.png")
            #expect(await daemon.result(of: "shop/bottle")?.contains("reason=invalid-request") == true)
            #expect(try spool.prose("failed/shop/bottle/error.txt").contains("add `prompt: …` to the lane's"))
            #expect(spool.places(of: "bottle.png") == ["failed/shop/bottle/bottle.png"])
            #expect(simulator.ledger.snapshot.paid == 0)
            // Repaired where it is to be, and put back.
            try spool.drop(Self.defaults, as: "shop/_defaults.yaml")
            try FileManager.default.moveItem(
                at: spool.failed.appendingPathComponent("shop/bottle"),
                to: spool.inbox.appendingPathComponent("shop/bottle"))
            await Self.isDone("shop/bottle", daemon)
            #expect(simulator.ledger.snapshot.paid == 1)
        }
    }

    // MARK: As every other request

    @Test func `the same picture is held under its name and as a copy, and another one is not`() async throws {
        try await Self.with(SimulatorConfiguration(), ["--repeats", "hold"]) { spool, simulator, daemon in
            try spool.drop(Self.picture(1), as: "shop/bottle.png")
            await Self.isDone("shop/bottle", daemon)
            try spool.drop(Self.picture(1), as: "shop/bottle - Copy.png")
            await daemon.line(containing: "job=\"shop/bottle - Copy\" why=")
            try spool.drop(Self.picture(1), as: "shop/bottle.png")
            await daemon.line(containing: "job=shop/bottle why=")
            try spool.drop(Self.picture(2), as: "shop/bottle.png")
            await daemon.line { $0.contains(" Done ") && $0.contains("done/shop/bottle-2") }
            #expect(simulator.ledger.snapshot.paid == 2)
            #expect(spool.places(of: "bottle - Copy.png") == ["inbox/shop/bottle - Copy.png"])
        }
    }

    @Test func `put back after a failure it is not paid for again`() async throws {
        let defaults = "pictures: each\nprompt: \"[fault:picture=http404x4]\"\n"
        try await Self.with(defaults: defaults) { spool, simulator, daemon in
            try spool.drop(Self.picture(), as: "shop/bottle.png")
            #expect(await daemon.result(of: "shop/bottle")?.contains("reason=picture-failed") == true)
            try FileManager.default.moveItem(
                at: spool.failed.appendingPathComponent("shop/bottle"),
                to: spool.inbox.appendingPathComponent("shop/bottle"))
            await Self.isDone("shop/bottle", daemon)
            #expect(simulator.ledger.snapshot.paid == 1)
            #expect(spool.places(of: "bottle.png") == ["done/shop/bottle/bottle.png"])
        }
    }

    @Test func `a word stops it, and no picture of another lane`() async throws {
        try await Self.with { spool, simulator, daemon in
            try spool.drop(Self.picture(), as: "other/bottle.png")
            try spool.drop("", as: "other/bottle.stop")
            try spool.drop("", as: "shop/bottle.stop")
            try spool.drop(Self.picture(), as: "shop/bottle.png")
            #expect(await daemon.result(of: "shop/bottle")?.contains("reason=cancelled") == true)
            try await spool.leavesAlone(["other/bottle.png", "other/bottle.stop"])
            #expect(
                spool.places(of: "bottle.png").sorted() == ["failed/shop/bottle/bottle.png", "inbox/other/bottle.png"])
            #expect(simulator.ledger.snapshot.paid == 0)
        }
    }

    @Test func `check says what it would send, and submit sends it`() async throws {
        try await Self.with(SimulatorConfiguration(), ["--repeats", "hold"]) { spool, simulator, daemon in
            let file = spool.root.appendingPathComponent("bottle.png")
            try Self.picture().write(to: file)
            let share = [
                "BANANADROP_PUBLISH_DIRECTORY": spool.root.path + "/published",
                "BANANADROP_PUBLISH_BASE_URL": "https://pictures.example/x", "BANANADROP_SPOOL": spool.root.path,
            ]
            let alone = try await Program.run(["check", file.path], environment: share)
            #expect(alone.code == 65 && alone.output.contains("a picture alone is not a request"))
            for _ in 0..<2 {
                let arguments = ["submit", "--lane", "shop", "--wait", file.path]
                let submit = try await Program.run(arguments, environment: share)
                #expect(submit.code == 0, "\(submit.errors)")
                #expect(submit.output.hasSuffix("/done/shop/bottle/bottle-1.png\n"))
            }
            try spool.drop("", as: "shop/PAUSE")
            await daemon.line(containing: "Paused by somebody")
            try spool.drop(Self.picture(2), as: "shop/lamp.png")
            let check = try await Program.run(["check", spool.inbox.path + "/shop/lamp.png"], environment: share)
            #expect(check.code == 0 && check.output.contains("\"prompt\": \"on white\""), "\(check.output)")
            #expect(check.output.contains("lamp.png: prompt from "))
            #expect(simulator.ledger.snapshot.paid == 1)
        }
    }
}
