// SPDX-License-Identifier: Apache-2.0

import Foundation
import NanoBananaSimulator
import Testing

/// A failed job that is put back continues where it stopped, by `retry` and by dragging its folder.
@Suite(.watched, .timeLimit(.minutes(15)))
struct RetryTests {
    struct Case: Sendable {
        var prompt: String
        var options: [String] = []
        var workTime = Duration.zero
        var reason: String
        /// How often it is submitted in all, and paid for.
        var submits: Int
        var paid: Int
        var end = "Done"
        /// What the log says when it is put back.
        var putBack = "continues where it stopped"
    }

    private static let again = "is sent again, although an earlier submit may have been charged"

    static let cases = [
        Case(prompt: "[fault:picture=http404x4]", reason: "picture-failed", submits: 1, paid: 1),
        Case(prompt: "[fault:poll=error]", reason: "task-failed", submits: 1, paid: 1, end: "reason=task-failed"),
        Case(
            prompt: "late", options: ["--task-timeout", "1s"], workTime: .seconds(3600), reason: "task-timeout",
            submits: 1, paid: 1),
        Case(prompt: "[fault:submit=lostx1]", reason: "unknown-outcome", submits: 2, paid: 2, putBack: again),
        Case(prompt: "[fault:submit=dropx1]", reason: "unknown-outcome", submits: 2, paid: 1, putBack: again),
        Case(
            prompt: "[fault:submit=code400x1]", reason: "refused", submits: 2, paid: 1,
            putBack: "starts over, since it was not charged"),
    ]

    @Test(arguments: cases.indices, [false, true])
    func `put back, it continues where it stopped and pays for nothing twice that is known`(
        index: Int, byCommand: Bool
    ) async throws {
        let item = Self.cases[index]
        var configuration = SimulatorConfiguration()
        configuration.workTime = item.workTime...item.workTime
        try await withSimulator(configuration) { simulator, base in
            try await TestSpool.with { spool in
                try await spool.withDaemon(base, item.options) { daemon in
                    try spool.drop(TestSpool.request("\"\(item.prompt)\""), as: "acme/job.yaml")
                    #expect(await daemon.line(containing: "reason=\(item.reason)") != nil)
                    simulator.finishWork()
                    let before = daemon.lines.count
                    if byCommand {
                        let options = ["retry", "--spool", spool.root.path, "--accept-second-charge", "acme/job"]
                        let result = try await Program.run(options)
                        #expect(result.code == 0, "\(result.errors)")
                    } else {
                        try FileManager.default.moveItem(
                            at: spool.failed.appendingPathComponent("acme/job"),
                            to: spool.inbox.appendingPathComponent("job"))
                    }
                    let line = await daemon.line(after: before) {
                        $0.contains(" Done job=") || $0.contains(" Failed job=")
                    }
                    #expect(line?.contains(item.end) == true, "\(line ?? "")")
                    let putBack = daemon.lines.filter { $0.contains("Put back by somebody: ") }
                    #expect(putBack.count == 1 && putBack[0].contains(": \(item.putBack) job="), "\(putBack)")
                }
                let seen = simulator.ledger.snapshot.prompts[item.prompt]
                #expect(seen?.submits == item.submits)
                #expect(seen?.paid == item.paid)
                #expect(spool.places(of: "job.yaml").count == 1)
                guard item.end == "Done" else { return }
                // A dragged folder comes back in the lane that it was dragged to.
                let folder = byCommand ? "done/acme/job" : "done/job"
                #expect(try spool.json("\(folder)/result.json")["outcome"] as? String == "done")
                let names = spool.names(in: spool.root.appendingPathComponent(folder))
                #expect(names == ["job-1.png", "job.yaml", "journal.jsonl", "response.json", "result.json"])
            }
        }
    }

