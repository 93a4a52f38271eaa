// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import Testing

/// A start with ten thousand jobs under way: ready at once, stopped at once, and every job done once.
///
/// With the optimised program: unoptimised, the journals of so many jobs alone take a minute.
@Suite(
    .serialized, .watched, .timeLimit(.minutes(15)),
    .enabled(if: Needs.optimised != nil, "TESTED_RELEASE names no optimised program")
)
struct StartUpTests {
    private static let limit = 10_000
    /// Nobody asks for a task, and no picture is asked for twice, before the test lets them.
    private static let waiting = ["--poll-interval", "1h", "--retry-interval", "1h", "--retry-limit", "1h"]
    private static let going = ["--poll-interval", "0.2s", "--retry-interval", "0.1s", "--retry-limit", "0.5s"]

    private struct Stand {
        var spool: TestSpool
        var base: String
        var binary: String

        func start(_ options: [String], limit: Int) throws -> Program {
            let arguments = ["run", "--spool", spool.root.path, "--api-url", base, "--max-in-flight", "\(limit)"]
            return try Program(arguments + options, binary: binary)
        }

        /// Until so much holds for what the service has seen.
        func wait(until isTrue: (SimulatorPage) -> Bool) async throws {
            while try await !isTrue(SimulatorPage.of(base)) { try await Task.sleep(for: .milliseconds(100)) }
        }

        /// Until so many jobs are under way, or more.
        func waitForJobs(_ count: Int) async throws {
            while spool.names(in: spool.processing).count < count { try await Task.sleep(for: .milliseconds(2)) }
        }

        func kill(_ daemon: Program) async {
            daemon.send(SIGKILL)
            #expect(await daemon.end() == -SIGKILL)
        }

        /// Starts, is ready, is stopped while it takes up what the run before has left.
        func startAndStop(limit: Int) async throws {
            let start = ContinuousClock.now
            let daemon = try self.start(StartUpTests.waiting, limit: limit)
            #expect(await daemon.line(containing: "Watching") != nil)
            #expect(start.duration(to: .now) < .seconds(5), "ready in time")
            let stop = ContinuousClock.now
            daemon.send(SIGTERM)
            #expect(await daemon.end() == 0)
            #expect(stop.duration(to: .now) < .seconds(2), "stopped in time")
            #expect(!daemon.lines.contains { $0.contains("Jobs of an earlier run continue") }, "it was resuming")
        }

        /// Runs until nothing is under way.
        func runToTheEnd(limit: Int) async throws {
            let daemon = try start(StartUpTests.going, limit: limit)
            await daemon.line(containing: "Watching")
            try spool.drop(TestSpool.request("fresh"), as: "fresh.yaml")
            #expect(await daemon.result(of: "fresh") != nil)
            while !spool.names(in: spool.processing).isEmpty { try await Task.sleep(for: .milliseconds(100)) }
            daemon.send(SIGTERM)
            #expect(await daemon.end() == 0)
        }

        /// The lines of the spool's ledger of one kind.
        func booked(_ event: String) throws -> Int {
            let folder = spool.root.appendingPathComponent("ledger")
            return try spool.names(in: folder).reduce(0) { sum, name in
                try sum + spool.text("ledger/\(name)").split(separator: "\n").count { $0.contains(",\(event),") }
            }
        }
    }

    private static func withStand(_ body: (Stand) async throws -> Void) async throws {
        let binary = try #require(Needs.optimised)
        try await TestSpool.with { spool in
            let command = "exec '\(binary)' simulate --port 0 --work-time 0s --picture-bytes 4096 >&2"
            let simulator = try Program(["-c", command], binary: "/bin/sh")
            defer { simulator.send(SIGTERM) }
            let said = try #require(await simulator.line(containing: "listening on "))
            try await body(
                Stand(spool: spool, base: said.replacing("listening on ", with: ""), binary: binary))
        }
    }

    /// All that was dropped, in 20 lanes: some whose pictures do not come at first, some with two variants, and some
    /// that come just before the kill. Of the first, which are asked for at once, only two have such pictures: three in
    /// a row speak of their host, and the intake waits for it.
    private static let files: [DroppedFile] = (0..<10_450).map { number in
        let fault =
            (4...5).contains(number) || (200..<600).contains(number) && number.isMultiple(of: 3)
            ? " [fault:picture=http503x3]" : ""
        return DroppedFile(
            path: "lane\(number % 20)/job\(number).yaml", prompt: "job \(number)\(fault)",
            variants: number.isMultiple(of: 100) && (200..<9850).contains(number) ? 2 : 1)
    }

    private static func tasks(_ files: ArraySlice<DroppedFile>) -> Int { files.reduce(0) { $0 + $1.variants } }

