// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import NanoBananaSimulator
import Testing

/// SIGHUP, and a key file that changes.
@Suite(.watched, .timeLimit(.minutes(15)))
struct ReloadTests {
    private static func configure(_ spool: TestSpool, _ text: String) throws {
        let file = spool.root.appendingPathComponent("bananadrop.yaml")
        try Data(text.utf8).write(to: file, options: .atomic)
    }

    /// Asks for a reload and returns the line that says what came of it.
    private static func reload(_ daemon: Program) async -> String? {
        let before = daemon.lines.count
        daemon.send(SIGHUP)
        return await daemon.line(after: before) { $0.contains("The configuration was") }
    }

    @Test func `a reload lets more tasks go side by side`() async throws {
        try await withSimulator(SimulatorConfiguration().heldWork) { simulator, base in
            try await TestSpool.with { spool in
                try Self.configure(spool, "max-in-flight: 1\n")
                try await spool.withDaemon(base) { daemon in
                    for number in 1...3 { try spool.drop(TestSpool.request("task \(number)"), as: "t\(number).yaml") }
                    await simulator.ledger.wait { $0.submits == 1 }
                    try Self.configure(spool, "max-in-flight: 3\n")
                    let line = await Self.reload(daemon)
                    #expect(line?.contains("changed=max-in-flight") == true, "\(line ?? "")")
                    await simulator.ledger.wait { $0.submits == 3 }
                }
            }
        }
    }

    @Test func `a reload changes how much is logged`() async throws {
        try await withSimulator { _, base in
            try await TestSpool.with { spool in
                try await spool.withDaemon(base) { daemon in
                    // Pictures that lie in the inbox are a matter for debugging.
                    try spool.drop(PNGFile.small, as: "before.png")
                    _ = try await spool.leavesAlone(["before.png"])
                    try Self.configure(spool, "log-level: debug\n")
                    #expect(await Self.reload(daemon)?.contains("changed=log-level") == true)
                    try spool.drop(PNGFile.small, as: "after.png")
                    #expect(await daemon.line(containing: "file=after.png") != nil)
                    #expect(!daemon.lines.contains { $0.contains("file=before.png") })
                }
            }
        }
    }

    @Test func `a reload lifts a limit, and what was held by it goes on`() async throws {
        try await withSimulator { _, base in
            try await TestSpool.with { spool in
                try Self.configure(spool, "lane-daily-submits: acme = 1\n")
                try await spool.withDaemon(base) { daemon in
                    try spool.drop(TestSpool.request("one"), as: "acme/one.yaml")
                    #expect(await daemon.line(containing: "Done job=acme/one ") != nil)
                    try spool.drop(TestSpool.request("two"), as: "acme/two.yaml")
                    #expect(await daemon.line(containing: "Requests are held") != nil)
                    try Self.configure(spool, "lane-daily-submits: acme = 2\n")
                    #expect(await Self.reload(daemon) != nil)
                    #expect(await daemon.line(containing: "Done job=acme/two ") != nil)
                }
            }
        }
    }

