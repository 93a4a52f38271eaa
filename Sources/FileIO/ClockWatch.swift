// SPDX-License-Identifier: Apache-2.0

internal import CLinux
internal import Documents
internal import Glibc
internal import Synchronization

/// Tells when the wall clock is set: what waits for a moment by the wall is to be asked anew then, and what was counted
/// for a day may be another day's.
///
/// The kernel tells of it, to a thread that sleeps until then; and whoever looks regularly finds it, too, where the time
/// is bent behind the kernel's back.
package final class ClockWatch: Sendable {
    private let jump: Mutex<ClockJump>
    private let jumps: AsyncStream<Duration>
    private let jumped: AsyncStream<Duration>.Continuation
    private let timer: CInt
    private let isOver = Mutex(false)

    package convenience init() {
        self.init(since: ClockJump(wall: .now, machine: .now))
    }

    /// - Parameter last: what the clocks have shown last.
    init(since last: ClockJump) {
        jump = Mutex(last)
        (jumps, jumped) = AsyncStream.makeStream()
        timer = bd_clock_timer()
    }

    /// Looks whether the clock was set since the last look. Cheap.
    package func look() {
        let set = jump.withLock { $0.saw(wall: .now, machine: .now) }
        if let set { jumped.yield(set) }
    }

    /// Calls with how far the clock was set, each time, until cancelled. To be called once.
    package func run(_ wasSet: (Duration) async -> Void) async {
        follow()
        for await set in jumps { await wasSet(set) }
        isOver.withLock { $0 = true }
        bd_end_clock_timer(timer)
    }

    private func follow() {
        guard timer >= 0 else { return }
        BlockingThread.start("clock") { [self] in
            var fired: UInt64 = 0
            while !isOver.withLock({ $0 }), bd_wait_for_clock(timer) == 0 || errno == ECANCELED {
                let count = Glibc.read(timer, &fired, MemoryLayout<UInt64>.size)
                if count > 0 { break }
                guard errno == ECANCELED || errno == EINTR else { break }
                look()
            }
            close(timer)
        }
    }
}

/// By how much the wall clock was set, as against the machine's own, which goes on in sleep as well. Pure.
struct ClockJump: Sendable {
    private var wall: Timestamp
    private var machine: ContinuousClock.Instant

    /// Less is a correction, and nothing that anybody waits for.
    static let least = Duration.seconds(2)

    init(wall: Timestamp, machine: ContinuousClock.Instant) {
        (self.wall, self.machine) = (wall, machine)
    }

    /// `nil` where it was not set since the last look, or by no more than ``least``: small steps add up all the same.
    mutating func saw(wall now: Timestamp, machine instant: ContinuousClock.Instant) -> Duration? {
        let set = now.since(wall) - machine.duration(to: instant)
        guard set > Self.least || set < .zero - Self.least else { return nil }
        (wall, machine) = (now, instant)
        return set
    }
}
