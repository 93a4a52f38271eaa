// SPDX-License-Identifier: Apache-2.0

import Foundation
import NanoBananaSimulator
import Testing

/// `_defaults.yaml`: what a lane supplies for its requests, and how urgent it is.
@Suite(.watched, .timeLimit(.minutes(15)))
struct DefaultsTests {
    private static func sent(_ spool: TestSpool, _ place: String) throws -> [String: Any] {
        try spool.json("\(place)/result.json")["request"] as? [String: Any] ?? [:]
    }

    private static func done(_ job: String, _ daemon: Program) async {
        #expect(await daemon.line { $0.contains("job=\(job) ") && $0.contains(" Done ") } != nil, "\(job)")
    }

    @Test func `what a request leaves out comes from the nearest folder that says it`() async throws {
        try await withSimulator { _, base in
            try await TestSpool.with { spool in
                try spool.drop(
                    "aspect_ratio: 16:9\nmodel: nano-banana\nimages: [https://example.com/a.png]\n",
                    as: "_defaults.yaml")
                try spool.drop("aspect_ratio: 4:5\n", as: "acme/spring/_defaults.yaml")
                try await spool.withDaemon(base) { daemon in
                    try spool.drop("prompt: one\n", as: "one.yaml")
                    try spool.drop("prompt: two\n", as: "acme/two.yaml")
                    try spool.drop("prompt: three\n", as: "acme/spring/three.yaml")
                    try spool.drop("prompt: four\naspect_ratio: auto\n", as: "acme/spring/four.yaml")
                    for job in ["one", "acme/two", "acme/spring/three", "acme/spring/four"] {
                        await Self.done(job, daemon)
                    }
                }
                let ratios = try ["one", "acme/two", "acme/spring/three", "acme/spring/four"].map {
                    try Self.sent(spool, "done/\($0)")["aspect_ratio"] as? String
                }
                #expect(ratios == ["16:9", "16:9", "4:5", "auto"])
                let model = try Self.sent(spool, "done/acme/spring/three")["model"] as? String
                #expect(model == "gemini-2.5-flash-image")
                #expect(spool.names(in: spool.inbox) == ["_defaults.yaml", "acme"])
            }
        }
    }

