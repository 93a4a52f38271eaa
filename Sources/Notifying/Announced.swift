// SPDX-License-Identifier: Apache-2.0

package import Documents
package import Jobs
package import Requests

/// What people were told of the whole spool, and what they are to be told next. Pure.
///
/// What is decided here is on the disk before any of it is told: a start tells the same once more, with the same ids,
/// and after that the difference between what holds by then and what was told.
package struct Announced: Equatable, Sendable {
    /// Who keeps submits from leaving.
    package enum Pauser: Hashable, Sendable {
        /// The API, the network or the key.
        case service
        /// Somebody's `PAUSE`, in a lane or at the spool's root (`nil`).
        case somebody(at: Lane?)
    }

    package struct Pause: Equatable, Sendable {
        /// The same as long as there is nothing new to tell of it.
        package var mark: String
        package var reason: Notification.Reason

        package init(mark: String, reason: Notification.Reason) { (self.mark, self.reason) = (mark, reason) }
    }

    /// What holds at a moment.
    package struct Standing: Equatable, Sendable {
        /// Since a start nobody has heard how the service is: what was told of it may be true.
        package var knowsService: Bool
        package var pauses: [Pauser: Pause]

        package init(knowsService: Bool, pauses: [Pauser: Pause]) {
            (self.knowsService, self.pauses) = (knowsService, pauses)
        }
    }

    /// Something that is told once, and its end not at all. It is found again at each start, as long as it holds.
    package struct Occurrence: Equatable, Sendable {
        package var event: Notification.Event
        /// Whose it is; `nil` where it is everybody's.
        package var lane: Lane?
        package var reason: Notification.Reason
        /// The same whenever it is found again.
        package var mark: Fingerprint

        package init(event: Notification.Event, lane: Lane?, reason: Notification.Reason, mark: Fingerprint) {
            (self.event, self.lane, self.reason, self.mark) = (event, lane, reason, mark)
        }
    }

    /// By their marks.
    private(set) var pauses: [Pauser: String] = [:]
    /// The last of what was told once, the oldest first.
    private(set) var marks: [Fingerprint] = []
    /// How many pauses, and ends of them, were told.
    private(set) var number: UInt64 = 0
    /// What is decided, and perhaps not yet in the outbox.
    package private(set) var pending: [Notification] = []

    /// Of more than that nobody is told singly.
    static let pausesLimit = 1000
    static let marksLimit = 10_000

    package init() {}

    init(pauses: [Pauser: String], marks: [Fingerprint], number: UInt64, pending: [Notification]) {
        (self.pauses, self.marks, self.number, self.pending) = (pauses, marks, number, pending)
    }

    /// The lanes in which somebody's `PAUSE` was told of.
    package var pausedLanes: Set<Lane> { Set(pauses.keys.compactMap(\.lane)) }

    /// Decides what is to be told. Returns whether that, or anything else, is another than before.
    ///
    /// - Parameters:
    ///   - occurrences: what has come since the last time.
    ///   - wants: whether somebody wants to hear of an event of that lane; `nil` for one of everybody's.
    package mutating func take(
        _ standing: Standing, _ occurrences: [Occurrence], at now: Timestamp,
        wants: (Notification.Event, Lane?) -> Bool
    ) -> Bool {
        let before = self
        for pauser in pauses.keys.sorted(by: <) where standing.pauses[pauser] == nil {
            if pauser == .service, !standing.knowsService { continue }
            pauses[pauser] = nil
            if wants(.goneOn, pauser.lane) { tell(.goneOn, pauser.end, at: now) }
        }
        for (pauser, pause) in standing.pauses.sorted(by: { $0.key < $1.key }) where pauses[pauser] != pause.mark {
            let isWanted = wants(.paused, pauser.lane)
            guard isWanted || wants(.goneOn, pauser.lane) else { continue }
            if pauses[pauser] == nil, pauses.count >= Self.pausesLimit { continue }
            pauses[pauser] = pause.mark
            if isWanted { tell(.paused, pause.reason, at: now) }
        }
        note(occurrences.filter { wants($0.event, $0.lane) }, at: now)
        return self != before
    }

    private mutating func note(_ occurrences: [Occurrence], at now: Timestamp) {
        if occurrences.isEmpty { return }
        var known = Set(marks)
        for one in occurrences where known.insert(one.mark).inserted {
            marks.append(one.mark)
            pending.append(Notification(one.event, one.reason, at: now, mark: one.mark))
        }
        marks.removeFirst(max(marks.count - Self.marksLimit, 0))
    }

    private mutating func tell(_ event: Notification.Event, _ reason: Notification.Reason?, at now: Timestamp) {
        number += 1
        pending.append(Notification(event, reason, at: now, unique: number))
    }

    /// All of it is in the outbox.
    package mutating func pendingIsKept() { pending = [] }
}

extension Announced.Pauser {
    /// What a programmer finds as the code of a pause by somebody.
    package static let bySomebody = "by-somebody"

    /// The lane in which a `PAUSE` lies.
    package var lane: Lane? { if case .somebody(let lane) = self { lane } else { nil } }

    /// What is told of its end.
    fileprivate var end: Notification.Reason? {
        switch self {
        case .service: nil
        case .somebody: Notification.Reason(code: Self.bySomebody, what: Wording.pauseIsOver)
        }
    }

    fileprivate static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }

    private var rank: (Int, String) {
        switch self {
        case .service: (0, "")
        case .somebody(nil): (1, "")
        case .somebody(let lane?): (2, lane.text)
        }
    }
}
