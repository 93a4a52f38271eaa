// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import FileIO
internal import Jobs

/// How the service has refused one submit again and again, by no fault of the request as it seemed. Pure.
///
/// Refused while others were taken, or while the free question was answered well, it is refused for itself; after some
/// tries that is believed, since they cost nothing.
struct Refusals: Equatable, Sendable {
    /// Whose submit it is.
    let requester: UInt64
    /// How it was refused last.
    private(set) var trouble: ServiceTrouble
    private(set) var times = 1
    /// How often it was refused in a row while nothing else was amiss.
    private(set) var alone = 0
    private var standing: SubmitLimiter.Standing

    /// One refusal.
    init(of requester: UInt64, _ trouble: ServiceTrouble, _ standing: SubmitLimiter.Standing) {
        (self.requester, self.trouble, self.standing) = (requester, trouble, standing)
    }

    /// Once more.
    mutating func add(_ next: Refusals) {
        let isAlone =
            next.standing.taken > standing.taken
            || next.trouble.kind.isAskedFirst && next.standing.cleared > standing.cleared
        (trouble, standing) = (next.trouble, next.standing)
        times += 1
        alone = isAlone ? alone + 1 : 0
    }

    /// Whether it is the request's own by now.
    var isBelieved: Bool {
        trouble.kind.patience.map { alone >= $0 } ?? false
    }

    /// What it comes to.
    func event(of variant: Int) -> JobEvent {
        guard isBelieved else { return .notAccepted(variant: variant, why: trouble.message) }
        let why = Wording.explain(.refusedAlone(message: trouble.message, times: times))
        return .variantFailed(variant: variant, why, response: nil)
    }

    /// How long to rest before the next try: where all have to wait, the service decides.
    func rest(_ backoff: Backoff, random: Double) -> Duration {
        if standing.isPaused, alone == 0 { return .zero }
        return max(backoff.wait(attempt: max(alone, 1), random: random), trouble.retryAfter ?? .zero)
    }
}

extension ServiceTrouble.Kind {
    /// How often one request may be refused alone before that is believed; `nil` for ever. A balance is topped up, and
    /// a service that is short of something has it again: that takes its time.
    fileprivate var patience: Int? {
        switch self {
        case .key, .blocked: 3
        case .balance, .service: 10
        case .tooFast, .unreachable, .unreadable, .pictures: nil
        }
    }

    /// Whether a question that costs nothing meets the same trouble as a submit.
    var showsWithoutSubmit: Bool {
        switch self {
        case .key, .blocked, .service, .unreachable: true
        case .balance, .tooFast, .unreadable, .pictures: false
        }
    }

    /// Whether one refusal is no reason to pause before the question was asked: nobody is to hear that the key is
    /// refused where it is not.
    var isAskedFirst: Bool {
        switch self {
        case .key, .blocked: true
        case .balance, .tooFast, .service, .unreachable, .unreadable, .pictures: false
        }
    }

    /// Whether the refusal of one request may be for that request alone.
    var mayBeOneRequests: Bool {
        switch self {
        case .key, .blocked, .balance, .tooFast, .service: true
        case .unreachable, .unreadable, .pictures: false
        }
    }

    /// From so many requests on that were refused in a row, newcomers wait for the time to be up, too. More where the
    /// question was answered well, so that a pile of requests that a firewall dislikes keeps no others waiting.
    var triers: Int { isAskedFirst ? 16 : 3 }

    /// Whether an answer about a task shows that the trouble is over.
    var endsWithGoodPoll: Bool {
        switch self {
        case .key, .blocked, .unreachable: true
        case .balance, .tooFast, .service, .unreadable, .pictures: false
        }
    }
}
