// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import FileIO
internal import Jobs
internal import Requests
internal import Spending
internal import Spool
internal import SpoolState
internal import SystemPackage

/// The folder of a batch that is under way, below `coming/`: the pictures of its parts as they come, and the page that grows
/// with them. Blocking.
struct ComingFiles: Sendable {
    /// What is there of one batch, or is to be.
    struct Shown: Sendable {
        /// Where; `nil` as long as there is nothing.
        fileprivate(set) var place: ComingFolder.Place?
        /// That of the batch, in this run.
        fileprivate(set) var number: JobScheduler.Number
        fileprivate var page: ComingPage
        /// Whether the page, where one is wanted, does not say all by now.
        fileprivate var isPageOld: Bool
        fileprivate var pageWritten: ContinuousClock.Instant?
        fileprivate let origin: Origin
        /// Parts whose pictures are still to come there.
        fileprivate var missing: [FilePath.Component: [PictureFile]] = [:]
        /// Why something is missing, until that is said.
        fileprivate(set) var trouble: Errno?
        fileprivate var hadTrouble = false
        /// Whether there was no room for it: nothing is shown of it any more.
        fileprivate var isGivenUp = false

        fileprivate init(_ began: ComingBatches.Began, hasPage: Bool) {
            (number, page, origin) = (began.number, ComingPage(of: began.job), began.job.origin)
            isPageOld = hasPage
        }

        /// Whether the page is to be written a little later, though nothing more comes.
        var isPageDue: Bool { place != nil && isPageOld }

        var jobName: String { origin.jobName }

        /// What is to be said of it, once for each batch.
        mutating func takeTrouble() -> Errno? {
            guard let error = trouble.take(), !hadTrouble else { return nil }
            hadTrouble = true
            return error
        }
    }

    let spool: Spool
    /// Whether pages for browsers are wanted.
    let hasPage: Bool
    let price: @Sendable (Request) -> Amount?
    var reached: @Sendable (Checkpoint) -> Void = { _ in }

    private static let page = FilePath(root: nil, [JobFileNames.batchPage])

    private var coming: ComingFolder { ComingFolder(spool) }

    /// Shows what is new, as far as the disk takes it: the rest comes with the next news.
    ///
    /// - Parameter others: where other batches are shown.
    func show(
        _ news: ComingBatches.News, _ before: Shown?, beside others: [ComingFolder.Place] = [],
        at now: ContinuousClock.Instant = Machine.now
    ) -> Shown? {
        switch news.end {
        case .published(let place)?:
            remove(before?.place, of: place)
            return nil
        case .gone?:
            remove(before?.place, of: nil)
            return nil
        case nil: break
        }
        guard var shown = before ?? news.began.map({ Shown($0, hasPage: hasPage) }) else { return nil }
        if let began = news.began { shown.number = began.number }
        if shown.isGivenUp { return shown }
        let batch = BatchFolder(folder: news.folder)
        do throws(Errno) {
            var parts = Array(news.parts.values)
            // Those that were over before it was heard of, unless more was heard since.
            if news.began != nil { parts += try batch.endedParts().filter { news.parts[$0.folder] == nil } }
            for part in parts {
                shown.page.add(part, Bill(of: part.job, price: price))
                shown.missing[part.folder] = part.job.ownPictures
                shown.isPageOld = hasPage
            }
            try bring(&shown, from: batch, beside: others, at: now)
        } catch {
            // Of a batch that is gone by now the next word says so.
            if Kernel.isDirectory(news.folder.path) { shown.trouble = error }
            if error.isNoRoom { giveUp(&shown, batch) }
        }
        return shown
    }

    private func bring(
        _ shown: inout Shown, from batch: BatchFolder, beside others: [ComingFolder.Place],
        at now: ContinuousClock.Instant
    ) throws(Errno) {
        var place: ComingFolder.Place
        if let known = shown.place { place = known } else { place = try coming.make(for: shown.origin, beside: others) }
        defer { shown.place = place }
        // What is in the way of one part is not in that of the others.
        var failure: Errno?
        for (part, pictures) in shown.missing {
            do throws(Errno) {
                reached(Checkpoint(.before, .show))
                try coming.show(pictures, of: batch.part(part), at: &place)
                reached(Checkpoint(.after, .show))
                shown.missing[part] = nil
            } catch {
                failure = error
                if error.isNoRoom { break }
            }
        }
        if let failure, failure.isNoRoom { throw failure }
        try writePage(of: &shown, at: place, now)
        if let failure { throw failure }
    }

    /// What is copied now would be missing to the results themselves.
    private func giveUp(_ shown: inout Shown, _ batch: BatchFolder) {
        remove(shown.place, of: batch.folder.path)
        (shown.place, shown.missing, shown.isGivenUp) = (nil, [:], true)
    }

    /// No more often than a browser looks: it grows with the parts, so that each time all of it is written anew.
    private func writePage(
        of shown: inout Shown, at place: ComingFolder.Place, _ now: ContinuousClock.Instant
    ) throws(Errno) {
        guard shown.isPageOld else { return }
        if let last = shown.pageWritten, last.duration(to: now) < .seconds(ComingPage.refresh) { return }
        // Where it cannot be written, that is tried again with the next news.
        (shown.pageWritten, shown.isPageOld) = (now, false)
        let folder = try coming.open(place)
        // Somebody's own page stays.
        guard try folder.mayHavePage(Self.page) else { return }
        try folder.replace(Self.page, with: shown.page.page(at: .now))
    }

    /// What cannot be removed now is at the next start.
    private func remove(_ place: ComingFolder.Place?, of batch: FilePath?) {
        guard let place else { return }
        reached(Checkpoint(.before, .unshow))
        try? coming.remove(place, of: batch, headLength: HTML.headLength, isPage: HTML.isOurs)
        reached(Checkpoint(.after, .unshow))
    }

    /// Takes away what an earlier run has left there.
    func sweep(while isWanted: @escaping () -> Bool = { true }) throws(Errno) {
        try coming.sweep(headLength: HTML.headLength, isPage: HTML.isOurs, while: isWanted)
    }
}
