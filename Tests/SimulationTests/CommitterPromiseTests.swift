// SPDX-License-Identifier: Apache-2.0

import FileIO
import Glibc
import Simulation
import Synchronization
import SystemPackage
import Testing

@testable import Spool
@testable import TestSupport

/// The committer's own code against a disk that knows what is in memory only: what it has said to be durable is found
/// after any power cut, whenever it comes, whatever the disk has refused before.
struct CommitterPromiseTests {
    private enum Promise: CaseIterable {
        /// Waits for the committer's word.
        case committed
        /// Believes that what is written is there: a test that finds nothing wrong with that can find nothing.
        case written
    }

    /// What somebody relies upon, by number.
    private final class Relied: Sendable {
        let numbers = Mutex<Set<Int>>([])
    }

    private static let count = 8

    @Sendable private static func bytes(_ number: Int) -> [UInt8] { [UInt8](repeating: UInt8(number), count: 100) }

    /// Some who write, each a file in a folder of its own, and rename it when it is durable.
    ///
    /// - Parameter isSound: whether the disk refuses nothing. Otherwise nobody can be sure of what he cannot name.
    private static func life(_ relied: Relied, _ promise: Promise, isSound: Bool) async throws {
        let spool = Spool(root: "/")
        let disk = DurableDisk(SpoolDisk(spool), Ledger(in: spool.ledger))
        let (pool, committer) = (FilePool(threads: 3), Committer(disk) { _ in })
        defer {
            committer.shutDown()
            pool.shutDown()
        }
        await withTaskGroup { group in
            for number in 0..<count {
                group.addTask {
                    try? await Sleep.wait(.milliseconds(number * Int(10 * Machine.jitter)))
                    let folder: FilePath = number.isMultiple(of: 2) ? "/even" : "/odd"
                    let file = folder.appending("\(number)")
                    while !Task.isCancelled {
                        do {
                            try await pool.run { try Kernel.createAnew(file).writeAll(bytes(number)) }
                            if promise == .committed {
                                let changes = DiskChanges(places: [.file(file), .arrivals(in: folder)])
                                try await committer.commit(number == 3 && isSound ? .unknown : changes)
                            }
                            relied.numbers.withLock { _ = $0.insert(number) }
                            return
                        } catch {
                            // Not durable: once more, until the disk is kinder.
                            try? await Sleep.wait(.milliseconds(50))
                        }
                    }
                }
            }
        }
    }

    /// Lives until a change by the seed, then the power is cut. Returns which of those that were relied upon are lost.
    private static func lost(
        _ seed: UInt64, _ order: SimulatedDisk.Order, _ promise: Promise, failing percent: Int
    ) -> (relied: Int, lost: [Int]) {
        var random = SeededRandom(seed: seed)
        let disk = SimulatedDisk(seed: seed, order: order)
        for folder in ["/even", "/odd", "/processing"] { disk.makeFolders(folder) }
        disk.settle()
        var habits = SimulatedMachine.Habits()
        habits.longestSync = .milliseconds(random.index(20))
        let machine = SimulatedMachine(seed: seed, disk: disk, habits: habits)
        machine.process.lastChange = random.index(60)
        machine.process.judge = { [unowned machine] call in
            (call.kind == .sync || call.kind == .syncAll) && machine.happens(percent) ? .fails(.ioError) : .goes
        }
        let relied = Relied()
        let end = machine.run { try await life(relied, promise, isSound: percent == 0) }
        switch end {
        case .returned, .killed: break
        case .threw, .stuck, .escaped: Issue.record("seed \(seed): \(end)")
        }
        let numbers = relied.numbers.withLock { $0 }.sorted()
        machine.kill()
        disk.cutPower(&random)
        return (
            numbers.count,
            numbers.filter { disk.bytes(of: $0.isMultiple(of: 2) ? "/even/\($0)" : "/odd/\($0)") != bytes($0) }
        )
    }

    @Test(arguments: SimulatedDisk.Order.allCases, [0, 30])
    func `what the committer has said to be durable outlives any power cut`(order: SimulatedDisk.Order, percent: Int) {
        var relied = 0
        for seed in 0..<UInt64(200) {
            let found = Self.lost(seed, order, .committed, failing: percent)
            relied += found.relied
            #expect(found.lost.isEmpty, "seed \(seed)")
        }
        #expect(relied > 200)
    }

    @Test func `without its word some of it is lost`() {
        #expect((0..<UInt64(100)).contains { !Self.lost($0, .journal, .written, failing: 0).lost.isEmpty })
    }
}

/// Files that belong to several places of one round.
struct SharedFileTests {
    @Test(arguments: UInt64(0)..<20)
    func `an error of a file is one of each place that it belongs to, though told of once`(seed: UInt64) {
        let disk = SimulatedDisk(seed: seed)
        for folder in ["/processing/hero", "/processing/bottle"] { disk.makeFolders(folder) }
        disk.settle()
        let machine = SimulatedMachine(seed: seed, disk: disk)
        let isTold = Mutex(false)
        machine.process.judge = { call in
            guard call.kind == .sync, call.path.hasSuffix("/journal") else { return .goes }
            return isTold.withLock { isTold in
                defer { isTold = true }
                return isTold ? .goes : .fails(.ioError)
            }
        }
        let end = machine.run {
            let file: FilePath = "/processing/hero/journal"
            try Kernel.createAnew(file).writeAll([1])
            return SpoolDisk(Spool(root: "/")).sync([.file(file), .files(in: "/processing/hero")]).map {
                (try? $0.get()) ?? false
            }
        }
        guard case .returned(let durable) = end else {
            Issue.record("\(end)")
            return
        }
        #expect(durable == [false, false])
    }
}
