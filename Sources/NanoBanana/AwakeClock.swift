// SPDX-License-Identifier: Apache-2.0

internal import NIOCore
internal import Synchronization

/// Time that passes only while this process runs: a stopped process, a frozen container, a suspended machine come back
/// without having waited. What has arrived meanwhile is read, and is not late.
///
/// While a limit is watched it ticks twice a second. Where more than that lies between two looks, nobody could look:
/// that time does not count.
final class AwakeClock: Sendable {
    /// A time that somebody has at most.
    struct Limit: Sendable {
        fileprivate let id: UInt64
        fileprivate let clock: AwakeClock

        /// From now on so much time is left.
        func restart(_ time: TimeAmount) { clock.restart(id, time) }

        /// Returns when the time is over, or the task is cancelled.
        func isOver() async { await clock.waitForEnd(id) }

        /// It is not needed any more.
        func end() { clock.end(id) }
    }

    private struct Watched {
        var deadline: TimeAmount
        var waiter: CheckedContinuation<Void, Never>?
    }

    private struct State {
        var awake = TimeAmount.zero
        var last = NIODeadline.now()
        var ticker: RepeatedTask?
        var nextID: UInt64 = 0
        var limits: [UInt64: Watched] = [:]
    }

    private static let tick = TimeAmount.milliseconds(500)
    private static let most = TimeAmount.milliseconds(750)

    private let state = Mutex(State())
    private let group: any EventLoopGroup

    init(group: any EventLoopGroup) {
        self.group = group
    }

    /// Begins now. The caller ends it.
    func limit(_ time: TimeAmount) -> Limit {
        state.withLock { state in
            if state.limits.isEmpty {
                state.last = .now()
                state.ticker = group.any().scheduleRepeatedTask(initialDelay: Self.tick, delay: Self.tick) {
                    [weak self] _ in self?.look()
                }
            }
            Self.pass(&state)
            state.nextID += 1
            state.limits[state.nextID] = Watched(deadline: state.awake + time)
            return Limit(id: state.nextID, clock: self)
        }
    }

    private func restart(_ id: UInt64, _ time: TimeAmount) {
        state.withLock { state in
            Self.pass(&state)
            state.limits[id]?.deadline = state.awake + time
        }
    }

    private func waitForEnd(_ id: UInt64) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isWaiting = state.withLock { state in
                    if Task.isCancelled || state.limits[id] == nil { return false }
                    state.limits[id]?.waiter = continuation
                    return true
                }
                if !isWaiting { continuation.resume() }
            }
        } onCancel: {
            takeWaiter(id)?.resume()
        }
    }

    private func takeWaiter(_ id: UInt64) -> CheckedContinuation<Void, Never>? {
        state.withLock { state in
            defer { state.limits[id]?.waiter = nil }
            return state.limits[id]?.waiter
        }
    }

    private func end(_ id: UInt64) {
        state.withLock { state in
            state.limits[id] = nil
            if state.limits.isEmpty {
                state.ticker?.cancel()
                state.ticker = nil
            }
        }
    }

    private func look() {
        let over = state.withLock { state in
            Self.pass(&state)
            return state.limits.filter { $0.value.deadline <= state.awake }.map(\.key)
        }
        for id in over { takeWaiter(id)?.resume() }
    }

    private static func pass(_ state: inout State) {
        let now = NIODeadline.now()
        if now - state.last <= most { state.awake = state.awake + (now - state.last) }
        state.last = now
    }
}
