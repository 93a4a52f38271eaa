// SPDX-License-Identifier: Apache-2.0

import Foundation
import NanoBananaSimulator
import Testing

@testable import Notifying
@testable import TestSupport

/// The program tells what happens, by itself.
@Suite(.watched, .timeLimit(.minutes(15)))
struct NotifyTests {
    private static func options(_ receiver: Receiver, _ more: [String] = [], events: String = "all") -> [String] {
        ["--notify-url", receiver.url, "--notify-events", events] + more
    }

    private static func isEmpty(_ spool: TestSpool) async throws {
        let outbox = spool.root.appendingPathComponent("notifications")
        while !spool.names(in: outbox).isEmpty { try await Task.sleep(for: .milliseconds(20)) }
    }

    @Test func `what is done and what failed is told, signed, once it can be seen, and a batch as one`() async throws {
        try await withSimulator { _, base in
            try await TestSpool.with { spool in
                try await Receiver.run { receiver in
                    let secret = spool.root.appendingPathComponent("secret")
                    try Data("hush hush\n".utf8).write(to: secret)
                    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: secret.path)
                    let options = Self.options(receiver, ["--notify-secret-file", secret.path])
                    try await spool.withDaemon(base, options) { _ in
                        try spool.drop(TestSpool.request("a"), as: "acme/good.yaml")
                        try spool.drop("promt: x\n", as: "slip.yaml")
                        try spool.drop("prompt,image\na,https://a.b/c.png\nb,https://a.b/c.png\n", as: "table.csv")
                        let good = try #require(await receiver.post("done", of: "acme/good"))
                        #expect(good.object["path"] as? String == "done/acme/good")
                        #expect(good.object["pictures"] as? [String] == ["good-1.png"])
                        #expect(spool.names(in: spool.done.appendingPathComponent("acme/good")).contains("good-1.png"))
                        let code = SHA256.code(of: Array(good.body), key: Array("hush hush".utf8))
                        #expect(good.headers["x-bananadrop-signature"] == "sha256=" + SHA256.hexadecimal(code))
                        let slip = try #require(await receiver.post("failed", of: "slip"))
                        let reason = try #require(slip.object["reason"] as? [String: Any])
                        #expect(reason["code"] as? String == "invalid-request" && slip.path == "/hook")
                        let table = try #require(await receiver.post("batch-done", of: "table"))
                        #expect(table.object["parts_done"] as? Int == 2)
                        #expect(table.object["pictures"] as? [String] == ["001/001-1.png", "002/002-1.png"])
                        try await Self.isEmpty(spool)
                    }
                    #expect(receiver.posts.all.count == 3)
                }
            }
        }
    }

    @Test func `pauses, their ends and limits are told once each`() async throws {
        try await withSimulator { _, base in
            try await TestSpool.with { spool in
                try await Receiver.run { receiver in
                    let events = "paused, gone-on, limit-reached"
                    let options = Self.options(receiver, ["--daily-submits", "1"], events: events)
                    try await spool.withDaemon(base, options) { daemon in
                        try spool.drop(TestSpool.request("\"[fault:submit=http429x1]\""), as: "first.yaml")
                        await daemon.result(of: "first")
                        try spool.drop(TestSpool.request("b"), as: "second.yaml")
                        while receiver.posts.all.count < 3 { _ = await receiver.posts.next() }
                        try await Self.isEmpty(spool)
                    }
                    let told = receiver.posts.all
                    #expect(Set(told.map(\.event)) == ["paused", "gone-on", "limit-reached"] && told.count == 3)
                    let paused = try #require(told.first { $0.event == "paused" })
                    #expect((paused.object["reason"] as? [String: Any])?["code"] as? String == "too-fast")
                }
            }
        }
    }

    @Test func `a command reads the object and the main fields, whatever stands in the names`() async throws {
        try await withSimulator { _, base in
            try await TestSpool.with { spool in
                let script = spool.root.appendingPathComponent("tell")
                let text = """
                    #!/bin/sh
                    cat >"$BANANADROP_SPOOL/object-$BANANADROP_EVENT.json"
                    env -0 >"$BANANADROP_SPOOL/env-$BANANADROP_EVENT"
                    echo "$1" >"$BANANADROP_SPOOL/argument"
                    """
                try Data(text.utf8).write(to: script)
                try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: script.path)
                let options = ["--notify-command", "\(script.path) 'two words'", "--notify-events", "done, failed"]
                try await spool.withDaemon(base, options) { daemon in
                    let name = "$(touch x) `id` \"q\" 'q' é\n<b>.yaml"
                    try spool.drop(TestSpool.request("a"), as: name)
                    await daemon.line(containing: " Done ")
                    try await Self.isEmpty(spool)
                }
                let object = try spool.json("object-done.json")
                #expect(object["job"] as? String == "$(touch x) `id` \"q\" 'q' é\n<b>")
                #expect(object["path"] as? String == "done/$(touch x) `id` _q_ 'q' é__b_")
                let environment = try spool.text("env-done").split(separator: "\0")
                #expect(environment.contains("BANANADROP_JOB=$(touch x) `id` \"q\" 'q' é\n<b>"))
                #expect(environment.contains("BANANADROP_PICTURES=1"))
                #expect(!environment.contains { $0.hasPrefix("BANANADROP_API_KEY") }, "the key is nobody's")
                #expect(try spool.text("argument") == "two words\n")
            }
        }
    }

    static let troubles: [(name: String, answer: Receiver.Answer)] = [
        ("500", .status(500)), ("a redirect", .status(302)), ("the connection closed", .close),
        ("no answer", .silence),
    ]

    @Test(arguments: troubles.indices)
    func `where nobody takes it, jobs go on, and it is told again with the same id`(index: Int) async throws {
        let trouble = Self.troubles[index].answer
        try await withSimulator { _, base in
            try await TestSpool.with { spool in
                try await Receiver.run({ $0 <= 2 ? trouble : .status(200) }) { receiver in
                    let options = Self.options(receiver, ["--notify-timeout", "1s"])
                    try await spool.withDaemon(base, options) { daemon in
                        for name in ["a", "b", "c"] { try spool.drop(TestSpool.request(name), as: "\(name).yaml") }
                        for name in ["a", "b", "c"] { #expect(await daemon.result(of: name) != nil) }
                        await daemon.line(containing: "Notifications are taken again")
                        try await Self.isEmpty(spool)
                        let lines = daemon.lines.filter { $0.contains("Notifications are not taken") }
                        #expect(lines.count == 1, "\(lines)")
                    }
                    let ids = Dictionary(grouping: receiver.posts.all, by: \.job).mapValues { Set($0.map(\.id)) }
                    #expect(ids.keys.sorted() == ["a", "b", "c"] && ids.values.allSatisfy { $0.count == 1 })
                    #expect(receiver.posts.all.count == 5, Comment(rawValue: Self.troubles[index].name))
                }
            }
        }
    }

    static let places = ["done", "note", "publish", "tell", "forget"].flatMap { ["before:\($0)", "after:\($0)"] }

    @Test(arguments: places)
    func `killed at any place, it is told at least once, with one id and the right place`(place: String) async throws {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                try await Receiver.run { receiver in
                    // The name is taken, so that the place is not the first that one would look at.
                    try FileManager.default.createDirectory(
                        at: spool.done.appendingPathComponent("acme/job"), withIntermediateDirectories: true)
                    let options = Self.options(receiver)
                    let first = try spool.run(base, options, environment: ["BANANADROP_TEST_KILL_AT": place])
                    await first.line(containing: "Watching")
                    try spool.drop(TestSpool.request("a"), as: "acme/job.yaml")
                    #expect(await first.end() == -SIGKILL)
                    try await spool.withDaemon(base, options) { _ in
                        // What was told and forgotten is not told again.
                        if place != "after:forget" { _ = await receiver.posts.next() }
                        try await Self.isEmpty(spool)
                    }
                    let told = receiver.posts.all
                    #expect(!told.isEmpty && Set(told.map(\.id)).count == 1, "\(told.map(\.id))")
                    #expect(Set(told.map { $0.object["path"] as? String }) == ["done/acme/job-2"])
                    #expect(spool.places(of: "job.yaml") == ["done/acme/job-2/job.yaml"])
                    #expect(simulator.ledger.snapshot.paid("a") == 1)
                }
            }
        }
    }

    @Test func `without the settings, nothing is written down`() async throws {
        try await withSimulator { _, base in
            try await TestSpool.with { spool in
                try await spool.withDaemon(base) { daemon in
                    try spool.drop(TestSpool.request("a"), as: "a.yaml")
                    await daemon.result(of: "a")
                }
                #expect(!spool.names(in: spool.root).contains("notifications"))
            }
        }
    }

    @Test func `doctor sends a test, and says whether it was taken`() async throws {
        try await withSimulator { _, base in
            try await TestSpool.with { spool in
                try await Receiver.run({ $0 == 1 ? .status(200) : .status(403) }) { receiver in
                    func doctor() async throws -> String {
                        try await Program.run(
                            ["doctor", "--spool", spool.root.path, "--api-url", base, "--notify-url", receiver.url]
                        ).output
                    }
                    let well = try await doctor()
                    #expect(well.contains("notify-url took a test") && receiver.posts.all.map(\.event) == ["test"])
                    let refused = try await doctor()
                    #expect(refused.contains("answered with HTTP 403"))
                }
            }
        }
    }

    @Test func `the rest of the address, which is a secret, is not shown`() async throws {
        let arguments = ["config", "--notify-url", "https://user:word@hooks.example/T0/B0/hush-hush?x=y"]
        let output = try await Program.run(arguments).output
        #expect(output.contains("https://hooks.example/***") && !output.contains("hush") && !output.contains("word"))
    }
}
