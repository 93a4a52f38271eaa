// SPDX-License-Identifier: Apache-2.0

internal import DequeModule
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
    struct Held {
        var hold: Hold
        /// The file as it was; `nil` where any file of that name has to stay.
        var identity: FileStatus.Identity?
        /// How it was found whole.
        var readiness: Readiness
        /// In the order in which they were held.
        var number: UInt64
    }

    struct State {
        var files: [Lane: [FilePath.Component: Held]] = [:]
        var lanes: [Lane: Hold] = [:]
        /// With their numbers.
        var parts: [Hold: Deque<(number: UInt64, part: WaitingPart)>] = [:]
        /// Each is woken when something is let go.
        var jobs: [UInt64: (hold: Hold, wakeSignal: WakeSignal)] = [:]
        var lastNumber: UInt64 = 0
        /// When the first of what limits hold is to be let go.
        var due: Timestamp?
        /// How often something of that was let go.
        var era: UInt64 = 0

        mutating func nextNumber() -> UInt64 {
            lastNumber += 1
            return lastNumber
        }

        /// How long something is held whose hold was decided in that era: where something was let go since, it may not be
        /// true any more, and nobody would come for it before midnight, or ever.
        func hold(_ hold: Hold, since era: UInt64?) -> Hold {
            guard hold.isLetGoAtOnce, let era, era != self.era else { return hold }
            let soon = Timestamp(milliseconds: Timestamp.now.milliseconds + 1_000)
            return Hold(reason: hold.reason, until: hold.until.map { min($0, soon) } ?? soon)
        }
    }

    let state = Mutex(State())
    let alarm = WakeSignal()
    let refill: @Sendable ([Waiting]) -> Void
    private let noted: @Sendable (Hold) -> Void
    let changed: @Sendable () -> Void

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
    ///   - era: see ``era``.
    package func add(
        _ origin: Origin, _ hold: Hold, _ identity: FileStatus.Identity?, _ readiness: Readiness,
        since era: UInt64? = nil
    ) {
        let hold = state.withLock { state in
            let hold = state.hold(hold, since: era)
            let held = Held(hold: hold, identity: identity, readiness: readiness, number: state.nextNumber())
            state.files[origin.lane, default: [:]][origin.file] = held
            return hold
        }
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
    package func add(_ part: WaitingPart, _ hold: Hold, since era: UInt64? = nil) {
        let hold = state.withLock { state in
            let hold = state.hold(hold, since: era)
            state.parts[hold, default: []].append((state.nextNumber(), part))
            return hold
        }
        noteEnd(of: hold)
    }

    /// Holds up a job that has begun: returns when something was let go, or after a while. Throws `CancellationError`
    /// when the daemon stops.
    package func wait(_ hold: Hold, unless isStopping: @Sendable () -> Bool) async throws {
        let wakeSignal = WakeSignal()
        let id = state.withLock { state in
            let id = state.nextNumber()
            state.jobs[id] = (hold, wakeSignal)
            return id
        }
        defer { _ = state.withLock { $0.jobs.removeValue(forKey: id) } }
        noteEnd(of: hold)
        if isStopping() { throw CancellationError() }
        // A piece of the way only: what others give back may be enough for it.
        let way = hold.until.map { max($0.since(.now), .milliseconds(1)) } ?? .seconds(60)
        await wakeSignal.wait(atMost: min(way, .seconds(60)))
        if isStopping() { throw CancellationError() }
        try Task.checkCancellation()
    }

    private func noteEnd(of hold: Hold) {
        guard hold.isLetGoAtOnce, let until = hold.until else { return }
        let isFirst = state.withLock { state in
            if let due = state.due, due <= until { return false }
            state.due = until
            return true
        }
        if isFirst { alarm.wake() }
    }

    /// How many files are held that were looked at.
    var files: Int { state.withLock { $0.files.values.reduce(0) { $0 + $1.count } } }

    /// Whether something of that name has to stay, perhaps this file.
    package func mayContain(_ origin: Origin) -> Bool {
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
            var first: [Hold.Reason: FirstHeld] = [:]
            for lane in lanes where lane.files > 0 { count(lane.hold, files: lane.files) }
            for (lane, all) in state.files {
                for (file, held) in all {
                    count(held.hold, files: 1)
                    first[held.hold.reason, default: FirstHeld()]
                        .add(held.number, .file(Origin(lane: lane, file: file), held.readiness))
                }
            }
            for (hold, parts) in state.parts {
                count(hold, jobs: parts.count)
                for (number, part) in parts.prefix(FirstHeld.limit) {
                    first[hold.reason, default: FirstHeld()].add(number, .part(part))
                }
            }
            for job in state.jobs.values { count(job.hold, jobs: 1) }
            for (reason, first) in first { counts[reason]?.names = first.names }
            return counts
        }
        return counts.values.sorted { $0.files + $0.jobs > $1.files + $1.jobs }
    }

    /// Files of held lanes that were found and not looked at.
    package func files(found: (Lane) -> Int) -> Int {
        state.withLock(\.lanes).keys.reduce(0) { $0 + found($1) }
    }
}

/// Some of what is held, by when it was: a page names no more.
private struct FirstHeld {
    static let limit = 3

    private var items: [(number: UInt64, item: Waiting)] = []

    mutating func add(_ number: UInt64, _ item: @autoclosure () -> Waiting) {
        if items.count == Self.limit, let last = items.last, last.number < number { return }
        let place = items.firstIndex { $0.number > number } ?? items.endIndex
        items.insert((number, item()), at: place)
        if items.count > Self.limit { items.removeLast() }
    }

    var names: [String] { items.map(\.item.jobName) }
}
