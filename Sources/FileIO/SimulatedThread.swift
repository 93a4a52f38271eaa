// SPDX-License-Identifier: Apache-2.0

#if DEBUG
    /// What stands for a thread that serves a ``ConditionLock`` on a simulated machine: each thing that a look finds is a
    /// turn of the simulation. Keeps itself until a look ends it.
    // @unchecked: a simulated machine has one thread.
    final class SimulatedThread<State, Work>: @unchecked Sendable {
        private let lock: ConditionLock<State>
        private let simulation: any MachineSimulation
        private let look: (inout State) -> ConditionLock<State>.Look<Work?>
        private let work: (Work) -> Void
        private var isReady = false
        private var alarm: Machine.Alarm?

        init(
            _ lock: ConditionLock<State>, _ simulation: any MachineSimulation,
            _ look: @escaping (inout State) -> ConditionLock<State>.Look<Work?>, _ work: @escaping (Work) -> Void
        ) {
            self.lock = lock
            self.simulation = simulation
            self.look = look
            self.work = work
        }

        func start() {
            lock.sleeper = { [self] in wake() }
            wake()
        }

        private func wake() {
            if isReady { return }
            isReady = true
            simulation.perform { [self] in turn() }
        }

        private func turn() {
            isReady = false
            alarm?.cancel()
            alarm = nil
            switch lock.peek(look) {
            case .found(.some(let found)):
                work(found)
                wake()
            case .found(.none): lock.sleeper = nil
            case .sleep: break
            case .sleepFor(let time): alarm = Machine.alarm(after: time) { [self] in wake() }
            }
        }
    }
#endif
