// SPDX-License-Identifier: Apache-2.0

import Foundation
import NanoBananaSimulator
import Synchronization
import Testing

@testable import Notifying
@testable import TestSupport

/// Ten thousand notifications wait for a receiver that is down: nobody waits for them, nothing grows, and in the end
/// they are told, or given up.
@Suite(.serialized, .watched, .timeLimit(.minutes(15)))
struct ManyNotificationsTests {
    private static let count = 10_000

    private final class Switch: Sendable {
        let isOn = Atomic(false)
    }

    /// Lays them into the outbox, as earlier runs have.
    ///
    /// - Parameter age: how long ago they came about, in seconds.
    private static func fill(_ spool: TestSpool, _ count: Int, age: Double = 0) throws {
        let folder = spool.root.appendingPathComponent("notifications")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let at = Date(timeIntervalSinceNow: -age).formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
        for number in 0..<count {
            let text = """
                {"notification":{"version":1,"id":"n\(number)","event":"failed","at":"\(at)","text":"x","job":"a\(number)",\
                "lane":"","pictures":[],"picture_count":0,"charged":"no","submits_charged":0,"submits_maybe_charged":0}}

                """
            let file = open(folder.path + "/n\(number).url", O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
            defer { close(file) }
            #expect(write(file, text, text.utf8.count) == text.utf8.count)
        }
    }

    private static func isEmpty(_ spool: TestSpool) async throws {
        while true {
            let left = spool.names(in: spool.root.appendingPathComponent("notifications")).count
            if left == 0 { return }
            TestScope.current?.moved("\(left) are left")
            try await Task.sleep(for: .seconds(1))
        }
    }

    /// In KiB; `nil` where it cannot be read.
    private static func memory(of daemon: Program) throws -> Int {
        let text = try String(contentsOfFile: "/proc/\(daemon.pid)/status", encoding: .utf8)
        let line = text.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
        return try #require(line.flatMap { Int($0.split(whereSeparator: \.isWhitespace)[1]) })
    }

    /// How many, as the log has it.
    private static func givenUp(_ lines: [String]) -> Int {
        lines.filter { $0.contains("Notifications were given up") }.reduce(0) { sum, line in
            let word = line.split(separator: " ").first { $0.hasPrefix("count=") }
            return sum + (word.flatMap { Int($0.dropFirst("count=".count)) } ?? 0)
        }
    }

    private static func runs(_ names: [String], _ spool: TestSpool, _ daemon: Program) async throws -> Duration {
        let began = ContinuousClock.now
        for name in names { try spool.drop(TestSpool.request(name), as: "\(name).yaml") }
        for name in names { await daemon.result(of: name) }
        return began.duration(to: .now)
    }

    @Test func `jobs go on beside them, memory stays as it is, and all are told in the end`() async throws {
        let isUp = Switch()
        try await withSimulator { _, base in
            try await TestSpool.with { spool in
                let names = (0..<50).map { "job\($0)" }
                // What it takes without any of them.
                let usual = try await spool.withDaemon(base) { daemon in
                    _ = try await Self.runs(names, spool, daemon)
                    return try Self.memory(of: daemon)
                }
                try Self.fill(spool, Self.count)
                try await Receiver.run({ _ in .status(isUp.isOn.load(ordering: .relaxed) ? 204 : 503) }) { receiver in
                    let options = ["--notify-url", receiver.url, "--notify-events", "all"]
                    try await spool.withDaemon(base, options) { daemon in
                        await daemon.line(containing: "Notifications are not taken")
                        let others = (0..<50).map { "other\($0)" }
                        let time = try await Self.runs(others, spool, daemon)
                        #expect(time < .seconds(30), "\(time)")
                        let waiting = try Self.memory(of: daemon)
                        isUp.isOn.store(true, ordering: .relaxed)
                        await daemon.line(containing: "Notifications are taken again")
                        try await Self.isEmpty(spool)
                        let after = try Self.memory(of: daemon)
                        #expect(waiting - usual < 24 << 10 && after - usual < 24 << 10, "\(usual) \(waiting) \(after)")
                    }
                    let ids = Set(receiver.posts.all.map(\.id))
                    #expect(ids.count == Self.count + 50)
                }
            }
        }
    }

    @Test func `those that are too old are given up, after a few tries, and the log counts them`() async throws {
        try await withSimulator { _, base in
            try await TestSpool.with { spool in
                let count = 5000
                try Self.fill(spool, count, age: 7200)
                try await Receiver.run({ _ in .status(503) }) { receiver in
                    let options = ["--notify-url", receiver.url, "--notify-patience", "1h"]
                    try await spool.withDaemon(base, options) { daemon in
                        try await Self.isEmpty(spool)
                        while Self.givenUp(daemon.lines) < count {
                            try await Task.sleep(for: .milliseconds(50))
                        }
                        #expect(Self.givenUp(daemon.lines) == count)
                    }
                    #expect(receiver.posts.all.count <= 16)
                }
            }
        }
    }
}
