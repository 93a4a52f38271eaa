// SPDX-License-Identifier: Apache-2.0

internal import NIOCore
internal import NIOPosix

/// What the machine gives to whoever acts: the time that passes, alarms, and chance. Everything that waits or spreads
/// its tries asks here, and what decides is told.
package enum Machine {
    /// The monotonic clock, which nobody sets, and which goes on while the machine sleeps.
    package static var now: ContinuousClock.Instant { .now }

    /// 0 to 1, to spread what many would do at the same moment.
    package static var jitter: Double { .random(in: 0...1) }

    /// Something that will happen once unless it is called off.
    package struct Alarm: Sendable {
        fileprivate let scheduled: Scheduled<Void>

        package func cancel() { scheduled.cancel() }
    }

    /// Calls `ring` when so much time has passed, on a thread that must not be held up. See ``Sleep`` for why it is an
    /// event loop's timer.
    package static func alarm(after time: Duration, _ ring: @escaping @Sendable () -> Void) -> Alarm {
        Alarm(
            scheduled: MultiThreadedEventLoopGroup.singleton.any().scheduleTask(in: TimeAmount(max(time, .zero)), ring))
    }
}
