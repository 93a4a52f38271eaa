// SPDX-License-Identifier: Apache-2.0

import Foundation
import NanoBananaSimulator
import Testing

@testable import TestSupport

/// `notify` in a lane's `_defaults.yaml`: what is told of it, where the administrator lets lanes choose.
@Suite(.watched, .timeLimit(.minutes(15)))
struct LaneNotifyTests {
    private static func options(_ receiver: Receiver, _ events: String, _ more: [String] = []) -> [String] {
        ["--notify-url", receiver.url, "--notify-events", events] + more
    }

    /// What was told, sorted.
    private static func told(_ receiver: Receiver) -> [String] {
        receiver.posts.all.map { "\($0.event) \($0.job)" }.sorted()
    }

    private static func isEmpty(_ spool: TestSpool) async throws {
        let outbox = spool.root.appendingPathComponent("notifications")
        while !spool.names(in: outbox).isEmpty { try await Task.sleep(for: .milliseconds(20)) }
    }

    @Test func `a lane widens and narrows what is told of its jobs, and lanes below it have the same`() async throws {
        try await withSimulator { _, base in
            try await TestSpool.with { spool in
                try await Receiver.run { receiver in
                    try spool.drop("notify: [done]\n", as: "wide/_defaults.yaml")
                    try spool.drop("notify: none\n", as: "wide/silent/_defaults.yaml")
                    try spool.drop("notify: none\n", as: "narrow/_defaults.yaml")
                    let options = Self.options(receiver, "failed", ["--lanes-may-notify", "true"])
                    try await spool.withDaemon(base, options) { daemon in
                        for lane in ["", "wide/", "wide/deep/", "wide/silent/", "narrow/"] {
                            try spool.drop(TestSpool.request("good"), as: lane + "good.yaml")
                            try spool.drop("promt: x\n", as: lane + "slip.yaml")
                        }
                        for lane in ["", "wide/", "wide/deep/", "wide/silent/", "narrow/"] {
                            await daemon.line { $0.contains("job=\(lane)good ") && $0.contains(" Done ") }
                            await daemon.line { $0.contains("job=\(lane)slip ") && LogLook.text.says("Failed", $0) }
                        }
                        try await Self.isEmpty(spool)
                        #expect(Self.told(receiver) == ["done wide/deep/good", "done wide/good", "failed slip"])
                        // What is changed holds from then on.
                        try spool.drop("notify: failed\n", as: "narrow/_defaults.yaml")
                        try spool.drop("promt: x\n", as: "narrow/again.yaml")
                        #expect(await receiver.post("failed", of: "narrow/again") != nil)
                    }
                }
            }
        }
    }

    @Test func `pauses, limits and prices of a lane are told as it says, and those of all as the setting says`()
        async throws
    {
        try await withSimulator { _, base in
            try await TestSpool.with { spool in
                try await Receiver.run { receiver in
                    try spool.drop("notify: all\n", as: "loud/_defaults.yaml")
                    let more = [
                        "--lanes-may-notify", "true", "--hold-above-submits", "1", "--lane-daily-submits",
                        "loud = 2, quiet = 2",
                    ]
                    try await spool.withDaemon(base, Self.options(receiver, "none", more)) { daemon in
                        for lane in ["quiet", "loud"] {
                            try spool.drop(TestSpool.request("dear", more: "variants: 2\n"), as: "\(lane)/dear.yaml")
                            await daemon.line { $0.contains("Requests are held") && $0.contains("\(lane)/dear") }
                            for name in ["one", "two"] {
                                try spool.drop(TestSpool.request(name), as: "\(lane)/\(name).yaml")
                                await daemon.line { $0.contains("job=\(lane)/\(name) ") && $0.contains(" Done ") }
                            }
                            try spool.drop(TestSpool.request("three"), as: "\(lane)/three.yaml")
                        }
                        _ = try await spool.status { $0["held_count"] as? Int == 4 }
                        try spool.put(at: "PAUSE")
                        try spool.put(at: "inbox/quiet/PAUSE")
                        try spool.put(at: "inbox/loud/PAUSE")
                        while receiver.posts.all.count < 5 { _ = await receiver.posts.next() }
                        try await Self.isEmpty(spool)
                    }
                    let told = receiver.posts.all
                    #expect(
                        told.map(\.event).sorted() == ["done", "done", "held-for-approval", "limit-reached", "paused"],
                        "\(told.map(\.object))")
                    let texts = told.filter { $0.event != "done" }.map { $0.object["text"] as? String ?? "" }
                    #expect(texts.allSatisfy { $0.contains("loud") }, "\(texts)")
                }
            }
        }
    }

    @Test func `without the leave the lane waits, and check and status say whose that is`() async throws {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                try spool.drop("notify: done\n", as: "acme/_defaults.yaml")
                let file = spool.inbox.appendingPathComponent("acme/_defaults.yaml").path
                let said = "`notify` needs the administrator's leave; ask the administrator to set lanes-may-notify"
                let check = try await Program.run(["check", file])
                #expect(check.code == 65 && check.output.contains("_defaults.yaml:1:1: \(said)"), "\(check)")
                let allowed = try await Program.run(["check", file, "--lanes-may-notify", "true"])
                #expect(allowed.code == 0 && allowed.output.hasSuffix("supplies what is told (done)\n"), "\(allowed)")
                let config = spool.root.appendingPathComponent("config.yaml")
                try Data("lanes-may-notify: false\n".utf8).write(to: config)
                try await spool.withDaemon(base, ["--config", config.path]) { daemon in
                    try spool.drop(TestSpool.request("a"), as: "acme/a.yaml")
                    let page = try await spool.status { $0["held_count"] as? Int == 1 }
                    let why = (page["held"] as? [[String: Any]])?.first?["why"] as? String
                    #expect(why?.contains(said) == true, "\(page)")
                    #expect(simulator.ledger.snapshot.submits == 0)
                    // Once it has the leave, it waits no longer.
                    try Data("lanes-may-notify: true\n".utf8).write(to: config)
                    let changed = ContinuousClock.now
                    daemon.send(SIGHUP)
                    await daemon.line { $0.contains("job=acme/a ") && $0.contains(" Done ") }
                    #expect(changed.duration(to: .now) < .seconds(25), "less than the hold's own time, 30 s")
                }
            }
        }
    }

    @Test func `doctor says that lanes choose what nobody is told`() async throws {
        try await withSimulator { _, base in
            try await TestSpool.with { spool in
                let output = try await Program.run(
                    ["doctor", "--spool", spool.root.path, "--api-url", base, "--lanes-may-notify", "true"]
                ).output
                let words = "lanes-may-notify lets lanes choose what is told, but nobody is told"
                #expect(output.contains(words), "\(output)")
            }
        }
    }
}
