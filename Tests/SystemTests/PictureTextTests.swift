// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import NanoBananaSimulator
import Testing

/// A text beside a picture that is a request: `bottle.txt` adds to the lane's prompt, `bottle.yaml` replaces its keys.
@Suite(.watched, .timeLimit(.minutes(15)))
struct PictureTextTests {
    /// So long that nothing goes without its text by time alone.
    private static let patient = "pictures: each\nprompt: On white.\ntext_wait: 3600\n"
    private static let hasty = "pictures: each\nprompt: On white.\ntext_wait: 0\n"

    // MARK: Whichever comes first

    @Test(arguments: [
        ("bottle.txt", "With lemons.\n", "On white.\nWith lemons."), ("bottle.yaml", "prompt: In snow\n", "In snow"),
    ])
    func `the text that comes first waits for its picture, and goes with it`(
        name: String, text: String, prompt: String
    ) async throws {
        try await PictureLaneTests.with(defaults: Self.patient) { spool, simulator, daemon in
            try spool.drop(text, as: "shop/" + name)
            let why = try await spool.leavesAlone(["shop/" + name])
            #expect(why["shop/" + name]?.hasPrefix("it is the text of a picture that is not here; ") == true)
            try spool.drop(PictureLaneTests.picture(), as: "shop/bottle.png")
            await PictureLaneTests.isDone("shop/bottle", daemon)
            #expect(spool.places(of: name) == ["done/shop/bottle/" + name])
            #expect(try spool.text("done/shop/bottle/" + name) == text)
            #expect(try spool.json("done/shop/bottle/result.json")["text"] as? String == name)
            #expect(simulator.ledger.snapshot.paid == 1 && simulator.ledger.snapshot.paid(prompt) == 1)
            try await spool.leavesAlone([])
        }
    }

