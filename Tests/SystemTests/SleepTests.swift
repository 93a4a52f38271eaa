// SPDX-License-Identifier: Apache-2.0

import Foundation
import NanoBananaSimulator
import Testing

/// A daemon with nothing to do stays asleep.
///
/// One after the other, and by `Tests/run.sh` with nothing beside them: what wakes a daemon up is counted.
@Suite(.serialized, .watched, .timeLimit(.minutes(15)))
struct SleepTests {
    /// The rescan is the one wake-up that is allowed; here it is put off, so that none at all is.
    private static let options = ["--rescan-interval", "1h"]

    @Test func `an idle daemon does not wake up by itself for 25 s`() async throws {
        try await withSimulator { _, base in
            try await TestSpool.with { spool in
                try await spool.withDaemon(base, Self.options) { daemon in
                    let asleep = try await Self.asleep(daemon)
                    #expect(asleep.count > 3, "the counter sees the threads")
                    try await Self.staysAsleep(daemon, asleep, for: .seconds(25))
                    try spool.drop("hello", as: "foreign.txt")
                    await daemon.line(containing: "foreign.txt")
                    #expect(Self.wakeUps(daemon.pid) != asleep, "the counter would see a wake-up")
                }
            }
        }
    }

    @Test func `a daemon that listens sleeps as well as one that does not, and a scrape changes nothing`() async throws
    {
        try await withSimulator { _, base in
            try await TestSpool.with { spool in
                try await spool.withDaemon(base, Scraper.options + Self.options) { daemon in
                    let scraper = try await Scraper(daemon)
                    _ = try await scraper.page()
                    let asleep = try await Self.asleep(daemon)
                    try await Self.staysAsleep(daemon, asleep, for: .seconds(12))
                    _ = try await scraper.page()
                    #expect(Self.wakeUps(daemon.pid) != asleep, "the counter would see a wake-up")
                }
            }
        }
    }

    @Test func `a browser that listens wakes nobody up while nothing changes`() async throws {
        try await withSimulator { _, base in
            try await TestSpool.with { spool in
                let options = try PageVisitor.options(in: spool) + Self.options
                try await spool.withDaemon(base, options) { daemon in
                    try await PageVisitor.with(daemon) { visitor in
                        _ = try await visitor.ask("/gallery")
                        try await withThrowingTaskGroup(of: Void.self) { tasks in
                            let (heard, hear) = AsyncStream<Void>.makeStream()
                            tasks.addTask {
                                try await visitor.listen { _ in
                                    hear.yield(); return false
                                }
                            }
                            for await _ in heard { break }
                            let asleep = try await Self.asleep(daemon)
                            try await Self.staysAsleep(daemon, asleep, for: .seconds(12))
                            _ = try await visitor.ask("/gallery")
                            #expect(Self.wakeUps(daemon.pid) != asleep, "the counter would see a wake-up")
                            tasks.cancelAll()
                        }
                    }
                }
            }
        }
    }

    /// The counts when the start is over: when nothing has woken up for two seconds, nor waits for a processor.
    private static func asleep(_ daemon: Program) async throws -> [String: Int] {
        var before = wakeUps(daemon.pid)
        while true {
            try await Task.sleep(for: .seconds(2))
            let allSleep = areAsleep(daemon.pid)
            let now = wakeUps(daemon.pid)
            if allSleep, now == before { return now }
            before = now
        }
    }

    /// Whether each thread sleeps: `State` of proc(5). One that is to run and does not yet has no other count, either.
    private static func areAsleep(_ pid: pid_t) -> Bool {
        let threads = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/task")) ?? []
        return threads.allSatisfy { thread in
            let status = try? String(contentsOfFile: "/proc/\(pid)/task/\(thread)/status", encoding: .utf8)
            // One that has ended meanwhile.
            return status?.contains("State:\tS") ?? true
        }
    }

    private static func staysAsleep(_ daemon: Program, _ asleep: [String: Int], for time: Duration) async throws {
        try await Task.sleep(for: time)
        for (thread, count) in wakeUps(daemon.pid) { #expect(count == asleep[thread] ?? 0, "\(thread)") }
    }

    /// How often each thread has gone to sleep: `voluntary_ctxt_switches` of proc(5).
    private static func wakeUps(_ pid: pid_t) -> [String: Int] {
        let threads = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/task")) ?? []
        var counts: [String: Int] = [:]
        for thread in threads {
            let base = "/proc/\(pid)/task/\(thread)"
            let status = (try? String(contentsOfFile: base + "/status", encoding: .utf8)) ?? ""
            let name = (try? String(contentsOfFile: base + "/comm", encoding: .utf8)) ?? ""
            let line = status.split(separator: "\n").first { $0.hasPrefix("voluntary_ctxt_switches") }
            counts[thread + " " + name] = line.flatMap { Int($0.split(separator: "\t").last ?? "") }
        }
        return counts
    }
}
