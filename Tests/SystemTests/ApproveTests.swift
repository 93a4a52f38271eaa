// SPDX-License-Identifier: Apache-2.0

import Foundation
import NanoBananaSimulator
import Testing

/// What would cost more than `hold-above` waits for somebody's word, with its price.
@Suite(.watched, .timeLimit(.minutes(15)))
struct ApproveTests {
    private static let options = ["--prices", "nano-banana-pro = 0.12", "--hold-above", "0.30", "--repeats", "hold"]

    private static func table(_ rows: Int) -> String {
        "prompt,image\n" + (1...rows).map { "row \($0),https://example.com/a.png\n" }.joined()
    }

    private static func files(in spool: TestSpool) -> [String: String] {
        [
            "acme/hero.yaml": TestSpool.request("hero", more: "variants: 3\n"), "acme/table.csv": table(3),
            "acme/cheap.yaml": TestSpool.request("cheap", more: "variants: 2\n"),
        ]
    }

    @Test func `it waits with its price until a word is there, which holds once`() async throws {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                try await spool.withDaemon(base, Self.options) { daemon in
                    for (name, text) in Self.files(in: spool) { try spool.drop(text, as: name) }
                    await daemon.line(containing: "Done job=acme/cheap")
                    let page = try await spool.status { $0["held_count"] as? Int == 2 }
                    let why = (page["held"] as? [[String: Any]] ?? []).compactMap { $0["why"] as? String }.joined()
                    #expect(why.contains("acme/hero would cost 0.36 for 3 submits"), "\(why)")
                    #expect(why.contains("hold-above (0.3)") && why.contains("hero.approve"), "\(why)")
                    #expect(simulator.ledger.snapshot.paid == 2)
                    try spool.put(at: "inbox/acme/hero.approve")
                    await daemon.line(containing: "Done job=acme/hero")
                    let result = try await Program.run(["approve", "--spool", spool.root.path, "acme/table"])
                    #expect(result.code == 0 && result.output == "acme/table: approved\n", "\(result)")
                    await daemon.line { $0.contains("Done job=acme/table ") }
                    while spool.places(of: "hero.approve") != [] { try await Task.sleep(for: .milliseconds(20)) }
                    // The next of the name is another.
                    try spool.drop(TestSpool.request("another", more: "variants: 3\n"), as: "acme/hero.yaml")
                    _ = try await spool.status { $0["held_count"] as? Int == 1 }
                }
                #expect(simulator.ledger.snapshot.paid == 8)
                #expect(simulator.ledger.snapshot.paidMoreThanOnce == ["cheap", "hero"], "of variants")
            }
        }
    }

    @Test func `a word is about the content that was there, and a table that is changed waits anew`() async throws {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                try spool.put(at: "inbox/table.approve")
                try await Task.sleep(for: .milliseconds(20))
                try spool.drop(Self.table(3), as: "table.csv")
                try await spool.withDaemon(base, Self.options) { _ in
                    _ = try await spool.status { $0["held_count"] as? Int == 1 }
                    #expect(simulator.ledger.snapshot.submits == 0)
                }
            }
        }
    }

    @Test func `retry is consent for what was approved, and not for more`() async throws {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                try await spool.withDaemon(base, Self.options) { daemon in
                    try spool.drop(
                        TestSpool.request("\"[fault:submit=code400x3] once\"", more: "variants: 3\n"), as: "hero.yaml")
                    _ = try await spool.status { $0["held_count"] as? Int == 1 }
                    try spool.put(at: "inbox/hero.approve")
                    await daemon.line(containing: "Failed job=hero")
                    while spool.places(of: "hero.approve") != [] { try await Task.sleep(for: .milliseconds(20)) }
                    let retry = try await Program.run(["retry", "--spool", spool.root.path, "hero"])
                    #expect(retry.code == 0)
                    await daemon.line(containing: "Done job=hero")
                }
            }
        }
    }

    static let kills = [
        "before:approved", "after:approved", "before:heed", "after:heed", "before:give-back", "after:give-back",
    ]

    @Test(arguments: kills)
    func `killed at any step, what was not approved is not paid, and what was is paid once`(place: String) async throws
    {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                let first = try spool.run(base, Self.options, environment: ["BANANADROP_TEST_KILL_AT": place])
                await first.line(containing: "Watching")
                try spool.drop(TestSpool.request("hero", more: "variants: 3\n"), as: "hero.yaml")
                if !place.hasSuffix("give-back") {
                    await first.line(containing: "Requests are held")
                    try spool.put(at: "inbox/hero.approve")
                }
                #expect(await first.end() == -SIGKILL)
                if place.hasSuffix("give-back") { #expect(simulator.ledger.snapshot.submits == 0) }
                try await spool.withDaemon(base, Self.options) { daemon in
                    if place.hasSuffix("give-back") {
                        await daemon.line(containing: "Requests are held")
                        #expect(simulator.ledger.snapshot.submits == 0)
                        try spool.put(at: "inbox/hero.approve")
                    }
                    await daemon.result(of: "hero")
                    while spool.places(of: "hero.approve") != [] { try await Task.sleep(for: .milliseconds(20)) }
                }
                #expect(simulator.ledger.snapshot.paid("hero") <= 3)
                #expect(spool.places(of: "hero.yaml").count == 1)
            }
        }
    }

    @Test func `where money is limited a model without a price is a mistake that says who can mend it`() async throws {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                for options in [Self.options, ["--prices", "nano-banana-pro = 0.12", "--daily-money", "5"]] {
                    try await spool.withDaemon(base, options) { daemon in
                        try spool.drop(TestSpool.request("x", more: "model: nano-banana\n"), as: "x.yaml")
                        #expect(await daemon.line(containing: "reason=no-price") != nil)
                    }
                    #expect(try spool.text("failed/x/error.txt").contains("administrator"))
                    try FileManager.default.removeItem(at: spool.failed.appendingPathComponent("x"))
                }
                #expect(simulator.ledger.snapshot.submits == 0)
            }
        }
    }

    @Test func `check and submit say what it would cost, and what is left today`() async throws {
        try await TestSpool.with { spool in
            let file = spool.root.appendingPathComponent("three.yaml").path
            try Data(TestSpool.request("x", more: "variants: 3\n").utf8).write(to: URL(fileURLWithPath: file))
            let options = ["--spool", spool.root.path, "--daily-money", "5"] + Self.options
            let check = try await Program.run(["check"] + options + [file])
            let words = "would cost 0.36 for 3 submits; 5 of 5 left today; waits for `approve`"
            #expect(check.code == 0 && check.output.contains(words), "\(check)")
            let submit = try await Program.run(["submit"] + options + [file])
            #expect(submit.code == 0 && submit.errors.contains { $0.contains(words) }, "\(submit)")
        }
    }
}
