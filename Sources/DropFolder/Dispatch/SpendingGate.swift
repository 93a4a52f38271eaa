// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import NanoBanana
internal import Requests
internal import Spending
internal import Spool
internal import SpoolState
internal import Synchronization
internal import SystemPackage

/// What may be spent, and what was: the day's ``Budget`` and the ``RepeatGuard`` of all jobs.
final class SpendingGate: Sendable {
    enum Verdict: Equatable, Sendable {
        /// The request may be submitted: each of its variants once, for what was set aside for it.
        case go([SetAside])
        case hold(Hold)
        /// It alone is more than a whole day may have.
        case neverFits(Limit)
        /// What was spent on this day is not known: the ledger has to be read first.
        case unread(LocalDay)
    }

    fileprivate struct State {
        var prices: PriceTable
        var budget: Budget
        var repeats: RepeatGuard
        var approval: ApprovalLimit
        var needsPrices: Bool
        /// From this day on, what was spent is known.
        var knownSince: LocalDay
        /// Whether what earlier runs have spent today is known.
        var hasRead = false
    }

    /// What is set aside for one submit: a lease. Where nobody has it any more, and it was not charged, it comes back.
    final class SetAside: Equatable, Sendable {
        private let reservation: Budget.Reservation
        private let gate: SpendingGate
        private let isSettled = Mutex(false)

        fileprivate init(_ gate: SpendingGate, _ reservation: Budget.Reservation) {
            (self.gate, self.reservation) = (gate, reservation)
        }

        deinit { giveBack() }

        static func == (left: SetAside, right: SetAside) -> Bool { left === right }

        /// The submit was charged, or maybe charged.
        func wasCharged(at now: Timestamp) {
            if settle() { gate.state.withLock { $0.budget.confirm(reservation, on: LocalDay(now)) } }
        }

        /// The submit was surely not charged, and will not be sent again.
        func giveBack() {
            guard settle() else { return }
            gate.state.withLock { $0.budget.giveBack(reservation, submits: 1) }
            gate.gaveBack()
        }

        /// Whether this is the first word on it.
        private func settle() -> Bool {
            isSettled.withLock { isSettled in
                defer { isSettled = true }
                return !isSettled
            }
        }
    }

    /// What was granted, or why nothing was; without the gate's lock, under which no lease may end.
    fileprivate enum Answer: Sendable {
        case granted(Budget.Reservation)
        case not(Verdict)
    }

    private let state: Mutex<State>
    private let gaveBack: @Sendable () -> Void

    /// - Parameter gaveBack: told when something that was set aside can be spent by others.
    init(_ settings: MoneySettings, at now: Timestamp, gaveBack: @escaping @Sendable () -> Void = {}) {
        self.gaveBack = gaveBack
        let today = LocalDay(now)
        state = Mutex(
            State(
                prices: settings.prices, budget: Budget(settings.limits, on: today),
                repeats: RepeatGuard(limit: settings.repeatLimit, rule: settings.repeats),
                approval: settings.approval, needsPrices: settings.needsPrices, knownSince: today))
    }

    /// From now on these hold. What was spent today counts for them; what was set aside keeps its price.
    func adopt(_ settings: MoneySettings) {
        state.withLock { state in
            state.prices = settings.prices
            state.budget.limits = settings.limits
            state.repeats.limit = settings.repeatLimit
            state.repeats.rule = settings.repeats
            state.approval = settings.approval
            state.needsPrices = settings.needsPrices
        }
    }

    // MARK: What was spent

    /// Reads what earlier runs have written into the ledger: from as many days before `day` as the guard against repeats
    /// looks back. Blocking.
    ///
    /// - Parameters:
    ///   - repairs: see ``Ledger/read(since:before:repairs:until:_:)``; so are the others, and what is returned.
    @discardableResult
    func read(
        _ ledger: Ledger, backTo day: LocalDay, isFirst: Bool = false, repairs: Bool = false,
        until isOver: () -> Bool = { false }, also each: (LedgerLine) -> Void = { _ in }
    ) throws(Errno) -> Int {
        let since = (0..<RepeatGuard.days).reduce(day) { day, _ in day.previous }
        let known = state.withLock { $0.knownSince }
        if !isFirst, known <= since { return 0 }
        var lines: [LedgerLine] = []
        let foreign = try ledger.read(
            since: since, before: isFirst ? nil : known, repairs: repairs, until: isOver
        ) { line in
            if isFirst { seed(line) } else { lines.append(line) }
            each(line)
        }
        state.withLock { state in
            // Several may have asked at once: what was spent counts once.
            guard isFirst || state.knownSince == known else { return }
            for line in lines { state.seed(line) }
            state.knownSince = min(known, since)
            if isFirst { state.hasRead = true }
        }
        return foreign
    }

    /// A submit of which the journal of an earlier run tells, or its ledger.
    func seed(_ line: LedgerLine) { state.withLock { $0.seed(line) } }

    /// What was spent today, reservations included.
    func spent(at now: Timestamp) -> Budget.Spent {
        state.withLock { $0.budget.spent(on: LocalDay(now)) }
    }

    /// The same by lane, and what is left of each limit.
    func overview(at now: Timestamp) -> Budget.Overview {
        let budget = state.withLock { $0.budget }
        return budget.overview(on: LocalDay(now), most: SpoolState.laneLimit)
    }

    /// Whether that is all: what earlier runs have spent included.
    var knowsAll: Bool { state.withLock { $0.hasRead } }

    func price(of request: Request) -> Amount? { state.withLock { $0.prices.price(of: request.edit) } }

