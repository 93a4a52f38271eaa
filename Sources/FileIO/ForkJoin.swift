// SPDX-License-Identifier: Apache-2.0

/// Does pieces of work that block at one time, and returns when all of them are done: the caller does some, and threads
/// that are started when they are needed, and end when they are not, do others.
///
/// For calls that wait for the disk, which serves several of them as fast as one: flushes that wait at one moment become
/// one. For one caller at a time.
package final class ForkJoin: Sendable {
    private struct State {
        var works: [@Sendable () -> Void] = []
        var threads = 0
        var isShutDown = false
    }

    /// How long a thread waits for more: while there is work at all it comes much sooner.
    private static let patience = Duration.seconds(1)

    private let limit: Int
    private let works = ConditionLock(State())
    /// Who waits for the last of them.
    private let undone = ConditionLock(0)

    /// - Parameter threads: how many pieces of work are under way at most, the caller's own included.
    package init(threads: Int) {
        limit = threads - 1
    }

    deinit {
        works.change { state in
            state.isShutDown = true
            return .all
        }
    }

    /// Blocking.
    package func run(_ all: [@Sendable () -> Void]) {
        #if DEBUG
            if let simulated = Machine.simulated { return Self.run(all, inTheOrderOf: simulated) }
        #endif
        if all.count < 2 { return all.forEach { $0() } }
        undone.change { undone in
            undone = all.count
            return .nobody
        }
        var missing = 0
        works.change { state in
            state.works = all.reversed()
            missing = max(0, min(limit, all.count - 1) - state.threads)
            state.threads += missing
            return .one
        }
        for _ in 0..<missing {
            let isStarted = BlockingThread.mayStart("sync") { [works, undone] in
                var since = Machine.now
                while let work = works.wait({ Self.next(&$0, idleSince: since) }) {
                    Self.perform(work, works, undone)
                    since = Machine.now
                }
            }
            if isStarted { continue }
            // Fewer do as well: what none of them takes the caller does.
            works.change { state in
                state.threads -= 1
                return .nobody
            }
        }
        while let work = own() { Self.perform(work, works, undone) }
        undone.wait { $0 == 0 ? .found(()) : .sleep }
    }

    private func own() -> (@Sendable () -> Void)? {
        var work: (@Sendable () -> Void)?
        works.change { state in
            work = state.works.popLast()
            return .nobody
        }
        return work
    }

    private static func next(
        _ state: inout State, idleSince since: ContinuousClock.Instant
    ) -> ConditionLock<State>.Look<(@Sendable () -> Void)?> {
        if let work = state.works.popLast() { return .found(work) }
        let left = patience - since.duration(to: Machine.now)
        if left > .zero, !state.isShutDown { return .sleepFor(left) }
        state.threads -= 1
        return .found(nil)
    }

    /// How many there are beside the caller.
    var threads: Int { works.wait { .found($0.threads) } }

    private static func perform(
        _ work: @Sendable () -> Void, _ works: ConditionLock<State>, _ undone: ConditionLock<Int>
    ) {
        // One wakes the next: whoever comes too late for any work was woken for nothing.
        works.change { $0.works.isEmpty ? .nobody : .one }
        work()
        undone.change { undone in
            undone -= 1
            return undone == 0 ? .one : .nobody
        }
    }

    #if DEBUG
        /// Any of them may be the first to come to its end.
        private static func run(_ all: [@Sendable () -> Void], inTheOrderOf simulated: any MachineSimulation) {
            var left = all
            while !left.isEmpty { left.remove(at: Int(simulated.random() % UInt64(left.count)))() }
        }
    #endif
}
