// SPDX-License-Identifier: Apache-2.0

internal import FileIO
internal import Jobs
internal import Requests
internal import Spending
internal import SpoolState
internal import Synchronization
internal import SystemPackage

/// What the pages of lanes do not show yet. A job on its way only leaves a note here: the pages are written beside the jobs,
/// each at most once a second, and nothing but the page's own folder is ever looked into, however many results lie there.
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

    private struct State {
        /// By the folder of the page, relative to `done/`; the last of each last.
        var news: [FilePath: [News]] = [:]
        /// In the order in which they are written.
        var due: [FilePath] = []
    }

    /// So many pages are written at a time: the rest have their turn a second later.
    private static let atOnce = 8
    /// Lanes that nothing was done in have no page: of so many what failed is remembered until something is.
    private static let manyLanes = 1000

    private let state = Mutex(State())
    private let changed = WakeSignal()

    /// A result has come into a folder, relative to `done/`, or to `failed/`.
    func came(_ news: News, into folder: FilePath) {
        state.withLock { state in
            if state.news[folder] == nil, state.news.count >= Self.manyLanes {
                let waits = state.news.keys.first { !state.due.contains($0) }
                guard let waits else { return }
                state.news[waits] = nil
            }
            // In place: a copy for each job would cost more than all the rest.
            state.news[folder, default: []].append(news)
            if (state.news[folder]?.count ?? 0) >= 2 * LanePage.limit {
                state.news[folder]?.removeFirst(LanePage.limit)
            }
            if !state.due.contains(folder) { state.due.append(folder) }
        }
        changed.wake()
    }

    /// Has pages written, until cancelled.
    ///
    /// - Parameter write: gets what is new, the last first, and says whether that is on the page by now; it is kept where
    ///   it is not.
    func run(write: ([News], FilePath) async -> Bool) async {
        while !Task.isCancelled {
            await changed.wait(atMost: nil)
            if Task.isCancelled { return }
            await writeSome(Self.atOnce, write)
            try? await Sleep.wait(.seconds(1))
        }
    }

    /// What is left at the end.
    func flush(write: ([News], FilePath) async -> Bool) async { await writeSome(.max, write) }

    private func writeSome(_ most: Int, _ write: ([News], FilePath) async -> Bool) async {
        let folders = state.withLock { state in
            let some = Array(state.due.prefix(most))
            state.due.removeFirst(some.count)
            return some
        }
        for folder in folders {
            guard let news = state.withLock({ $0.news.removeValue(forKey: folder) }) else { continue }
            if await write(news.suffix(LanePage.limit).reversed(), folder) { continue }
            state.withLock { $0.news[folder] = (news + ($0.news[folder] ?? [])).suffix(LanePage.limit) }
        }
        if state.withLock({ !$0.due.isEmpty }) { changed.wake() }
    }
}