    @Test func `the picture that comes first waits for its text, says so, and goes as soon as it is there`()
        async throws
    {
        try await PictureLaneTests.with(defaults: Self.patient) { spool, simulator, daemon in
            try spool.drop(PictureLaneTests.picture(), as: "shop/bottle.png")
            _ = try await spool.status { page in
                let awaiting = page["awaiting_text"] as? [String: Any]
                return awaiting?["files"] as? Int == 1 && awaiting?["first"] as? [String] == ["shop/bottle.png"]
                    && (page["unsettled"] as? [String: Any])?["files"] as? Int == 0
                    && page["files_in_inbox"] as? Int == 1
            }
            let shown = try await Program.run(["status", "--spool", spool.root.path])
            #expect(
                shown.output.contains("waits for the text that may come beside it: shop/bottle.png"), "\(shown.output)")
            try spool.drop("With lemons.", as: "shop/bottle.txt")
            await PictureLaneTests.isDone("shop/bottle", daemon)
            #expect(simulator.ledger.snapshot.paid == 1)
            #expect(simulator.ledger.snapshot.paid("On white.\nWith lemons.") == 1)
            #expect(spool.places(of: "bottle.txt") == ["done/shop/bottle/bottle.txt"])
        }
    }

    @Test func `without a text it goes when its time is over, and a text that comes later waits for the next`()
        async throws
    {
        try await PictureLaneTests.with(defaults: "pictures: each\nprompt: On white.\ntext_wait: 2s\n") {
            spool, simulator, daemon in
            let start = ContinuousClock.now
            try spool.drop(PictureLaneTests.picture(1), as: "shop/bottle.png")
            await PictureLaneTests.isDone("shop/bottle", daemon)
            #expect(start.duration(to: .now) > .seconds(2))
            try spool.drop("With lemons.", as: "shop/bottle.txt")
            try await spool.leavesAlone(["shop/bottle.txt"])
            try spool.drop(PictureLaneTests.picture(2), as: "shop/bottle.webp")
            await daemon.line { $0.contains(" Done ") && $0.contains("done/shop/bottle-2") }
            #expect(simulator.ledger.snapshot.paid("On white.") == 1)
            #expect(simulator.ledger.snapshot.paid("On white.\nWith lemons.") == 1)
        }
    }

    @Test func `a text that is still written, or empty, is waited for`() async throws {
        try await PictureLaneTests.with(defaults: Self.hasty) { spool, simulator, daemon in
            let path = spool.inbox.appendingPathComponent("shop/bottle.txt")
            try spool.drop("", as: "shop/bottle.txt")
            try spool.drop(PictureLaneTests.picture(), as: "shop/bottle.png")
            // Whichever of both is said of the text.
            let why = try await spool.status { page in
                TestSpool.leftAlone(page)["shop/bottle.png"]?.contains("is empty") == true
            }
            #expect(why.isEmpty == false)
            let file = try FileHandle(forWritingTo: path)
            try file.write(contentsOf: Data("With".utf8))
            // Longer than it takes to settle.
            try await Task.sleep(for: .seconds(2))
            #expect(simulator.ledger.snapshot.paid == 0)
            try file.write(contentsOf: Data(" lemons.".utf8))
            try file.close()
            await PictureLaneTests.isDone("shop/bottle", daemon)
            #expect(simulator.ledger.snapshot.paid("On white.\nWith lemons.") == 1)
            #expect(simulator.ledger.snapshot.paid == 1)
        }
    }

    // MARK: Whose it is

    @Test func `a text that may be that of two pictures holds both until one has another name`() async throws {
        try await PictureLaneTests.with(defaults: Self.patient) { spool, simulator, daemon in
            try spool.drop("", as: "shop/PAUSE")
            await daemon.line(containing: "Paused by somebody")
            for (name, bytes) in [
                ("bottle.png", PictureLaneTests.picture(1)), ("bottle.jpg", PictureLaneTests.picture(2)),
            ] {
                try spool.drop(bytes, as: "shop/" + name)
            }
            try spool.drop("With lemons.", as: "shop/bottle.txt")
            try FileManager.default.removeItem(at: spool.inbox.appendingPathComponent("shop/PAUSE"))
            _ = try await spool.status { page in
                let why = TestSpool.leftAlone(page)
                return why["shop/bottle.png"]?.contains("may be its text or that of \"bottle.jpg\"") == true
                    && why["shop/bottle.jpg"]?.contains("may be its text or that of \"bottle.png\"") == true
            }
            try spool.drop("With limes.", as: "shop/lime.txt")
            try FileManager.default.moveItem(
                at: spool.inbox.appendingPathComponent("shop/bottle.jpg"),
                to: spool.inbox.appendingPathComponent("shop/lime.jpg"))
            await PictureLaneTests.isDone("shop/lime", daemon)
            await PictureLaneTests.isDone("shop/bottle", daemon)
            let ledger = simulator.ledger.snapshot
            #expect(ledger.paid("On white.\nWith lemons.") == 1 && ledger.paid("On white.\nWith limes.") == 1)
            #expect(ledger.paid == 2)
        }
    }

    @Test func `a request that names pictures itself is a request, and no text`() async throws {
        try await PictureLaneTests.with(defaults: Self.hasty) { spool, simulator, daemon in
            try spool.drop(TestSpool.request("its own"), as: "shop/bottle.yaml")
            await PictureLaneTests.isDone("shop/bottle", daemon)
            try spool.drop("", as: "shop/PAUSE")
            await daemon.line(containing: "Paused by somebody")
            try spool.drop(TestSpool.request("another"), as: "shop/lamp.yaml")
            try spool.drop(PictureLaneTests.picture(), as: "shop/lamp.png")
            try FileManager.default.removeItem(at: spool.inbox.appendingPathComponent("shop/PAUSE"))
            await daemon.line { $0.contains(" Done ") && $0.contains("done/shop/lamp-2") }
            let ledger = simulator.ledger.snapshot
            #expect(["its own", "another", "On white."].map(ledger.paid) == [1, 1, 1])
        }
    }

    @Test func `where pictures are no requests a text is none of them`() async throws {
        try await PictureLaneTests.with(defaults: Self.patient) { spool, _, daemon in
            try spool.drop("With lemons.", as: "other/bottle.txt")
            let why = try await spool.leavesAlone(["other/bottle.txt"])
            #expect(why["other/bottle.txt"]?.hasPrefix("its name does not end in ") == true)
            try spool.drop(TestSpool.request("last"), as: "other/bottle.yaml")
            await PictureLaneTests.isDone("other/bottle", daemon)
        }
    }

    // MARK: As every other request

    @Test func `the same picture with another text is another request, and with the same it is held`() async throws {
        try await PictureLaneTests.with(defaults: Self.hasty, SimulatorConfiguration(), ["--repeats", "hold"]) {
            spool, simulator, daemon in
            func drop(_ text: String) throws {
                try spool.drop(text, as: "shop/bottle.txt")
                try spool.drop(PictureLaneTests.picture(), as: "shop/bottle.png")
            }
            try drop("With lemons.")
            await PictureLaneTests.isDone("shop/bottle", daemon)
            try drop("With lemons.")
            await daemon.line(containing: "job=shop/bottle why=")
            #expect(
                ["bottle.png", "bottle.txt"].allSatisfy { spool.places(of: $0).contains("inbox/shop/\($0)") },
                "both are back")
            // Another text for the picture that is held.
            try spool.drop("With limes.", as: "shop/bottle.txt")
            await daemon.line { $0.contains(" Done ") && $0.contains("done/shop/bottle-2") }
            let ledger = simulator.ledger.snapshot
            #expect(ledger.paid("On white.\nWith lemons.") == 1 && ledger.paid("On white.\nWith limes.") == 1)
            #expect(ledger.paid == 2)
        }
    }

    @Test func `a mistake in it is a clear failure, with both files in the folder, and can be corrected there`()
        async throws
    {
        try await PictureLaneTests.with(defaults: Self.hasty) { spool, simulator, daemon in
            try spool.drop("prompt: x\n", as: "shop/bottle.txt")
            try spool.drop(PictureLaneTests.picture(), as: "shop/bottle.png")
            #expect(await daemon.result(of: "shop/bottle")?.contains("reason=invalid-request") == true)
            #expect(try spool.prose("failed/shop/bottle/error.txt").contains("in \"bottle.txt\": `prompt:` is a key"))
            #expect(spool.places(of: "bottle.png") == ["failed/shop/bottle/bottle.png"])
            #expect(spool.places(of: "bottle.txt") == ["failed/shop/bottle/bottle.txt"])
            try Data("With lemons.".utf8).write(to: spool.failed.appendingPathComponent("shop/bottle/bottle.txt"))
            try FileManager.default.moveItem(
                at: spool.failed.appendingPathComponent("shop/bottle"),
                to: spool.inbox.appendingPathComponent("shop/bottle"))
            await PictureLaneTests.isDone("shop/bottle", daemon)
            #expect(spool.places(of: "bottle.txt") == ["done/shop/bottle/bottle.txt"])
            #expect(simulator.ledger.snapshot.paid("On white.\nWith lemons.") == 1)
        }
    }

    @Test func `a text that was missing can be written into the failed folder`() async throws {
        try await PictureLaneTests.with(defaults: "pictures: each\ntext_wait: 0\n") { spool, simulator, daemon in
            try spool.drop(PictureLaneTests.picture(), as: "shop/bottle.png")
            #expect(await daemon.result(of: "shop/bottle")?.contains("reason=invalid-request") == true)
            try Data("With lemons.".utf8).write(to: spool.failed.appendingPathComponent("shop/bottle/bottle.txt"))
            try FileManager.default.moveItem(
                at: spool.failed.appendingPathComponent("shop/bottle"),
                to: spool.inbox.appendingPathComponent("shop/bottle"))
            await PictureLaneTests.isDone("shop/bottle", daemon)
            #expect(simulator.ledger.snapshot.paid("With lemons.") == 1)
        }
    }

    @Test func `a word stops the picture, and its text goes with it`() async throws {
        try await PictureLaneTests.with(defaults: Self.patient) { spool, simulator, daemon in
            try spool.drop("prompt: x\n", as: "shop/bottle.yaml")
            try await spool.leavesAlone(["shop/bottle.yaml"])
            try spool.drop("", as: "shop/PAUSE")
            await daemon.line(containing: "Paused by somebody")
            try spool.drop(PictureLaneTests.picture(), as: "shop/bottle.png")
            try await Task.sleep(for: .milliseconds(50))
            try spool.drop("", as: "shop/bottle.stop")
            #expect(await daemon.result(of: "shop/bottle")?.contains("reason=cancelled") == true)
            #expect(spool.places(of: "bottle.yaml") == ["failed/shop/bottle/bottle.yaml"])
            #expect(spool.places(of: "bottle.png") == ["failed/shop/bottle/bottle.png"])
            #expect(simulator.ledger.snapshot.paid == 0)
        }
    }

    @Test func `what is to be approved is so with its text, and submit drops both`() async throws {
        let options = ["--hold-above-submits", "1"]
        try await PictureLaneTests.with(defaults: Self.hasty, SimulatorConfiguration(), options) {
            spool, simulator, daemon in
            let share = [
                "BANANADROP_PUBLISH_DIRECTORY": spool.root.path + "/published",
                "BANANADROP_PUBLISH_BASE_URL": "https://pictures.example/x", "BANANADROP_SPOOL": spool.root.path,
            ]
            try PictureLaneTests.picture().write(to: spool.root.appendingPathComponent("bottle.png"))
            try Data("variants: 2\n".utf8).write(to: spool.root.appendingPathComponent("bottle.yaml"))
            let file = spool.root.appendingPathComponent("bottle.png").path
            let submit = try await Program.run(["submit", "--lane", "shop", file], environment: share)
            #expect(submit.code == 0, "\(submit.errors)")
            await daemon.line(containing: "job=shop/bottle why=")
            _ = try await spool.status { $0["held_count"] as? Int == 1 && $0["waiting"] as? Int == 0 }
            #expect(
                ["bottle.png", "bottle.yaml"].allSatisfy { spool.places(of: $0) == ["inbox/shop/\($0)"] })
            // The kernel's clock goes by steps.
            try await Task.sleep(for: .milliseconds(20))
            try spool.drop("", as: "shop/bottle.approve")
            await PictureLaneTests.isDone("shop/bottle", daemon)
            #expect(simulator.ledger.snapshot.paid("On white.") == 2)
            #expect(spool.places(of: "bottle.yaml") == ["done/shop/bottle/bottle.yaml"])
        }
    }

    @Test func `check and the status without a daemon know the text`() async throws {
        let share = [
            "BANANADROP_PUBLISH_DIRECTORY": "/tmp", "BANANADROP_PUBLISH_BASE_URL": "https://pictures.example/x",
        ]
        try await TestSpool.with { spool in
            try spool.drop(Self.patient, as: "shop/_defaults.yaml")
            try spool.drop(PictureLaneTests.picture(), as: "shop/bottle.png")
            try spool.drop("With lemons.", as: "shop/bottle.txt")
            try spool.drop("Nobody's", as: "shop/lamp.txt")
            let check = try await Program.run(["check", spool.inbox.path + "/shop/bottle.png"], environment: share)
            #expect(check.code == 0 && check.output.contains(#""On white.\nWith lemons.""#), "\(check.output)")
            let text = try await Program.run(["check", spool.inbox.path + "/shop/bottle.txt"], environment: share)
            #expect(text.code == 0 && text.output.contains(#""On white.\nWith lemons.""#), "\(text.output)")
            try spool.drop("prompt: x\nvariants: 99\n", as: "shop/snow.yaml")
            let snow = try await Program.run(["check", spool.inbox.path + "/shop/snow.yaml"], environment: share)
            #expect(snow.code == 65 && snow.output.contains("2:11: in \"snow.yaml\": `variants`"), "\(snow.output)")
            try spool.drop("promt: x\n", as: "shop/bottle.yaml")
            let wrong = try await Program.run(["check", spool.inbox.path + "/shop/bottle.png"], environment: share)
            #expect(wrong.code == 65 && wrong.output.contains("it has two texts"), "\(wrong.output)")
            let status = try await Program.run(["status", "--spool", spool.root.path])
            #expect(
                status.output.contains("lamp.txt: it is the text of a picture that is not here"), "\(status.output)")
        }
    }
}
