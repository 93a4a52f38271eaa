// SPDX-License-Identifier: Apache-2.0

internal import FileIO
internal import Jobs
internal import Synchronization

/// Who goes next.
extension SubmitLimiter {
    func hasRoom(_ state: State) -> Bool { state.underWay.count < state.limit && state.pictures == nil }

    /// Lets in who may go.
    func admit(_ state: inout State) -> [(PermitQueue.Waiter, isProbe: Bool)] {
        var admitted: [(PermitQueue.Waiter, isProbe: Bool)] = []
        func letIn(_ waiter: PermitQueue.Waiter?, isProbe: Bool = false) {
            guard let waiter else { return }
            Self.letIn(waiter.number, &state)
            if isProbe { state.probing = waiter.number }
            admitted.append((waiter, isProbe))
        }
        let now = Machine.now
        var next = state.queue.endRests(until: now)
        while hasRoom(state), !state.queue.isEmpty {
            let isNew = state.breaker.pause != nil && state.queue.hasNewcomer(beside: state.breaker.refused)
            let permission = state.breaker.ask(at: now, newcomer: isNew)
            if permission == .go, state.window.hasRoom(at: now), let waiter = state.queue.next() {
                letIn(waiter)
                continue
            }
            switch permission {
            case .go, .wait: break
            case .probe: letIn(state.queue.nextProber(attempt: state.breaker.pause?.attempt ?? 1), isProbe: true)
            case .probeOfNewcomer:
                letIn(state.queue.nextNewcomer(beside: state.breaker.refused), isProbe: true)
            case .ask: setAlarm.yield(.ask)
            case .waitUntil(let instant): next = min(next ?? instant, instant)
            }
            break
        }
        wake(&state, at: next)
        return admitted
    }

    /// The last call counts: a new pause may be shorter than the one before.
    func wake(_ state: inout State, at instant: ContinuousClock.Instant?) {
        state.timer?.cancel()
        state.timer = nil
        guard let instant, !state.isClosed else { return }
        state.timer = Machine.alarm(after: Machine.now.duration(to: instant)) { [setAlarm] in setAlarm.yield(.look) }
    }

    static func letIn(_ number: UInt64, _ state: inout State) {
        state.underWay.insert(number)
        state.window.left(number)
    }
}
