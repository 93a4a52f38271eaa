// SPDX-License-Identifier: Apache-2.0

import Documents
import FileIO
import Glibc
import Simulation
import SystemPackage
import Testing

@testable import TestSupport

/// One thread, one seed: what runs on a simulated machine runs in the seed's order and in its time.
struct SimulatedMachineTests {
    private static let count = 5

    /// Some who write at the same time, and wait, and write again; returns what they did, in order.
    @Sendable private static func busy() async throws -> [String] {
        let (pool, acts) = (FilePool(threads: 3), Recorder<String>())
        defer { pool.shutDown() }
        try await withThrowingTaskGroup { group in
            for number in 0..<count {
                group.addTask {
                    let folder = FilePath("/\(number)")
                    try await pool.run {
                        try Kernel.makeDirectory(folder)
                        acts.note("made \(number)")
                    }
                    try await Sleep.wait(.milliseconds(100 + Int(Machine.jitter * 10)))
                    try await pool.run {
                        try Kernel.createAnew(folder.appending("file")).writeAll([UInt8](repeating: 1, count: 10))
                        acts.note("written \(number)")
                    }
                }
            }
            try await group.waitForAll()
        }
        return acts.all
    }

    private struct Story: Equatable {
        var acts: [String] = []
        var calls: [String] = []
    }

    private static func story(seed: UInt64) -> Story {
        let machine = SimulatedMachine(seed: seed, disk: SimulatedDisk())
        let calls = Recorder<String>()
        machine.tell = { calls.note($0) }
        guard case .returned(let acts) = machine.run(busy) else { return Story() }
        return Story(acts: acts, calls: calls.all)
    }

    @Test func `the same seed gives the same run to the last call, and others other orders`() {
        let stories = (0..<20).map { Self.story(seed: $0) }
        for (seed, story) in stories.enumerated() {
            #expect(story.acts.count == 2 * Self.count && story.calls.count > 2 * Self.count)
            #expect(story == Self.story(seed: UInt64(seed)), "seed \(seed)")
        }
        #expect(Set(stories.map(\.acts)).count > 10)
    }

    @Test func `time stands still while anything is ready, and jumps to the next alarm`() async throws {
        let machine = SimulatedMachine(seed: 1, disk: SimulatedDisk())
        let real = ContinuousClock.now
        let end = machine.run {
            var moments = [machine.elapsed]
            for _ in 0..<100 { await Task.yield() }
            moments.append(machine.elapsed)
            try await Sleep.wait(.seconds(3600))
            moments.append(machine.elapsed)
            let wakeSignal = WakeSignal()
            let alarm = Machine.alarm(after: .seconds(1)) { wakeSignal.wake() }
            await wakeSignal.wait(atMost: .seconds(5))
            moments.append(machine.elapsed)
            alarm.cancel()
            await wakeSignal.wait(atMost: .seconds(5))
            moments.append(machine.elapsed)
            return moments
        }
        guard case .returned(let moments) = end else { throw Unexpected(what: "\(end)") }
        #expect(moments == [0, 0, 3600, 3601, 3606].map { .seconds($0) })
        #expect(real.duration(to: .now) < .seconds(60))
    }

    struct Unexpected: Error {
        var what: String
    }

    @Test func `a wall clock that is set is seen, and does not move the machine's own`() async throws {
        let machine = SimulatedMachine(seed: 1, disk: SimulatedDisk())
        let end = machine.run {
            let (watch, jumps) = (ClockWatch(), Recorder<Duration>())
            let start = (Timestamp.now, Machine.now)
            return await withTaskGroup { group in
                group.addTask { await watch.run { jumps.note($0) } }
                for _ in 0..<10 { await Task.yield() }
                machine.setWallClock(by: .seconds(-7200))
                let heard = await jumps.next()
                group.cancelAll()
                return (heard, Timestamp.now.since(start.0), start.1.duration(to: Machine.now))
            }
        }
        guard case .returned(let (heard, wall, own)) = end else { throw Unexpected(what: "\(end)") }
        #expect(heard == [.seconds(-7200)] && wall == .seconds(-7200) && own == .zero)
    }

