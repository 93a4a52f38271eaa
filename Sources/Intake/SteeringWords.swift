// SPDX-License-Identifier: Apache-2.0

internal import DequeModule
package import Documents
package import FileIO
internal import Glibc
package import Jobs
package import Requests
package import Spending
package import Spool
internal import Synchronization
package import SystemPackage

/// The words by which people steer, as they lie in the inbox and at the spool's root: see ``SteeringWord``. What is here
/// was looked at on the disk; the file is the state, and this is what is known of it.
package final class SteeringWords: Sendable {
    /// What has changed, for whoever tells of it and acts on it.
    package enum News: Equatable, Sendable {
        case paused(Hold)
        case goesOn(Hold)
        /// What was hurried is sent, or nobody wants that any more.
        case isInNoHurry(Origin)
    }

    /// An empty file, or an empty folder, by which somebody asks for something.
    package struct Word: Sendable {
        package let lane: Lane
        package let name: FilePath.Component
        package let word: SteeringWord
        package let stamp: SteeringStamp
        /// Whether something was done for it that outlasts it.
        package fileprivate(set) var isHeeded = false
        /// Whether something that it is about has come to its end without it.
        package fileprivate(set) var isLate = false
        /// What is let cost because of it: it holds for one request, whatever else has the name.
        fileprivate var usedBy: Origin?
        /// What goes before others because of it; `nil` where that is nothing, or nobody has looked.
        package fileprivate(set) var hurries: Origin?

        package var path: FilePath { lane.path.appending(name) }

        package var wish: SteeringWish? { word.aboutOne?.wish }

        /// Whether it is about what was dropped there at that moment. One that lay there before, for whatever reason, is not
        /// kept for a later request of its name; but what is dropped at once comes in any order.
        package func isAbout(_ origin: Origin, since moment: Timestamp) -> Bool {
            origin.lane == lane && isNameOf(origin) && moment.since(stamp.came) <= Self.patience
        }

        fileprivate func approves(_ origin: Origin, since moment: Timestamp, written: Timestamp?) -> Bool {
            guard case .approve = word, !isHeeded, usedBy == nil || usedBy == origin, isAbout(origin, since: moment)
            else { return false }
            return written.map { $0 <= stamp.came } ?? true
        }

        private func isNameOf(_ origin: Origin) -> Bool {
            guard let key = word.aboutOne?.name else { return false }
            return key == NameKey(origin.file) || key == NameKey(origin.stem)
        }

        private static let patience = Duration.seconds(10)
    }

    struct State {
        var words: [Lane: [FilePath.Component: Word]] = [:]
        var wordCount = 0
        /// Lanes in which there is something to be done.
        fileprivate var lanes: Deque<Lane> = []
        fileprivate var inLanes: Set<Lane> = []
        /// By place: those of a lane, and those at the spool's root (`nil`); several spellings may lie side by side.
        var pauses: [Lane?: [FilePath.Component: Timestamp?]] = [:]
    }

    let spool: Spool
    let tell: @Sendable (News) -> Void
    let state = Mutex(State())
    let alarm = WakeSignal()
    private let hasLanes = WakeSignal()

    /// Of more words nobody takes notice until some are gone: they are left alone.
    private static let limit = 10_000

    /// - Parameter tell: hears of each change, when it holds already.
    package init(spool: Spool, tell: @escaping @Sendable (News) -> Void) {
        (self.spool, self.tell) = (spool, tell)
    }

    // MARK: Looking

    /// The spool's root, and the inbox itself. Blocking.
    package func lookAtRoots() {
        lookAtSpool()
        look(at: [.root])
    }

    /// All words of these lanes and of those above them. Blocking: for those whose jobs go on before the inbox was
    /// looked through.
    package func look(at lanes: Set<Lane>) {
        for lane in Set(lanes.flatMap(\.chain)) {
            guard let folder = try? lane.open(below: spool.inbox),
                var listing = try? DirectoryListing(".", at: folder.descriptor)
            else { continue }
            while let (name, _) = try? listing.next() {
                if let word = SteeringWord(name) { _ = found(name, word, in: lane, folder) }
            }
        }
    }

    /// Something with a word's name is in a lane, or was. Blocking.
    package func found(
        _ name: FilePath.Component, _ word: SteeringWord, in lane: Lane, _ folder: borrowing OpenFile
    ) -> SteeringLook {
        let look = SteeringLook(name, word, in: folder)
        switch word {
        case .pause:
            if case .pause(let until, _) = look, !endsUnknown(name, until, at: lane, in: folder) {
                set(name, until, in: lane)
            } else {
                forget([name], in: lane)
            }
        case .stop, .approve, .hurry:
            guard case .word(let stamp) = look else {
                forget([name], in: lane)
                break
            }
            if !set(Word(lane: lane, name: name, word: word, stamp: stamp)) { return .leftAlone(.name) }
        }
        return look
    }

    /// The names of the words of a lane.
    func names(in lane: Lane) -> Set<FilePath.Component> {
        state.withLock { state in
            if state.pauses.isEmpty, state.words.isEmpty { return [] }
            return Set(state.pauses[lane, default: [:]].keys).union(state.words[lane, default: [:]].keys)
        }
    }

    /// They are gone.
    package func forget(_ names: Set<FilePath.Component>, in lane: Lane) {
        if names.isEmpty { return }
        let hurried = state.withLock { $0.remove(names, in: lane) }
        for origin in hurried { tell(.isInNoHurry(origin)) }
        change(at: lane) { pauses in for name in names { pauses[name] = nil } }
    }

    // MARK: Words about one request

    /// Whether somebody wants what was dropped there at that moment to be cancelled.
    package func isStopped(_ origin: Origin, since moment: Timestamp) -> Bool {
        state.withLock { state in
            if state.words.isEmpty { return false }
            return state.words[origin.lane, default: [:]].values.contains { word in
                if case .stop = word.word { word.isAbout(origin, since: moment) } else { false }
            }
        }
    }

    /// Whether somebody lets what was dropped there at that moment cost what it costs.
    ///
    /// - Parameter written: when its content was written at the latest: a word that was there before was about another.
    package func isApproved(_ origin: Origin, since moment: Timestamp, written: Timestamp?) -> Bool {
        state.withLock { state in
            state.words[origin.lane, default: [:]].values.contains { word in
                word.approves(origin, since: moment, written: written)
            }
        }
    }

    /// The same, and from now on for no other: it holds once.
    package func useApproval(of origin: Origin, since moment: Timestamp, written: Timestamp?) -> Bool {
        state.withLock { state in
            let words = state.words[origin.lane, default: [:]]
            let word = words.values.first { $0.approves(origin, since: moment, written: written) }
            guard let word else { return false }
            state.words[origin.lane]?[word.name]?.usedBy = origin
            return true
        }
    }

    /// Whether a word has it go before others.
    package func isHurried(_ origin: Origin) -> Bool { state.withLock { $0.isHurried(origin) } }

    /// What goes before others because of a word: `nil` where it is nothing any more. Returns whether that is news.
    package func note(_ word: Word, hurries origin: Origin?) -> Bool {
        let (isNews, before) = state.withLock { state -> (Bool, Origin?) in
            guard let known = state.words[word.lane]?[word.name], known.stamp == word.stamp else { return (false, nil) }
            state.words[word.lane]?[word.name]?.hurries = origin
            return (known.hurries != origin, known.hurries.flatMap { state.isHurried($0) ? nil : $0 })
        }
        if let before { tell(.isInNoHurry(before)) }
        return isNews
    }

    /// All that goes before others by somebody's word, by name; the first words first.
    package var hurried: [String] {
        let words = state.withLock { state in state.words.values.flatMap { $0.values.filter { $0.hurries != nil } } }
        return words.sorted { ($0.stamp.came, $0.name.string) < ($1.stamp.came, $1.name.string) }
            .compactMap { $0.hurries?.jobName }
    }

    /// What a word asks for of this one is on the disk by now; where none is named, it has ended, and they are late.
    ///
    /// - Parameters:
    ///   - moment: when it was dropped.
    ///   - last: words that came later are about another of its name.
    package func settled(
        _ origin: Origin, since moment: Timestamp, _ wish: SteeringWish? = nil, cameBy last: Timestamp? = nil
    ) {
        let isNews = state.withLock { state in
            guard var words = state.words[origin.lane] else { return false }
            for (name, word) in words where word.isAbout(origin, since: moment) || word.hurries == origin {
                if let last, word.stamp.came > last { continue }
                if wish == word.wish { words[name]?.isHeeded = true }
                if wish == nil { words[name]?.isLate = true }
            }
            state.words[origin.lane] = words
            state.isToBeHeeded(origin.lane)
            return true
        }
        if isNews { hasLanes.wake() }
    }

    /// What was found out of the words of a lane may be another by now.
    package func lookAgain(in lane: Lane) {
        let isNews = state.withLock { state in
            if state.words[lane] == nil { return false }
            state.isToBeHeeded(lane)
            return true
        }
        if isNews { hasLanes.wake() }
    }

    /// A file has come or gone that is perhaps what a word hurries.
    func hasMoved(_ origin: Origin) {
        let isNews = state.withLock { state in
            guard let words = state.words[origin.lane] else { return false }
            let names = [NameKey(origin.file), NameKey(origin.stem)]
            let isMeant = words.values.contains { word in
                if case .hurry(let name) = word.word { names.contains(name) } else { false }
            }
            if isMeant { state.isToBeHeeded(origin.lane) }
            return isMeant
        }
        if isNews { hasLanes.wake() }
    }

    /// The same in all lanes.
    package func lookAgain() {
        state.withLock { state in state.words.keys.forEach { state.isToBeHeeded($0) } }
        hasLanes.wake()
    }

    /// The words of the next lane in which there is something to be done; `nil` where the caller is cancelled. For one
    /// consumer.
    package func next() async -> [Word]? {
        while !Task.isCancelled {
            let words = state.withLock { state in
                state.nextLane().map { lane in
                    // Whoever wants something to stop waits for nobody else.
                    state.words[lane, default: [:]].values.sorted { $0.wish == .stop && $1.wish != .stop }
                }
            }
            if let words { return words }
            await hasLanes.wait(atMost: nil)
        }
        return nil
    }

    /// Returns whether there is room for it.
    private func set(_ word: Word) -> Bool {
        let (isTaken, isNews) = state.withLock { state -> (Bool, Bool) in
            var word = word
            let known = state.words[word.lane]?[word.name]
            if known?.stamp == word.stamp { return (true, false) }
            word.hurries = known?.hurries
            if known == nil {
                if state.wordCount >= Self.limit { return (false, false) }
                state.wordCount += 1
            }
            state.words[word.lane, default: [:]][word.name] = word
            state.isToBeHeeded(word.lane)
            return (true, true)
        }
        if isNews { hasLanes.wake() }
        return isTaken
    }

    // MARK: What is gone

    /// The lane is gone, with all that lies below it.
    func forget(below lane: Lane) {
        let (gone, hurried) = state.withLock { state in
            var hurried: [Origin] = []
            for gone in state.words.keys where gone.path.starts(with: lane.path) {
                hurried += state.remove(Set(state.words[gone, default: [:]].keys), in: gone)
            }
            return (state.pauses.keys.compactMap(\.self).filter { $0.path.starts(with: lane.path) }, hurried)
        }
        for origin in hurried { tell(.isInNoHurry(origin)) }
        for lane in gone { change(at: lane) { $0 = [:] } }
    }
}

extension SteeringWords.State {
    /// Behind those that were to be heeded before it.
    fileprivate mutating func isToBeHeeded(_ lane: Lane) {
        if inLanes.insert(lane).inserted { lanes.append(lane) }
    }

    fileprivate mutating func nextLane() -> Lane? {
        guard let lane = lanes.popFirst() else { return nil }
        inLanes.remove(lane)
        return lane
    }

    /// Several words may say the same.
    fileprivate func isHurried(_ origin: Origin) -> Bool {
        words[origin.lane, default: [:]].values.contains { $0.hurries == origin }
    }

    /// Returns what was hurried by them, and is not any more.
    fileprivate mutating func remove(_ names: Set<FilePath.Component>, in lane: Lane) -> [Origin] {
        guard var words = words.removeValue(forKey: lane) else { return [] }
        let before = words.count
        let hurried = names.compactMap { words.removeValue(forKey: $0)?.hurries }
        wordCount -= before - words.count
        if !words.isEmpty { self.words[lane] = words }
        return hurried.filter { !isHurried($0) }
    }
}
