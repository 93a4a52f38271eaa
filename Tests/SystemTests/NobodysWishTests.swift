// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import NanoBananaSimulator
import Testing

/// What nobody has wished for is not paid for, and comes back with words that help.
@Suite(.watched, .timeLimit(.minutes(15)))
struct NobodysWishTests {
    @Test func `a link that has run out while its request waited is not paid for`() async throws {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                // Claimed and read by an earlier run, when the link was still good.
                let link = "https://b.s3.amazonaws.com/a.png?X-Amz-Date=20251128T120000Z&X-Amz-Expires=60"
                let read = ForgedJournal.read("late").replacingOccurrences(of: "https://a.b/c.png", with: link)
                let folder = spool.processing.appendingPathComponent("late.1x2y3z")
                try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
                let journal = ForgedJournal([ForgedJournal.claimed("late.yaml"), read]).text
                try Data(journal.utf8).write(to: folder.appendingPathComponent("journal.jsonl"))
                let request = TestSpool.request("late").replacingOccurrences(
                    of: "https://example.com/bottle.png", with: link)
                try Data(request.utf8).write(to: folder.appendingPathComponent("late.yaml"))
                try await spool.guarded(base) { daemon in
                    #expect(await daemon.line(containing: " Failed job=late ") != nil)
                }
                #expect(simulator.ledger.snapshot.submits == 0)
                let error = try spool.prose("failed/late/error.txt")
                #expect(error.contains("Picture 1's link expired at 2025-11-28"), "\(error)")
                #expect(error.contains("Was it charged? No."))
                let reason = try spool.json("failed/late/result.json")["reason"] as? [String: Any]
                #expect(reason?["code"] as? String == "invalid-request")
            }
        }
    }

    @Test func `a table filled down further than there are requests is done, and what was passed over is said`()
        async throws
    {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                let rows = String(repeating: ",,,FALSE\n", count: 200)
                let table =
                    "name,prompt,image,meta.done\nred,Red bottle,https://a.b/r.png,TRUE\n\(rows)"
                    + "name,prompt,image,meta.done\nblue,Blue bottle,https://a.b/b.png,TRUE\n\u{1A}"
                try await spool.guarded(base) { daemon in
                    await daemon.line(containing: "Watching")
                    try spool.drop(table, as: "b.csv")
                    let line = await daemon.line(containing: "Some rows of the table are not requests")
                    let words = "200 rows have only notes or check boxes, 1 row repeats the header"
                    #expect(line?.contains(words) == true, "\(line ?? "")")
                    #expect(await daemon.line(containing: " Done job=b ") != nil)
                }
                #expect(simulator.ledger.snapshot.prompts.keys.sorted() == ["Blue bottle", "Red bottle"])
                #expect(spool.names(in: spool.failed) == [])
                let file = spool.root.appendingPathComponent("b.csv").path
                try table.write(toFile: file, atomically: true, encoding: .utf8)
                let check = try await Program.run(["check", file])
                #expect(check.code == 0 && check.output.contains("skipped: 200 rows"), "\(check.output)")
            }
        }
    }

    /// Names that Windows cannot open, and what becomes of them.
    static let names = [
        ("hero .yaml", "hero_"), ("hero..yaml", "hero_-2"), ("hero: two.yaml", "hero_ two"), ("what?.yaml", "what_"),
        ("CON.yaml", "CON_"), ("a\"b.yaml", "a_b"), ("x|y.yaml", "x_y"),
    ]

    @Test func `results have names that Windows can open, and are found by the names of their requests`() async throws {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                let lane = "M\u{FC}ller "
                try await spool.guarded(base) { daemon in
                    await daemon.line(containing: "Watching")
                    for (file, folder) in Self.names {
                        try spool.drop(TestSpool.request("\"\(folder)\""), as: "\(lane)/\(file)")
                        #expect(
                            await daemon.line { $0.contains(" Done ") && $0.contains("/\(folder)") } != nil, "\(file)")
                    }
                    try spool.drop(TestSpool.request("\"[fault:submit=code400x1]\""), as: "\(lane)/no: way.yaml")
                    #expect(await daemon.line { LogLook.text.says("Failed", $0) } != nil)
                    let failed = spool.failed.appendingPathComponent("M\u{FC}ller_")
                    #expect(spool.names(in: failed) == ["no_ way"])
                    let retry = ["retry", "--spool", spool.root.path, "\(lane)/no: way"]
                    let result = try await Program.run(retry)
                    #expect(result.code == 0, "\(result.errors)")
                    let line = await daemon.line { $0.contains(" Done ") && $0.contains("no: way") }
                    #expect(line?.contains("job=\"\(lane)/no: way\"") == true, "\(line ?? "")")
                }
                let done = spool.done.appendingPathComponent("M\u{FC}ller_")
                #expect(spool.names(in: spool.done) == ["M\u{FC}ller_"])
                #expect(Set(spool.names(in: done)) == Set(Self.names.map(\.1) + ["no_ way"]))
                for (file, folder) in Self.names {
                    let names = spool.names(in: done.appendingPathComponent(folder))
                    let stem = folder.hasSuffix("-2") ? "hero_" : folder
                    #expect(names.contains(file) && names.contains("\(stem)-1.png"), "\(names)")
                }
                #expect(simulator.ledger.snapshot.paid == Self.names.count + 1)
            }
        }
    }

    @Test func `a text that a Mac saves through a folder of its own is taken once, where it ends`() async throws {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                try await spool.guarded(base) { daemon in
                    await daemon.line(containing: "Watching")
                    for (index, folder) in ["hero.yaml.sb-1a2b3c4d-Qx7Yz9", "(A Document Being Saved By TextEdit)"]
                        .enumerated()
                    {
                        try spool.write(TestSpool.request("mac \(index)"), to: "\(folder)/hero.yaml")
                        // It came later, so the other one would have been taken by now.
                        try spool.write(TestSpool.request("other \(index)"), to: "other\(index).yaml")
                        #expect(await daemon.line(containing: " Done job=other\(index) ") != nil)
                        let saved = spool.inbox.appendingPathComponent("\(folder)/hero.yaml")
                        #expect(rename(saved.path, spool.inbox.appendingPathComponent("hero.yaml").path) == 0)
                        #expect(rmdir(spool.inbox.appendingPathComponent(folder).path) == 0)
                        let end = index == 0 ? "/done/hero " : "/done/hero-2 "
                        #expect(await daemon.line { $0.contains(" Done job=hero ") && $0.contains(end) } != nil)
                    }
                }
                let paid = simulator.ledger.snapshot.prompts.mapValues(\.paid)
                #expect(paid == ["mac 0": 1, "mac 1": 1, "other 0": 1, "other 1": 1])
            }
        }
    }

    @Test
    func `an upload that breaks off within a line is waited for, and one whose last line has no end is taken at last`()
        async throws
    {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                try await spool.guarded(base) { daemon in
                    await daemon.line(containing: "Watching")
                    try spool.write(
                        "prompt: 'Both'\nimages:\n  - https://a.b/1.png\n  - https://a.b/2.pn", to: "two.yaml")
                    // One that begins as late waits as long: it is the clock of this test.
                    try spool.write("prompt: 'Cut'\nimages: https://a.b/1.png", to: "clock.yaml")
                    try spool.append("g\n", to: "two.yaml")
                    #expect(await daemon.line(containing: " Done job=two ") != nil)
                    #expect(await daemon.line(containing: " Done job=clock ") != nil)
                }
                #expect(try spool.text("done/two/two.yaml").hasSuffix("2.png\n"))
                #expect(simulator.ledger.snapshot.prompts.mapValues(\.paid) == ["Both": 1, "Cut": 1])
            }
        }
    }
}
