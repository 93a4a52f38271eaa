// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import NanoBananaSimulator
import Testing

@testable import TestSupport

/// A folder of pictures is a batch where its lane says `folders: batch`, and comes back as one.
@Suite(.watched, .timeLimit(.minutes(15)))
struct FolderBatchTests {
    static let defaults = "pictures: each\nfolders: batch\nprompt: on white\ntext_wait: 0\n"

    static let prices = ["--prices", "nano-banana-pro = 0.12", "--hold-above", "0.30", "--repeats", "hold"]

    /// Makes the folder beside the inbox, and renames it in.
    static func drop(_ files: [String: Data], as path: String, into spool: TestSpool) throws {
        let new = spool.root.appendingPathComponent(".new-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: new, withIntermediateDirectories: true)
        for (name, content) in files { try content.write(to: new.appendingPathComponent(name)) }
        try FileManager.default.moveItem(at: new, to: spool.inbox.appendingPathComponent(path))
    }

    private static func picture(_ number: UInt8) -> Data { PictureLaneTests.picture(number) }

    private static func words(_ text: String) -> Data { Data(text.utf8) }

    /// What a camera and two desktops leave, with a text for one of three pictures.
    private static var album: [String: Data] {
        [
            "Blue.png": picture(1), "blue.png": picture(2), "red.webp": picture(3), "blue.txt": words("very blue\n"),
            "Thumbs.db": words("x"), "._red.webp": words("x"), ".DS_Store": words("x"), "notes.md": words("call Ann\n"),
        ]
    }

    @Test func `it comes back as one, with each picture beside what was made of it, and what it did not need`()
        async throws
    {
        try await PictureLaneTests.with(defaults: Self.defaults) { spool, simulator, daemon in
            try Self.drop(Self.album, as: "shop/album", into: spool)
            #expect(await daemon.result(of: "shop/album")?.contains(" Done ") == true)
            let folder = spool.done.appendingPathComponent("shop/album")
            let names = ["001-Blue", "002-blue", "003-red"]
            #expect(spool.names(in: folder).filter { $0.hasPrefix("00") } == names)
            #expect(try spool.data("done/shop/album/001-Blue/001-Blue.png") == Self.picture(1))
            #expect(try spool.data("done/shop/album/002-blue/002-blue.png") == Self.picture(2))
            #expect(try spool.text("done/shop/album/002-blue/002-blue.txt") == "very blue\n")
            #expect(try spool.data("done/shop/album/003-red/003-red.webp") == Self.picture(3))
            for name in names { #expect(spool.places(of: "\(name)-1.png").count == 1) }
            #expect(spool.names(in: folder.appendingPathComponent("originals")).contains("notes.md"))
            let batch = try spool.json("done/shop/album/batch.json")
            #expect(batch["parts_done"] as? Int == 3 && batch["left_out"] as? [String] == ["notes.md"])
            let table = try spool.text("done/shop/album/batch.csv")
            #expect(table.contains("picture") && table.contains(",1,Blue.png\n") && table.contains(",2,blue.png\n"))
            let page = try spool.text("done/shop/album/index.html")
            #expect(page.contains("./001-Blue/001-Blue.png") && page.contains("notes.md"))
            #expect(simulator.ledger.snapshot.paid("on white") == 2)
            #expect(simulator.ledger.snapshot.paid("on white\nvery blue") == 1)
            #expect(spool.names(in: spool.inbox.appendingPathComponent("shop")) == ["_defaults.yaml"])
        }
    }

    @Test func `where nothing is said a folder is a lane, and each picture a request`() async throws {
        let defaults = "pictures: each\nprompt: on white\ntext_wait: 0\n"
        try await PictureLaneTests.with(defaults: defaults) { spool, simulator, daemon in
            try Self.drop(["bottle.png": Self.picture(1)], as: "shop/album", into: spool)
            await PictureLaneTests.isDone("shop/album/bottle", daemon)
            #expect(simulator.ledger.snapshot.paid == 1)
        }
    }

    @Test func `pictures that cannot be sent are parts that failed, and the others go on`() async throws {
        let files = [
            "empty.png": Data(), "cut.png": PNGFile.small.dropLast(12), "good.png": Self.picture(1),
            "scan.tif": Data([0x49, 0x49, 0x2A, 0, 8, 0, 0, 0]),
        ]
        try await PictureLaneTests.with(defaults: Self.defaults) { spool, simulator, daemon in
            try Self.drop(files, as: "shop/album", into: spool)
            // For a minute the rest of them may still come.
            let why = try await spool.leavesAlone(["shop/album"])
            #expect(why["shop/album"]?.contains("the end of \"cut.png\" does not seem to be there yet") == true)
            #expect(await daemon.result(of: "shop/album")?.contains(" Failed ") == true)
            try await spool.leavesAlone([])
            let batch = try spool.json("failed/shop/album/batch.json")
            #expect(batch["parts_done"] as? Int == 1 && batch["parts_failed"] as? Int == 3)
            #expect(try spool.prose("failed/shop/album/004-scan/error.txt").contains("TIFF"))
            #expect(simulator.ledger.snapshot.paid == 1)
            // Corrected where they lie, and put back as a whole.
            for part in ["001-cut/001-cut.png", "002-empty/002-empty.png", "004-scan/004-scan.tif"] {
                let file = spool.failed.appendingPathComponent("shop/album/" + part)
                try Self.picture(UInt8(part.utf8.count)).write(to: file)
            }
            try FileManager.default.moveItem(
                at: spool.failed.appendingPathComponent("shop/album"),
                to: spool.inbox.appendingPathComponent("shop/album"))
            await daemon.line { $0.contains("job=shop/album ") && $0.contains(" Done ") }
            #expect(simulator.ledger.snapshot.paid == 4)
            #expect(try spool.data("done/shop/album/003-good/003-good.png") == Self.picture(1))
        }
    }

    @Test func `what is copied file by file is taken when all of it is there`() async throws {
        try await PictureLaneTests.with(defaults: Self.defaults) { spool, simulator, daemon in
            for number in 0..<8 {
                let name = "shop/album/\(number).png"
                let file = spool.inbox.appendingPathComponent(name)
                try FileManager.default.createDirectory(
                    at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
                try Self.picture(UInt8(number)).write(to: file)
                try await Task.sleep(for: .milliseconds(300))
                #expect(spool.places(of: "\(number).png") == ["inbox/" + name])
            }
            #expect(await daemon.result(of: "shop/album")?.contains(" Done ") == true)
            #expect(try spool.json("done/shop/album/batch.json")["parts_done"] as? Int == 8)
            #expect(simulator.ledger.snapshot.paid == 8)
        }
    }

    @Test func `a folder of which nothing can be taken waits, and says why`() async throws {
        try await PictureLaneTests.with(defaults: Self.defaults) { spool, simulator, daemon in
            try Self.drop(["notes.md": Self.words("x")], as: "shop/words", into: spool)
            let both = ["a.png": Self.picture(1), "a.txt": Self.words("one"), "a.yaml": Self.words("prompt: two\n")]
            try Self.drop(both, as: "shop/twice", into: spool)
            try Self.drop(["a.png": Self.picture(2)], as: "shop/bottle.png", into: spool)
            let why = try await spool.leavesAlone(["shop/words", "shop/twice", "shop/bottle.png"])
            #expect(why["shop/words"]?.contains("no picture in it as yet") == true)
            #expect(why["shop/twice"]?.contains("it has two texts") == true)
            #expect(why["shop/bottle.png"]?.contains("ends like that of a file") == true)
            #expect(simulator.ledger.snapshot.submits == 0)
            try FileManager.default.removeItem(at: spool.inbox.appendingPathComponent("shop/twice/a.yaml"))
            #expect(await daemon.result(of: "shop/twice")?.contains(" Done ") == true)
            #expect(simulator.ledger.snapshot.paid("on white\none") == 1)
        }
    }

    @Test func `the defaults are taken away while it waits, and it waits as what it is then`() async throws {
        try await PictureLaneTests.with(defaults: Self.defaults, SimulatorConfiguration(), Self.prices) {
            spool, simulator, daemon in
            let files = Dictionary(uniqueKeysWithValues: (1...5).map { ("\($0).png", Self.picture(UInt8($0))) })
            try Self.drop(files, as: "shop/album", into: spool)
            _ = try await spool.status { $0["held_count"] as? Int == 1 }
            try FileManager.default.removeItem(at: spool.inbox.appendingPathComponent("shop/_defaults.yaml"))
            _ = try await spool.status { $0["left_alone_count"] as? Int == 5 && $0["held_count"] as? Int == 0 }
            try spool.drop(Self.defaults, as: "shop/_defaults.yaml")
            _ = try await spool.status { $0["held_count"] as? Int == 1 && $0["left_alone_count"] as? Int == 0 }
            #expect(simulator.ledger.snapshot.submits == 0)
            try spool.put(at: "inbox/shop/album.approve")
            #expect(await daemon.result(of: "shop/album")?.contains(" Done ") == true)
            #expect(simulator.ledger.snapshot.paid == 5)
        }
    }

    @Test func `the same pictures under another name are known, and a folder is cancelled by a word`() async throws {
        try await PictureLaneTests.with(
            defaults: Self.defaults, SimulatorConfiguration(), ["--repeats", "hold"]
        ) { spool, simulator, daemon in
            try Self.drop(["a.png": Self.picture(1), "b.png": Self.picture(2)], as: "shop/album", into: spool)
            #expect(await daemon.result(of: "shop/album")?.contains(" Done ") == true)
            try Self.drop(["a.png": Self.picture(1), "b.png": Self.picture(2)], as: "shop/album - Copy", into: spool)
            _ = try await spool.status { $0["held_count"] as? Int == 1 }
            #expect(simulator.ledger.snapshot.paid == 2)
            try spool.put(at: "inbox/shop/album - Copy.stop")
            await daemon.line { $0.contains("album - Copy") && LogLook.text.says("Failed", $0) }
            let originals = spool.failed.appendingPathComponent("shop/album - Copy/originals")
            #expect(spool.names(in: originals) == ["a.png", "b.png"])
            #expect(simulator.ledger.snapshot.paid == 2)
        }
    }

    /// By mistake: it is one line and one notification, and nothing of others waits for it.
    @Test func `photos above the limit are held as one, with one notification, and hold up nobody`() async throws {
        try await Receiver.run { receiver in
            let told = [
                "--notify-url", receiver.url, "--notify-events", "held-for-approval", "--rescan-interval", "1s",
            ]
            try await PictureLaneTests.with(
                defaults: Self.defaults, SimulatorConfiguration(), Self.prices + told,
                environment: ["BANANADROP_TEST_STOP_AT": "after:claim"]
            ) { spool, simulator, daemon in
                let files = (0..<300).map { ("IMG_\($0).png", PNGFile.small + Data("\($0)".utf8)) }
                try Self.drop(Dictionary(uniqueKeysWithValues: files), as: "shop/photos", into: spool)
                #expect(await daemon.stopped(), "it is claimed, and about to be read")
                let bottles = 1...3
                for number in bottles { try spool.drop(Self.picture(UInt8(number)), as: "shop/bottle\(number).png") }
                let began = ContinuousClock.now
                daemon.send(SIGCONT)
                for number in bottles { await PictureLaneTests.isDone("shop/bottle\(number)", daemon) }
                #expect(began.duration(to: .now) < .seconds(10))
                let page = try await spool.status { $0["held_count"] as? Int == 1 }
                let held = page["held"] as? [[String: Any]] ?? []
                #expect(held.count == 1, "\(held)")
                let why = held.compactMap { $0["why"] as? String }.joined()
                #expect(why.contains("shop/photos would cost 36") && why.contains("photos.approve"), "\(why)")
                #expect(page["left_alone_count"] as? Int == 0)
                #expect(spool.names(in: spool.inbox.appendingPathComponent("shop/photos")).count == 300)
                #expect(simulator.ledger.snapshot.paid == 3)
                while receiver.posts.all.isEmpty { _ = await receiver.posts.next() }
                // Somebody opens it in Explorer, and the regular looks come by: long enough to take it anew.
                try spool.put(at: "inbox/shop/photos/Thumbs.db")
                try await Task.sleep(for: .seconds(6))
                #expect(receiver.posts.all.map(\.event) == ["held-for-approval"])
                #expect(try spool.json("status.json")["held_count"] as? Int == 1)
            }
        }
    }

    @Test func `check shows what each picture would send, and which of them cannot`() async throws {
        try await TestSpool.with { spool in
            try spool.drop(Self.defaults, as: "shop/_defaults.yaml")
            var files = Self.album
            files["cut.png"] = PNGFile.small.dropLast(12)
            try Self.drop(files, as: "shop/album", into: spool)
            let published = spool.root.appendingPathComponent("published").path
            let options = ["--publish-directory", published, "--publish-base-url", "https://pictures.example/x"]
            let folder = spool.inbox.appendingPathComponent("shop/album").path
            let check = try await Program.run(["check"] + options + [folder])
            #expect(check.code == 65, "\(check)")
            let lines = check.output.split(separator: "\n")
            #expect(lines.contains { $0.hasSuffix("4 requests, 1 with mistakes; 3 submits to pay for") }, "\(check)")
            #expect(lines.contains { $0.contains("album/cut.png: its end is missing") }, "\(check)")
            let blue = lines.first { $0.contains("album/blue.png: would send ") }
            #expect(blue?.contains("very blue") == true, "\(check)")
            #expect(lines.contains { $0.hasSuffix("nor the text of one: \"notes.md\"") }, "\(check)")
            // What would be sent is left where it is.
            #expect(spool.places(of: "blue.png") == ["inbox/shop/album/blue.png"])
            try FileManager.default.removeItem(at: spool.inbox.appendingPathComponent("shop/_defaults.yaml"))
            let alone = try await Program.run(["check"] + options + [folder])
            #expect(alone.code == 65 && alone.output.contains("`folders: batch`"), "\(alone)")
        }
    }

    @Test func `the example makes a batch of a folder, and calls its pictures after those that were dropped`()
        async throws
    {
        let example = DocumentPage.root.appendingPathComponent("examples/photos/_defaults.yaml")
        let defaults = try String(contentsOf: example, encoding: .utf8)
        try await PictureLaneTests.with(defaults: defaults) { spool, simulator, daemon in
            try Self.drop(["lamp.png": Self.picture(1), "vase.png": Self.picture(2)], as: "shop/spring", into: spool)
            #expect(await daemon.result(of: "shop/spring")?.contains(" Done ") == true)
            let delivered = spool.names(in: spool.done.appendingPathComponent("shop/spring/delivered"))
            #expect(delivered == ["lamp.png", "vase.png"])
            #expect(try spool.data("done/shop/spring/001-lamp/001-lamp.png") == Self.picture(1))
            #expect(simulator.ledger.snapshot.paid == 2)
        }
    }

    @Test func `submit drops a copy of its pictures and their texts, and of nothing else`() async throws {
        try await PictureLaneTests.with(defaults: Self.defaults) { spool, simulator, daemon in
            let folder = spool.root.appendingPathComponent("album")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            for (name, content) in Self.album { try content.write(to: folder.appendingPathComponent(name)) }
            let published = spool.root.appendingPathComponent("published").path
            let options = [
                "--spool", spool.root.path, "--lane", "shop", "--publish-directory", published, "--publish-base-url",
                "https://pictures.example/x",
            ]
            let submit = try await Program.run(["submit"] + options + [folder.path])
            #expect(submit.code == 0 && submit.output == "shop/album\n", "\(submit)")
            #expect(await daemon.result(of: "shop/album")?.contains(" Done ") == true)
            #expect(spool.places(of: "notes.md") == [], "what is no picture stays where it is")
            #expect(FileManager.default.fileExists(atPath: folder.appendingPathComponent("blue.png").path))
            #expect(simulator.ledger.snapshot.paid == 3)
        }
    }
}
