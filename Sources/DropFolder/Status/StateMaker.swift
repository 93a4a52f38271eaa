// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import FileIO
internal import Glibc
internal import Intake
internal import Jobs
internal import Requests
internal import Spending
internal import Spool
internal import SpoolState
internal import SystemPackage

/// Makes the ``SpoolState`` of all that the stages know. It costs as much as it shows, however many jobs there are.
struct StateMaker: Sendable {
    let context: JobContext
    let settleQueue: SettleQueue

    func state(_ facts: StatusBoard.Facts) async -> SpoolState {
        let (limits, inbox) = (context.settings.money.limits, context.store.spool.inbox)
        let idle =
            limits.lanes.isEmpty ? [] : (try? await context.store.files.run { IdleLimit.all(limits, in: inbox) }) ?? []
        let now = Timestamp.now
        var state = SpoolState(at: now)
        (state.pid, state.startedAt) = (Int(getpid()), facts.startedAt)
        (state.doneSinceStart, state.failedSinceStart) = (facts.done, facts.failed)
        state.recent = facts.recent
        // What waits comes after what has come further: what is taken meanwhile is shown twice rather than nowhere.
        let held = context.held
        state.holds = held.prefix(SpoolState.heldLimit).map(SpoolState.Held.init)
        state.heldCount = held.reduce(0) { $0 + $1.files + $1.jobs }
        state.queue = context.queueState(settleQueue)
        state.hurried = Array(context.steering.hurried.prefix(SpoolState.hurriedLimit))
        let isWhole = facts.hasLooked && !facts.inboxIsGone && !context.leftAlone.isFull
        state.filesInInbox =
            isWhole ? settleQueue.filesInInbox(with: state.queue.unsettled + state.queue.awaitingText) : nil
        state.underWay = underWay
        state.paused = facts.pause.map { SpoolState.Pause($0, at: now) }
        state.pausedBy = context.steering.pauses(at: now).prefix(SpoolState.troubleLimit).map { pause in
            .init(lane: pause.pausedLane?.text, why: Wording.sentence(pause), until: pause.until)
        }
        state.troubles = troubles(facts, idle)
        state.watching = facts.watching.map(SpoolState.Watching.init)
        state.leftAlone = context.leftAlone.summary.map { Wording.sentence($0) }
        let money = context.spending.overview(at: now)
        state.today.day = context.spending.knowsAll ? LocalDay(now) : nil
        (state.today.spent, state.today.limits) = (money.spent, money.limits)
        state.today.lanes = money.lanes.map { SpoolState.Today.Lane(name: $0.name, spent: $0.spent) }
        state.isIdle = !state.isBusy && facts.hasLooked
        return state
    }

    private var underWay: SpoolState.UnderWay {
        let (count, entries) = context.activeJobs.oldest(SpoolState.underWayLimit)
        let usual = context.poller.usualTimes
        return SpoolState.UnderWay(count: count, jobs: entries.map { $0.line { usual[$0] } })
    }

    private func troubles(_ facts: StatusBoard.Facts, _ idle: [IdleLimit]) -> SpoolState.Troubles {
        var troubles = SpoolState.Troubles()
        troubles.disk = facts.diskTrouble
        troubles.refusedJobs = facts.refusedJobs.sorted { $0.key < $1.key }.prefix(SpoolState.troubleLimit)
            .map { .init(name: $0.key, why: $0.value) }
        troubles.closedLanes = facts.closedLanes.sorted { $0.key.string < $1.key.string }
            .map { .init(folder: $0.key, why: $0.value) }
        troubles.sharing = facts.sharingTrouble
        troubles.tasks = context.poller.troubles.groups.map { group in
            .init(
                why: Wording.sentence(group), since: group.since, count: group.count,
                first: group.tasks.map { .init(job: $0.job, task: $0.task) })
        }
        troubles.stranded = context.stranded.all.prefix(SpoolState.heldLimit)
            .map { .init(why: Wording.sentence($0), since: $0.since, folder: $0.folder) }
        troubles.inboxIsGone = facts.inboxIsGone
        troubles.reload = facts.reload.map(SpoolState.Troubles.Reload.init)
        troubles.idleLimits = idle.prefix(SpoolState.troubleLimit).map { Wording.sentence($0) }
        return troubles
    }
}

extension JobContext {
    /// What waits for its turn: how many, where, and which are next.
    fileprivate func queueState(_ settleQueue: SettleQueue) -> SpoolState.Queue {
        var queue = SpoolState.Queue()
        var lanes = backlog.filesByLane
        for (lane, count) in backlog.feed.counts where !holds.isHeld(lane) { lanes[lane, default: 0] += count }
        queue.count = lanes.values.reduce(0, +)
        queue.lanes = lanes.filter { $0.value > 0 }
            .sorted { ($1.value, $0.key.text) < ($0.value, $1.key.text) }.prefix(SpoolState.laneLimit)
            .map { .init(name: $0.key.text, files: $0.value) }
        queue.next = backlog.next(SpoolState.nextLimit)
        let (unsettled, awaitingText) = settleQueue.unsettledAndAwaitingText
        queue.unsettled = unsettled.count
        queue.unsettledNames = unsettled.prefix(SpoolState.namesLimit).map { String(decoding: $0.path) }
        queue.awaitingText = awaitingText.count
        queue.awaitingTextNames = awaitingText.prefix(SpoolState.namesLimit).map { String(decoding: $0.path) }
        return queue
    }
}

extension SpoolState.Held {
    fileprivate init(_ count: Hold.Count) {
        self.init(
            why: Wording.sentence(count.hold), until: count.hold.until, files: count.files, jobs: count.jobs,
            names: count.names, cost: count.hold.costToApprove)
    }
}

extension SpoolState.Pause {
    fileprivate init(_ pause: CircuitBreaker.Pause, at now: Timestamp) {
        var nextTry: Timestamp?
        if case .probe(let instant) = pause.end {
            let wait = max(ContinuousClock.now.duration(to: instant), .zero)
            nextTry = Timestamp(milliseconds: now.milliseconds + wait.milliseconds)
        }
        self.init(
            why: pause.trouble.kind.rawValue, message: Wording.sentence(pause.trouble), since: pause.since,
            nextTry: nextTry)
    }
}

extension SpoolState.Watching {
    fileprivate init(_ mode: WatchMode) {
        switch mode {
        case .events: self = .events
        case .polling(let reason): self = .polling(Wording.sentence(reason))
        }
    }
}

extension SpoolState.Troubles.Reload {
    fileprivate init(_ reload: StatusBoard.Reload) {
        let outcome = reload.outcome
        self.init(
            count: reload.count, began: outcome.began, refused: outcome.refused, changed: outcome.changed,
            needsRestart: outcome.needsRestart, keyNeedsRestart: outcome.keyIsOfTheStart)
    }
}