    @Test func `a mistake in it holds that lane and no other, until it is corrected`() async throws {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                try spool.drop("aspect_ratoi: 16:9\n", as: "acme/_defaults.yaml")
                try await spool.withDaemon(base, ["--rescan-interval", "1h"]) { daemon in
                    try spool.drop(TestSpool.request("held"), as: "acme/spring/held.yaml")
                    try spool.drop(TestSpool.request("free"), as: "other/free.yaml")
                    await Self.done("other/free", daemon)
                    let line = await daemon.line(containing: "Requests are held")
                    #expect(line?.contains("acme/_defaults.yaml has a mistake") == true, "\(line ?? "")")
                    #expect(line?.contains("aspect_ratio") == true)
                    #expect(spool.places(of: "held.yaml") == ["inbox/acme/spring/held.yaml"])
                    #expect(simulator.ledger.snapshot.paid("held") == 0)
                    try spool.drop("aspect_ratio: 16:9\n", as: "acme/_defaults.yaml")
                    let corrected = ContinuousClock.now
                    await Self.done("acme/spring/held", daemon)
                    #expect(corrected.duration(to: .now) < .seconds(25), "less than the hold's own time, 30 s")
                }
                #expect(try Self.sent(spool, "done/acme/spring/held")["aspect_ratio"] as? String == "16:9")
                #expect(spool.names(in: spool.failed) == [])
            }
        }
    }

    @Test func `while somebody writes it the requests of its lane wait`() async throws {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                let lane = spool.inbox.appendingPathComponent("acme")
                try FileManager.default.createDirectory(at: lane, withIntermediateDirectories: true)
                try await spool.withDaemon(base) { daemon in
                    // Open for writing as soon as it is there: before that it could be read as it is then.
                    let draft = spool.root.appendingPathComponent(".defaults")
                    try Data("aspect_ratio: 1:1\n".utf8).write(to: draft)
                    let writer = try FileHandle(forWritingTo: draft)
                    try writer.seekToEnd()
                    try FileManager.default.moveItem(at: draft, to: lane.appendingPathComponent("_defaults.yaml"))
                    try spool.drop(TestSpool.request("waits"), as: "acme/waits.yaml")
                    try spool.drop(TestSpool.request("free"), as: "free.yaml")
                    await Self.done("free", daemon)
                    #expect(simulator.ledger.snapshot.paid("waits") == 0)
                    try writer.write(contentsOf: Data("model: nano-banana\n".utf8))
                    try writer.close()
                    await Self.done("acme/waits", daemon)
                }
                #expect(try Self.sent(spool, "done/acme/waits")["model"] as? String == "gemini-2.5-flash-image")
            }
        }
    }

    @Test func `a lane of a higher priority goes first`() async throws {
        // One is under way, and no more until the daemon knows of all the others.
        try await withSimulator(SimulatorConfiguration().heldWork) { simulator, base in
            try await TestSpool.with { spool in
                try spool.drop("priority: 9\n", as: "urgent/_defaults.yaml")
                try spool.drop("priority: 2\n", as: "late/_defaults.yaml")
                for number in 0..<20 {
                    for lane in ["late", "usual", "urgent"] {
                        try spool.drop(TestSpool.request("\(lane) \(number)"), as: "\(lane)/\(number).yaml")
                    }
                }
                try await spool.withDaemon(base, ["--max-in-flight", "1"] + Scraper.options) { daemon in
                    _ = try await Scraper(daemon).page { page in
                        page.values("bananadrop_queue_length", by: "lane").values.reduce(0, +) == 59
                    }
                    try await simulator.finishesWork {
                        for number in 0..<20 {
                            for lane in ["late", "usual", "urgent"] { await Self.done("\(lane)/\(number)", daemon) }
                        }
                    }
                    // As they were sent: how soon their pictures come is another matter.
                    let all = simulator.ledger.submitBodies.compactMap { body -> String? in
                        let text = String(decoding: body, as: UTF8.self)
                        return ["urgent", "usual", "late"].first { text.contains("\"\($0) ") }
                    }
                    #expect(all.count == 60)
                    // Which lane is listed first is the file system's choice.
                    let order = all.drop { $0 != "urgent" }
                    #expect(order.prefix(20).count { $0 == "urgent" } >= 15, "\(order)")
                    #expect(order.suffix(15).count { $0 == "late" } >= 13, "\(order)")
                }
                #expect(simulator.ledger.snapshot.paidMoreThanOnce == [])
            }
        }
    }

    @Test func `with the lane that it holds the hold goes, too`() async throws {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                try spool.drop("aspect_ratoi: 16:9\n", as: "acme/_defaults.yaml")
                try await spool.guarded(base, ["--rescan-interval", "1h"]) { daemon in
                    await daemon.line(containing: "Watching")
                    try spool.drop(TestSpool.request("held"), as: "acme/spring/held.yaml")
                    func isHeld() async throws -> Bool {
                        try await Program.run(["status", "--spool", spool.root.path]).output.contains("held: 1 file:")
                    }
                    while try await !isHeld() { try await Task.sleep(for: .milliseconds(50)) }
                    // Moved away as a whole, with no word on what lies in it.
                    #expect(rename(spool.inbox.path + "/acme", spool.root.path + "/away") == 0)
                    let moved = ContinuousClock.now
                    while try await isHeld() { try await Task.sleep(for: .milliseconds(50)) }
                    #expect(moved.duration(to: .now) < .seconds(25), "less than the hold's own time, 30 s")
                }
                #expect(simulator.ledger.snapshot.submits == 0)
            }
        }
    }
}
