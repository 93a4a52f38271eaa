// SPDX-License-Identifier: Apache-2.0

import Synchronization
import SystemPackage
import Testing

@testable import Documents
@testable import FileIO
@testable import Jobs
@testable import Notifying
@testable import Spool
@testable import TestSupport

/// Telling what is written down, at least once.
@Suite(.idleLimit)
struct CourierTests {
    /// Takes what it is to take, and notes what it was told.
    final class Receiver: Teller {
        let told = Recorder<String>()
        private let atOnce = Mutex((now: 0, most: 0))
        private let answer: @Sendable (String, Int) async throws -> Void
        private let attempts = Mutex<[String: Int]>([:])

        init(_ answer: @escaping @Sendable (String, Int) async throws -> Void = { _, _ in }) { self.answer = answer }

        var most: Int { atOnce.withLock { $0.most } }
        func attempts(_ id: String) -> Int { attempts.withLock { $0[id] ?? 0 } }

        func tell(_ notification: Notification) async throws {
            atOnce.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
            defer { atOnce.withLock { $0.now -= 1 } }
            let attempt = attempts.withLock { attempts in
                attempts[notification.id, default: 0] += 1
                return attempts[notification.id, default: 0]
            }
            try await answer(notification.id, attempt)
            told.note(notification.id)
        }
    }

    private static func with(
        _ receiver: Receiver, patience: Duration = .seconds(86_400),
        _ body: (Courier, Outbox, Recorder<Courier.News>) async throws -> Void
    ) async throws {
        try await OutboxTests.with { _, outbox in
            let (files, news) = (FilePool(threads: 2), Recorder<Courier.News>())
            defer { files.shutDown() }
            let courier = Courier(
                .url, outbox, receiver, patience: patience, files: files,
                backoff: Backoff(first: .milliseconds(5), limit: .milliseconds(20)), say: news.note)
            try await body(courier, outbox, news)
        }
    }

    /// Runs the courier while `body` runs.
    private static func running(_ courier: Courier, _ body: () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await courier.run() }
            try await body()
            group.cancelAll()
        }
    }

    private static func isEmpty(_ outbox: Outbox) async throws {
        while try !outbox.waiting(.url, limit: 1, besides: []).isEmpty { await Task.yield() }
    }

    @Test func `a start tells what an earlier run has left, and then what comes, and forgets it`() async throws {
        let receiver = Receiver()
        try await Self.with(receiver) { courier, outbox, news in
            for index in 0..<5 { try outbox.write(OutboxTests.notification("a\(index)"), to: [.url]) }
            try await Self.running(courier) {
                #expect(Set(await receiver.told.next(5)) == Set((0..<5).map { "a\($0)" }))
                try outbox.write(OutboxTests.notification("b"), to: [.url])
                courier.add("b.url")
                #expect(await receiver.told.next() == ["b"])
                try await Self.isEmpty(outbox)
            }
            #expect(news.all == [])
        }
    }

    @Test func `ten thousand are worked off, each once, a few at a time`() async throws {
        let receiver = Receiver { _, _ in await Task.yield() }
        try await Self.with(receiver) { courier, outbox, _ in
            for index in 0..<10_000 { try outbox.write(OutboxTests.notification("n\(index)"), to: [.url]) }
            try await Self.running(courier) {
                _ = await receiver.told.next(10_000)
                try await Self.isEmpty(outbox)
            }
            #expect(Set(receiver.told.all).count == 10_000 && receiver.told.all.count == 10_000)
            #expect(receiver.most <= 4)
        }
    }

    @Test func `a receiver that is down is tried again with the same id, and one line says so`() async throws {
        let receiver = Receiver { _, attempt in if attempt < 4 { throw NotTold(why: "down") } }
        try await Self.with(receiver) { courier, outbox, news in
            for index in 0..<3 { try outbox.write(OutboxTests.notification("a\(index)"), to: [.url]) }
            try await Self.running(courier) {
                #expect(Set(await receiver.told.next(3)) == ["a0", "a1", "a2"])
                try await Self.isEmpty(outbox)
                #expect(await news.next(2) == [.troubled("down"), .wellAgain])
            }
        }
    }

    @Test func `one that nobody takes does not hold up the others, and is given up in the end`() async throws {
        let receiver = Receiver { id, _ in if id == "bad" { throw NotTold(why: "400") } }
        try await Self.with(receiver, patience: .zero) { courier, outbox, news in
            try outbox.write(OutboxTests.notification("bad"), to: [.url])
            for index in 0..<20 { try outbox.write(OutboxTests.notification("a\(index)"), to: [.url]) }
            try await Self.running(courier) {
                _ = await receiver.told.next(20)
                try await Self.isEmpty(outbox)
                #expect(await news.next() == [.givenUp(1, last: "bad", after: .zero)])
            }
        }
    }

    @Test func `of five thousand that are late, and that nobody takes, few are tried, and all are given up`()
        async throws
    {
        let receiver = Receiver { _, _ in throw NotTold(why: "down") }
        try await Self.with(receiver, patience: .zero) { courier, outbox, news in
            for index in 0..<5_000 { try outbox.write(OutboxTests.notification("n\(index)"), to: [.url]) }
            try await Self.running(courier) {
                try await Self.isEmpty(outbox)
                var count = 0
                while count < 5_000 {
                    for one in await news.next() {
                        if case .givenUp(let more, _, _) = one { count += more }
                    }
                }
            }
            let tried = (0..<5_000).count { receiver.attempts("n\($0)") > 0 }
            #expect((8...16).contains(tried), "\(tried)")
        }
    }

    @Test func `one that waits holds up nobody, and what is under way at the end is told again`() async throws {
        let receiver = Receiver { id, attempt in
            if id == "slow", attempt == 1 { try await Sleep.wait(.seconds(3600)) }
        }
        try await Self.with(receiver) { courier, outbox, _ in
            try outbox.write(OutboxTests.notification("slow"), to: [.url])
            try await Self.running(courier) {
                while receiver.attempts("slow") == 0 { await Task.yield() }
                try outbox.write(OutboxTests.notification("fast"), to: [.url])
                courier.add("fast.url")
                #expect(await receiver.told.next() == ["fast"])
            }
            #expect(try outbox.waiting(.url, limit: 9, besides: []) == ["slow.url"])
        }
    }

    @Test func `what is early is told when its result is published`() async throws {
        let receiver = Receiver()
        try await OutboxTests.with { scratch, outbox in
            let files = FilePool(threads: 2)
            defer { files.shutDown() }
            let job = JobFolder(path: try scratch.folder("processing/hero.1x2y3z"))
            try outbox.write(OutboxTests.notification("a"), to: [.url], of: job)
            try outbox.write(OutboxTests.notification("b"), to: [.url])
            let courier = Courier(.url, outbox, receiver, patience: .seconds(60), files: files) { _ in }
            try await Self.running(courier) {
                #expect(await receiver.told.next() == ["b"])
                outbox.note(scratch.path.pushing("done/acme/hero"), for: "a", .url)
                courier.add("a.url")
                #expect(await receiver.told.next() == ["a"])
            }
        }
    }
}