    @Test func `a kill at any change ends the run there, and whoever goes on changes nothing more`() {
        let most = 2 * Self.count + Self.count
        for last in 0..<most {
            let disk = SimulatedDisk()
            let machine = SimulatedMachine(seed: UInt64(last), disk: disk)
            machine.process.lastChange = last
            let end = machine.run(Self.busy)
            guard case .killed = end else {
                Issue.record("after \(last) changes: \(end)")
                continue
            }
            #expect(machine.isDead && machine.process.changes == last && machine.process.openCount == 0)
            // The next life finds what this one has left.
            let tree = disk.tree
            let next = SimulatedMachine(seed: 0, disk: disk)
            let found = next.run { (0..<Self.count).filter { Kernel.isDirectory(FilePath("/\($0)")) } }
            guard case .returned(let folders) = found else {
                Issue.record("\(found)")
                continue
            }
            #expect(folders.count == disk.names(in: "/").count && disk.tree == tree)
        }
    }

    @Test func `a wait for something that never comes is told, with what is known`() throws {
        let machine = SimulatedMachine(seed: 1, disk: SimulatedDisk())
        let end = machine.run {
            _ = Kernel.isDirectory("/")
            await WakeSignal().wait(atMost: nil)
        }
        guard case .stuck(let why) = end else { throw Unexpected(what: "\(end)") }
        #expect(why.contains("nothing is ready and no alarm is set") && why.contains("the last of them status"))
    }

    @Test func `what never ends is told`() throws {
        var habits = SimulatedMachine.Habits()
        habits.mostTurns = 1000
        let machine = SimulatedMachine(seed: 1, disk: SimulatedDisk(), habits: habits)
        let end = machine.run { while !Task.isCancelled { await Task.yield() } }
        guard case .stuck(let why) = end else { throw Unexpected(what: "\(end)") }
        #expect(why.contains("not over after 1000 turns"))
    }

    enum Escape: CaseIterable {
        case unstructuredTask, detachedTask, thread

        @Sendable func go() async {
            switch self {
            case .unstructuredTask: await Task { _ = Kernel.isDirectory("/") }.value
            case .detachedTask:
                let machine = Machine.simulated
                await withCheckedContinuation { continuation in
                    Task.detached {
                        // It may be over before anybody waits for it, and wake nobody: this is seen all the same.
                        Machine.$simulated.withValue(machine) { _ = Kernel.isDirectory("/") }
                        continuation.resume()
                    }
                }
            case .thread:
                await withCheckedContinuation { continuation in BlockingThread.start("x") { continuation.resume() } }
            }
        }
    }

    @Test(arguments: Escape.allCases)
    func `what goes to another thread is told`(escape: Escape) async throws {
        var habits = SimulatedMachine.Habits()
        // The other thread may be busy with other tests.
        habits.patience = .seconds(600)
        let machine = SimulatedMachine(seed: 1, disk: SimulatedDisk(), habits: habits)
        // Not on one of the few threads on which tasks run: the other one may be any of these.
        let end: SimulatedMachine.End<Void> = await withCheckedContinuation { continuation in
            BlockingThread.start("machine") { continuation.resume(returning: machine.run { await escape.go() }) }
        }
        guard case .escaped(let what) = end else { throw Unexpected(what: "\(end)") }
        #expect(!what.isEmpty)
    }

    @Test func `an unstructured task that is told where stays on the machine`() throws {
        let end = SimulatedMachine(seed: 1, disk: SimulatedDisk()).run {
            await Task(executorPreference: Machine.taskExecutor) { Kernel.isDirectory("/") }.value
        }
        guard case .returned(true) = end else { throw Unexpected(what: "\(end)") }
    }
}
