// SPDX-License-Identifier: Apache-2.0

internal import FileIO
internal import Jobs

/// The circuit breaker for pictures: whether their hosts give any. A submit is paid for whether or not its pictures can
/// be fetched, so where a host gives none to one job after the other, no more is to be paid. Pure; time is passed in.
///
/// While a host is paused one fetch at a time goes on, which is free, and the jobs wait. Any picture of it ends that.
struct FetchBreaker: Sendable {
    struct Pause: Equatable, Sendable {
        /// `nil` for the API's own.
        var host: String?
        var problem: PictureProblem
        var nextProbe: ContinuousClock.Instant
        var attempt = 1
        var isProbing = false
    }

    enum Permission: Equatable, Sendable {
        case go
        /// Go, alone: the others wait for what comes of it.
        case probe
        case waitUntil(ContinuousClock.Instant)
        /// Until the probe that is under way comes back.
        case waitForProbe
    }

    private struct Record {
        /// Jobs that met a problem since a picture came last.
        var jobs: Set<String> = []
        var lastPicture: ContinuousClock.Instant?
        var pause: Pause?
    }

    /// So many jobs in a row, and it is not theirs.
    static let jobsInARow = 3
    /// A host that gave a picture so lately is well: links that do not work yet are their own affair.
    static let trust = Duration.seconds(600)
    /// Hosts that are remembered, before those are forgotten of which nothing is to be remembered.
    private static let manyHosts = 256

    var backoff: Backoff
    private var hosts: [String?: Record] = [:]

    init(backoff: Backoff) {
        self.backoff = backoff
    }

    /// The hosts that are paused, in the order of their names.
    var pauses: [Pause] {
        hosts.values.compactMap(\.pause).sorted { ($0.host ?? "") < ($1.host ?? "") }
    }

    func isPaused(_ host: String?) -> Bool { hosts[host]?.pause != nil }

    mutating func ask(_ host: String?, at now: ContinuousClock.Instant) -> Permission {
        guard let pause = hosts[host]?.pause else { return .go }
        if pause.isProbing { return .waitForProbe }
        if now < pause.nextProbe { return .waitUntil(pause.nextProbe) }
        hosts[host]?.pause?.isProbing = true
        return .probe
    }

    /// A picture has come from there.
    mutating func sawPicture(from host: String?, at now: ContinuousClock.Instant) {
        if hosts.count > Self.manyHosts { forget(at: now) }
        hosts[host] = Record(lastPicture: now)
    }

    private mutating func forget(at now: ContinuousClock.Instant) {
        hosts = hosts.filter { _, record in
            record.pause != nil || record.lastPicture.map { $0.duration(to: now) < Self.trust } == true
        }
    }

    /// A job's picture did not come.
    ///
    /// - Parameter random: 0 to 1, spreads the probes of many daemons.
    mutating func sawProblem(
        _ problem: PictureProblem, from host: String?, job: String, wasProbe: Bool, at now: ContinuousClock.Instant,
        random: Double
    ) {
        var record = hosts[host] ?? Record()
        defer { hosts[host] = record }
        if var pause = record.pause {
            // Those that left before the pause come back with the same: only a probe makes the wait longer.
            guard wasProbe else { return }
            pause.attempt += 1
            pause.problem = problem
            pause.isProbing = false
            pause.nextProbe = now.advanced(by: backoff.wait(attempt: pause.attempt, random: random))
            record.pause = pause
            return
        }
        let isTrusted = record.lastPicture.map { $0.duration(to: now) < Self.trust } ?? false
        if isTrusted, problem.mayBeTheLinksOwn { return }
        record.jobs.insert(job)
        guard record.jobs.count >= Self.jobsInARow || problem.isTheNetworksOwn else { return }
        record.pause = Pause(
            host: host, problem: problem, nextProbe: now.advanced(by: backoff.wait(attempt: 1, random: random)))
    }

    /// The probe ended without a word about the host, for instance because the daemon stops.
    mutating func probeWasAbandoned(of host: String?) {
        hosts[host]?.pause?.isProbing = false
    }

    /// No job waits for a picture from there any more: nothing is left to find out with, and nothing to wait for.
    mutating func nobodyWaits(for host: String?) {
        if hosts[host]?.pause != nil { hosts[host] = nil }
    }

    /// Something has changed that may have been the trouble: the next probes need not wait any longer.
    mutating func probesAreDue(at now: ContinuousClock.Instant) {
        for host in hosts.keys {
            guard let next = hosts[host]?.pause?.nextProbe else { continue }
            hosts[host]?.pause?.nextProbe = min(next, now)
        }
    }
}

extension PictureProblem {
    /// Whether it may be that link's alone though its host is well.
    var mayBeTheLinksOwn: Bool {
        switch self {
        case .gone, .notAPicture, .truncated, .tooLarge, .badLink, .badInline, .answerLost, .tooManyRedirects,
            .takesEncryptionOff:
            true
        case .forbiddenAddress, .other: false
        }
    }

    /// Whether one is enough: a name that leads to where no picture may be fetched from does so for all.
    fileprivate var isTheNetworksOwn: Bool {
        switch self {
        case .forbiddenAddress(_, let name): name != nil
        case .gone, .notAPicture, .truncated, .tooLarge, .badLink, .badInline, .answerLost, .tooManyRedirects,
            .takesEncryptionOff, .other:
            false
        }
    }
}
