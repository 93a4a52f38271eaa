// SPDX-License-Identifier: Apache-2.0

import Documents
import FileIO
import Glibc
import Jobs
import Requests
import Simulation
import Spool
import Synchronization
import SystemPackage
import Testing

@testable import TestSupport

/// The spool's own code lives, is killed at any change and loses its power, and lives again, until all is done: each
/// request is at any moment in one place, and none goes back that was paid for.
struct SpoolLifeTests {
    private static let count = 6

    private static func bytes(_ number: Int) -> [UInt8] {
        Array("prompt: \(number)\nimages: https://example.com/\(number).png\n".utf8)
    }

    /// The numbers of requests whose claim was said to be durable.
    private final class Paid: Sendable {
        let numbers = Mutex<Set<Int>>([])
    }

    /// One daemon, as far as the spool goes: what was left is taken up, what waits is claimed; each is paid for when its
    /// claim is durable, and published.
    private struct Daemon: Sendable {
        let spool = Spool(root: "/spool")
        let paid: Paid
        let files: FilePool
        let committer: Committer
        /// Whether it waits for the claim to be durable.
        let isCareful: Bool

        init(_ paid: Paid, isCareful: Bool) {
            self.paid = paid
            self.isCareful = isCareful
            files = FilePool(threads: 4)
            let disk = SpoolDisk(spool)
            committer = Committer(DurableDisk(disk, Ledger(in: spool.ledger))) { _ in }
        }

        func live() async throws {
            defer {
                committer.shutDown()
                files.shutDown()
            }
            try await files.run { [spool] in try spool.check() }
            let lock = try await files.run { [spool] in try SpoolLock(spool) }
            defer { withExtendedLifetime(lock) {} }
            let left = try await files.run { [spool] in try RecoveredJobs.names(in: spool) }
            try await withThrowingTaskGroup { group in
                for name in left { group.addTask { try await takeUp(name) } }
                try await group.waitForAll()
                // What was left alone is looked at again, as a scan does.
                for _ in 0..<3 {
                    for number in 0..<count { group.addTask { try await claim(number) } }
                    try await group.waitForAll()
                    try await Sleep.wait(.seconds(30))
                }
            }
        }

        private var reader: RequestReader { RequestReader(rules: RequestRules()) }
        private var defaults: LaneDefaults {
            LaneDefaults(inbox: spool.inbox, quiet: { .zero }, rules: { RequestRules() })
        }

        private func takeUp(_ name: FilePath.Component) async throws {
            let jobs = RecoveredJobs(spool: spool, reader: reader, defaults: defaults)
            guard case .job(let job, _)? = try await files.run({ try jobs.open(name, now: .now) }) else { return }
            try await go(job, .unknown)
        }

        private func claim(_ number: Int) async throws {
            let claim = Claim(
                spool: spool, reader: reader, defaults: defaults, orphans: OrphanFolders(), reached: { _ in })
            let name = try #require(FilePath.Component("\(number).yaml"))
            let origin = Origin(lane: .root, file: name)
            let outcome = try await files.run { try claim.take(origin, Readiness(at: .now), at: .now) }
            guard case .claimed(let job) = outcome else { return }
            try await go(job, claim.changes(by: origin))
        }

        private func go(_ claimed: Claim.Claimed, _ changes: DiskChanges) async throws {
            let (folder, origin) = (claimed.folder, claimed.job.origin)
            if isCareful {
                let own = DiskChanges(places: [.files(in: folder.path)])
                try await committer.commit(changes.union(own))
            }
            let number = try #require(Int(String(decoding: origin.stem)))
            paid.numbers.withLock { _ = $0.insert(number) }
            try await Sleep.wait(.milliseconds(10))
            let target = spool.done
            _ = try await files.run { try folder.publish(in: target, as: origin) }
        }
    }

    /// What is wrong after up to five lives of one spool; each but the last ends at a change by the seed.
    private static func faults(_ seed: UInt64, _ order: SimulatedDisk.Order, isCareful: Bool) -> [String] {
        var random = SeededRandom(seed: seed)
        let disk = SimulatedDisk(seed: seed, order: order)
        for folder in ["inbox", "processing", "done", "failed"] { disk.makeFolders("/spool/\(folder)") }
        for number in 0..<count { disk.write(bytes(number), to: "/spool/inbox/\(number).yaml") }
        disk.settle()
        let paid = Paid()
        var faults: [String] = []
        for life in 1...5 {
            var habits = SimulatedMachine.Habits()
            habits.longestSync = .milliseconds(random.index(10))
            habits.longestWait = .milliseconds(random.index(3))
            let machine = SimulatedMachine(seed: random.next(), disk: disk, habits: habits)
            if life < 5 { machine.process.lastChange = random.index(120) }
            switch machine.run({ try await Daemon(paid, isCareful: isCareful).live() }) {
            case .returned, .killed: break
            case let end: faults.append("life \(life): \(end)")
            }
            if machine.hasLeftovers { faults.append("life \(life) does not end") }
            machine.kill()
            if life < 5, random.chance(60) { disk.cutPower(&random) }
            faults += misplaced(disk, paid).map { "life \(life): \($0)" }
        }
        let done = Set(disk.names(in: "/spool/done"))
        faults += (0..<count).filter { !done.contains("\($0)") }.map { "\($0) is not done" }
        return faults
    }

    private static func misplaced(_ disk: SimulatedDisk, _ paid: Paid) -> [String] {
        let numbers = paid.numbers.withLock { $0 }
        return (0..<count).compactMap { number in
            let file = "\(number).yaml"
            let waits = disk.bytes(of: "/spool/inbox/\(file)") == bytes(number)
            let folders = ["/spool/processing", "/spool/done", "/spool/failed"].flatMap { parent in
                disk.names(in: parent).map { "\(parent)/\($0)" }
            }
            let jobs = folders.filter { disk.bytes(of: "\($0)/\(file)") == bytes(number) }
            if waits, numbers.contains(number) { return "\(number) is paid for and waits" }
            let places = jobs.count + (waits ? 1 : 0)
            return places == 1 ? nil : "\(number) is in \(places) places: \(disk.tree)"
        }
    }

    /// Not where a rename is two changes: there a sync of the inbox for one claim takes the names of others with it, which
    /// have arrived nowhere yet, and only a sync of everything would help.
    @Test(arguments: [SimulatedDisk.Order.journal, .byFolder])
    func `each request is in one place after any kill and any power cut, and is done in the end`(
        order: SimulatedDisk.Order
    ) {
        for seed in 0..<UInt64(40) {
            let faults = Self.faults(seed, order, isCareful: true)
            #expect(faults.isEmpty, "seed \(seed)")
        }
    }

    @Test func `who pays before the claim is durable pays for what waits again`() {
        let isFound = (0..<UInt64(100)).contains { seed in
            Self.faults(seed, .journal, isCareful: false).contains { $0.contains("is paid for and waits") }
        }
        #expect(isFound)
    }
}
