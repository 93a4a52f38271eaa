// SPDX-License-Identifier: Apache-2.0

internal import DequeModule
internal import Documents
internal import FileIO
package import Jobs
package import Requests
internal import Spending
internal import Spool
internal import Synchronization
package import SystemPackage

/// Letting go of what was held.
extension Holds {
    /// The files are gone, or others.
    package func forget(_ names: Set<FilePath.Component>, in lane: Lane) {
        let isChange = state.withLock { state in
            var isChange = false
            for name in names where state.files[lane]?.removeValue(forKey: name) != nil { isChange = true }
            if state.files[lane]?.isEmpty == true { state.files[lane] = nil }
            return isChange
        }
        if isChange { changed() }
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
            case .defaults, .defaultsUnsettled, .repeated, .paused, .approval: false
            }
        }
    }

    /// A pause is over, or another: what it holds may begin now, or is held again.
    package func releasePauses() {
        release { hold in
            switch hold.reason {
            case .paused: true
            case .limit, .defaults, .defaultsUnsettled, .repeated, .approval: false
            }
        }
    }

    /// Changes whenever something is let go that a limit holds. Who decides upon a hold takes it before: what has come
    /// back between the decision and its note would be nobody's else.
    package var era: UInt64 { state.withLock(\.era) }

    /// So many of each limit try for what has come back: all of them would be held again but for a few, each time.
    private static let tries = 4

    /// Something that was set aside for a submit has come back. Those that were held first try for it, files and parts
    /// alike; who is held again goes behind the others, so that each has its try, whatever it costs.
    package func gaveBack() {
        let items = state.withLock { state -> [Waiting]? in
            state.era += 1
            // No limit holds anything: nothing is looked at.
            if state.due == nil { return nil }
            let holds = Set(state.holdsLetGoAtOnce.filter { if case .limit = $0.reason { true } else { false } })
            state.lanes = state.lanes.filter { !holds.contains($0.value) }
            return holds.flatMap { state.takeFirst(Self.tries, of: $0) }
        }
        guard let items else { return }
        refill(items)
        wakeAll()
    }

    /// The rule for repeats has changed: what it holds is judged anew. Nothing else is a reason to, nor is time.
    package func releaseRepeats() {
        release { hold in
            switch hold.reason {
            case .repeated: true
            case .defaults, .defaultsUnsettled, .limit, .paused, .approval: false
            }
        }
    }

    /// Somebody has approved these: what of them waits for that is judged anew, and nothing else.
    package func releaseApprovals(of origins: Set<Origin>) {
        let items = state.withLock { state in
            state.era += 1
            var items: [Waiting] = []
            for origin in origins {
                guard let held = state.files[origin.lane]?[origin.file], case .approval = held.hold.reason else {
                    continue
                }
                items.append(.file(origin, held.readiness))
                state.files[origin.lane]?[origin.file] = nil
                if state.files[origin.lane]?.isEmpty == true { state.files[origin.lane] = nil }
            }
            return items
        }
        refill(items)
        wakeAll()
        if !items.isEmpty { changed() }
    }

    /// What needs a word has changed: what waits for one is judged anew.
    package func releaseApprovals() {
        release { hold in
            switch hold.reason {
            case .approval: true
            case .limit, .defaults, .defaultsUnsettled, .repeated, .paused: false
            }
        }
    }

    /// The defaults of a lane have changed: what they hold up there and below is looked at anew.
    package func releaseDefaults(below lane: Lane) {
        remove(in: { $0.path.starts(with: lane.path) }) { _, hold in
            switch hold.reason {
            case .defaults, .defaultsUnsettled: true
            case .limit, .repeated, .paused, .approval: false
            }
        }
    }

    /// Lets go what a day's limit holds when the day is over, and what a pause holds when its time is. Runs until cancelled;
    /// sleeps while nothing is held.
    package func run() async {
        while !Task.isCancelled {
            let due = state.withLock(\.due)
            await alarm.wait(atMost: due.map { max($0.since(.now), .zero) })
            let now = Timestamp.now
            guard let due, due <= now else { continue }
            state.withLock { $0.due = $0.holdsLetGoAtOnce.compactMap(\.until).filter { now < $0 }.min() }
            release { $0.isLetGoAtOnce && $0.isOver(at: now) }
        }
    }

    /// Takes out the parts of a batch that are held.
    package func takeParts(in batch: FilePath) -> [WaitingPart] {
        let taken = state.withLock { state in
            var taken: [WaitingPart] = []
            for (hold, parts) in state.parts {
                let rest = parts.filter { !$0.part.isOf(batch) }
                if rest.count == parts.count { continue }
                taken += parts.filter { $0.part.isOf(batch) }.map(\.part)
                state.parts[hold] = rest.isEmpty ? nil : rest
            }
            return taken
        }
        if !taken.isEmpty { changed() }
        return taken
    }

    /// Whoever waits looks again: something may have come back, or the daemon stops.
    package func wakeAll() {
        let wakeSignals = state.withLock { $0.jobs.values.map(\.wakeSignal) }
        for wakeSignal in wakeSignals { wakeSignal.wake() }
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
                items += parts.map { .part($0.part) }
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
    /// Those of a day's limit, and of pauses.
    var holdsLetGoAtOnce: [Hold] {
        let files = files.values.flatMap { Set($0.values.map(\.hold)) }
        return (files + lanes.values + parts.keys + jobs.values.map(\.hold)).filter(\.isLetGoAtOnce)
    }

    /// Those that were held first.
    mutating func takeFirst(_ most: Int, of hold: Hold) -> [Waiting] {
        var waiting: [(number: UInt64, item: Waiting)] = parts[hold, default: []].prefix(most).map {
            ($0.number, .part($0.part))
        }
        for (lane, all) in files {
            for (file, held) in all where held.hold == hold {
                waiting.append((held.number, .file(Origin(lane: lane, file: file), held.readiness)))
            }
        }
        let first = waiting.sorted { $0.number < $1.number }.prefix(most).map(\.item)
        for item in first {
            switch item {
            case .part: _ = parts[hold]?.popFirst()
            case .file(let origin, _):
                files[origin.lane]?[origin.file] = nil
                if files[origin.lane]?.isEmpty == true { files[origin.lane] = nil }
            }
        }
        if parts[hold]?.isEmpty == true { parts[hold] = nil }
        return first
    }
}
