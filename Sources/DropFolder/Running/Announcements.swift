// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import FileIO
internal import Intake
internal import Jobs
internal import Logging
internal import NanoBanana
internal import Notifying
internal import Requests
internal import Spending
internal import Spool
internal import Synchronization

/// What is told of the whole spool, on its way to the outbox. Holds no more than what is new since the last that was
/// written: while the disk refuses, what has begun and is over by then is not told.
final class Announcements: Sendable {
    /// What is new.
    enum News: Sendable {
        /// Why the service takes nothing; `nil` where it does, as is known now.
        case service(ServiceTrouble?)
        /// Somebody's word has begun a pause, or ended one.
        case word
        /// Something is held.
        ///
        /// - Parameter drop: what was dropped, where it is about that.
        case held(Hold, Drop?)
    }

    /// What was dropped at one moment, and no other of its name.
    struct Drop: Sendable {
        var lane: Lane
        var sign: String
    }

    private struct State {
        var knowsService = false
        var trouble: ServiceTrouble?
        var occurrences: [Announced.Occurrence] = []
        var marks: Set<Fingerprint> = []
    }

    private let notifier: Notifier?
    private let log: Logger
    private let state = Mutex(State())
    private let signal = WakeSignal()

    /// How many may wait for a disk that refuses, in memory.
    private static let limit = 10_000

    init(_ notifier: Notifier?, log: Logger) { (self.notifier, self.log) = (notifier, log) }

    func add(_ news: News) {
        if notifier == nil { return }
        let isLost = state.withLock { state in
            switch news {
            case .service(let trouble): (state.knowsService, state.trouble) = (true, trouble)
            case .word: break
            case .held(let hold, let drop):
                guard let one = Announced.Occurrence(hold, of: drop), !state.marks.contains(one.mark) else { break }
                if state.occurrences.count >= Self.limit { return true }
                state.occurrences.append(one)
                state.marks.insert(one.mark)
            }
            return false
        }
        if isLost { log.warning("Too much happens at once to tell of each", metadata: ["limit": "\(Self.limit)"]) }
        signal.wake()
    }

    /// Until cancelled.
    func run(_ context: JobContext) async {
        guard let notifier else { return }
        let (store, steering) = (context.store, context.steering)
        do {
            var announced = try await store.files.run {
                let announced = notifier.announced
                // One that was taken away meanwhile is over: it is looked for before that is said.
                steering.look(at: announced.pausedLanes)
                return announced
            }
            var isNews = !announced.pending.isEmpty
            while !Task.isCancelled {
                if isNews { try await write(&announced, notifier, store) }
                isNews = await decide(&announced, notifier, context)
                if !isNews { await signal.wait(atMost: nil) }
            }
        } catch {
            // Asked to stop while it cannot be written.
        }
    }

    /// Returns whether anything is to be written.
    private func decide(_ announced: inout Announced, _ notifier: Notifier, _ context: JobContext) async -> Bool {
        let (news, occurrences) = state.withLock { state in
            defer { (state.occurrences, state.marks) = ([], []) }
            return (state, state.occurrences)
        }
        var standing = Announced.Standing(knowsService: news.knowsService, pauses: [:])
        if let trouble = news.trouble { standing.pauses[.service] = Announced.Pause(trouble) }
        for hold in context.steering.pauses(at: .now) {
            standing.pauses[.somebody(at: hold.pausedLane)] = Announced.Pause(hold)
        }
        let lanes = announced.pausedLanes.union(standing.pauses.keys.compactMap(\.lane))
        let choices = await context.choices(of: lanes.union(occurrences.compactMap(\.lane)))
        return announced.take(standing, occurrences, at: .now) { event, lane in
            notifier.wants(event, by: lane.flatMap { choices[$0] })
        }
    }

    /// First what is decided, then the outbox, and then that all of it is there: a start goes on from any place between.
    private func write(_ announced: inout Announced, _ notifier: Notifier, _ store: JobStore) async throws {
        let pending = announced.pending
        try await store.settle(nil, notifier.keptChanges) { [announced] in try notifier.keep(announced) }
        if pending.isEmpty { return }
        try await store.settle(nil, notifier.changes(pending)) { try notifier.announce(pending) }
        announced.pendingIsKept()
        // Where a power cut loses this, it is all told once more.
        try await store.patiently { [announced] in try notifier.keep(announced) }
        pending.forEach(notifier.tell)
    }
}

extension Announced.Pause {
    fileprivate init(_ trouble: ServiceTrouble) {
        let kind = trouble.kind.rawValue
        self.init(mark: kind, reason: Notification.Reason(code: kind, what: Wording.sentence(trouble)))
    }

    fileprivate init(_ hold: Hold) {
        self.init(
            mark: hold.until.map { "\($0.milliseconds)" } ?? "",
            reason: Notification.Reason(code: Announced.Pauser.bySomebody, what: Wording.sentence(hold)))
    }
}

extension Announced.Occurrence {
    /// `nil` for what is not told.
    fileprivate init?(_ hold: Hold, of drop: Announcements.Drop?) {
        let what = Wording.sentence(hold)
        func mark(_ sign: String?) -> Fingerprint { Fingerprint(of: Array("\(what) \(sign ?? "")".utf8)) }
        switch hold.reason {
        // Once a day.
        case .limit(let limit):
            self.init(
                event: .limitReached, lane: limit.lane, reason: .init(code: "limit", what: what),
                mark: mark(hold.until.map { "\($0.milliseconds)" }))
        // Once for what was dropped.
        case .approval:
            self.init(
                event: .heldForApproval, lane: drop?.lane, reason: .init(code: "approval", what: what),
                mark: mark(drop?.sign))
        case .repeated, .defaults, .defaultsUnsettled, .paused: return nil
        }
    }
}

extension Notifier {
    /// - Parameter log: where to say that nobody takes what is told.
    init(
        _ settings: NotifySettings, spool: Spool, post: WebPost, files: FilePool, log: Logger,
        reached: @escaping @Sendable (Checkpoint) -> Void
    ) {
        self.init(settings, spool: spool, post: post, files: files, reached: reached) { way, news in
            let setting: Logger.MetadataValue = "notify-\(way.rawValue)"
            switch news {
            case .troubled(let why):
                log.warning(
                    "Notifications are not taken; they are kept and tried again",
                    metadata: ["setting": setting, "why": "\(why)"])
            case .wellAgain: log.notice("Notifications are taken again", metadata: ["setting": setting])
            case .notWritten(let id, let why):
                log.error(
                    "A notification cannot be written down, so nobody is told",
                    metadata: ["setting": setting, "id": "\(id)", "why": "\(why)"])
            case .givenUp(let count, let last, let time):
                log.warning(
                    "Notifications were given up, since nobody took them",
                    metadata: [
                        "setting": setting, "count": "\(count)", "last": "\(last)", "after": "\(Wording.span(time))",
                    ])
            }
        }
    }
}
