// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import FileIO
internal import Jobs
package import Requests
internal import Spending
internal import Spool
internal import Synchronization
internal import SystemPackage

/// Letting go of what was held.
extension Holds {
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
    var limitHolds: [Hold] {
        let files = files.values.flatMap { Set($0.values.map(\.hold)) }
        return (files + lanes.values + parts.keys + jobs.values.map(\.hold)).filter {
            if case .limit = $0.reason { true } else { false }
        }
    }

    mutating func takeOne(of hold: Hold) -> Waiting? {
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