    // MARK: Whether it may begin

    /// Whether what it would cost has to be known, and is not.
    func lacksPrice(_ request: Request) -> Bool {
        state.withLock { $0.needsPrices && $0.prices.price(of: request.edit) == nil }
    }

    /// What the requests of one file cost together, where that needs somebody's word; and from where on it does.
    func needsApproval(_ requests: [Request]) -> (cost: Budget.Spent, limit: ApprovalLimit)? {
        state.withLock { state in
            let cost = state.prices.cost(of: requests)
            return state.approval.isExceeded(by: cost) ? (cost, state.approval) : nil
        }
    }

    /// Whether nothing of a lane can be submitted now, whatever it is.
    func hold(_ lane: Lane, at now: Timestamp) -> Hold? {
        let day = LocalDay(now)
        return state.withLock { $0.budget.isFull(lane: lane, on: day) }.map { Hold(reason: .limit($0), until: day.end) }
    }

    /// A request is about to be submitted for the first time.
    ///
    /// - Parameters:
    ///   - consent: whether a person has put it back: then it is no repetition, but still a loop perhaps.
    ///   - came: see ``RepeatGuard/repetition(of:came:at:)``.
    func begin(
        _ request: Request, _ asked: Asked, in lane: Lane, consent: Bool, came: [Timestamp] = [], at now: Timestamp
    ) -> Verdict {
        let day = LocalDay(now)
        let answer: Answer = state.withLock { state in
            if day < state.knownSince { return .not(.unread(day)) }
            // Asked where it is: a copy that is still held would be written anew, with all that it remembers.
            let why =
                consent
                ? state.repeats.loop(asked, at: now) : state.repeats.repetition(of: asked, came: came, at: now)
            if let why { return .not(.hold(Hold(reason: .repeated(why)))) }
            let answer = state.reserve(request, request.variants, in: lane, on: day)
            if case .granted = answer { state.repeats.begin(asked, at: now) }
            return answer
        }
        return verdict(answer)
    }

    private func verdict(_ answer: Answer) -> Verdict {
        switch answer {
        case .granted(let reservation): .go((0..<reservation.submits).map { _ in SetAside(self, reservation) })
        case .not(let verdict): verdict
        }
    }

    /// A batch is about to be split; what holds it where the same was here before. Its rows count from here on.
    func begin(
        batch: Asked, rows: [Asked], consent: Bool, came: [Timestamp] = [], at now: Timestamp
    ) -> Hold? {
        state.withLock { state in
            if !consent, let why = state.repeats.repetition(of: batch, rows: rows, came: came, at: now) {
                return Hold(reason: .repeated(why))
            }
            state.repeats.begin(batch, at: now)
            for row in rows { state.repeats.begin(row, at: now) }
            return nil
        }
    }

    /// Submits of a job that has begun already, perhaps in an earlier run, or of a part of a batch that has.
    func goOn(_ request: Request, submits: Int = 1, in lane: Lane, at now: Timestamp) -> Verdict {
        let day = LocalDay(now)
        return verdict(
            state.withLock { state in
                day < state.knownSince ? .not(.unread(day)) : state.reserve(request, submits, in: lane, on: day)
            })
    }

    /// A submit that an earlier run has announced, and of which nobody has heard: it counts as one that may be charged,
    /// whatever the limits say, until it is recorded as such. The same request is a repetition from here on.
    func setAside(announced request: Request, _ asked: Asked, in lane: Lane, at now: Timestamp) -> SetAside {
        let reservation = state.withLock { state in
            state.repeats.recall(asked, at: now)
            return state.budget.reserveAnyway(
                lane: lane, price: state.prices.price(of: request.edit), on: LocalDay(now))
        }
        return SetAside(self, reservation)
    }

    /// A job of an earlier run goes on, or a part of a batch begins: the ledger may have nothing of it yet.
    func recall(_ asked: Asked, at now: Timestamp) {
        state.withLock { $0.repeats.recall(asked, at: now) }
    }

    // MARK: What became of it

    /// All of it has surely cost nothing: dropped again, it is no repetition.
    func wasFree(_ asked: Asked) {
        state.withLock { $0.repeats.undo(asked) }
    }
}

extension SpendingGate.State {
    fileprivate mutating func seed(_ line: LedgerLine) {
        guard budget.seed(line) else { return }
        let asked = Asked(content: line.request, name: line.job)
        repeats.seed(asked, at: line.time.moment, isFirst: line.variant == 1)
    }

    fileprivate mutating func reserve(
        _ request: Request, _ submits: Int, in lane: Lane, on day: LocalDay
    ) -> SpendingGate.Answer {
        let price = prices.price(of: request.edit)
        switch budget.reserve(lane: lane, submits: submits, price: price, on: day) {
        case .granted(let reservation): return .granted(reservation)
        case .full(let limit): return .not(.hold(Hold(reason: .limit(limit), until: day.end)))
        case .neverFits(let limit): return .not(.neverFits(limit))
        }
    }
}

extension Asked {
    /// - Parameter isAgain: whether whoever dropped it said so without writing it into the request.
    init(_ request: Request, named name: String, in lane: Lane, isAgain: Bool = false) {
        self.init(
            // A picture on one's own disk is another one in another lane, whatever it is called.
            content: request.isAllTold
                ? request.fingerprint : Fingerprint(of: Array("\(request.fingerprint) \(lane.text)".utf8)),
            name: name, isAgain: isAgain || request.isAgain, isAllTold: request.isAllTold)
    }
}
