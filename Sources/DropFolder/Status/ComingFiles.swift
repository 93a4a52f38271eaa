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
        fileprivate(set) var place: ComingFolder.Place?
        fileprivate var page: ComingPage
        fileprivate let origin: Origin
        /// Parts whose pictures are still to come there.
        fileprivate var missing: [FilePath.Component: [PictureFile]] = [:]
        /// Why something is missing, until that is said.
        fileprivate(set) var trouble: Errno?
        fileprivate var hadTrouble = false

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

    private static let page = FilePath(root: nil, [JobFileNames.batchPage])

    private var coming: ComingFolder { ComingFolder(spool) }

    /// Shows what is new, as far as the disk takes it: the rest comes with the next news.
    func show(_ news: ComingBatches.News, _ before: Shown?) -> Shown? {
        switch news.end {
        case .published(let place)?: return remove(before, place)
        case .gone?: return remove(before, nil)
        case nil: break
        }
        guard var shown = before ?? news.began.map({ Shown(page: ComingPage(of: $0.job), origin: $0.job.origin) })
        else { return nil }
        let batch = BatchFolder(folder: news.folder)
        do throws(Errno) {
            var parts = Array(news.parts.values)
            // Those that were over before it was heard of, unless more was heard since.
            if news.began != nil { parts += try batch.endedParts().filter { news.parts[$0.folder] == nil } }
            for part in parts {
                shown.page.add(part, Bill(of: part.job, price: price))
                shown.missing[part.folder] = part.job.ownPictures
            }
            try bring(&shown, from: batch)
        } catch {
            // Of a batch that is gone by now the next word says so.
            if Kernel.isDirectory(news.folder.path) { shown.trouble = error }
        }
        return shown
    }

    private func bring(_ shown: inout Shown, from batch: BatchFolder) throws(Errno) {
        let place: ComingFolder.Place
        if let known = shown.place { place = known } else { place = try coming.make(for: shown.origin) }
        shown.place = place
        // What is in the way of one part is not in that of the others.
        var failure: Errno?
        for (part, pictures) in shown.missing {
            do throws(Errno) {
                try coming.show(pictures, of: batch.part(part), at: place)
                shown.missing[part] = nil
            } catch {
                failure = error
            }
        }
        try writePage(of: shown, at: place)
        if let failure { throw failure }
    }

    private func writePage(of shown: Shown, at place: ComingFolder.Place) throws(Errno) {
        guard hasPage else { return }
        let folder = try coming.open(place)
        // Somebody's own page stays.
        guard try folder.mayHavePage(Self.page) else { return }
        try folder.replace(Self.page, with: shown.page.page(at: .now))
    }

    private func remove(_ shown: Shown?, _ published: FilePath?) -> Shown? {
        guard let place = shown?.place else { return nil }
        // What cannot be removed now is at the next start.
        try? coming.remove(place, published: published, headLength: HTML.headLength, isPage: HTML.isOurs)
        return nil
    }

    /// Takes away what an earlier run has left there.
    func sweep() throws(Errno) { try coming.sweep(headLength: HTML.headLength, isPage: HTML.isOurs) }
}