    /// What is wrong with how the jobs ended; empty where each is done, and paid for once, but for submits that nobody
    /// heard of.
    private static func problems(_ stand: Stand, _ page: SimulatorPage) throws -> [String] {
        let walk = SpoolWalk(stand.spool)
        var problems = walk.misplaced(files.map(\.name))
        var unknown = 0
        for file in files {
            let folder = walk.folder(of: file.name) ?? ""
            let paid = page.prompts[file.prompt]?.paid ?? 0
            if folder.hasPrefix("done/") {
                if paid != file.variants { problems.append("\(file.name) is done and paid \(paid) times") }
                continue
            }
            unknown += 1
            let reason = ResultFolder(url: stand.spool.root.appendingPathComponent(folder)).reason
            if reason?["code"] as? String != "unknown-outcome" || paid > 1 {
                problems.append("\(file.name) is in \(folder), paid \(paid) times")
            }
        }
        let (booked, maybe) = (try stand.booked("submitted"), try stand.booked("maybe"))
        // One is the fresh one's.
        let all = tasks(files[...]) + 1
        if maybe != unknown || booked != all - unknown {
            problems.append("\(booked) and \(maybe) of \(all) are booked")
        }
        if page.max_under_way > limit + unknown { problems.append("\(page.max_under_way) were under way at once") }
        return problems
    }

    @Test func `10,000 jobs under way: ready in 5 s, stopped in 2 s, and each is done once`() async throws {
        try await Self.withStand { stand in
            let (slow, usual, late) = (Self.files[..<200], Self.files[200..<9850], Self.files[9850...])
            try stand.spool.drop(Array(slow))
            let first = try stand.start(["--poll-interval", "0.1s"] + Self.waiting.dropFirst(2), limit: Self.limit)
            try await stand.wait { $0.fetches >= slow.count }
            await stand.kill(first)

            try stand.spool.drop(Array(usual))
            let second = try stand.start(Self.waiting, limit: Self.limit)
            try await stand.wait { $0.paid == slow.count + Self.tasks(usual) }
            // Killed while it claims and submits: of the 10,000 tasks for which there is room 97 are second variants.
            try stand.spool.drop(Array(late))
            try await stand.waitForJobs(9_800)
            await stand.kill(second)
            #expect(SpoolWalk(stand.spool).misplaced(Self.files.map(\.name)) == [])

            try await stand.startAndStop(limit: Self.limit)
            try await stand.runToTheEnd(limit: Self.limit)
            var page = try await SimulatorPage.of(stand.base)
            #expect(try Self.problems(stand, page) == [])

            // The check would see one that was paid twice, one that is missing, one that was booked twice, and too many
            // at once.
            page.prompts["job 5000"]?.paid += 1
            page.max_under_way += 1000
            let done = SpoolWalk(stand.spool).folder(of: "job7.yaml") ?? ""
            try FileManager.default.removeItem(at: stand.spool.root.appendingPathComponent(done))
            let month = try #require(stand.spool.names(in: stand.spool.root.appendingPathComponent("ledger")).first)
            let book = try stand.spool.text("ledger/\(month)")
            let line = try #require(book.split(separator: "\n").first { $0.contains(",submitted,") })
            try Data((book + line + "\n").utf8).write(to: stand.spool.root.appendingPathComponent("ledger/\(month)"))
            let seen = try Self.problems(stand, page)
            for word in ["job5000.yaml is done and paid", "job7.yaml: []", "are booked", "under way at once"] {
                #expect(seen.contains { $0.contains(word) }, "\(word)")
            }
        }
    }

    @Test func `a half-done batch of 10,000 holds up nobody, and each part is done once`() async throws {
        try await Self.withStand { stand in
            let rows = (0..<10_000).map { "part \($0),https://example.com/bottle.png\n" }.joined()
            let first = try stand.start(Self.waiting, limit: 6000)
            await first.line(containing: "Watching")
            try stand.spool.drop("prompt,image\n" + rows, as: "catalog.csv")
            try await stand.wait { $0.paid == 6000 }
            // The answers to the last ones may still be on their way: in the ledger is what the journals hold already.
            while try stand.booked("submitted") < 6000 { try await Task.sleep(for: .milliseconds(100)) }
            await stand.kill(first)

            try await stand.startAndStop(limit: 6000)
            try await stand.runToTheEnd(limit: 6000)
            let page = try await SimulatorPage.of(stand.base)
            #expect(page.paid == 10_001)
            #expect(page.paid_more_than_once == [])
            #expect(page.max_under_way <= 6000)
            let parts = try stand.spool.json("done/catalog/batch.json")["parts"] as? [[String: Any]] ?? []
            #expect(parts.count == 10_000)
            #expect(parts.allSatisfy { $0["outcome"] as? String == "done" })
            #expect(try stand.booked("submitted") == 10_001)
        }
    }
}
