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

    /// Commits one thing, whose write may fail; returns what `act` gave.
    private func commit(_ number: Int, _ committer: Committer, failing: Bool = false) async throws -> Int {
        try await committer.commit(.unknown) { [log] in
            log.note(.write(number))
            if failing { throw Broken(what: "write \(number)") }
        }
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
        let expected: [Act] = [.write(1), .syncBegins, .syncEnds, .act(1), .write(2), .syncBegins, .syncEnds, .act(2)]
        #expect(log.all.filter { !$0.isAct } == expected.filter { !$0.isAct })
        #expect(log.all.count { $0.isAct } == 2)
    }

    /// Runs commits 1 and 2 in one round, behind a sync that is held up; tries until they have met in one.
    ///
    /// - Parameter sync: the disk, in the round of the two.
    private func together(
        failing: Int? = nil, sync: @escaping @Sendable () throws -> Void = {}
    ) async throws -> (errors: [Int: Broken], acts: [Act]) {
        for _ in 0..<200 {
            let (log, gate) = (Recorder<Act>(), Gate())
            let disk = DurableDisk(syncAll: {
                log.note(.syncBegins)
                if log.all.count == 1 { gate.pass() } else { try sync() }
            })
            let committer = Committer(disk) { _ in }
            defer {
                gate.open()
                committer.shutDown()
            }
            async let first: Void = committer.commit(.unknown) {}
            _ = await log.next()
            let errors = await errors(of: committer, log, failing, gate)
            try await first
            if log.all.count(where: { $0 == .syncBegins }) == 2 { return (errors, log.all) }
        }
        throw NeverTogether()
    }

    private struct NeverTogether: Error {}

    private func errors(
        of committer: Committer, _ log: Recorder<Act>, _ failing: Int?, _ gate: Gate
    ) async -> [Int: Broken] {
        await withTaskGroup(of: (Int, (any Error)?).self) { group in
            for number in [1, 2] {
                group.addTask {
                    do {
                        try await committer.commit(.unknown) {
                            log.note(.write(number))
                            if number == failing { throw Broken(what: "write") }
                        }
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

    @Test(arguments: [1, 2])
    func `an error of a write reaches that member alone, and its act does not run`(failing: Int) async throws {
        let (errors, acts) = try await together(failing: failing)
        #expect(errors == [failing: Broken(what: "write")])
        #expect(acts.filter { $0 == .act(1) || $0 == .act(2) } == [.act(3 - failing)])
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
        await #expect(throws: Broken(what: "write 2")) { try await commit(2, committer, failing: true) }
        #expect(try await commit(3, committer) == 3)
        #expect(!log.all.contains(.act(1)) && !log.all.contains(.act(2)))
    }
}