    @Test func `a request that was corrected in its failed folder is read anew`() async throws {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                try await spool.withDaemon(base) { daemon in
                    try spool.drop("promt: corrected\nimages: https://a.b/c.png\n", as: "typo.yaml")
                    await daemon.line(containing: "reason=invalid-request")
                    let file = spool.failed.appendingPathComponent("typo/typo.yaml")
                    try Data(TestSpool.request("corrected").utf8).write(to: file)
                    let result = try await Program.run(["retry", "--spool", spool.root.path, "typo"])
                    #expect(result.output.contains("starts over, since it was not charged"))
                    #expect(await daemon.line(containing: "Done job=typo ") != nil)
                }
                #expect(simulator.ledger.snapshot.paid("corrected") == 1)
            }
        }
    }

    @Test func `a folder that is copied back file by file, its journal last, is not paid for again`() async throws {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                let prompt = "[fault:picture=http404x4]"
                try await spool.withDaemon(base) { daemon in
                    try spool.drop(TestSpool.request("\"\(prompt)\""), as: "job.yaml")
                    await daemon.line(containing: "reason=picture-failed")
                    let (from, to) = (spool.failed.path + "/job", spool.inbox.path + "/job")
                    try FileManager.default.createDirectory(atPath: to, withIntermediateDirectories: false)
                    for name in ["job.yaml", "response.json", "result.json", "error.txt", "journal.jsonl"] {
                        try FileManager.default.copyItem(atPath: "\(from)/\(name)", toPath: "\(to)/\(name)")
                        // As a slow network does it: each file would have settled before the next one comes.
                        if name == "job.yaml" { try await Task.sleep(for: .seconds(2)) }
                    }
                    #expect(await daemon.line(containing: "Done job=job ") != nil)
                }
                #expect(simulator.ledger.snapshot.prompts[prompt]?.submits == 1)
            }
        }
    }

    /// What arrives of a failed folder under another name, in this order, and what is said of it.
    static let halves: [(folder: String, files: [String], journal: Int, words: String)] = [
        ("job - Copy", ["error.txt", "job.yaml"], 0, "in the incomplete folder of an earlier job"),
        ("Copy of it", ["error.txt", "job.yaml"], 0, "in the incomplete folder of an earlier job"),
        ("job", ["journal.jsonl"], 2, "whose journal ends too early"),
    ]

    @Test(arguments: halves.indices)
    func `half a copy of a failed folder is never paid for`(index: Int) async throws {
        let item = Self.halves[index]
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                let prompt = "[fault:picture=http404x4]"
                try await spool.withDaemon(base, ["--rescan-interval", "1s"]) { daemon in
                    try spool.drop(TestSpool.request("\"\(prompt)\""), as: "job.yaml")
                    await daemon.line(containing: "reason=picture-failed")
                    let target = spool.inbox.appendingPathComponent(item.folder)
                    try FileManager.default.createDirectory(at: target, withIntermediateDirectories: false)
                    for name in item.files {
                        var data = try spool.data("failed/job/\(name)")
                        if name == "journal.jsonl" {
                            let lines = data.split(separator: UInt8(ascii: "\n")).prefix(item.journal)
                            data = Data(lines.joined(separator: [UInt8(ascii: "\n")])) + [UInt8(ascii: "\n")]
                        }
                        try data.write(to: target.appendingPathComponent(name))
                    }
                    #expect(await daemon.line(containing: item.words) != nil)
                }
                #expect(simulator.ledger.snapshot.prompts[prompt]?.submits == 1)
            }
        }
    }

    @Test func `a failed job's files thrown into a lane take nothing of the lane with them`() async throws {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                try await spool.withDaemon(base) { daemon in
                    try spool.drop("promt: x", as: "hero.yaml")
                    await daemon.line(containing: "Failed job=hero ")
                    try spool.drop("mine", as: "acme/hero-7.png")
                    for name in spool.names(in: spool.failed.appendingPathComponent("hero")) {
                        try FileManager.default.moveItem(
                            at: spool.failed.appendingPathComponent("hero/\(name)"),
                            to: spool.inbox.appendingPathComponent("acme/\(name)"))
                    }
                    #expect(
                        await daemon.line(containing: "does not belong to the job; take that out of the folder") != nil)
                }
                #expect(try spool.text("inbox/acme/hero-7.png") == "mine")
                #expect(spool.places(of: "hero.yaml") == ["inbox/acme/hero.yaml"])
                #expect(simulator.ledger.snapshot.submits == 0)
            }
        }
    }

    @Test func `over the day's limit, what costs nothing goes on all the same`() async throws {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                try await spool.withDaemon(base, ["--daily-submits", "1"]) { daemon in
                    try spool.drop(TestSpool.request("\"[fault:picture=http404x4]\""), as: "job.yaml")
                    await daemon.line(containing: "reason=picture-failed")
                    let result = try await Program.run(["retry", "--spool", spool.root.path, "job"])
                    #expect(result.code == 0)
                    #expect(await daemon.line(containing: "Done job=job ") != nil)
                }
                #expect(simulator.ledger.snapshot.submits == 1)
            }
        }
    }

    @Test func `the request file alone, put back, starts anew and is paid anew`() async throws {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                let prompt = "[fault:picture=http404x4]"
                try await spool.withDaemon(base) { daemon in
                    try spool.drop(TestSpool.request("\"\(prompt)\""), as: "job.yaml")
                    await daemon.line(containing: "reason=picture-failed")
                    try FileManager.default.moveItem(
                        at: spool.failed.appendingPathComponent("job/job.yaml"),
                        to: spool.inbox.appendingPathComponent("job.yaml"))
                    await simulator.ledger.wait { $0.paid(prompt) == 2 }
                }
            }
        }
    }

    @Test func `the folder of a job that is done is left alone in the inbox`() async throws {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                try await spool.withDaemon(base) { daemon in
                    try spool.drop(TestSpool.request("once"), as: "job.yaml")
                    await daemon.line(containing: "Done job=job ")
                    try FileManager.default.moveItem(
                        at: spool.done.appendingPathComponent("job"), to: spool.inbox.appendingPathComponent("job"))
                    #expect(await daemon.line(containing: "the folder of a job that is done") != nil)
                }
                #expect(simulator.ledger.snapshot.paid("once") == 1)
                #expect(spool.places(of: "job.yaml") == ["inbox/job/job.yaml"])
            }
        }
    }

    static let refusals: [(name: String, code: Int32, words: String)] = [
        ("lost", 65, "may have been charged already"), ("nope", 66, "is not in failed/"),
        ("../inbox", 66, "is not in failed/"), ("mine", 65, "has no journal"), ("damaged", 65, "damaged journal"),
        ("taken", 65, "is there already"),
    ]

    @Test func `retry says what cannot be put back, and puts back the rest`() async throws {
        try await withSimulator { _, base in
            try await TestSpool.with { spool in
                try await spool.withDaemon(base) { daemon in
                    try spool.drop(TestSpool.request("\"[fault:submit=lost]\""), as: "lost.yaml")
                    for name in ["taken", "damaged", "good"] { try spool.drop("promt: x", as: "\(name).yaml") }
                    for name in ["lost", "taken", "damaged", "good"] {
                        await daemon.line(containing: "Failed job=\(name) ")
                    }
                }
                let journal = spool.failed.appendingPathComponent("damaged/journal.jsonl")
                try Data(("nonsense\n" + (try spool.text("failed/damaged/journal.jsonl"))).utf8).write(to: journal)
                for name in ["failed/mine", "inbox/taken"] {
                    try FileManager.default.createDirectory(
                        at: spool.root.appendingPathComponent(name), withIntermediateDirectories: false)
                }
                let all = Self.refusals.map(\.name) + ["good"]
                let together = try await Program.run(["retry", "--spool", spool.root.path] + all)
                #expect(together.output.hasPrefix("good: put back"))
                for item in Self.refusals {
                    let result = try await Program.run(["retry", "--spool", spool.root.path, item.name])
                    #expect(result.code == item.code, "\(item.name): \(result.errors)")
                    #expect(result.errors.first?.contains(item.words) == true, "\(item.name): \(result.errors)")
                }
                #expect(spool.names(in: spool.inbox) == ["good", "taken"])
            }
        }
    }
}
