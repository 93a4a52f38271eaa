// SPDX-License-Identifier: Apache-2.0

#if DEBUG
    package import Documents

    /// A machine that stands in the real one's place for a test: its kernel, its clocks, its chance and its one thread.
    /// Bound by ``Machine/simulated`` around a run of the daemon's own code, which finds it wherever it asks ``Machine`` or
    /// ``Kernel``. None of it is in a release build.
    package protocol MachineSimulation: AnyObject, Sendable {
        var calls: any KernelCalls { get }
        var now: ContinuousClock.Instant { get }
        var wallClock: Timestamp { get }
        /// Any number.
        func random() -> UInt64

        /// Returns by what the alarm is called off.
        func alarm(after time: Duration, _ ring: @escaping @Sendable () -> Void) -> UInt64
        func callOff(alarm: UInt64)
        /// Lets so much time pass for whoever blocks.
        func block(for time: Duration)
        /// Calls each time that the wall clock is set.
        func whenClockIsSet(_ look: @escaping @Sendable () -> Void)

        /// Where tasks run.
        var taskExecutor: any TaskExecutor { get }
        /// Runs a piece of work in its turn that has a thread of its own on a real machine.
        func perform(_ work: @escaping @Sendable () -> Void)
        /// Something would go to a real thread, where nobody can tell what becomes of it.
        func escapes(_ what: String)
    }

    extension Machine {
        /// The machine that a test runs on; `nil` on a real one.
        @TaskLocal package static var simulated: (any MachineSimulation)?
    }
#endif
