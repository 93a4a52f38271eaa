// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import FileIO
@testable import TestSupport

/// Group commit: who asks is covered by a sync that began after their write, and syncs are few.
@Suite(.idleLimit)
struct CommitterTests {
    struct Broken: Error, Equatable {
        var what = "sync"
    }

    /// What the committer does, in order.
    enum Act: Equatable, Sendable {
        case write(Int)
        case syncBegins, syncEnds
        case act(Int)
        case troubled, well

        /// What follows once something is durable; when, is up to whoever asked.
        var isAct: Bool { if case .act = self { true } else { false } }
    }

    private let log = Recorder<Act>()

    /// A committer that notes what it does; `sync` stands for the disk.
    private func committer(sync: @escaping @Sendable () throws -> Void = {}) -> Committer {
        let disk = DurableDisk(syncAll: { [log] in
            log.note(.syncBegins)
            try sync()
            log.note(.syncEnds)
        })
        return Committer(disk) { [log] error in log.note(error == nil ? .well : .troubled) }
    }

    /// Writes one thing and commits it; returns what the act gave.
    private func commit(_ number: Int, _ committer: Committer) async throws -> Int {
        log.note(.write(number))
        try await committer.commit(.unknown)
        log.note(.act(number))
        return number
    }

    @Test func `each act follows a sync that began after its write, and many share one`() async throws {
        let (gate, comes) = (Gate(), Recorder<Int>())
        // The first sync lasts until all have come.
        let committer = committer { gate.pass() }
        defer {
            gate.open()
            committer.shutDown()
        }
        let count = 500
        try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<count {
                group.addTask {
                    comes.note(number)
                    return try await commit(number, committer)
                }
            }
            _ = await comes.next(count)
            for _ in 0..<100 { await Task.yield() }
            gate.open()
            let sum = try await group.reduce(0, +)
            #expect(sum == count * (count - 1) / 2)
        }
        var written: Set<Int> = []
        var covered: Set<Int> = []
        var acted: Set<Int> = []
        for act in log.all {
            switch act {
            case .write(let number): written.insert(number)
            case .syncBegins: covered = written
            case .syncEnds, .troubled, .well: break
            case .act(let number):
                #expect(covered.contains(number), "\(number) is acted upon without a sync")
                acted.insert(number)
            }
        }
        #expect(acted.count == count)
        let syncs = log.all.count { $0 == .syncBegins }
        #expect(syncs >= 1 && syncs < count / 2, "\(syncs) syncs")
    }

    @Test func `who asks while a sync runs is not covered by it`() async throws {
        let gate = Gate()
        let committer = committer { gate.pass() }
        defer {
            gate.open()
            committer.shutDown()
        }
        async let first = commit(1, committer)
        #expect(await log.next(2) == [.write(1), .syncBegins])
        async let second = commit(2, committer)
        await Task.yield()
        gate.open()
        _ = try await (first, second)
        let acts = log.all
        let syncs = acts.filter { $0 == .syncBegins || $0 == .syncEnds }
        #expect(syncs == [.syncBegins, .syncEnds, .syncBegins, .syncEnds])
        let (written, begins) = (acts.firstIndex(of: .write(2)), acts.lastIndex(of: .syncBegins))
        #expect(try #require(written) < #require(begins))
        #expect(acts.count { $0.isAct } == 2)
    }

    /// Runs commits 1 and 2 in one round, behind a sync that is held up; tries until they have met in one.
    ///
    /// - Parameter sync: the disk, in the round of the two.
    private func together(
        sync: @escaping @Sendable () throws -> Void
    ) async throws -> (errors: [Int: Broken], acts: [Act]) {
        for _ in 0..<200 {
            let (log, gate) = (Recorder<Act>(), Gate())
            let disk = DurableDisk(syncAll: {
                log.note(.syncBegins)
                if log.all.count(where: { $0 == .syncBegins }) == 1 { gate.pass() } else { try sync() }
            })
            let committer = Committer(disk) { _ in }
            defer {
                gate.open()
                committer.shutDown()
            }
            async let first: Void = committer.commit(.unknown)
            _ = await log.next()
            let errors = await errors(of: committer, log, gate)
            try await first
            if log.all.count(where: { $0 == .syncBegins }) == 2 { return (errors, log.all) }
        }
        throw NeverTogether()
    }

    private struct NeverTogether: Error {}

    private func errors(of committer: Committer, _ log: Recorder<Act>, _ gate: Gate) async -> [Int: Broken] {
        await withTaskGroup(of: (Int, (any Error)?).self) { group in
            for number in [1, 2] {
                group.addTask {
                    do {
                        log.note(.write(number))
                        try await committer.commit(.unknown)
                        log.note(.act(number))
                        return (number, nil)
                    } catch {
                        return (number, error)
                    }
                }
            }
            // Both have their chance to come before the round begins.
            for _ in 0..<100 { await Task.yield() }
            gate.open()
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 as? Broken }
        }
    }

    @Test func `what is written on a file thread is durable before its act, which runs on one as well`() async throws {
        let (files, committer) = (FilePool(threads: 2), committer())
        defer {
            files.shutDown()
            committer.shutDown()
        }
        let log = log
        let given = try await committer.commit(.unknown, on: files) {
            log.note(.write(1))
        } then: {
            log.note(.act(1))
            return 7
        }
        #expect(given == 7)
        #expect(log.all == [.write(1), .syncBegins, .syncEnds, .act(1)])
    }

    @Test func `an error of a write reaches its caller, without a sync and without its act`() async throws {
        let (files, committer) = (FilePool(threads: 2), committer())
        defer {
            files.shutDown()
            committer.shutDown()
        }
        let log = log
        await #expect(throws: Broken(what: "write")) {
            try await committer.commit(.unknown, on: files) {
                throw Broken(what: "write")
            } then: {
                log.note(.act(1))
            }
        }
        #expect(log.all == [])
    }

    @Test func `who writes for long holds up no round`() async throws {
        let (files, committer, gate) = (FilePool(threads: 2), committer(), Gate())
        defer {
            gate.open()
            files.shutDown()
            committer.shutDown()
        }
        let log = log
        async let slow: Void = committer.commit(.unknown, on: files) {
            log.note(.write(1))
            gate.pass()
        }
        #expect(await log.next() == [.write(1)])
        #expect(try await commit(2, committer) == 2)
        gate.open()
        try await slow
        #expect(log.all.count { $0 == .syncBegins } == 2)
    }

    @Test func `an error of a sync reaches everybody of the round, and no act runs`() async throws {
        let (errors, acts) = try await together { throw Broken() }
        #expect(errors == [1: Broken(), 2: Broken()])
        #expect(acts.contains(.write(1)) && acts.contains(.write(2)))
        #expect(!acts.contains(.act(1)) && !acts.contains(.act(2)))
    }

    @Test func `after an error the next round is a new chance`() async throws {
        let log = log
        let committer = committer { if log.all.count(where: { $0 == .syncBegins }) == 1 { throw Broken() } }
        defer { committer.shutDown() }
        await #expect(throws: Broken()) { try await commit(1, committer) }
        #expect(try await commit(2, committer) == 2)
        #expect(!log.all.contains(.act(1)))
    }
}
