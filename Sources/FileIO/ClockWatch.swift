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
        self.init(since: ClockJump(.now))
    }

    /// - Parameter last: what the clocks have shown last.
    init(since last: ClockJump) {
        jump = Mutex(last)
        (jumps, jumped) = AsyncStream.makeStream()
        #if DEBUG
            if Machine.simulated != nil {
                timer = -1
                return
            }
        #endif
        timer = bd_clock_timer()
    }

    /// Looks whether the clock was set since the last look. Cheap.
    package func look() {
        let set = jump.withLock { $0.saw(.now) }
        if let set { jumped.yield(set) }
    }

    /// Calls with how far the clock was set, each time, until cancelled. To be called once.
    package func run(_ wasSet: (Duration) async -> Void) async {
        follow()
        for await set in jumps { await wasSet(set) }
        isOver.withLock { $0 = true }
        if timer >= 0 { bd_end_clock_timer(timer) }
    }

    private func follow() {
        #if DEBUG
            Machine.simulated?.whenClockIsSet { [weak self] in self?.look() }
        #endif
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

/// What the wall clock and the machine's own have shown at one moment.
struct ClockPair: Sendable {
    var wall: Timestamp
    var machine: ContinuousClock.Instant

    /// A thread may be held up between the two for as long as the machine likes: what was read farther apart is no
    /// pair. Far below ``ClockJump/least``.
    private static let nearness = Duration.milliseconds(100)

    /// Reads the machine's clock on both sides of the wall's, until the three are near each other.
    static func read(wall: () -> Timestamp, machine: () -> ContinuousClock.Instant) -> ClockPair {
        while true {
            let before = machine()
            let now = wall()
            let after = machine()
            if before.duration(to: after) <= nearness { return ClockPair(wall: now, machine: after) }
        }
    }

    static var now: ClockPair { read(wall: { .now }, machine: { Machine.now }) }
}

/// By how much the wall clock was set, as against the machine's own, which goes on in sleep as well. Pure.
struct ClockJump: Sendable {
    private var last: ClockPair

    /// Less is a correction, and nothing that anybody waits for.
    static let least = Duration.seconds(2)

    init(_ first: ClockPair) {
        last = first
    }

    /// `nil` where it was not set since the last look, or by no more than ``least``: small steps add up all the same.
    mutating func saw(_ now: ClockPair) -> Duration? {
        let set = now.wall.since(last.wall) - last.machine.duration(to: now.machine)
        guard set > Self.least || set < .zero - Self.least else { return nil }
        last = now
        return set
    }
}
