// SPDX-License-Identifier: Apache-2.0

/// How often somebody may show a wrong token. Pure; nothing waits for the end of a pause.
struct LoginTries: Sendable {
    private struct Failures {
        var count: Int
        var since: ContinuousClock.Instant
    }

    private var failures: [String: Failures] = [:]

    /// Wrong tokens from one place within a minute.
    static let limit = 10
    static let pause = Duration.seconds(60)
    /// Beyond so many places all others are one: the table must not grow without end.
    static let placesLimit = 256

    /// Whether a token from there is looked at now.
    mutating func mayTry(_ peer: String, at now: ContinuousClock.Instant) -> Bool {
        failures = failures.filter { $0.value.since.duration(to: now) < Self.pause }
        return (failures[key(peer)]?.count ?? 0) < Self.limit
    }

    /// A token from there was a wrong one.
    mutating func failed(_ peer: String, at now: ContinuousClock.Instant) {
        failures[key(peer), default: Failures(count: 0, since: now)].count += 1
    }

    /// A whole network of IPv6 is one place: whoever has an address there has all of them.
    private func key(_ peer: String) -> String {
        let network = peer.contains(":") ? peer.split(separator: ":").prefix(4).joined(separator: ":") : peer
        return failures[network] != nil || failures.count < Self.placesLimit ? network : ""
    }
}
