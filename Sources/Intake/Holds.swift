// SPDX-License-Identifier: Apache-2.0

package import Documents
package import FileIO
package import Jobs
package import Requests
package import Spending
package import Spool
internal import Synchronization
internal import SystemPackage

/// What has to wait for now: files, which stay in the inbox, parts of batches, and jobs that have begun; and lanes of
/// which nothing could begin, whose files are not even looked at.
///
/// What a limit of the day holds is let go all at once, at midnight or when the limits change: so lanes and batches
/// take turns for the new day's money, too. A file that waits for something else is passed over by scans until its time
/// has come.
package final class Holds: Sendable {
    fileprivate struct Held {
        var hold: Hold
        /// The file as it was; `nil` where any file of that name has to stay.
        var identity: FileStatus.Identity?
        /// How it was found whole.
        var readiness: Readiness
    }

    fileprivate struct State {
        var files: [Lane: [FilePath.Component: Held]] = [:]
        var lanes: [Lane: Hold] = [:]
        var parts: [Hold: [WaitingPart]] = [:]
        /// Each is woken when something is let go.
        var jobs: [UInt64: (hold: Hold, bell: WakeSignal)] = [:]
        var nextID: UInt64 = 0
        /// When the first of what limits hold is to be let go.
        var due: Timestamp?
        /// How often something of that was let go.
        var era: UInt64 = 0
    }

    private let state = Mutex(State())
    private let alarm = WakeSignal()
    private let refill: @Sendable ([Waiting]) -> Void
    private let noted: @Sendable (Hold) -> Void
    private let changed: @Sendable () -> Void

    /// - Parameters:
    ///   - refill: takes what may begin now.
    ///   - noted: told why a lane is held, each time that it is.
    ///   - changed: called when something is held no more without having been looked at.
    package init(
        refill: @escaping @Sendable ([Waiting]) -> Void = { _ in },
        noted: @escaping @Sendable (Hold) -> Void = { _ in }, changed: @escaping @Sendable () -> Void
    ) {
        self.refill = refill
        self.noted = noted
        self.changed = changed
    }

    // MARK: What is held

    /// - Parameters:
    ///   - identity: of the file; one that is dropped anew under its name is another. `nil` is any.
    ///   - readiness: how the file was found whole.
    package func add(_ origin: Origin, _ hold: Hold, _ identity: FileStatus.Identity?, _ readiness: Readiness) {
        let held = Held(hold: hold, identity: identity, readiness: readiness)
        state.withLock { $0.files[origin.lane, default: [:]][origin.file] = held }
        noteEnd(of: hold)
    }

    /// Nothing of the lane could begin, as was decided in that era. Returns whether that is still so.
    func hold(_ lane: Lane, _ hold: Hold, since era: UInt64) -> Bool {
        let isNoted = state.withLock { state in
            if state.era == era { state.lanes[lane] = hold }
            return state.era == era
        }
        if isNoted {
            noteEnd(of: hold)
            noted(hold)
        }
        return isNoted
    }

    package func isHeld(_ lane: Lane) -> Bool { state.withLock { $0.lanes[lane] != nil } }

    /// A part for which nothing was done yet.
    package func add(_ part: WaitingPart, _ hold: Hold) {
        state.withLock { $0.parts[hold, default: []].append(part) }
        noteEnd(of: hold)
    }

    /// Holds up a job that has begun: returns when something was let go, or after a while. Throws `CancellationError`
    /// when the daemon stops.
    package func wait(_ hold: Hold, unless isStopping: @Sendable () -> Bool) async throws {
        let bell = WakeSignal()
        let id = state.withLock { state in
            state.nextID += 1
            state.jobs[state.nextID] = (hold, bell)
            return state.nextID
        }
        defer { _ = state.withLock { $0.jobs.removeValue(forKey: id) } }
        noteEnd(of: hold)
        if isStopping() { throw CancellationError() }
        // A piece of the way only: what others give back may be enough for it.
        let way = hold.until.map { max($0.since(.now), .milliseconds(1)) } ?? .seconds(60)
        await bell.wait(atMost: min(way, .seconds(60)))
        if isStopping() { throw CancellationError() }
        try Task.checkCancellation()
    }

    private func noteEnd(of hold: Hold) {
        guard case .limit = hold.reason, let until = hold.until else { return }
        let isFirst = state.withLock { state in
            if let due = state.due, due <= until { return false }
            state.due = until
            return true
        }
        if isFirst { alarm.ring() }
    }

    /// Whether something of that name has to stay, perhaps this file.
    func mayContain(_ origin: Origin) -> Bool {
        state.withLock { $0.files[origin.lane]?[origin.file] != nil }
    }

    /// Whether the file has to stay, at that moment.
    func contains(_ origin: Origin, _ identity: FileStatus.Identity, at now: Timestamp) -> Bool {
        state.withLock { state in
            guard let held = state.files[origin.lane]?[origin.file] else { return false }
            if !held.hold.isOver(at: now), held.identity == nil || held.identity == identity { return true }
            state.files[origin.lane]?[origin.file] = nil
            return false
        }
    }

    /// The files that may have to stay in one lane.
    func names(in lane: Lane) -> Set<FilePath.Component> {
        state.withLock { Set($0.files[lane, default: [:]].keys) }
    }

    /// What holds things up, and how many each; the largest first. Of one reason all are one, until the last of them is
    /// looked at again.
    ///
    /// - Parameter found: how many files of a lane were found and not looked at.
    package func summary(at now: Timestamp, found: (Lane) -> Int = { _ in 0 }) -> [Hold.Count] {
        let lanes = state.withLock { $0.lanes }.map { (hold: $0.value, files: found($0.key)) }
        let counts = state.withLock { state in
            state.files = state.files.compactMapValues { all in
                let rest = all.filter { !$0.value.hold.isOver(at: now) }
                return rest.isEmpty ? nil : rest
            }
            var counts: [Hold.Reason: Hold.Count] = [:]
            func count(_ hold: Hold, files: Int = 0, jobs: Int = 0) {
                var count = counts[hold.reason] ?? Hold.Count(hold: hold)
                if let until = hold.until { count.hold.until = max(until, count.hold.until ?? until) }
                count.files += files
                count.jobs += jobs
                counts[hold.reason] = count
            }
            for lane in lanes where lane.files > 0 { count(lane.hold, files: lane.files) }
            for held in state.files.values.joined() { count(held.value.hold, files: 1) }
            for (hold, parts) in state.parts { count(hold, jobs: parts.count) }
            for job in state.jobs.values { count(job.hold, jobs: 1) }
            return counts
        }
        return counts.values.sorted { $0.files + $0.jobs > $1.files + $1.jobs }
    }

    /// Files of held lanes that were found and not looked at.
    package func files(found: (Lane) -> Int) -> Int {
        state.withLock(\.lanes).keys.reduce(0) { $0 + found($1) }
    }

    // MARK: Letting go

    /// The files are gone.
    func forget(_ names: Set<FilePath.Component>, in lane: Lane) {
        if names.isEmpty { return }
        remove(in: { $0 == lane }) { name, _ in names.contains(name) }
    }

    /// The lane is gone, with all that lies below it.
    func forget(below lane: Lane) {
        state.withLock { state in state.lanes = state.lanes.filter { !$0.key.path.starts(with: lane.path) } }
        remove(in: { $0.path.starts(with: lane.path) }) { _, _ in true }
    }

    /// The limits have changed, or the clock: what they hold up may begin now, or is held again.
    package func releaseLimits() {
        release { hold in
            switch hold.reason {
            case .limit: true
            case .defaults, .defaultsUnsettled, .repeated: false
            }
        }
    }

    /// Changes whenever something is let go that a limit holds; see ``letGo(since:)``.
    package var era: UInt64 { state.withLock(\.era) }

    /// What was noted just now was decided in that era: where another has come between, it would wait for the next.
    package func letGo(since era: UInt64) {
        if self.era != era { releaseLimits() }
    }

    /// Something that was set aside for a submit has come back: one file or part of each limit may try for it, and the
    /// jobs that have begun. All of them would be held again but for one, each time.
    package func gaveBack() {
        let (isHolding, items) = state.withLock { state in
            state.era += 1
            let holds = Set(state.limitHolds)
            state.lanes = state.lanes.filter { !holds.contains($0.value) }
            return (!holds.isEmpty, holds.compactMap { state.takeOne(of: $0) })
        }
        if !isHolding { return }
        refill(items)
        wakeAll()
    }

    /// The rule for repeats has changed: what it holds is judged anew. Nothing else is a reason to, nor is time.
    package func releaseRepeats() {
        release { hold in
            switch hold.reason {
            case .repeated: true
            case .defaults, .defaultsUnsettled, .limit: false
            }
        }
    }

    /// The defaults of a lane have changed: what they hold up there and below is looked at anew.
    package func releaseDefaults(below lane: Lane) {
        remove(in: { $0.path.starts(with: lane.path) }) { _, hold in
            switch hold.reason {
            case .defaults, .defaultsUnsettled: true
            case .limit, .repeated: false
            }
        }
    }

    /// Lets go what a day's limit holds when the day is over. Runs until cancelled; sleeps while nothing is held.
    package func run() async {
        while !Task.isCancelled {
            let due = state.withLock(\.due)
            await alarm.wait(atMost: due.map { max($0.since(.now), .zero) })
            let now = Timestamp.now
            guard let due, due <= now else { continue }
            state.withLock { $0.due = $0.limitHolds.compactMap(\.until).filter { now < $0 }.min() }
            release { hold in
                if case .limit = hold.reason { hold.isOver(at: now) } else { false }
            }
        }
    }

    /// The daemon stops.
    package func wakeAll() {
        let bells = state.withLock { $0.jobs.values.map(\.bell) }
        for bell in bells { bell.ring() }
    }

    /// All at once, so that nobody is first.
    private func release(where isOver: (Hold) -> Bool) {
        let items = state.withLock { state in
            state.era += 1
            var items: [Waiting] = []
            for (lane, all) in state.files {
                for (file, held) in all where isOver(held.hold) {
                    items.append(.file(Origin(lane: lane, file: file), held.readiness))
                }
                let rest = all.filter { !isOver($0.value.hold) }
                state.files[lane] = rest.isEmpty ? nil : rest
            }
            state.lanes = state.lanes.filter { !isOver($0.value) }
            for (hold, parts) in state.parts where isOver(hold) {
                items += parts.map { .part($0) }
                state.parts[hold] = nil
            }
            return items
        }
        refill(items)
        wakeAll()
        if !items.isEmpty { changed() }
    }

    private func remove(in isAffected: (Lane) -> Bool, _ isOver: (FilePath.Component, Hold) -> Bool) {
        let isChange = state.withLock { state in
            var isChange = false
            for lane in state.files.keys.filter(isAffected) {
                let all = state.files[lane, default: [:]]
                let rest = all.filter { !isOver($0.key, $0.value.hold) }
                if rest.count < all.count { isChange = true }
                state.files[lane] = rest.isEmpty ? nil : rest
            }
            return isChange
        }
        if isChange { changed() }
    }
}

extension Holds.State {
    /// Those of a day's limit.
    fileprivate var limitHolds: [Hold] {
        let files = files.values.flatMap { Set($0.values.map(\.hold)) }
        return (files + lanes.values + parts.keys + jobs.values.map(\.hold)).filter {
            if case .limit = $0.reason { true } else { false }
        }
    }

    fileprivate mutating func takeOne(of hold: Hold) -> Waiting? {
        if let part = parts[hold]?.popLast() {
            if parts[hold]?.isEmpty == true { parts[hold] = nil }
            return .part(part)
        }
        for (lane, all) in files {
            guard let (file, held) = all.first(where: { $0.value.hold == hold }) else { continue }
            files[lane]?[file] = nil
            if files[lane]?.isEmpty == true { files[lane] = nil }
            return .file(Origin(lane: lane, file: file), held.readiness)
        }
        return nil
    }
}
