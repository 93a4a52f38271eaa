// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import NanoBananaSimulator
import Testing

/// What asks for the very same as something before it, and batches that meet a limit of the day.
@Suite(.watched, .timeLimit(.minutes(15)))
struct RepeatTests {
    // MARK: What was asked for before

    @Test func `what a program drops anew, or copies, is paid for once, also after a restart`() async throws {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                for _ in 0..<2 {
                    try await spool.withDaemon(base, ["--repeats", "hold"]) { daemon in
                        try spool.drop(TestSpool.request("hero"), as: "acme/hero.yaml")
                        await daemon.line { $0.contains("Done job=acme/hero") || $0.contains("--remove-source-files") }
                        for name in ["hero (1)", "hero 2", "hero-DESKTOP-4F2K9QX", "Copy of hero", "hero"] {
                            try spool.drop(TestSpool.request("hero"), as: "acme/\(name).yaml")
                        }
                        await daemon.line(containing: "job=\"acme/Copy of hero\" why=")
                        await daemon.line(containing: "job=acme/hero why=")
                        // Everything else goes on, and another try that is meant.
                        try spool.drop(TestSpool.request("hero", more: "again: true\n"), as: "acme/other.yaml")
                        await daemon.line(containing: "Done job=acme/other")
                        try FileManager.default.removeItem(at: spool.inbox.appendingPathComponent("acme/hero.yaml"))
                    }
                }
                #expect(simulator.ledger.snapshot.paid("hero") == 3)
            }
        }
    }

    @Test func `what failed without a charge is dropped again as often as it takes`() async throws {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                try await spool.withDaemon(base, ["--repeats", "hold"]) { daemon in
                    for number in 1...3 {
                        try spool.drop(TestSpool.request("\"[fault:submit=code400]\""), as: "refused.yaml")
                        while daemon.lines.count(where: { $0.contains("reason=refused") }) < number {
                            try await Task.sleep(for: .milliseconds(20))
                        }
                    }
                }
                #expect(simulator.ledger.snapshot.paid == 0)
                #expect(spool.names(in: spool.inbox).isEmpty)
            }
        }
    }

    private static func table(_ prompts: [String], more: String = "") -> String {
        let rows = prompts.map { "\($0),https://example.com/a.png,\(more)" }
        return (["prompt,image,again"] + rows).joined(separator: "\n") + "\n"
    }

    @Test func `a table that is saved once more, or asks for the same in many rows, is held as a whole`() async throws {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                try await spool.withDaemon(base, ["--repeats", "hold"]) { daemon in
                    let table = Self.table((1...6).map { "bottle \($0)" })
                    try spool.drop(table, as: "catalog.csv")
                    await daemon.line { $0.contains("Done job=catalog ") && $0.contains(" path=") }
                    try spool.drop(table, as: "catalog.csv")
                    await daemon.line { $0.contains(" job=catalog ") && $0.contains(" why=") }
                    try spool.drop(Self.table(Array(repeating: "the same", count: 7)), as: "filled-down.csv")
                    await daemon.line(containing: "7 rows of filled-down ask for exactly the same")
                    try spool.drop(Self.table(["bottle 1", "bottle 2"], more: "TRUE"), as: "more.csv")
                    await daemon.line { $0.contains("Done job=more ") && $0.contains(" path=") }
                }
                #expect(simulator.ledger.snapshot.paid == 8)
                #expect(simulator.ledger.snapshot.paid("the same") == 0)
            }
        }
    }

    @Test func `rows that were paid for after a restart are known to the guard, too`() async throws {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                let table = Self.table((1...3).map { "bottle \($0)" })
                try await spool.withDaemon(base, ["--repeats", "hold", "--daily-submits", "1"]) { daemon in
                    try spool.drop(table, as: "catalog.csv")
                    await daemon.line { $0.contains("Done job=catalog/") }
                }
                try await spool.withDaemon(base, ["--repeats", "hold"]) { daemon in
                    await daemon.line { $0.contains("Done job=catalog ") && $0.contains(" path=") }
                    try spool.drop(table.replacing("\n", with: "\r\n"), as: "catalog (1).csv")
                    #expect(await daemon.line { $0.contains(" job=\"catalog (1)\" why=") } != nil)
                }
                #expect(simulator.ledger.snapshot.paid == 3)
            }
        }
    }

    // MARK: Batches and limits

    @Test func `a part that alone is over the limit fails, its batch ends, and what was paid comes out`() async throws {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                try await spool.withDaemon(base, ["--repeats", "hold", "--daily-submits", "3"]) { daemon in
                    let picture = "https://example.com/a.png"
                    let rows = ["prompt,image,variants", "one,\(picture),1", "five,\(picture),5", ""]
                    try spool.drop(rows.joined(separator: "\n"), as: "catalog.csv")
                    await daemon.line { $0.contains(" job=catalog ") && $0.contains(" path=") }
                }
                #expect(simulator.ledger.snapshot.paid == 1)
                let folders = spool.names(in: spool.failed.appendingPathComponent("catalog"))
                #expect(folders.contains("001") && folders.contains("002"))
                #expect(
                    try spool.prose("failed/catalog/002/error.txt").contains(
                        "exceeds the daily submit limit (daily-submits: 3)"))
                #expect(spool.names(in: spool.failed.appendingPathComponent("catalog/001")).contains("001-1.png"))
            }
        }
    }

    @Test func `a batch that waits for a limit is shown, and a limit that is raised lets it go at once`() async throws {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                let file = spool.root.appendingPathComponent("settings.yaml")
                try "daily-submits: 2\n".write(to: file, atomically: true, encoding: .utf8)
                try await spool.withDaemon(
                    base, ["--repeats", "hold", "--config", file.path, "--rescan-interval", "1h"]
                ) { daemon in
                    try spool.drop(Self.table((1...5).map { "bottle \($0)" }), as: "catalog.csv")
                    while true {
                        let status = try await Program.run(["status", "--spool", spool.root.path]).output
                        if status.contains("held: 3 jobs: today's submit limit (daily-submits: 2) is used up") { break }
                        try await Task.sleep(for: .milliseconds(50))
                    }
                    // What is let through counts before it is sent.
                    await simulator.ledger.wait { $0.paid >= 2 }
                    #expect(simulator.ledger.snapshot.paid == 2)
                    try "daily-submits: 5\n".write(to: file, atomically: true, encoding: .utf8)
                    daemon.send(SIGHUP)
                    await daemon.line { $0.contains("Done job=catalog ") && $0.contains(" path=") }
                }
                #expect(simulator.ledger.snapshot.paid == 5)
            }
        }
    }
}
