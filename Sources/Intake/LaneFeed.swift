// SPDX-License-Identifier: Apache-2.0

internal import DequeModule
internal import FileIO
package import Jobs
package import Requests
internal import Synchronization
internal import SystemPackage

/// The names that were found in the inbox and not looked at yet, lane by lane: a file is looked at when the backlog has
/// little of its lane, so that a hundred thousand that wait cost hardly more than a few dozen. Names of a lane that is
/// gone are forgotten when their turn has come a few times: it may be back under its name in a moment.
package final class LaneFeed: Sendable {
    /// What is to be looked at next.
    struct Portion: Equatable, Sendable {
        var lane: Lane
        var names: [FilePath.Component]
        /// How long it has rested, since its folder could not be opened.
        fileprivate(set) var rest: Duration?
    }

    fileprivate struct Found: Sendable {
        /// As a listing has found them.
        var listed = NameList()
        /// Those of which events told when there was no room for them, each once.
        var told: Deque<FilePath.Component> = []
        var isTold: Set<FilePath.Component> = []
        /// Its folder could not be opened: not before that.
        var rests: (until: ContinuousClock.Instant, for: Duration)?
        /// Its place among the turns; `nil` where it has none, since no more of it may be looked at.
        var turn: UInt64?

        /// No name is in both: it would be counted twice, and looked at twice.
        var count: Int { listed.count + told.count }

        mutating func tell(_ name: FilePath.Component) {
            if listed.contains(name) { return }
            if isTold.insert(name).inserted { told.append(name) }
        }

        mutating func list(_ names: NameList) {
            listed = names
            listed.remove(isTold)
        }

        mutating func putBack(_ names: [FilePath.Component]) {
            listed.remove(Set(names))
            for name in names.reversed() where isTold.insert(name).inserted { told.prepend(name) }
        }

        mutating func popFirst() -> FilePath.Component? {
            guard let name = told.popFirst() else { return listed.popFirst() }
            isTold.remove(name)
            return name
        }
    }

    /// A listing of a lane that is being read.
    struct Reading: Sendable {
        let lane: Lane
        fileprivate let number: UInt64
    }

    fileprivate struct OpenReading: Sendable {
        let reading: Reading
        /// What went its way meanwhile: the listing may have met it before.
        var gone: Set<FilePath.Component> = []
        /// Whether one that began later was over before: what this one has met may be requests no more.
        var isOutdated = false
    }

    fileprivate struct State {
        var lanes: [Lane: Found] = [:]
        /// In the order in which they began.
        var readings: [OpenReading] = []
        var lastReading: UInt64 = 0

        func index(of reading: Reading) -> Int? { readings.firstIndex { $0.reading.number == reading.number } }
        /// The lanes of which more may be looked at, as far as is known, the next one first. What is no lane's turn any
        /// more leaves when it comes to the front.
        var turns: Deque<(lane: Lane, turn: UInt64)> = []
        var lastTurn: UInt64 = 0
        var count = 0
    }

    private static let shortRest = Duration.milliseconds(100)
    private static let longRest = Duration.seconds(5)

    /// Rings when there is something to be looked at.
    let news = WakeSignal()
    private let state = Mutex(State())
    private let changed: @Sendable () -> Void

    /// - Parameter changed: called when the names are more or fewer than before.
    init(changed: @escaping @Sendable () -> Void = {}) {
        self.changed = changed
    }

    private func change<Value>(_ body: (inout State) -> Value) -> Value {
        let (value, isChange) = state.withLock { state in
            let before = state.count
            let value = body(&state)
            return (value, state.count != before)
        }
        if isChange { changed() }
        return value
    }

    /// Names that wait to be looked at.
    package var count: Int { state.withLock { $0.count } }

    package func count(in lane: Lane) -> Int { state.withLock { $0.lanes[lane]?.count ?? 0 } }

    package var counts: [Lane: Int] { state.withLock { $0.lanes.mapValues(\.count) } }

    /// From here on it is known what of the lane goes its way. Before anybody looks what is under way already.
    func beginReading(_ lane: Lane) -> Reading {
        state.withLock { state in
            state.lastReading += 1
            let reading = Reading(lane: lane, number: state.lastReading)
            state.readings.append(OpenReading(reading: reading))
            return reading
        }
    }

    func endReading(_ reading: Reading) {
        state.withLock { state in _ = state.index(of: reading).map { state.readings.remove(at: $0) } }
    }

    /// What went its way since the listing began.
    func gone(during reading: Reading) -> Set<FilePath.Component> {
        state.withLock { state in state.index(of: reading).map { state.readings[$0].gone } ?? [] }
    }

    /// A listing has found these, beside what was under way as it began. What an earlier one has found is forgotten.
    /// Returns false where that is outdated: the lane is to be listed again.
    func listed(_ names: NameList, _ reading: Reading) -> Bool {
        let isDone = change { state in
            guard let index = state.index(of: reading), !state.readings[index].isOutdated else { return false }
            for other in 0..<index where state.readings[other].reading.lane == reading.lane {
                state.readings[other].isOutdated = true
            }
            var names = names
            names.remove(state.readings[index].gone)
            if names.isEmpty, state.lanes[reading.lane] == nil { return true }
            state.change(reading.lane) { found in
                found.list(names)
                found.rests = nil
            }
            return true
        }
        if isDone, count(in: reading.lane) > 0 { news.wake() }
        return isDone
    }

    /// There was no room for this one, or it is to be looked at for another reason.
    func add(_ origin: Origin) {
        change { $0.change(origin.lane) { $0.tell(origin.file) } }
        news.wake()
    }

    /// It goes its way: whoever counts what was found and what is under way counts it once. Returns whether it was found,
    /// or may be by a listing that is being read.
    @discardableResult
    package func forget(_ origin: Origin) -> Bool {
        change { state in
            var isFound = false
            for index in state.readings.indices where state.readings[index].reading.lane == origin.lane {
                state.readings[index].gone.insert(origin.file)
                isFound = true
            }
            guard state.lanes[origin.lane] != nil else { return isFound }
            state.change(origin.lane, givesTurn: false) { found in
                let before = found.count
                found.listed.remove([origin.file])
                if found.isTold.remove(origin.file) != nil { found.told.removeAll { $0 == origin.file } }
                if found.count < before { isFound = true }
            }
            return isFound
        }
    }

    /// They are no requests any more, whatever events have told.
    func forget(_ names: Set<FilePath.Component>, in lane: Lane) {
        change { state in
            guard state.lanes[lane]?.isTold.isDisjoint(with: names) == false else { return }
            state.change(lane, givesTurn: false) { found in
                found.isTold.subtract(names)
                found.told.removeAll(where: names.contains)
            }
        }
    }

    /// The lane is gone, with all that lies below it, as a listing of the folder above has found.
    func forget(below lane: Lane) {
        change { state in
            for gone in state.lanes.keys where gone.path.starts(with: lane.path) { state.change(gone) { $0 = Found() } }
        }
    }

    /// Takes the next names of a lane of which more may be looked at; `nil` where there is none.
    ///
    /// - Parameter room: how many of a lane that may be. One that has none waits for ``hasRoom(_:)``.
    func take(_ most: Int, at now: ContinuousClock.Instant, _ room: (Lane) -> Int) -> Portion? {
        change { state in
            for _ in 0..<state.turns.count {
                guard let (lane, turn) = state.turns.popFirst(), state.lanes[lane]?.turn == turn else { continue }
                state.lanes[lane]?.turn = nil
                if let rests = state.lanes[lane]?.rests, now < rests.until {
                    state.change(lane) { _ in }
                    continue
                }
                // Whoever says that there is room needs this lock first: nothing comes between.
                let count = min(most, room(lane))
                if count <= 0 { continue }
                var portion = Portion(lane: lane, names: [])
                state.change(lane) { found in
                    portion.rest = found.rests?.for
                    found.rests = nil
                    while portion.names.count < count, let name = found.popFirst() { portion.names.append(name) }
                }
                return portion
            }
            return nil
        }
    }

    /// Some of what was taken of the lane has left the backlog, or has settled.
    func hasRoom(_ lane: Lane) {
        let isNews = state.withLock { state in
            guard let found = state.lanes[lane], found.turn == nil else { return false }
            state.change(lane) { _ in }
            return true
        }
        if isNews { news.wake() }
    }

    /// What kept lanes from having room may be over.
    package func reconsider() {
        let isNews = state.withLock { state in
            for (lane, found) in state.lanes where found.turn == nil { state.change(lane) { _ in } }
            return state.count > 0
        }
        if isNews { news.wake() }
    }

    /// They were not looked at: there was no time.
    func putBack(_ portion: Portion) {
        change { state in
            if portion.names.isEmpty { return }
            state.change(portion.lane) { $0.putBack(portion.names) }
        }
    }

    /// They were not looked at: their folder cannot be opened now. It is tried again, ever more seldom, and soon left to
    /// the next listing: a folder that is gone, or closed, is to wake nobody up.
    func rest(_ portion: Portion, at now: ContinuousClock.Instant) {
        let rest = portion.rest.map { $0 * 2 } ?? Self.shortRest
        change { state in
            state.change(portion.lane) { found in
                if rest > Self.longRest { return found = Found() }
                for name in portion.names { found.tell(name) }
                found.rests = (now.advanced(by: rest), rest)
            }
        }
    }

    /// When the first lane has rested whose turn comes then; `nil` where none rests.
    func nextRested() -> ContinuousClock.Instant? {
        state.withLock { state in state.lanes.values.compactMap { $0.turn == nil ? nil : $0.rests?.until }.min() }
    }
}

extension LaneFeed.State {
    /// Changes what was found in a lane, out of the dictionary, so that nothing is copied. The lane has a turn again.
    ///
    /// - Parameter givesTurn: `false` where that is no news: who has none waits for ``LaneFeed/hasRoom(_:)``, which rings.
    fileprivate mutating func change(
        _ lane: Lane, givesTurn: Bool = true, _ change: (inout LaneFeed.Found) -> Void
    ) {
        var found = lanes.removeValue(forKey: lane) ?? LaneFeed.Found()
        let before = found.count
        change(&found)
        count += found.count - before
        if found.count == 0 { return }
        if givesTurn, found.turn == nil {
            lastTurn += 1
            found.turn = lastTurn
            turns.append((lane, lastTurn))
        }
        lanes[lane] = found
    }
}
