// SPDX-License-Identifier: Apache-2.0

internal import NanoBanana
internal import Synchronization

/// What may be spent, and what was: the day's ``Budget`` and the ``RepeatGuard`` of all jobs.
final class Purse: Sendable {
    enum Verdict: Equatable, Sendable {
        /// The request may be submitted: each of its variants once.
        case go(Budget.Reservation)
        case hold(Hold)
        /// It alone is more than a whole day may have.
        case neverFits(Limit)
    }

    private struct State {
        var prices: PriceTable
        var budget: Budget
        var repeats: RepeatGuard
    }

    private let state: Mutex<State>

    init(_ settings: MoneySettings, at now: Timestamp) {
        state = Mutex(
            State(
                prices: settings.prices, budget: Budget(settings.limits, on: LocalDay(now)),
                repeats: RepeatGuard(limit: settings.repeatLimit)))
    }

    /// From now on these hold. What was spent today counts for them; what was set aside keeps its price.
    func adopt(_ settings: MoneySettings) {
        state.withLock { state in
            state.prices = settings.prices
            state.budget.limits = settings.limits
            state.repeats.adopt(limit: settings.repeatLimit)
        }
    }

    /// What an earlier run has written into the ledger, oldest first.
    func seed(_ line: LedgerLine) {
        state.withLock { state in
            if state.budget.seed(line), line.variant == 1 { state.repeats.seed(line.request, at: line.time.moment) }
        }
    }

    /// Whether nothing of a lane can be submitted now, whatever it is.
    func hold(_ lane: Lane, at now: Timestamp) -> Hold? {
        let day = LocalDay(now)
        return state.withLock { $0.budget.isFull(lane: lane, on: day) }.map { Hold(reason: .limit($0), until: day.end) }
    }

    /// A request is about to be submitted for the first time.
    func begin(_ request: Request, in lane: Lane, at now: Timestamp) -> Verdict {
        let (content, day) = (Self.content(of: request, in: lane), LocalDay(now))
        return state.withLock { state in
            let price = state.prices.price(of: request.edit)
            if let until = state.repeats.begin(content, at: now) {
                return .hold(Hold(reason: .repeated(state.repeats.limit), until: until))
            }
            let verdict = state.budget.reserve(lane: lane, submits: request.variants, price: price, on: day)
            switch verdict {
            case .granted(let reservation): return .go(reservation)
            case .full(let limit):
                state.repeats.undo(content, at: now)
                return .hold(Hold(reason: .limit(limit), until: day.end))
            case .neverFits(let limit):
                state.repeats.undo(content, at: now)
                return .neverFits(limit)
            }
        }
    }

    /// What a request asks for. A picture on one's own disk is another one in another lane, whatever it is called.
    private static func content(of request: Request, in lane: Lane) -> Fingerprint {
        if request.locals.isEmpty { return request.fingerprint }
        return Fingerprint(of: Array("\(request.fingerprint) \(lane.text)".utf8))
    }

    /// A batch is about to be split; what holds it where the same came too often.
    func begin(batch content: Fingerprint, at now: Timestamp) -> Hold? {
        state.withLock { state in
            state.repeats.begin(content, at: now).map { Hold(reason: .repeated(state.repeats.limit), until: $0) }
        }
    }

    /// One submit more of a job that has begun already, perhaps in an earlier run.
    func goOn(_ request: Request, in lane: Lane, at now: Timestamp) -> Verdict {
        let day = LocalDay(now)
        let verdict = state.withLock { state in
            state.budget.reserve(lane: lane, submits: 1, price: state.prices.price(of: request.edit), on: day)
        }
        switch verdict {
        case .granted(let reservation): return .go(reservation)
        case .full(let limit): return .hold(Hold(reason: .limit(limit), until: day.end))
        case .neverFits(let limit): return .neverFits(limit)
        }
    }

    /// A submit was charged, or maybe charged.
    func wasCharged(_ reservation: Budget.Reservation, at now: Timestamp) {
        state.withLock { $0.budget.confirm(reservation, on: LocalDay(now)) }
    }

    /// A submit was surely not charged, and will not be sent again.
    func giveBack(_ reservation: Budget.Reservation) {
        state.withLock { $0.budget.giveBack(reservation, submits: 1) }
    }

    /// The request goes back into the inbox: it has not begun after all.
    func undo(_ request: Request, _ reservation: Budget.Reservation, at begun: Timestamp) {
        let content = Self.content(of: request, in: reservation.lane)
        state.withLock { state in
            state.repeats.undo(content, at: begun)
            state.budget.giveBack(reservation, submits: reservation.submits)
        }
    }

    /// What was spent today, reservations included.
    func spent(at now: Timestamp) -> Budget.Spent {
        state.withLock { $0.budget.spent(on: LocalDay(now)) }
    }

    func price(of request: Request) -> Amount? { state.withLock { $0.prices.price(of: request.edit) } }
}
