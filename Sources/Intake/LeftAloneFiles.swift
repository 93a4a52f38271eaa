// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import FileIO
package import Logging
package import Requests
package import Spool
package import SpoolState
internal import Synchronization
package import SystemPackage

/// Keeps in mind which files stay in the inbox and why, for as long as they are there, and says so once of each. Such
/// files are never moved, changed or deleted.
package final class LeftAloneFiles: Sendable {
    fileprivate struct State {
        /// Bounds the memory, of what is there and of what was said.
        let limit: Int
        var entries: [Lane: [FilePath.Component: LeftAloneReason]] = [:]
        var count = 0
        var said: Set<FilePath> = []
        var news = LeftAloneNews()
        /// Pictures that a request has named.
        var named: Set<FilePath> = []
        /// How often something has changed.
        var changes: UInt64 = 0
        /// As it was asked for last; `nil` where something has changed since.
        var summary: LeftAloneSummary<LeftAloneReason>?

        mutating func change() {
            changes += 1
            summary = nil
        }
    }

    private let log: Logger
    private let changed: @Sendable () -> Void
    private let state: Mutex<State>

    private let hasSums = WakeSignal()
    /// How long sums are gathered before they are said.
    private static let pause = Duration.seconds(2)
    private static let longPause = Duration.seconds(60)

    /// - Parameters:
    ///   - limit: how many are kept in mind, and how many were said, at most.
    ///   - changed: called when the files, or why they stay, are others than before.
    package init(log: Logger, limit: Int = 50_000, changed: @escaping @Sendable () -> Void) {
        self.log = log
        state = Mutex(State(limit: limit))
        self.changed = changed
    }

    /// - Parameter path: relative to the inbox.
    package func say(_ path: FilePath, _ reason: LeftAloneReason) {
        guard let name = path.lastComponent else { return }
        let lane = Lane(path: path.removingLastComponent())
        let (isChange, isNews) = state.withLock { $0.add(name, in: lane, reason) }
        if isChange { changed() }
        guard isNews else { return }
        // Pictures lie beside requests where requests name them: nothing to be told of each.
        let level: Logger.Level = reason.isUsual ? .debug : .notice
        if level == .notice, !state.withLock({ $0.news.names(oneIn: lane, at: .now) }) { return hasSums.wake() }
        log.log(
            level: level, "Left alone in the inbox",
            metadata: ["file": "\(path)", "why": "\(Wording.sentence(reason))"])
    }

    /// A request has named these pictures: they are not left alone, whether its job is under way or done.
    package func areNamed(_ pictures: [FilePath]) {
        let isChange = state.withLock { state in
            var isChange = false
            for picture in pictures {
                if state.named.count >= state.limit { state.named.removeAll() }
                state.named.insert(picture)
                guard let name = picture.lastComponent else { continue }
                let lane = Lane(path: picture.removingLastComponent())
                guard state.entries[lane]?[name] == .picture else { continue }
                isChange = state.remove([name], in: lane) || isChange
            }
            return isChange
        }
        if isChange { changed() }
    }

    /// Pictures are requests in that lane by now.
    func areRequests(_ names: Set<FilePath.Component>, in lane: Lane) {
        let isChange = state.withLock { state in
            let pictures = names.filter { state.entries[lane]?[$0] == .picture }
            return !pictures.isEmpty && state.remove(pictures, in: lane)
        }
        if isChange { changed() }
    }

    /// What is there is a lane by now, and no folder of pictures.
    func isLane(_ path: FilePath) {
        guard let name = path.lastComponent else { return }
        let lane = Lane(path: path.removingLastComponent())
        let isChange = state.withLock { state in
            guard case .folder? = state.entries[lane]?[name] else { return false }
            return state.remove([name], in: lane)
        }
        if isChange { changed() }
    }

    /// Says how many were not named, until cancelled: ever more seldom as long as more come.
    package func saySums() async {
        var pause = Self.pause
        while !Task.isCancelled {
            let began = ContinuousClock.now
            await hasSums.wait(atMost: nil)
            pause = began.duration(to: .now) > pause ? Self.pause : min(pause * 2, Self.longPause)
            try? await Sleep.wait(pause)
            for sum in state.withLock({ $0.news.takeSums() }) {
                log.notice(
                    "Left alone in the inbox: more that are not named; see status",
                    metadata: ["files": "\(sum.count)", "folder": "\(Wording.folder(sum.folder))"])
            }
        }
    }

    /// The file is gone, or was taken.
    package func forget(_ path: FilePath) {
        guard let name = path.lastComponent else { return }
        forget([name], in: Lane(path: path.removingLastComponent()))
    }

    func forget(_ names: Set<FilePath.Component>, in lane: Lane) {
        if names.isEmpty { return }
        if state.withLock({ $0.remove(names, in: lane) }) { changed() }
    }

    /// The lane is gone, with all that lies below it.
    func forget(below lane: Lane) {
        let isChange = state.withLock { state in
            let gone = state.entries.keys.filter { $0.path.starts(with: lane.path) }
            for lane in gone { _ = state.remove(Set(state.entries[lane, default: [:]].keys), in: lane) }
            return !gone.isEmpty
        }
        if isChange { changed() }
    }

    /// Whether it stays for a reason other than that it, or something in it, is still to come.
    func isLeftAlone(_ path: FilePath) -> Bool {
        guard let name = path.lastComponent else { return false }
        let reason = state.withLock { $0.entries[Lane(path: path.removingLastComponent())]?[name] }
        return reason.map { !$0.isOfSomethingToCome } ?? false
    }

    /// Why a folder of pictures stays; `nil` where it does not, or for another reason.
    func folderFault(of path: FilePath) -> FolderFault? {
        guard let name = path.lastComponent else { return nil }
        let reason = state.withLock { $0.entries[Lane(path: path.removingLastComponent())]?[name] }
        if case .folder(let fault)? = reason { return fault }
        return nil
    }

    /// Whether it stays, whatever the reason.
    package func contains(_ name: FilePath.Component, in lane: Lane) -> Bool {
        state.withLock { $0.entries[lane]?[name] != nil }
    }

    /// What is known to lie in one lane.
    func names(in lane: Lane) -> Set<FilePath.Component> {
        state.withLock { Set($0.entries[lane, default: [:]].keys) }
    }

    package var count: Int { state.withLock { $0.count } }

    /// Whether there may be more than are kept in mind.
    package var isFull: Bool { state.withLock { $0.count >= $0.limit } }

    /// Some of them by name, and how many there are. Takes its time where there are many, and they are others than the
    /// last time.
    package var summary: LeftAloneSummary<LeftAloneReason> {
        let (known, entries, changes) = state.withLock { ($0.summary, $0.entries, $0.changes) }
        if let known { return known }
        let summary = LeftAloneSummary(
            entries.lazy.flatMap { lane, names in
                names.lazy.map { .init(path: lane.path.appending($0.key), reason: $0.value) }
            })
        state.withLock { if $0.changes == changes { $0.summary = summary } }
        return summary
    }
}

extension LeftAloneFiles.State {
    /// Returns whether there is a change, and whether it is one that nobody has heard of.
    fileprivate mutating func add(
        _ name: FilePath.Component, in lane: Lane, _ reason: LeftAloneReason
    ) -> (isChange: Bool, isNews: Bool) {
        let known = entries[lane]?[name]
        if known == reason { return (false, false) }
        if reason == .picture, !named.isEmpty, named.contains(lane.path.appending(name)) { return (false, false) }
        if known == nil {
            // More than anybody will read; they are named when there is room again.
            if count >= limit { return (false, false) }
            count += 1
        }
        entries[lane, default: [:]][name] = reason
        change()
        if said.count >= limit { said.removeAll() }
        return (true, said.insert(lane.path.appending(name)).inserted)
    }

    /// Returns whether any of them was there.
    fileprivate mutating func remove(_ names: Set<FilePath.Component>, in lane: Lane) -> Bool {
        guard var rest = entries.removeValue(forKey: lane) else { return false }
        let before = rest.count
        for name in names { rest[name] = nil }
        count -= before - rest.count
        if !rest.isEmpty { entries[lane] = rest }
        change()
        return rest.count < before
    }
}
