// SPDX-License-Identifier: Apache-2.0

package import Documents
package import FileIO
internal import Glibc
internal import Jobs
package import Requests
package import Spending
internal import Spool
internal import Synchronization
internal import SystemPackage

/// Pauses, which hold for a place as long as their file lies there, or until their time is over.
extension SteeringWords {
    /// Why nothing of the lane may be submitted at that moment: the outermost pause.
    package func pause(of lane: Lane, at now: Timestamp) -> Hold? {
        state.withLock { state in
            if state.pauses.isEmpty { return nil }
            for place in [nil] + lane.chain {
                if let pause = state.pause(at: place, now) { return pause }
            }
            return nil
        }
    }

    /// All that are in force, the outermost first.
    package func pauses(at now: Timestamp) -> [Hold] {
        let state = state.withLock { $0 }
        return state.pauses.keys.sorted { ($0?.text ?? "") < ($1?.text ?? "") }.compactMap { state.pause(at: $0, now) }
    }

    /// The spool's root. Blocking.
    package func lookAtSpool() {
        // Where it cannot be read, what was known before holds on.
        guard let pauses = try? pausesOfSpool() else { return }
        set(pauses, at: nil)
    }

    private func pausesOfSpool() throws(Errno) -> [FilePath.Component: Timestamp?] {
        let root = try Kernel.open(spool.root, O_RDONLY | O_DIRECTORY)
        var listing = try DirectoryListing(".", at: root.descriptor)
        var pauses: [FilePath.Component: Timestamp?] = [:]
        while let (name, _) = try listing.next() {
            guard SteeringWord(name) == .pause, case .pause(let until, _) = SteeringLook(name, .pause, in: root),
                !endsUnknown(name, until, at: nil, in: root)
            else { continue }
            pauses[name] = .some(until)
        }
        return pauses
    }

    /// One that was over before anybody here knew of it, since nobody ran, is taken away: no alarm was set for it.
    func endsUnknown(
        _ name: FilePath.Component, _ until: Timestamp?, at place: Lane?, in folder: borrowing OpenFile
    ) -> Bool {
        let now = Timestamp.now
        guard let until, until <= now, state.withLock({ $0.pauses[place]?[name] == nil }) else { return false }
        // Where that fails the next look tries again.
        try? SteeringLook.removePause(name, overAt: now, in: folder)
        return true
    }

    func set(_ name: FilePath.Component, _ until: Timestamp?, in lane: Lane) {
        change(at: lane) { $0[name] = .some(until) }
    }

    private func set(_ pauses: [FilePath.Component: Timestamp?], at place: Lane?) {
        change(at: place) { $0 = pauses }
    }

    func change(at place: Lane?, _ body: (inout [FilePath.Component: Timestamp?]) -> Void) {
        let now = Timestamp.now
        let (before, after) = state.withLock { state in
            let before = state.pause(at: place, now)
            var pauses = state.pauses[place] ?? [:]
            body(&pauses)
            state.pauses[place] = pauses.isEmpty ? nil : pauses
            return (before, state.pause(at: place, now))
        }
        if after != before { say(before, after) }
    }

    private func say(_ before: Hold?, _ after: Hold?) {
        if let after { tell(.paused(after)) } else if let before { tell(.goesOn(before)) }
        alarm.wake()
    }

    // MARK: Time

    /// The wall clock was set: a pause may be over, or not yet.
    package func clockWasSet() { alarm.wake() }

    /// Takes away the pauses whose time is over. Runs until cancelled; sleeps while there is none that ends by itself.
    package func run(_ files: FilePool) async {
        while !Task.isCancelled {
            let next = state.withLock { $0.pauses.values.flatMap { $0.values.compactMap(\.self) }.min() }
            await alarm.wait(atMost: next.map { max($0.since(.now), .zero) })
            guard let next, next <= .now, !Task.isCancelled else { continue }
            // The pool ends only with the daemon.
            try? await files.run { [self] in endPauses(at: .now) }
        }
    }

    /// Blocking.
    private func endPauses(at now: Timestamp) {
        let over = state.withLock { state in
            state.pauses.flatMap { place, pauses in
                pauses.compactMap { name, until in until.map { $0 <= now } ?? false ? (place, name) : nil }
            }
        }
        for (place, name) in over {
            let folder = place.map { $0.folder(below: spool.inbox) } ?? spool.root
            let hold = Hold(reason: .paused(at: place))
            if let open = try? Kernel.open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW) {
                try? SteeringLook.removePause(name, overAt: now, in: open)
            }
            let isOver = state.withLock { state in
                // Written anew meanwhile, it holds on.
                guard let until = state.pauses[place]?[name]?.flatMap(\.self), until <= now else { return false }
                state.pauses[place]?[name] = nil
                if state.pauses[place]?.isEmpty == true { state.pauses[place] = nil }
                return true
            }
            if isOver { tell(.goesOn(hold)) }
        }
    }
}

extension SteeringWords.State {
    /// The one that holds longest, of several spellings.
    fileprivate func pause(at place: Lane?, _ now: Timestamp) -> Hold? {
        let ends = (pauses[place] ?? [:]).values.filter { $0.map { now < $0 } ?? true }
        guard let first = ends.first else { return nil }
        let last = ends.dropFirst().reduce(first) { last, next in last.flatMap { last in next.map { max(last, $0) } } }
        return Hold(reason: .paused(at: place), until: last)
    }
}
