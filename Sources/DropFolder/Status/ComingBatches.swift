// SPDX-License-Identifier: Apache-2.0

internal import Jobs
internal import Spool
internal import Synchronization
internal import SystemPackage

/// What is to be shown of batches that are under way, and what is shown of each.
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

    private let news = FolderNews<News>()
    /// What is shown of each. One task alone works with it.
    private let shown = Mutex<[FilePath: ComingFiles.Shown]>([:])

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
        news.note(folder, News(folder: JobFolder(path: folder)), change)
    }

    /// Gets what is new of a batch, what is shown of it by now, and where others are; says what is shown then.
    typealias Show = (News, ComingFiles.Shown?, [ComingFolder.Place]) async -> ComingFiles.Shown?

    /// Has batches shown, until cancelled.
    func run(_ show: Show) async {
        await news.run { news, folder in await self.show(news, folder, show) }
    }

    /// At the end no more is shown: what is over is taken away, and the rest stays to be looked at.
    func flush(_ show: Show) async {
        await news.flush(where: { $0.end != nil }) { news, folder in await self.show(news, folder, show) }
    }

    private func show(_ news: News, _ folder: FilePath, _ show: Show) async {
        let (before, others) = shown.withLock { shown in
            (shown.removeValue(forKey: folder), shown.values.compactMap(\.place))
        }
        let after = await show(news, before, others)
        shown.withLock { $0[folder] = after }
        if after?.isPageDue == true { note(folder) { _ in } }
    }
}
