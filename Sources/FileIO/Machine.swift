// SPDX-License-Identifier: Apache-2.0

internal import CLinux
package import Documents
internal import Glibc
internal import NIOCore
internal import NIOPosix

/// What the machine gives to whoever acts: the time that passes, alarms, and chance. Everything that waits or spreads
/// its tries asks here, and what decides is told.
package enum Machine {
    /// The monotonic clock, which nobody sets, and which goes on while the machine sleeps.
    package static var now: ContinuousClock.Instant {
        #if DEBUG
            if let simulated { return simulated.now }
        #endif
        return .now
    }

    /// Whether it was started within the last five minutes.
    package static var isYoung: Bool {
        #if DEBUG
            if simulated != nil { return false }
        #endif
        var time = timespec()
        clock_gettime(CLOCK_BOOTTIME, &time)
        return time.tv_sec < 300
    }

    /// Microseconds on a clock that all processes of a machine share, and nobody sets.
    package static var sinceBoot: Int {
        var time = timespec()
        clock_gettime(CLOCK_BOOTTIME, &time)
        return Int(time.tv_sec) * 1_000_000 + Int(time.tv_nsec) / 1000
    }

    /// Gives what was allocated and freed back to the kernel: glibc keeps it for whoever comes next, and after a burst
    /// that is nobody (`malloc_trim(3)`). Takes some milliseconds.
    package static func giveBackMemory() { _ = CLinux.malloc_trim(0) }

    /// 0 to 1, to spread what many would do at the same moment.
    package static var jitter: Double {
        #if DEBUG
            if let simulated { return Double(simulated.random() >> 11) / Double(1 << 53) }
        #endif
        return .random(in: 0...1)
    }

    /// Some number, for a name that nobody else has.
    package static var uniqueNumber: UInt32 {
        #if DEBUG
            if let simulated { return UInt32(truncatingIfNeeded: simulated.random()) }
        #endif
        return .random(in: .min ... .max)
    }

    /// 256 random bits, as hexadecimal digits: nobody can guess it (getrandom(2)).
    package static var secret: String {
        var generator = SystemRandomNumberGenerator()
        return (0..<4).map { _ in
            let digits = String(generator.next(), radix: 16)
            return String(repeating: "0", count: 16 - digits.utf8.count) + digits
        }.joined()
    }

    /// Where an unstructured task is to run so that it runs where its maker does, which it does not by itself (SE-0417):
    /// `Task(executorPreference: Machine.taskExecutor) { … }`. Nowhere in particular on a real machine.
    package static var taskExecutor: (any TaskExecutor)? {
        #if DEBUG
            return simulated?.taskExecutor
        #else
            return nil
        #endif
    }

    /// Something that will happen once unless it is called off.
    package struct Alarm: Sendable {
        fileprivate let callOff: CallOff

        package func cancel() {
            switch callOff {
            case .timer(let scheduled): scheduled.cancel()
            case .other(let cancel): cancel()
            #if DEBUG
                case .simulated(let machine, let alarm): machine.callOff(alarm: alarm)
            #endif
            }
        }
    }

    fileprivate enum CallOff: Sendable {
        case timer(Scheduled<Void>)
        case other(@Sendable () -> Void)
        #if DEBUG
            case simulated(any MachineSimulation, UInt64)
        #endif
    }

    /// Sets an alarm, and returns what calls it off.
    package typealias SetAlarm = @Sendable (Duration, @escaping @Sendable () -> Void) -> @Sendable () -> Void

    /// How an alarm is set where the program's tasks run; `nil` for a timer of NIO's loop.
    package nonisolated(unsafe) static var setAlarm: SetAlarm?  // Set once, before there is another thread.

    /// Calls `ring` when so much time has passed, on a thread that must not be held up. See ``Sleep`` for why it is an
    /// event loop's timer.
    package static func alarm(after time: Duration, _ ring: @escaping @Sendable () -> Void) -> Alarm {
        let time = max(time, .zero)
        #if DEBUG
            if let simulated { return Alarm(callOff: .simulated(simulated, simulated.alarm(after: time, ring))) }
        #endif
        if let setAlarm { return Alarm(callOff: .other(setAlarm(time, ring))) }
        return Alarm(
            callOff: .timer(MultiThreadedEventLoopGroup.singleton.any().scheduleTask(in: TimeAmount(time), ring)))
    }
}

extension Timestamp {
    /// The wall clock's reading: `clock_gettime(2)` with `CLOCK_REALTIME`.
    package static var now: Timestamp {
        #if DEBUG
            if let simulated = Machine.simulated { return simulated.wallClock }
        #endif
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }
}
