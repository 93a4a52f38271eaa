// SPDX-License-Identifier: Apache-2.0

import Foundation
import NanoBananaSimulator
import Testing

/// One dropper, one daemon, one stand-in: what became of the request that was dropped.
struct DropperTrial: Sendable {
    let dropper: Dropper
    var share: DropperShare?

    /// Two scans, or two polls of a share, go over the inbox once more in this time.
    private var oneMoreLook: Duration { share == nil ? .milliseconds(2_200) : .milliseconds(4_500) }

    /// With a share only polling finds the file in time: the scan is left as rare as it is.
    private var options: [String] {
        ["--settle", dropper.settle]
            + (share == nil ? ["--rescan-interval", "1s", "--log-level", "debug"] : [])
    }

    /// What is wrong; empty where the request was taken once, whole and in time, and nothing else was touched.
    func problems() async throws -> [String] {
        try await withSimulator { simulator, base in
            let work = TestFolder.new()
            try FileManager.default.createDirectory(at: work, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(at: work) }
            if let share {
                return try await share.withSpool(work: work) { try await run($0, seen: $1, work, simulator, base) }
            }
            return try await TestSpool.with { try await run($0, seen: $0, work, simulator, base) }
        }
    }

    /// - Parameter seen: the same spool as the dropper sees it.
    private func run(
        _ spool: TestSpool, seen: TestSpool, _ work: URL, _ simulator: Simulator, _ base: String
    ) async throws -> [String] {
        let prompt = "dropped \(UUID().uuidString)"
        let content = dropper.request(prompt)
        try content.write(to: work.appendingPathComponent("hero.yaml"))
        var ended = Date.distantFuture
        var lines: [String] = []
        try await spool.guarded(base, options) { daemon in
            #expect(await daemon.line(containing: "Watching") != nil, "\(daemon.lines)")
            let script = "work=$1 inbox=$2\n" + dropper.script
            try await Tool.run("bash", "-euc", script, dropper.name, work.path, seen.inbox.path)
            ended = .now
            if dropper.isTaken { await paid(prompt, simulator) }
            // What is paid for comes to its end, however long its picture takes.
            if simulator.ledger.snapshot.paid(prompt) > 0 {
                await daemon.line(where: LogLook.text.saysEnd)
            }
            try await Task.sleep(for: oneMoreLook)
            lines = daemon.lines
        }
        let ledger = simulator.ledger
        return payment(prompt, ledger.snapshot) + delay(prompt, ledger.snapshot, since: ended, lines)
            + sent(ledger.submitBodies) + places(content, seen)
    }

    /// Waits longer than is allowed, so that late is told from never.
    private func paid(_ prompt: String, _ simulator: Simulator) async {
        await withTaskGroup { group in
            group.addTask { await simulator.ledger.wait { $0.paid(prompt) > 0 } }
            group.addTask { [dropper] in try? await Task.sleep(for: dropper.within + .seconds(10)) }
            await group.next()
            group.cancelAll()
        }
    }

    private func payment(_ prompt: String, _ seen: LedgerSnapshot) -> [String] {
        seen.paid == (dropper.isTaken ? 1 : 0) ? [] : ["paid \(seen.paid) times"]
    }

    /// Where the inbox is looked through each second, the daemon's own looks are the clock: on a busy machine they come
    /// later, as all that it does.
    private func delay(
        _ prompt: String, _ seen: LedgerSnapshot, since ended: Date, _ lines: [String]
    ) -> [String] {
        guard dropper.isTaken, let moment = seen.prompts[prompt]?.firstSubmit else { return [] }
        let late: Duration
        if share == nil {
            let claim = lines.firstIndex { $0.contains(" Claimed ") } ?? lines.endIndex
            let end = Date.ISO8601FormatStyle(includingFractionalSeconds: true).format(ended)
            late = .seconds(lines[..<claim].count { $0.contains(" Checked the whole inbox") && $0 > end })
        } else {
            late = .seconds(moment - ended.timeIntervalSince1970)
        }
        return late > dropper.within ? ["taken \(late) after the tool had ended"] : []
    }

    private func sent(_ bodies: [[UInt8]]) -> [String] {
        bodies.compactMap { body in
            let sent = try? JSONSerialization.jsonObject(with: Data(body)) as? [String: Any]
            let links = (sent?["image_urls"] as? [String])?.count
            let isWhole = links == Dropper.links && sent?["image_size"] as? String == "4K"
            return isWhole ? nil : "\(links ?? 0) links were sent"
        }
    }

    private func places(_ content: Data, _ spool: TestSpool) -> [String] {
        var problems: [String] = []
        let walk = SpoolWalk(spool)
        let kept = walk.places(of: "hero.yaml")
        let folder = dropper.isTaken ? "done/" : "inbox/"
        if kept.count != 1 || !kept.allSatisfy({ $0.hasPrefix(folder) }) { problems.append("it lies in \(kept)") }
        if dropper.isTaken, !kept.allSatisfy({ (try? spool.data($0)) == content }) {
            problems.append("what is kept is not what was dropped")
        }
        let results = walk.places(of: "result.json")
        if results.count != (dropper.isTaken ? 1 : 0) { problems.append("results: \(results)") }
        let left = Self.left(in: spool.inbox)
        if left != dropper.leaves { problems.append("left in the inbox: \(left)") }
        return problems
    }

    /// Files, links and the like, hidden ones too, but nothing that lies in a hidden folder such as `.git`.
    private static func left(in inbox: URL) -> [String] {
        let paths = (try? FileManager.default.subpathsOfDirectory(atPath: inbox.path)) ?? []
        return paths.filter { path in
            if path.split(separator: "/").dropLast().contains(where: { $0.hasPrefix(".") }) { return false }
            let attributes = try? FileManager.default.attributesOfItem(atPath: inbox.path + "/" + path)
            return attributes?[.type] as? FileAttributeType != .typeDirectory
        }.sorted()
    }
}
