// SPDX-License-Identifier: Apache-2.0

import Synchronization

@testable import Documents
@testable import FileIO
@testable import TestSupport

/// How many submits may leave on each day, kept beside the daemon's own books: by what has left for the service, and by
/// the limits that were in force then.
///
/// More than a limit says may leave where it was lowered while more was set aside, where what was set aside before
/// midnight leaves after it. Once the clock has gone back, days begin twice, and nothing is said of limits any more.
final class LimitBook: Sendable {
    struct Limits: Equatable, Sendable {
        /// Of the whole spool; `nil`: none.
        var spool: Int?
        /// Of the one lane that has one.
        var lane: Int?

        func or(_ other: Self) -> Self {
            func most(_ one: Int?, _ other: Int?) -> Int? { one.flatMap { one in other.map { max(one, $0) } } }
            return Self(spool: most(spool, other.spool), lane: most(lane, other.lane))
        }
    }

    /// Submits that may be charged, or what is allowed of them.
    private struct Count {
        var spool: Int?
        var lane: Int?
    }

    private struct State {
        var limits = Limits()
        var day: LocalDay?
        var allowed = Count()
        /// So many have left on a day, of the lane or of all, and may be charged.
        var left: @Sendable (_ day: LocalDay, _ isLane: Bool) -> Int = { _, _ in 0 }
        /// What the daemon says that was spent today, what is set aside included; `nil` where it has forgotten.
        var spent: (@Sendable () -> Int)?
        /// What is set aside for submits that have not left.
        var setAside = 0
        /// Of that what was set aside on days before, and may be charged on any day that comes.
        var carried = 0
        var wasSetBack = false
        var complaints: [String] = []
    }

    private let state = Mutex(State())

    var complaints: [String] { state.withLock(\.complaints) }

    /// A process has begun, under these limits. What the one before had set aside is nobody's any more.
    func begin(
        _ limits: Limits, left: @escaping @Sendable (_ day: LocalDay, _ isLane: Bool) -> Int,
        spent: @escaping @Sendable () -> Int
    ) {
        state.withLock { state in
            (state.limits, state.spent, state.setAside, state.carried) = (limits, spent, 0, 0)
            state.left = left
            allow(LocalDay(.now), &state)
        }
    }

    /// The limits are changed in the middle of a day.
    func adopt(_ limits: Limits) {
        look()
        state.withLock { state in
            state.limits = limits
            allow(LocalDay(.now), &state)
        }
    }

    /// The clock goes back.
    func wasSetBack() { state.withLock { $0.wasSetBack = true } }

    /// To be called before midnight, too.
    func look() {
        state.withLock { state in
            let day = LocalDay(.now)
            if day != state.day { turn(to: day, &state) }
            state.setAside = max(0, (state.spent?() ?? 0) - state.left(day, false))
        }
    }

    private func turn(to day: LocalDay, _ state: inout State) {
        state.carried += state.setAside
        state.setAside = 0
        allow(day, &state)
    }

    private func allow(_ day: LocalDay, _ state: inout State) {
        func most(_ limit: Int?, _ counted: Int) -> Int? {
            limit.map { max($0, counted) + state.carried }
        }
        let counted = max(state.spent?() ?? 0, state.left(day, false))
        state.allowed.spool = most(state.limits.spool, counted)
        // What is set aside may be this lane's.
        state.allowed.lane = most(state.limits.lane, state.left(day, true) + max(0, counted - state.left(day, false)))
        state.day = day
    }

    /// A submit has left, as the service knows by now.
    func hasLeft(inLane isLane: Bool) {
        state.withLock { state in
            let day = LocalDay(.now)
            if day != state.day { turn(to: day, &state) }
            let all = state.left(day, false)
            if state.wasSetBack { return }
            if let most = state.allowed.spool, all > most {
                state.complaints.append("\(all) submits left on \(day), and \(most) were allowed")
            }
            if isLane, let most = state.allowed.lane, state.left(day, true) > most {
                state.complaints.append(
                    "\(state.left(day, true)) submits of the lane left on \(day), \(most) were allowed")
            }
            let spent = state.spent?() ?? all
            if state.carried == 0, spent < all {
                state.complaints.append("\(all) submits left on \(day), and the budget knows of \(spent)")
            }
        }
    }
}
