// SPDX-License-Identifier: Apache-2.0

internal import FileIO
internal import Jobs
internal import Spool
internal import Synchronization
internal import SystemPackage

/// What is to be shown of batches that are under way. A job on its way only leaves a note here: what it says is shown beside
/// the jobs, of each batch at most once a second, and no job ever waits for it, or fails by it.
final class ComingBatches: Sendable {
    /// What has come since a batch was looked at last.
    struct News: Sendable {
        /// The batch in `processing/`.
        var folder: JobFolder
        /// The batch as it began, or has gone on; `nil` where it did before.
        var began: Began?
        /// Parts that are over, each once.
        var parts: [FilePath.Component: BatchSummary.Part] = [:]
        /// It is over.
        var end: End?
    }

    struct Began: Sendable {
        var number: JobScheduler.Number
        var job: Job
    }

    enum End: Sendable {
        /// The folder has come there.
        case published(FilePath)
        /// Nothing of it is left to do, wherever it is.
        case gone
    }

    private struct State {
        /// By their folders in `processing/`.
        var news: [FilePath: News] = [:]
        /// In the order in which they are looked at.
        var due: [FilePath] = []

        mutating func note(_ folder: FilePath, _ change: (inout News) -> Void) {
            if news[folder] == nil { due.append(folder) }
            change(&news[folder, default: News(folder: JobFolder(path: folder))])
        }
    }

    /// So many batches are looked at in a second: the rest have their turn in the next one.
    private static let atOnce = 8

    private let state = Mutex(State())
    /// What is shown of each. One task alone works with it.
    private let shown = Mutex<[FilePath: ComingFiles.Shown]>([:])
    private let changed = WakeSignal()

    /// The parts of a batch are begun, or go on.
    func began(_ batch: JobDriver, _ number: JobScheduler.Number) {
        note(batch.folder.path) { $0.began = Began(number: number, job: batch.job) }
    }

    /// A part is over; its folder stays in that of its batch.
    func ended(_ part: JobDriver, _ outcome: JobOutcome) {
        guard let name = part.folder.path.lastComponent else { return }
        note(part.folder.path.removingLastComponent()) {
            $0.parts[name] = BatchSummary.Part(folder: name, job: part.job, outcome: outcome)
        }
    }

    /// A batch is over. The first word on it counts.
    func over(_ folder: FilePath, _ end: End) {
        note(folder) { $0.end = $0.end ?? end }
    }

    private func note(_ folder: FilePath, _ change: (inout News) -> Void) {
        state.withLock { $0.note(folder, change) }
        changed.wake()
    }

    /// Gets what is new of a batch, what is shown of it by now, and where others are; says what is shown then.
    typealias Show = (News, ComingFiles.Shown?, [ComingFolder.Place]) async -> ComingFiles.Shown?

    /// Has batches shown, until cancelled.
    func run(_ show: Show) async {
        while !Task.isCancelled {
            await changed.wait(atMost: nil)
            if Task.isCancelled { return }
            await showSome(Self.atOnce, show)
            try? await Sleep.wait(.seconds(1))
        }
    }

    /// At the end no more is shown: what is over is taken away, and the rest stays to be looked at.
    func flush(_ show: Show) async {
        state.withLock { state in
            let over = state.news.filter { $0.value.end != nil }
            state.news = over
            state.due.removeAll { over[$0] == nil }
        }
        await showSome(.max, show)
    }

    private func showSome(_ most: Int, _ show: Show) async {
        let folders = state.withLock { state in
            let some = Array(state.due.prefix(most))
            state.due.removeFirst(some.count)
            return some
        }
        for folder in folders {
            guard let news = state.withLock({ $0.news.removeValue(forKey: folder) }) else { continue }
            let (before, others) = shown.withLock { shown in
                (shown.removeValue(forKey: folder), shown.values.compactMap(\.place))
            }
            let after = await show(news, before, others)
            shown.withLock { $0[folder] = after }
            if after?.isPageDue == true { note(folder) { _ in } }
        }
        if state.withLock({ !$0.due.isEmpty }) { changed.wake() }
    }
}
