// SPDX-License-Identifier: Apache-2.0

import Foundation
import NanoBananaSimulator
import Testing

/// Folders that come back: slowly and in any order, changed, and for one part only. Nothing is paid for twice that
/// nobody has asked for.
@Suite(.watched, .timeLimit(.minutes(15)))
struct PutBackTests {
    @Test func `a folder that is made anew where it was taken file by file is one job, and is paid for once`()
        async throws
    {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                let prompt = "[fault:picture=http404x4]"
                try await spool.withDaemon(base, ["--rescan-interval", "1s"]) { daemon in
                    try spool.drop(TestSpool.request("\"\(prompt)\""), as: "zoom.yaml")
                    await daemon.line(containing: "reason=picture-failed")
                    try spool.copy(["error.txt", "journal.jsonl"], from: "failed/zoom", to: "zoom")
                    #expect(await daemon.line(containing: "is not there yet") != nil)
                    try spool.copy(["result.json", "zoom.yaml"], from: "failed/zoom", to: "zoom")
                    #expect(await daemon.line(containing: "Done job=zoom ") != nil)
                    // The client goes on with what it had still to bring.
                    try spool.copy(["zoom.yaml"], from: "failed/zoom", to: "zoom")
                    #expect(await daemon.line(containing: "in a copy of that folder") != nil)
                    try spool.copy(["result.json"], from: "failed/zoom", to: "zoom")
                    #expect(await daemon.line(containing: "a file of a result") != nil)
                    // A second copy of the whole of it.
                    try spool.copy(["zoom.yaml", "journal.jsonl"], from: "failed/zoom", to: "zoom - Copy")
                    #expect(await daemon.line(containing: "a failed job that has since continued") != nil)
                }
                #expect(simulator.ledger.snapshot.submits == 1)
                #expect(spool.names(in: spool.inbox.appendingPathComponent("zoom")) == ["result.json", "zoom.yaml"])
            }
        }
    }

    @Test(arguments: ["", "prompt: \"[fault:picture"])
    func `as long as no more than half of its request has come, a folder keeps what was paid for`(half: String)
        async throws
    {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                try await spool.withDaemon(base, ["--rescan-interval", "1s"]) { daemon in
                    try spool.drop(TestSpool.request("\"[fault:picture=http404x4]\""), as: "hero.yaml")
                    await daemon.line(containing: "reason=picture-failed")
                    try spool.copy(["journal.jsonl"], from: "failed/hero", to: "hero")
                    let request = spool.inbox.appendingPathComponent("hero/hero.yaml")
                    try Data(half.utf8).write(to: request)
                    #expect(await daemon.line(containing: "the end of its request") != nil)
                    try spool.data("failed/hero/hero.yaml").write(to: request)
                    #expect(await daemon.line(containing: "Done job=hero ") != nil)
                }
                #expect(simulator.ledger.snapshot.submits == 1)
            }
        }
    }

    @Test(arguments: ["hero", "acme/hero", "old/acme/hero"])
    func `an old result that comes back in any order, however slowly, is never paid for again`(place: String)
        async throws
    {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                try await spool.withDaemon(base, ["--rescan-interval", "1s"]) { daemon in
                    let lane = place.contains("/") ? "acme/" : ""
                    try spool.drop(TestSpool.request("once"), as: "\(lane)hero.yaml")
                    await daemon.line(containing: "Done job=\(lane)hero ")
                    let steps = [
                        ("result.json", "a file of a result"),
                        ("hero.yaml", "in the incomplete folder of an earlier job"),
                        ("hero-1.png", "a picture alone"), ("response.json", "a file of a result"),
                        ("journal.jsonl", "the folder of a job that is done"),
                    ]
                    for (file, _) in steps.prefix(2) {
                        try spool.copy([file], from: "done/\(lane)hero", to: place)
                    }
                    #expect(await daemon.line(containing: steps[0].1) != nil)
                    #expect(await daemon.line(containing: steps[1].1) != nil)
                    // And before anything else of it.
                    try spool.copy(["hero.yaml"], from: "done/\(lane)hero", to: "again/" + place)
                    #expect(await daemon.line(containing: "in a copy of that folder") != nil)
                    for (file, _) in steps.dropFirst(2) {
                        try spool.copy([file], from: "done/\(lane)hero", to: place)
                    }
                    #expect(await daemon.line(containing: steps[4].1) != nil)
                }
                #expect(simulator.ledger.snapshot.submits == 1)
            }
        }
    }

    @Test func `a batch put back pays again for no part that may have been charged, unless that is marked`()
        async throws
    {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                let lost = "[fault:submit=lostx1]"
                try await spool.withDaemon(base) { daemon in
                    let link = "https://a.b/c.png"
                    let rows = "prompt,image,aspect_ratio\none,\(link),\n\(lost),\(link),\nthree,\(link),7:5\n"
                    try spool.drop(rows, as: "cat.csv")
                    #expect(await daemon.result(of: "cat")?.contains(" Failed ") == true)
                    let before = try spool.prose("failed/cat/error.txt")
                    #expect(before.contains("May have been charged, so not sent again with the batch: 002"))
                    let row = try spool.text("failed/cat/003/003.json").replacing("7:5", with: "4:5")
                    try Data(row.utf8).write(to: spool.failed.appendingPathComponent("cat/003/003.json"))
                    var lines = daemon.lines.count
                    try spool.putBack("cat")
                    let again = await daemon.line(after: lines) { $0.contains(" Failed job=cat ") }
                    #expect(again?.contains("1 of the 3 parts") == true, "\(again ?? "")")
                    #expect(simulator.ledger.snapshot.prompts[lost]?.submits == 1)
                    #expect(simulator.ledger.snapshot.paid("three") == 1)
                    let refused = try await Program.run(["retry", "--spool", spool.root.path, "cat"])
                    #expect(refused.code == 65 && refused.errors.first?.contains("--accept-second-charge") == true)
                    lines = daemon.lines.count
                    try Data().write(to: spool.failed.appendingPathComponent("cat/002/pay-again"))
                    try spool.putBack("cat")
                    #expect(await daemon.line(after: lines) { $0.contains(" Done job=cat ") } != nil)
                }
                #expect(simulator.ledger.snapshot.prompts[lost]?.submits == 2)
                #expect(spool.places(of: "pay-again") == [])
            }
        }
    }

    @Test func `a request that was changed after it was paid for is asked for, and then sent as it is now`()
        async throws
    {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                try await spool.withDaemon(base) { daemon in
                    try spool.drop(TestSpool.request("\"[fault:poll=error]\""), as: "job.yaml")
                    await daemon.line(containing: "reason=task-failed")
                    let file = spool.failed.appendingPathComponent("job/job.yaml")
                    try Data(TestSpool.request("better").utf8).write(to: file)
                    let refused = try await Program.run(["retry", "--spool", spool.root.path, "job"])
                    #expect(refused.code == 65 && refused.errors.first?.contains("--accept-charge") == true)
                    try spool.putBack("job")
                    #expect(await daemon.line(containing: "Done job=job ") != nil)
                    #expect(
                        daemon.lines.contains {
                            $0.contains("is sent and charged again, since its request was changed")
                        })
                }
                #expect(simulator.ledger.snapshot.paid("better") == 1)
                #expect(try spool.json("done/job/result.json")["submits_charged"] as? Int == 2)
            }
        }
    }
}

extension TestSpool {
    /// Copies files one by one into a folder of the inbox, which is made anew where it has gone.
    fileprivate func copy(_ files: [String], from folder: String, to place: String) throws {
        let target = inbox.appendingPathComponent(place)
        for file in files {
            try FileManager.default.createDirectory(at: target, withIntermediateDirectories: true)
            try data("\(folder)/\(file)").write(to: target.appendingPathComponent(file))
        }
    }

    /// Drags a failed folder back into the inbox.
    fileprivate func putBack(_ name: String) throws {
        try FileManager.default.moveItem(
            at: failed.appendingPathComponent(name), to: inbox.appendingPathComponent(name))
    }
}
