// SPDX-License-Identifier: Apache-2.0

import Foundation
import Logging
import Testing

@testable import DropFolder
@testable import FileIO
@testable import TestSupport

/// Pings go out as long as every part answers, or has the disk to blame, and not a moment longer.
@Suite(.idleLimit)
struct WatchdogTests {
    private static let quick = "400000"

    private let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private func manager(_ socket: NoticeSocket) -> ServiceManager {
        ServiceManager(environment: ["NOTIFY_SOCKET": socket.address, "WATCHDOG_USEC": Self.quick], pid: 1)
    }

    /// Runs a watchdog over the parts while `body` runs.
    private func watching(
        _ healthChecks: [HealthCheck], _ body: (NoticeSocket) async throws -> Void
    ) async throws {
        let socket = try NoticeSocket(.abstract)
        let watchdog = try #require(Watchdog(manager(socket), healthChecks, log: log))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await watchdog.run() }
            try await body(socket)
            group.cancelAll()
        }
    }

    @Test(arguments: [NoticeSocket.Place.file, .abstract])
    func `a notice arrives as one datagram`(place: NoticeSocket.Place) async throws {
        let socket = try NoticeSocket(place)
        let manager = manager(socket)
        manager.tell(.ready, log: log)
        manager.tell(.status("idle"), log: log)
        #expect(socket.arrived() == ["READY=1\n", "STATUS=idle\n"])
    }

    @Test func `nobody waits for a manager that does not read, and it hears the last of each kind in the end`()
        async throws
    {
        let socket = try NoticeSocket(.abstract)
        let manager = manager(socket)
        let limit = try String(contentsOfFile: "/proc/sys/net/unix/max_dgram_qlen", encoding: .utf8)
        let count = (Int(limit.filter(\.isNumber)) ?? 0) + 40
        for number in 0..<count { manager.tell(.status("\(number)"), log: log) }
        manager.tell(.ready, log: log)
        var found: [String] = []
        while found.last != "READY=1\n" { found.append(await socket.next()) }
        #expect(found.count < count, "those in between were never sent")
        #expect(found.dropLast().last == "STATUS=\(count - 1)\n")
    }

    @Test func `of what waits to be sent the last of each kind counts, in the order in which they came`() {
        var pending = PendingNotices()
        let notices: [Notice] = [
            .ready, .status("1"), .reloading(since: 1), .status("2"), .ready, .reloading(since: 2), .ready,
        ]
        #expect(notices.map { pending.add($0) } == [true] + [Bool](repeating: false, count: 6))
        #expect(pending.next() == .status("2"))
        pending.keep(.status("2"))
        #expect(pending.next() == .status("2"))
        _ = pending.add(.status("3"))
        pending.keep(.status("2"))
        #expect([pending.next(), pending.next(), pending.next()] == [.reloading(since: 2), .ready, .status("3")])
        #expect(pending.next() == nil)
        let isToBegin = pending.add(.ready)
        #expect(isToBegin, "somebody has to send again")
    }

    @Test func `where nobody listens any more, the daemon goes on`() async {
        let gone = ServiceManager(environment: ["NOTIFY_SOCKET": "/nowhere/socket"], pid: 1)
        gone.tell(.ready, log: log)
        ServiceManager.none.tell(.ready, log: log)
        #expect(Watchdog(.none, [], log: log) == nil)
    }

    @Test func `pings go on as long as all parts answer`() async throws {
        let files = FilePool(threads: 2)
        let committer = Committer(DurableDisk(syncAll: {})) { _ in }
        defer {
            files.shutDown()
            committer.shutDown()
        }
        try await watching([.files(files), .committer(committer), .tasks]) { socket in
            for _ in 0..<4 { #expect(await socket.next() == "WATCHDOG=1\n") }
        }
    }

    @Test func `they end when one part does not answer, and begin again when it does`() async throws {
        let isStuck = Recorder<Bool>()
        let asked = Recorder<Bool>()
        let healthCheck = HealthCheck(part: "a part") { answered in
            let isStuckNow = isStuck.all.last ?? false
            if !isStuckNow { answered() }
            asked.note(isStuckNow)
        }
        try await watching([healthCheck]) { socket in
            #expect(await socket.next() == "WATCHDOG=1\n")
            isStuck.note(true)
            while await asked.next() == [false] {}
            _ = socket.arrived()
            // Asked four times more: had it pinged in between, the pings would lie there.
            _ = await asked.next(4)
            #expect(socket.arrived() == [])
            isStuck.note(false)
            #expect(await socket.next() == "WATCHDOG=1\n")
        }
    }

    @Test func `a disk that does not answer does not end them`() async throws {
        let gate = Gate()
        let began = Recorder<Int>()
        let files = FilePool(threads: 2)
        let disk = DurableDisk(syncAll: {
            began.note(0)
            gate.pass()
        })
        let committer = Committer(disk) { _ in }
        defer {
            gate.open()
            files.shutDown()
            committer.shutDown()
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 1...2 {
                group.addTask {
                    try await files.run {
                        began.note(number)
                        gate.pass()
                    }
                }
            }
            committer.soon(.unknown)
            #expect(Set(await began.next(3)) == [0, 1, 2])
            #expect(files.isBusy)
            #expect(committer.isBusy)
            try await watching([.files(files), .committer(committer)]) { socket in
                for _ in 0..<3 { #expect(await socket.next() == "WATCHDOG=1\n") }
            }
            gate.open()
            try await group.waitForAll()
        }
    }

    @Test func `one thread that is left is enough to answer`() async throws {
        let gate = Gate()
        let began = Recorder<Int>()
        let files = FilePool(threads: 3)
        defer {
            gate.open()
            files.shutDown()
        }
        async let held: Void = files.run {
            began.note(1)
            gate.pass()
        }
        async let alsoHeld: Void = files.run {
            began.note(2)
            gate.pass()
        }
        _ = await began.next(2)
        await withCheckedContinuation { continuation in files.ping { continuation.resume() } }
        gate.open()
        _ = try await (held, alsoHeld)
    }

    @Test func `after their end the parts answer at once`() async {
        let files = FilePool(threads: 1)
        let committer = Committer(DurableDisk(syncAll: {})) { _ in }
        files.shutDown()
        committer.shutDown()
        await withCheckedContinuation { continuation in files.ping { continuation.resume() } }
        await withCheckedContinuation { continuation in committer.ping { continuation.resume() } }
    }
}
