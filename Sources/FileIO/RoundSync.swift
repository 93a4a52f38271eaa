// SPDX-License-Identifier: Apache-2.0

/// The calls that make things durable, as the committer needs them. All of them block.
package struct DurableDisk: Sendable {
    /// Writes what is written with each round; returns what that has changed.
    var flush: @Sendable () throws -> DiskChanges = { .nothing }
    /// Everything written to the file system before is durable after it.
    var syncAll: @Sendable () throws -> Void
    /// The same for some places alone, in any order and at one time, and what has come of each: false where that cannot
    /// be had for it alone.
    var sync: @Sendable ([DiskChanges.Place]) -> [Result<Bool, any Error>] = { $0.map { _ in .success(false) } }
    /// Writes the content of a place once more, as the kernel still has it.
    var writeAgain: @Sendable (DiskChanges.Place) -> Void = { _ in }

    package init(
        flush: @escaping @Sendable () throws -> DiskChanges = { .nothing },
        syncAll: @escaping @Sendable () throws -> Void,
        sync: @escaping @Sendable ([DiskChanges.Place]) -> [Result<Bool, any Error>],
        writeAgain: @escaping @Sendable (DiskChanges.Place) -> Void = { _ in }
    ) {
        self.flush = flush
        self.syncAll = syncAll
        self.sync = sync
        self.writeAgain = writeAgain
    }
}

extension DurableDisk {
    /// One that syncs place by place.
    package init(
        flush: @escaping @Sendable () throws -> DiskChanges = { .nothing },
        syncAll: @escaping @Sendable () throws -> Void,
        syncOne: @escaping @Sendable (DiskChanges.Place) throws -> Bool = { _ in false },
        writeAgain: @escaping @Sendable (DiskChanges.Place) -> Void = { _ in }
    ) {
        self.init(
            flush: flush, syncAll: syncAll, sync: { places in places.map { place in Result { try syncOne(place) } } },
            writeAgain: writeAgain)
    }
}

/// Makes the rounds of the committer durable, each in the way that is cheaper, and keeps in mind what has failed.
///
/// After an error the kernel takes what it could not write for written, and tells of it once: the next `fsync(2)` of the
/// same file succeeds, and so does the next `syncfs(2)`. So nothing that a failed round has covered is believed before it
/// was *written again* and synced without an error, whoever asks for it or does not. And what others had written by then
/// without asking yet (a picture that is being fetched) is covered by the error of its own file, which nobody has heard of
/// yet: for some time after an error each file is synced for itself. Where nobody knows which files those are, both are
/// done, as well as can be.
struct RoundSync {
    /// What has come of a round.
    struct Outcome {
        fileprivate(set) var whole: (any Error)?
        fileprivate(set) var places: [DiskChanges.Place: any Error] = [:]

        /// Why the changes of one member are not durable; `nil` where they are.
        func error(of changes: DiskChanges) -> (any Error)? {
            whole ?? changes.places.lazy.compactMap { places[$0] }.first
        }

        var error: (any Error)? { whole ?? places.values.first }
    }

    private let disk: DurableDisk
    private var cost = SyncCost()
    private var distrustedUntil: ContinuousClock.Instant?
    /// What failed rounds were to make durable.
    private(set) var doubtful: Set<DiskChanges.Place> = []

    /// Longer than a kernel keeps what was written from the disk (`vm.dirty_expire_centisecs`, 30 s).
    private static let distrust = Duration.seconds(120)

    package init(_ disk: DurableDisk) {
        self.disk = disk
    }

    mutating func make(durable changes: DiskChanges) -> Outcome {
        doubtful.forEach(disk.writeAgain)
        let places = changes.places.union(doubtful)
        let now = Machine.now
        let isDistrusted = distrustedUntil.map { now < $0 } ?? false
        var outcome = Outcome()
        var needsWhole = changes.isUnknown
        if isDistrusted || !needsWhole && cost.way(for: places.count, at: now) == .each {
            let isCovered = each(places, &outcome)
            if !isCovered { needsWhole = true }
            if isCovered, outcome.error == nil { saw(.each, places.count, since: now) }
        } else {
            needsWhole = true
        }
        if needsWhole { whole(&outcome, places.count) }
        doubtful = outcome.whole == nil ? Set(outcome.places.keys) : places
        if outcome.error != nil { distrustedUntil = Machine.now.advanced(by: Self.distrust) }
        return outcome
    }

    /// Returns whether all could be synced alone.
    private func each(_ places: Set<DiskChanges.Place>, _ outcome: inout Outcome) -> Bool {
        let (others, departures) = DiskChanges.inTwo(places)
        // What has left a place must not be gone from there before it has arrived.
        guard together(others, &outcome) else { return false }
        return departures.isEmpty || outcome.places.isEmpty && together(departures, &outcome)
    }

    /// None of them needs another one to be durable before it.
    private func together(_ places: [DiskChanges.Place], _ outcome: inout Outcome) -> Bool {
        if places.isEmpty { return true }
        var isCovered = true
        for (place, result) in zip(places, disk.sync(places)) {
            switch result {
            case .success(let isDurable): if !isDurable { isCovered = false }
            case .failure(let error): outcome.places[place] = error
            }
        }
        return isCovered
    }

    private mutating func whole(_ outcome: inout Outcome, _ count: Int) {
        let start = Machine.now
        do {
            try disk.syncAll()
            saw(.whole, count, since: start)
        } catch {
            outcome.whole = error
        }
    }

    private mutating func saw(_ way: SyncCost.Way, _ places: Int, since start: ContinuousClock.Instant) {
        if way == .each, places == 0 { return }
        let now = Machine.now
        cost.saw(way, places, took: start.duration(to: now), at: now)
    }
}
