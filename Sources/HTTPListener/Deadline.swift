// SPDX-License-Identifier: Apache-2.0

internal import NIOCore
internal import Synchronization

/// Cuts a connection off that takes its time. While none is set, nothing wakes up for it.
final class Deadline: Sendable {
    private let channel: any Channel
    private let setAlarm: Listener.SetAlarm
    private let callOff = Mutex<(@Sendable () -> Void)?>(nil)

    init(_ channel: any Channel, _ setAlarm: @escaping Listener.SetAlarm) {
        (self.channel, self.setAlarm) = (channel, setAlarm)
    }

    /// From now on, instead of the one before.
    func set(_ patience: Duration) {
        let alarm = setAlarm(patience) { [channel] in channel.close(promise: nil) }
        replace(with: alarm)
    }

    func clear() { replace(with: nil) }

    private func replace(with alarm: (@Sendable () -> Void)?) {
        let earlier = callOff.withLock { callOff in
            defer { callOff = alarm }
            return callOff
        }
        earlier?()
    }
}
