// SPDX-License-Identifier: Apache-2.0

internal import Jobs
internal import Requests
internal import Spending
internal import SpoolState
internal import SystemPackage

/// What the pages of lanes do not show yet. Nothing but the page's own folder is ever looked into as they are written,
/// however many results lie there.
final class LanePages: Sendable {
    /// A job that lies where it belongs, as little of it as is needed.
    struct News: Sendable {
        var ended: Ended
        var request: Request?
        var cost: Bill?
        /// The picture that was the request itself, by its name in the result.
        var ownPicture: FilePath.Component?

        init(_ ended: Ended, of job: Job, price: (Request) -> Amount?) {
            (self.ended, request) = (ended, job.request)
            cost = job.parts == nil ? Bill(of: job, price: price) : nil
            ownPicture = job.parts == nil && job.origin.isPicture ? job.origin.keptName : nil
        }
    }

    /// Lanes that nothing was done in have no page: of so many what failed is remembered until something is.
    private static let manyLanes = 1000

    /// By the folder of the page, relative to `done/`; the last of each last.
    private let news = FolderNews<[News]>(limit: manyLanes)

    /// A result has come into a folder, relative to `done/`, or to `failed/`.
    func came(_ result: News, into folder: FilePath) {
        news.note(folder, []) { news in
            news.append(result)
            if news.count >= 2 * LanePage.limit { news.removeFirst(LanePage.limit) }
        }
    }

    /// Gets what is new, the last first, and says whether that is on the page by now; it is kept where it is not.
    typealias Write = ([News], FilePath) async -> Bool

    /// Has pages written, until cancelled.
    func run(write: Write) async { await news.run { await self.write($0, $1, write) } }

    /// What is left at the end.
    func flush(write: Write) async { await news.flush { await self.write($0, $1, write) } }

    private func write(_ news: [News], _ folder: FilePath, _ write: Write) async {
        if await write(news.suffix(LanePage.limit).reversed(), folder) { return }
        self.news.note(folder, isDue: false, []) { $0 = (news + $0).suffix(LanePage.limit) }
    }
}
