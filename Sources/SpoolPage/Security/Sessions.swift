// SPDX-License-Identifier: Apache-2.0

/// Who has shown the token, by what their browsers hold. Pure; none outlives the process.
struct Sessions: Sendable {
    struct Session: Sendable {
        fileprivate var id: SecretText
        /// What its forms carry: a page elsewhere cannot know it.
        let formToken: String
        fileprivate var lastUse: ContinuousClock.Instant
    }

    private var all: [Session] = []

    static let limit = 64
    static let lifetime = Duration.seconds(12 * 3600)

    /// The one that has not been used for longest makes room.
    mutating func open(id: String, formToken: String, at now: ContinuousClock.Instant) {
        sweep(now)
        if all.count >= Self.limit, let oldest = all.indices.min(by: { all[$0].lastUse < all[$1].lastUse }) {
            all.remove(at: oldest)
        }
        all.append(Session(id: SecretText(id), formToken: formToken, lastUse: now))
    }

    /// `nil` where there is none of that name, or it was not used for too long.
    mutating func find(_ id: String, at now: ContinuousClock.Instant) -> Session? {
        sweep(now)
        var found: Session?
        // All are looked at: how long it takes tells nothing.
        for index in all.indices where all[index].id.isSame(as: id) {
            all[index].lastUse = now
            found = all[index]
        }
        return found
    }

    mutating func close(_ id: String) { all.removeAll { $0.id.isSame(as: id) } }

    private mutating func sweep(_ now: ContinuousClock.Instant) {
        all.removeAll { $0.lastUse.duration(to: now) > Self.lifetime }
    }
}
