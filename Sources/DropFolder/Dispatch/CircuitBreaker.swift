// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import FileIO
internal import Jobs

/// The circuit breaker: whether submits may leave. Pure; time is passed in.
///
///     closed ──trouble──→ paused ──time is up──→ probing ──success──→ closed
///       │  ↑                ↑────────trouble────────┘
///       │  └─well─┐         │
///       └─────→ doubt ──────┘
///
/// One request that is refused may be refused for itself, by a firewall that dislikes a word in it. So a refusal alone
/// stops the others no longer than it takes to find out: by the free question where that shows the trouble, else by the
/// next request, which is a *newcomer*: it was not refused since the service last took one. What has come to several
/// requests in a row, or to the question, is the service's.
///
/// Where a free question can tell that the trouble is still there, it is asked first: a probe may cost money or end as
/// an unknown outcome. Answers that cannot be read are paid for, perhaps: after those only a person's word goes on.
struct CircuitBreaker: Sendable {
    struct Pause: Equatable, Sendable {
        var trouble: ServiceTrouble
        var since: Timestamp
        /// How many times the trouble was met since submits last went through, from 1.
        var attempt = 1
        var end: End
        var probe = Probe.none
        /// Whether it is known from refusals of single requests alone.
        var isByRefusals = false
    }

    /// What ends a pause, beside a submit that is taken.
    enum End: Equatable, Sendable {
        /// One submit, or a free question before it, when the time is up.
        case probe(at: ContinuousClock.Instant)
        /// A person who has seen what is wrong.
        case person
        /// Whoever began it.
        case beginner
    }

    enum Probe: Equatable, Sendable {
        case none
        /// A free question is on its way.
        case asking
        /// The free question was answered well: the next submit may find out.
        case allowed
        /// One submit is on its way to see whether the trouble is over.
        case submitting
        /// One that was not refused yet, before the time is up.
        case trying
    }

    enum Permission: Equatable, Sendable {
        case go
        /// Go, alone: the outcome decides for all the others.
        case probe
        /// The same, for a newcomer only.
        case probeOfNewcomer
        /// Ask the free question, and say what came of it by ``sawAnswer(_:at:wall:random:)``.
        case ask
        case waitUntil(ContinuousClock.Instant)
        /// Until the question or the probe that is under way comes back, or somebody ends the pause.
        case wait
    }

    /// What the free question has come to.
    enum Answered: Equatable, Sendable {
        /// Nobody waited for it.
        case tooLate
        /// The refusal was the request's own.
        case cleared
        case probeAllowed
        /// The trouble is there; whether that is news.
        case met(isNews: Bool)
    }

    private struct Doubt {
        var trouble: ServiceTrouble
        var isAsked = false
    }

    var backoff: Backoff
    private(set) var pause: Pause?
    private var doubt: Doubt?
    /// Whose submits were refused since the service last took one.
    private(set) var refused: Set<UInt64> = []
    /// Those that were refused while others were taken: what comes to them says little of the service.
    private var suspects: Set<UInt64> = []
    private var unknownInARow = 0
    private var unreadableInARow = 0

    /// From so many requests on that were refused in a row, it is not theirs, whatever the question says.
    private static let refusals = 3
    /// After so many unknown outcomes in a row the service is taken to be in trouble: one alone is bad luck.
    private static let unknowns = 3
    /// So many are remembered; they end as refused sooner than that.
    private static let manySuspects = 10_000
    /// Each of them is paid for, perhaps, and the next will be no better.
    private static let unreadables = 2

    init(backoff: Backoff) {
        self.backoff = backoff
    }

    /// Whether submits may leave as they come.
    var isClosed: Bool { pause == nil && doubt == nil }

    /// - Parameter newcomer: whether one of those who wait was not refused since the service last took one.
    mutating func ask(at now: ContinuousClock.Instant, newcomer: Bool) -> Permission {
        if doubt != nil { return .wait }
        guard let pause else { return .go }
        switch (pause.probe, pause.end) {
        case (.asking, _), (.submitting, _), (.trying, _), (.none, .person), (.none, .beginner): return .wait
        case (.allowed, _):
            self.pause?.probe = .submitting
            return .probe
        case (.none, .probe(let instant)) where now < instant:
            guard newcomer, pause.isByRefusals, refused.count < pause.trouble.kind.triers else {
                return .waitUntil(instant)
            }
            self.pause?.probe = .trying
            return .probeOfNewcomer
        case (.none, .probe) where pause.trouble.kind.showsWithoutSubmit:
            self.pause?.probe = .asking
            return .ask
        case (.none, .probe):
            self.pause?.probe = .submitting
            return .probe
        }
    }

    /// Whether the free question is to be asked at once, whoever waits. Once a doubt.
    mutating func takeQuestion() -> Bool {
        guard doubt?.isAsked == false else { return false }
        doubt?.isAsked = true
        return true
    }

