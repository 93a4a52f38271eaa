// SPDX-License-Identifier: Apache-2.0

internal import FileIO
internal import Glibc
internal import Jobs
internal import Requests
internal import Spool
internal import Synchronization
internal import SystemPackage

/// The newest results, for the gallery and its search. They are looked for when somebody first asks, and told from then
/// on: while nobody has asked nothing is kept, and nothing is ever listed twice.
final class RecentResults: Sendable {
    struct Found: Equatable, Sendable {
        var cards: [ResultCard]
        /// How many there are in all.
        var count: Int
        /// Whether older ones are not known here.
        var isCut: Bool
    }

    fileprivate struct State {
        /// The newest last; in all at most twice as many as are known, so that each costs the same.
        var places: [JobPlace] = []
        var known: Set<JobPlace> = []
        var cards: [JobPlace: ResultCard] = [:]
        var isCut = false
        /// Told before anybody has asked, the newest last.
        var early: [JobPlace] = []
        var isLoaded = false
    }

    private let files: ResultFiles
    private let state = Mutex(State())
    /// One looks for all.
    private let loading = Mutex(())

    /// So many are known at once.
    static let limit = 1000
    static let cardsOnPage = 24
    /// So many folders are looked at when somebody first asks.
    private static let looksLimit = 50_000

    init(_ files: ResultFiles) { self.files = files }

    /// A folder has come into `done/` or `failed/`.
    func add(_ place: JobPlace) {
        state.withLock { state in
            guard state.isLoaded else {
                state.early.append(place)
                if state.early.count > Self.limit { state.early.removeFirst(Self.limit / 2) }
                return
            }
            state.put(place)
        }
    }

    /// What a page of the gallery shows. Blocking.
    func find(_ query: GalleryQuery) -> Found {
        load()
        let (places, isCut) = state.withLock { ($0.places.suffix(Self.limit), $0.isCut) }
        let words = query.words.lowercased().split(separator: " ").map(String.init)
        let first = (query.page - 1) * Self.cardsOnPage
        var found = Found(cards: [], count: 0, isCut: isCut)
        for place in places.reversed() where query.kind.takes(place.base) {
            let isOnPage = (first..<first + Self.cardsOnPage).contains(found.count)
            // Without words only what is shown has to be read.
            guard !words.isEmpty || isOnPage else {
                found.count += 1
                continue
            }
            guard let card = card(place) else { continue }
            if !card.holds(words) { continue }
            if isOnPage { found.cards.append(card) }
            found.count += 1
        }
        return found
    }

    private func card(_ place: JobPlace) -> ResultCard? {
        if let card = state.withLock({ $0.cards[place] }) { return card }
        let card = files.card(place)
        state.withLock { state in
            if let card, state.known.contains(place) { state.cards[place] = card } else { state.forget(place) }
        }
        return card
    }

    /// What is gone by now: somebody has taken its folder.
    func forget(_ place: JobPlace) {
        state.withLock { $0.forget(place) }
    }

    private func load() {
        loading.withLock { _ in
            if state.withLock({ $0.isLoaded }) { return }
            var (found, isCut): ([(place: JobPlace, time: Int64)], Bool) = ([], false)
            for base in [JobPlace.Base.done, .failed] {
                var walk = Walk(base, left: Self.looksLimit)
                if let folder = try? Kernel.open(base.folder(of: files.spool), O_RDONLY | O_DIRECTORY) {
                    walk.look(folder, FilePath())
                }
                found += walk.found
                isCut = isCut || walk.left <= 0
            }
            found.sort { $0.time > $1.time }
            state.withLock { state in
                state.isCut = isCut
                for place in found.reversed().map(\.place) + state.early { state.put(place) }
                state.early = []
                state.isLoaded = true
            }
        }
    }

    /// Looks for folders with a result in them, lane by lane.
    private struct Walk {
        let base: JobPlace.Base
        var left: Int
        var found: [(place: JobPlace, time: Int64)] = []

        init(_ base: JobPlace.Base, left: Int) { (self.base, self.left) = (base, left) }

        mutating func look(_ folder: borrowing OpenFile, _ path: FilePath) {
            guard path.components.count <= Lane.depthLimit,
                var listing = try? DirectoryListing(".", at: folder.descriptor)
            else { return }
            while left > 0, let (name, kind) = try? listing.next() {
                left -= 1
                guard kind == .directory || kind == .unknown, !String(decoding: name).hasPrefix(".") else { continue }
                if let time = Self.resultTime(name, in: folder) {
                    found.append((JobPlace(base, path.appending(name)), time))
                } else if let lane = try? Kernel.openFolder(FilePath(root: nil, [name]), beneath: folder.descriptor) {
                    look(lane, path.appending(name))
                }
            }
        }

        /// When its result was written; `nil` where there is none.
        private static func resultTime(_ name: FilePath.Component, in folder: borrowing OpenFile) -> Int64? {
            for file in PublishedResult.fileNames {
                let path = FilePath(root: nil, [name, file])
                if let status = try? Kernel.status(of: path, at: folder.descriptor), status.kind == .regular {
                    return status.identity.modified
                }
            }
            return nil
        }
    }
}

extension RecentResults.State {
    /// The newest by now.
    fileprivate mutating func put(_ place: JobPlace) {
        // Hardly ever a name comes twice; to look through all for each would cost more than the rest of its way.
        if !known.insert(place).inserted { places.removeAll { $0 == place } }
        places.append(place)
        cards[place] = nil
        isCut = isCut || places.count > RecentResults.limit
        guard places.count > 2 * RecentResults.limit else { return }
        for old in places.prefix(RecentResults.limit) { (cards[old], _) = (nil, known.remove(old)) }
        places.removeFirst(RecentResults.limit)
    }

    fileprivate mutating func forget(_ place: JobPlace) {
        guard known.remove(place) != nil else { return }
        cards[place] = nil
        places.removeAll { $0 == place }
    }
}

extension GalleryQuery.Kind {
    fileprivate func takes(_ base: JobPlace.Base) -> Bool {
        switch self {
        case .all: true
        case .done: base == .done
        case .failed: base == .failed
        }
    }
}
