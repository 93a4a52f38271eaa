// SPDX-License-Identifier: Apache-2.0

internal import FileIO
internal import Synchronization
internal import SystemPackage

/// What is new of folders and is to be shown. A job on its way only leaves a note here: what it says is shown beside the
/// jobs, of each folder at most once a second, and no job ever waits for it, or fails by it.
final class FolderNews<News: Sendable>: Sendable {
    private struct Entry {
        var news: News
        /// Whether it is to be shown at its turn. What is not waits until more comes.
        var isDue = false
    }

    private struct State {
        var entries: [FilePath: Entry] = [:]
        /// In the order of their turns; some may be over.
        var turns: [FilePath] = []
    }

    /// So many folders are shown in a second: the rest have their turn in the next one.
    private static var atOnce: Int { 8 }

    private let limit: Int
    private let state = Mutex(State())
    private let changed = WakeSignal()

    /// - Parameter limit: of so many folders news are kept at most, but for those that are due.
    init(limit: Int = .max) { self.limit = limit }

    /// Notes what has come, in place: a copy for each job would cost more than all the rest.
    ///
    /// - Parameter isDue: whether that is to be shown; otherwise it is kept for when more comes.
    func note(
        _ folder: FilePath, isDue: Bool = true, _ none: @autoclosure () -> News, _ change: (inout News) -> Void
    ) {
        state.withLock { state in
            if state.entries[folder] == nil, state.entries.count >= limit {
                guard let waits = state.entries.first(where: { !$0.value.isDue })?.key else { return }
                state.entries[waits] = nil
            }
            change(&state.entries[folder, default: Entry(news: none())].news)
            if isDue, state.entries[folder]?.isDue == false {
                state.entries[folder]?.isDue = true
                state.turns.append(folder)
            }
        }
        if isDue { changed.wake() }
    }

    /// Has it shown, until cancelled.
    ///
    /// - Parameter show: gets what is new, which is forgotten by then.
    func run(_ show: (News, FilePath) async -> Void) async {
        while !Task.isCancelled {
            await changed.wait(atMost: nil)
            if Task.isCancelled { return }
            await showSome(Self.atOnce, show)
            try? await Sleep.wait(.seconds(1))
        }
    }

    /// What is left at the end, as far as it is wanted then.
    func flush(where isWanted: (News) -> Bool = { _ in true }, _ show: (News, FilePath) async -> Void) async {
        state.withLock { state in state.entries = state.entries.filter { isWanted($0.value.news) } }
        await showSome(.max, show)
    }

    private func showSome(_ most: Int, _ show: (News, FilePath) async -> Void) async {
        let folders = state.withLock { state in
            let some = Array(state.turns.prefix(most))
            state.turns.removeFirst(some.count)
            return some
        }
        for folder in folders {
            if let entry = state.withLock({ $0.entries.removeValue(forKey: folder) }) { await show(entry.news, folder) }
        }
        if state.withLock({ !$0.turns.isEmpty }) { changed.wake() }
    }
}