    @Test func `a limit that a reload brings counts what its lane has spent today`() async throws {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                try await spool.withDaemon(base) { daemon in
                    try spool.drop(TestSpool.request("one"), as: "acme/deep/one.yaml")
                    #expect(await daemon.line(containing: "Done job=acme/deep/one ") != nil)
                    try Self.configure(spool, "lane-daily-submits: acme = 1\n")
                    #expect(await Self.reload(daemon) != nil)
                    try spool.drop(TestSpool.request("two"), as: "acme/two.yaml")
                    #expect(await daemon.line(containing: "Requests are held") != nil)
                    #expect(simulator.ledger.snapshot.submits == 1)
                }
            }
        }
    }

    @Test func `a configuration that is gone lifts no limit`() async throws {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                try Self.configure(spool, "daily-submits: 1\n")
                try await spool.withDaemon(base) { daemon in
                    for number in 1...2 { try spool.drop(TestSpool.request("job \(number)"), as: "j\(number).yaml") }
                    #expect(await daemon.line(containing: "Requests are held") != nil)
                    try FileManager.default.removeItem(at: spool.root.appendingPathComponent("bananadrop.yaml"))
                    let line = await Self.reload(daemon)
                    #expect(line?.contains("bananadrop.yaml is gone, and its limits with it; put it back") == true)
                    // What is there again is taken, and its limit lets the other go.
                    try Self.configure(spool, "daily-submits: 2\n")
                    #expect(await Self.reload(daemon)?.contains("changed=daily-submits") == true)
                    await simulator.ledger.wait { $0.paid == 2 }
                }
            }
        }
    }

    struct Refusal: Sendable {
        var text: String
        var why: String
    }

    static let refusals = [
        Refusal(text: "max-in-flihgt: 3\n", why: "did you mean max-in-flight?"),
        Refusal(text: "max-in-flight: many\n", why: "it is a whole number from 1 to 10000"),
        Refusal(text: "max-in-flight: 2\nlog-level: loud\n", why: "log-level cannot be"),
        Refusal(text: "api-key-file: /nowhere/key\n", why: "/nowhere/key cannot be read"),
        Refusal(text: "ca-file: /nowhere/ca\n", why: "/nowhere/ca cannot be read"),
        Refusal(text: "- a list\n", why: "bananadrop.yaml"),
    ]

    @Test(arguments: refusals)
    func `what is wrong is said and changes nothing`(refusal: Refusal) async throws {
        try await withSimulator(SimulatorConfiguration().heldWork) { simulator, base in
            try await TestSpool.with { spool in
                try Self.configure(spool, "max-in-flight: 1\n")
                try await spool.withDaemon(base) { daemon in
                    try spool.drop(TestSpool.request("one"), as: "one.yaml")
                    await simulator.ledger.wait { $0.submits == 1 }
                    try Self.configure(spool, refusal.text)
                    let line = await Self.reload(daemon)
                    #expect(line?.contains("The configuration was refused; the old one stays in force") == true)
                    #expect(line?.contains(refusal.why) == true, "\(line ?? "")")
                    // Still one at a time, and a good one is taken again.
                    try spool.drop(TestSpool.request("two"), as: "two.yaml")
                    try Self.configure(spool, "max-in-flight: 1\nprices: nano-banana-pro = 0.12\n")
                    #expect(await Self.reload(daemon)?.contains("changed=prices") == true)
                    #expect(simulator.ledger.snapshot.submits == 1)
                }
            }
        }
    }

    @Test func `what needs a restart is listed, and holds after it`() async throws {
        try await withSimulator { _, base in
            try await TestSpool.with { spool in
                try await spool.withDaemon(base) { daemon in
                    try Self.configure(spool, "settle: 2s\ntask-timeout: 1h\nignore: \"*.draft.yaml\"\n")
                    let first = await Self.reload(daemon)
                    #expect(first?.contains("changed=task-timeout ") == true, "\(first ?? "")")
                    #expect(first?.contains(#"needs-restart="settle, ignore""#) == true, "\(first ?? "")")
                    // They still need one.
                    let second = await Self.reload(daemon)
                    #expect(second?.contains("changed=nothing ") == true, "\(second ?? "")")
                    #expect(second?.contains(#"needs-restart="settle, ignore""#) == true)
                }
            }
        }
    }

    /// With what only a restart takes up they would fail, wait for an hour, or be left alone.
    @Test func `what needs a restart stays as it was, while the rest of the same file holds`() async throws {
        try await withSimulator { _, base in
            try await TestSpool.with { spool in
                try await spool.withDaemon(base) { daemon in
                    let waiting = [
                        "settle: 1h", "rescan-interval: 1h", "watch-mode: polling", "ignore: \"*.draft.yaml\"",
                        "publish-directory: \(spool.root.path)", "publish-base-url: https://example.com/drop",
                    ]
                    try Self.configure(spool, (waiting + ["model: nano-banana"]).joined(separator: "\n") + "\n")
                    let line = await Self.reload(daemon)
                    let names = waiting.map { $0.prefix { $0 != ":" } }.joined(separator: ", ")
                    #expect(line?.contains("changed=model ") == true, "\(line ?? "")")
                    #expect(line?.contains("needs-restart=\"\(names)\"") == true, "\(line ?? "")")
                    let placed = spool.inbox.appendingPathComponent("hero.draft.yaml")
                    try Data(TestSpool.request("a").utf8).write(to: placed)
                    #expect(await daemon.line(containing: "Done job=hero.draft ") != nil)
                    let ledger = spool.names(in: spool.root.appendingPathComponent("ledger"))
                    #expect(try spool.text("ledger/\(ledger.first ?? "")").contains("gemini-2.5-flash-image"))
                    try spool.drop("prompt: b\nimages: own.png\n", as: "own.yaml")
                    try spool.drop(PNGFile.small, as: "own.png")
                    let failed = await daemon.result(of: "own")
                    #expect(failed?.contains("reason=invalid-request") == true, "\(failed ?? "")")
                }
            }
        }
    }

    @Test func `whoever has it reloaded is told what came of it, when it holds`() async throws {
        try await withSimulator { _, base in
            try await TestSpool.with { spool in
                let reload = ["reload", "--spool", spool.root.path]
                #expect(try await Program.run(reload).code == 69)
                try await spool.withDaemon(base) { daemon in
                    await daemon.line(containing: "Watching")
                    try Self.configure(spool, "max-in-flight: 3\nsettle: 1s\n")
                    let taken = try await Program.run(reload)
                    #expect(taken.code == 0 && taken.errors.isEmpty)
                    #expect(
                        taken.output
                            == "The configuration was read again; changed: max-in-flight.\nOnly a restart takes up: settle.\n"
                    )
                    try Self.configure(spool, "max-in-flight: 3\nsettel: 1s\n")
                    let refused = try await Program.run(reload)
                    #expect(refused.code == 78 && refused.output.isEmpty)
                    let words = "the configuration was refused, and the old one stays in force: "
                    #expect(refused.errors.first?.hasPrefix("bananadrop: " + words) == true, "\(refused.errors)")
                    #expect(refused.errors.first?.contains("did you mean settle?") == true)
                    let status = ["status", "--spool", spool.root.path, "--config", "/dev/null"]
                    #expect(try await Program.run(status).output.contains(words))
                    try Self.configure(spool, "max-in-flight: 3\n")
                    #expect(try await Program.run(reload).code == 0)
                    #expect(try await !Program.run(status).output.contains(words))
                }
            }
        }
    }

    /// As `ExecReload=` in a unit whose daemon was started with options that the reload does not know.
    @Test func `the service manager's word of the process counts where another spool is found, or none`() async throws {
        try await withSimulator { _, base in
            try await TestSpool.with { spool in
                try await spool.withDaemon(base) { daemon in
                    await daemon.line(containing: "Watching")
                    let empty = spool.root.appendingPathComponent("empty.yaml")
                    try Data("log-level: info\n".utf8).write(to: empty)
                    for options in [["--spool", "/nowhere/at/all"], []] {
                        let before = daemon.lines.count
                        let asked = try await Program.run(
                            ["reload", "--config", empty.path] + options, environment: ["MAINPID": "\(daemon.pid)"])
                        #expect(asked.code == 0 && asked.output.hasPrefix("Process \(daemon.pid) was asked"))
                        #expect(await daemon.line(after: before) { $0.contains("The configuration was") } != nil)
                    }
                    // One that runs another program is left alone: this one would die of it.
                    let other = try await Program.run(
                        ["reload", "--spool", "/nowhere/at/all"], environment: ["MAINPID": "\(getpid())"])
                    #expect(other.code == 69 && other.output.isEmpty)
                }
            }
        }
    }

    @Test func `a key file that changes ends the pause that the old key made`() async throws {
        var configuration = SimulatorConfiguration()
        configuration.keys = ["right"]
        try await withSimulator(configuration) { _, base in
            try await TestSpool.with { spool in
                let path = spool.root.appendingPathComponent("key").path
                try Data("wrong\n".utf8).write(to: URL(fileURLWithPath: path))
                try #require(chmod(path, 0o600) == 0)
                let options = ["--api-key-file", path, "--retry-interval", "1h", "--retry-limit", "1h"]
                try await spool.withDaemon(base, options) { daemon in
                    try spool.drop(TestSpool.request("one"), as: "one.yaml")
                    #expect(await daemon.line(containing: "why=key") != nil)
                    // One that others can read is said, and not taken; what follows is.
                    // In this order it is never there with good rights.
                    try #require(chmod(path, 0o644) == 0)
                    try Data("right\n".utf8).write(to: URL(fileURLWithPath: path))
                    #expect(await daemon.line(containing: "The new key cannot be used") != nil)
                    try #require(chmod(path, 0o600) == 0)
                    #expect(await daemon.line(containing: "A new key is in use") != nil)
                    #expect(await daemon.line(containing: "Done job=one ") != nil)
                }
            }
        }
    }
}
