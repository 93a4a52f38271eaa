// SPDX-License-Identifier: Apache-2.0

package import Documents
package import FileIO
internal import Glibc
internal import Synchronization
internal import TestSupport

/// A machine on which the daemon's own code runs: one thread, on which each ready piece has its turn by the seed; a time
/// that stands still while anything is ready, and jumps to the next alarm else; a kernel with a ``SimulatedDisk``. The same
/// seed gives the same run, as far as nothing in it asks a dictionary or a set for its order.
///
/// It is one life of one program. After it the disk is as it was left, and another machine may go on with it.
// @unchecked: for one thread at a time; what comes from another one is found out, and kept apart by a lock.
package final class SimulatedMachine: MachineSimulation, TaskExecutor, @unchecked Sendable {
    /// What is slow about a machine.
    package struct Habits: Sendable {
        /// How long a sync takes at most; nothing else can happen meanwhile.
        package var longestSync = Duration.zero
        /// How long a piece of file work waits for its turn at most, while others go on.
        package var longestWait = Duration.zero
        /// An alarm that is due within this time may ring although something is ready.
        package var lag = Duration.zero
        /// How long another thread is waited for, in real time, where nothing is ready: a mistake that can be named then.
        package var patience = Duration.milliseconds(50)
        /// How many turns a run has at most.
        package var mostTurns = 1_000_000

        package init() {}
    }

    /// How a run has ended.
    package enum End<Value: Sendable>: Sendable {
        case returned(Value)
        case threw(any Error)
        /// The process was killed; what it had in memory is gone.
        case killed
        /// Nothing is ready and no alarm is set, or it never ends; what is known about it.
        case stuck(String)
        /// Something has gone to another thread or to the real time, where no seed decides.
        case escaped([String])
    }

    private enum Turn {
        case job(UnownedJob)
        case work(@Sendable () -> Void)
    }

    /// The code that runs, as the kernel knows it.
    package let process: SimulatedProcess
    package var disk: SimulatedDisk { process.disk }
    package let habits: Habits
    /// Hears of each call and each jump of the time.
    package var tell: ((String) -> Void)? {
        didSet { process.tell = tell.map { [clock] tell in { tell("\(Double(clock.elapsed) / 1e9) s: \($0)") } } }
    }
    package private(set) var turns = 0
    /// Whether something did not come to its end though it was cancelled and its process killed: it stays in memory.
    package private(set) var hasLeftovers = false

    private let clock: SimulatedClock
    private var chance: SeededRandom
    private var ready: [Turn] = []
    private var alarms = AlarmHeap()
    private var clockWatchers: [@Sendable () -> Void] = []
    private var thread = pthread_self()
    private var lastCall: KernelCall.Kind?
    /// What came from other threads.
    private let strangers = Mutex<(turns: [Turn], escapes: [String])>(([], []))

    /// - Parameters:
    ///   - seed: decides everything.
    ///   - disk: of this machine alone as long as it runs.
    ///   - start: what the wall clock shows first; by default 2026-11-24 08:00 UTC.
    package init(
        seed: UInt64, disk: SimulatedDisk, start: Timestamp? = nil, habits: Habits = Habits()
    ) {
        self.habits = habits
        chance = SeededRandom(seed: seed)
        process = SimulatedProcess(on: disk)
        clock = SimulatedClock(start ?? Timestamp(nanoseconds: SimulatedDisk.start))
        disk.clock = { [clock] in clock.wall }
        process.passes = { [unowned self] kind in
            lastCall = kind
            if kind == .sync || kind == .syncAll { clock.pass(some(habits.longestSync)) }
        }
    }

    deinit { process.kill() }

    // MARK: A run

    /// Runs a body to its end, or the machine's. May be called several times, one after the other.
    package func run<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) -> End<Value> {
        thread = pthread_self()
        return Machine.$simulated.withValue(self) {
            let outcome = Outcome<Value>()
            let task = Task(executorPreference: self) {
                do {
                    outcome.end = .returned(try await body())
                } catch {
                    outcome.end = .threw(error)
                }
            }
            let why: End<Value>? = go(most: habits.mostTurns) { outcome.end != nil || process.isDead }
                .map { .stuck($0) }
            if process.isDead || why != nil {
                // So that nothing of it stays in memory: whoever still runs learns that it is over, and changes nothing.
                process.kill()
                task.cancel()
                hasLeftovers = go(most: Self.mostLastTurns) { outcome.end != nil } != nil
                outcome.end = why ?? .killed
            }
            // What the body has left behind comes to its end, too, as far as it waits for nothing.
            rest()
            let escapes = strangers.withLock(\.escapes)
            if !escapes.isEmpty { return .escaped(escapes) }
            return outcome.end ?? .killed
        }
    }

    // @unchecked: as the machine.
    private final class Outcome<Value: Sendable>: @unchecked Sendable {
        var end: End<Value>?
    }

    private static let mostLastTurns = 100_000

    /// Returns why it does not go on; `nil` where it is over.
    private func go(most: Int, until isOver: () -> Bool) -> String? {
        let last = turns + most
        while !isOver() {
            if turns >= last { return "not over after \(most) turns" + known }
            if takeTurn() { continue }
            if let due = alarms.next() {
                jump(to: due)
            } else if !strangersCome() {
                return "nothing is ready and no alarm is set" + known
            }
        }
        return nil
    }

    private func strangersCome() -> Bool {
        let end = ContinuousClock.now.advanced(by: habits.patience)
        while ContinuousClock.now < end {
            if strangers.withLock({ !$0.turns.isEmpty }) { return true }
            usleep(1000)
        }
        return false
    }

    private func rest() {
        let last = turns + Self.mostLastTurns
        while turns < last, takeTurn() {}
        ready = []
    }

    private var known: String {
        let call = lastCall.map { ", the last of them \($0)" } ?? ""
        return " (turn \(turns), after \(Double(clock.elapsed) / 1e9) s; \(process.calls) calls of the kernel\(call); "
            + "\(alarms.count) alarms)"
    }

    /// Runs one of those that are ready; returns whether there was one.
    private func takeTurn() -> Bool {
        strangers.withLock { strangers in
            if strangers.turns.isEmpty { return }
            ready += strangers.turns
            strangers.turns = []
        }
        if ready.isEmpty { return false }
        if habits.lag > .zero, chance.chance(10), let due = alarms.next(),
            due - clock.elapsed <= SimulatedClock.nanoseconds(habits.lag)
        {
            jump(to: due)
        }
        turns += 1
        let index = ready.count == 1 ? 0 : chance.index(ready.count)
        ready.swapAt(index, ready.count - 1)
        switch ready.removeLast() {
        case .job(let job): job.runSynchronously(on: asUnownedTaskExecutor())
        case .work(let work): work()
        }
        return true
    }

    private func jump(to due: Int64) {
        clock.pass(to: due)
        while let ring = alarms.take(due: clock.elapsed) { ready.append(.work(ring)) }
    }

    // MARK: For the one who runs it

    package var isDead: Bool { process.isDead }

    /// The process ends here and now; a run returns as soon as it has learned of it.
    package func kill() { process.kill() }

    /// How long it has run.
    package var elapsed: Duration { .nanoseconds(clock.elapsed) }

    /// Somebody sets the wall clock.
    package func setWallClock(by time: Duration) {
        clock.set(by: time)
        for watcher in clockWatchers { ready.append(.work(watcher)) }
    }

    /// True so many times in a hundred, by the seed of this machine.
    package func happens(_ percent: Int) -> Bool { chance.chance(percent) }

    private func some(_ most: Duration) -> Duration {
        let most = SimulatedClock.nanoseconds(most)
        return most <= 0 ? .zero : .nanoseconds(Int64.random(in: 0...most, using: &chance))
    }

    // MARK: What runs on it asks

    private var isHome: Bool { pthread_equal(pthread_self(), thread) != 0 }

    package var calls: any KernelCalls {
        if !isHome { escapes("a call of the kernel on another thread") }
        return process
    }

    package var now: ContinuousClock.Instant { clock.now }
    package var wallClock: Timestamp { Timestamp(nanoseconds: clock.wall) }
    package var taskExecutor: any TaskExecutor { self }

    package func random() -> UInt64 {
        if !isHome { escapes("chance on another thread") }
        return chance.next()
    }

    package func enqueue(_ job: consuming ExecutorJob) { add(.job(UnownedJob(job))) }

    package func perform(_ work: @escaping @Sendable () -> Void) {
        let wait = some(habits.longestWait)
        if wait > .zero {
            _ = alarm(after: wait, work)
        } else {
            add(.work(work))
        }
    }

    private func add(_ turn: Turn) {
        if isHome {
            ready.append(turn)
        } else {
            strangers.withLock { $0.turns.append(turn) }
            escapes("a task that another thread wakes")
        }
    }

    package func alarm(after time: Duration, _ ring: @escaping @Sendable () -> Void) -> UInt64 {
        if !isHome { escapes("an alarm on another thread") }
        return alarms.set(clock.elapsed + SimulatedClock.nanoseconds(time), ring)
    }

    package func callOff(alarm: UInt64) { alarms.callOff(alarm) }

    package func block(for time: Duration) { clock.pass(time) }

    package func whenClockIsSet(_ look: @escaping @Sendable () -> Void) { clockWatchers.append(look) }

    package func escapes(_ what: String) {
        strangers.withLock { if $0.escapes.last != what { $0.escapes.append(what) } }
    }
}