    /// The free question came back; `nil` where the service answered well.
    mutating func sawAnswer(
        _ trouble: ServiceTrouble?, at now: ContinuousClock.Instant, wall: Timestamp, random: Double
    ) -> Answered {
        let isDoubt = doubt?.isAsked == true
        guard isDoubt || pause?.probe == .asking else { return .tooLate }
        doubt = nil
        guard let trouble else {
            pause?.probe = .allowed
            return isDoubt ? .cleared : .probeAllowed
        }
        return .met(isNews: begin(trouble, isByRefusals: false, at: now, wall: wall, random: random))
    }

    /// A submit was surely not taken. Returns whether this begins a pause, or changes its reason: then it is worth a
    /// line.
    ///
    /// - Parameters:
    ///   - requester: whose submit it was.
    ///   - wasProbe: whether it was the one that is to find out.
    ///   - random: 0 to 1, spreads the probes of many daemons.
    mutating func sawRefusal(
        _ trouble: ServiceTrouble, of requester: UInt64, wasProbe: Bool, at now: ContinuousClock.Instant,
        wall: Timestamp, random: Double
    ) -> Bool {
        refused.insert(requester)
        // Those that left before the pause come back with the same trouble: only a probe makes the wait longer.
        if let pause, !wasProbe || pause.probe == .trying {
            if wasProbe { self.pause?.probe = .none }
            return false
        }
        if pause == nil, trouble.kind.isAskedFirst, refused.subtracting(suspects).count < Self.refusals {
            if doubt == nil { doubt = Doubt(trouble: trouble) }
            return false
        }
        return begin(
            trouble, isByRefusals: trouble.kind.mayBeOneRequests, at: now, wall: wall, random: random)
    }

    /// Nobody knows what became of a submit. Returns whether this begins a pause, or changes its reason.
    ///
    /// - Parameter isUnreadable: whether an answer has come, and it cannot be read.
    mutating func sawUnknownOutcome(
        _ message: String, isUnreadable: Bool, wasProbe: Bool, at now: ContinuousClock.Instant, wall: Timestamp,
        random: Double
    ) -> Bool {
        unknownInARow += 1
        if isUnreadable { unreadableInARow += 1 }
        if isUnreadable, unreadableInARow >= Self.unreadables || wasProbe {
            let isNews = pause?.trouble.kind != .unreadable
            doubt = nil
            pause = Pause(
                trouble: ServiceTrouble(.unreadable, message), since: pause?.since ?? wall,
                attempt: (pause?.attempt ?? 0) + 1, end: .person)
            return isNews
        }
        guard wasProbe || pause == nil && unknownInARow >= Self.unknowns else { return false }
        return begin(
            ServiceTrouble(.service, message), isByRefusals: false, at: now, wall: wall, random: random)
    }

    private mutating func begin(
        _ trouble: ServiceTrouble, isByRefusals: Bool, at now: ContinuousClock.Instant, wall: Timestamp,
        random: Double
    ) -> Bool {
        doubt = nil
        let isNews = pause?.trouble.kind != trouble.kind
        let attempt = (pause?.attempt ?? 0) + 1
        let wait = max(backoff.wait(attempt: attempt, random: random), trouble.retryAfter ?? .zero)
        pause = Pause(
            trouble: trouble, since: pause?.since ?? wall, attempt: attempt, end: .probe(at: now.advanced(by: wait)),
            isByRefusals: isByRefusals)
        return isNews
    }

    /// The service took a submit. Returns whether a pause ends.
    mutating func sawTaken() -> Bool {
        unreadableInARow = 0
        if suspects.count > Self.manySuspects { suspects = [] }
        suspects.formUnion(refused)
        return sawWell()
    }

    /// The service refused a submit for a fault of the request, as only a working service does. That its good answers
    /// can be read it does not show. Returns whether a pause ends.
    mutating func sawFault() -> Bool {
        if pause?.end == .person { return false }
        return sawWell()
    }

    /// The service has answered a poll. Returns whether a pause ends. Of the balance and of what becomes
    /// of submits it says nothing, nor of requests that were refused while questions were answered all the time.
    mutating func sawGoodPoll() -> Bool {
        guard let pause, pause.trouble.kind.endsWithGoodPoll, !pause.isByRefusals else { return false }
        return sawWell()
    }

    private mutating func sawWell() -> Bool {
        refused = []
        unknownInARow = 0
        doubt = nil
        defer { pause = nil }
        return pause != nil
    }

    /// The next probe need not wait any longer.
    mutating func probeIsDue(at now: ContinuousClock.Instant) {
        guard case .probe(let instant)? = pause?.end else { return }
        pause?.end = .probe(at: min(instant, now))
    }

    /// A person has looked, and wants it tried again.
    mutating func goOn(at now: ContinuousClock.Instant) {
        if pause?.end == .person { pause?.end = .probe(at: now) }
        probeIsDue(at: now)
    }

    /// The probe ended without a word about the service, for instance because the daemon stops.
    mutating func probeWasAbandoned() {
        pause?.probe = .none
    }
}
