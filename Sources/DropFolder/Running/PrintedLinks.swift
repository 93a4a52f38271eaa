// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import Jobs
internal import NanoBanana
internal import Requests
internal import Synchronization

/// The links that a command has printed for a job's own pictures, as they are to be sent. They may run out while the job
/// waits for money or for its turn: then one of its variants, which wait side by side, has new ones printed for all. Those
/// stand in the journal before the next submit leaves: its answer may repeat them after a restart.
final class PrintedLinks: Sendable {
    private struct State {
        var links: [PrintedLink?] = []
        var isRenewed = false
        /// What new ones were printed for, and is not recorded yet.
        var renewed: [SharedPicture]?
    }

    private let state: Mutex<State>

    /// As the job's journal knows them.
    init(of job: Job) {
        var links: [PrintedLink?] = []
        if case .complete(let pictures) = job.sharing, let time = job.sharedAt {
            links = pictures.map { picture in picture.link.map { PrintedLink($0, at: time) } }
        }
        state = Mutex(State(links: links))
    }

    /// - Parameter renewed: what is to be recorded of it; `nil` where whoever calls does that.
    func set(_ links: [PrintedLink?], renewing renewed: [SharedPicture]? = nil) {
        state.withLock { ($0.links, $0.renewed) = (links, renewed) }
    }

    /// What is to be recorded before the next submit, once.
    func takeRenewed() -> [SharedPicture]? {
        state.withLock { state in
            defer { state.renewed = nil }
            return state.renewed
        }
    }

    /// What is sent for the request.
    func request(_ request: Request) -> Request {
        // Most jobs have no pictures of their own.
        if request.locals.isEmpty { return request }
        return request.linked(to: state.withLock { $0.links.map { $0?.link } })
    }

    /// Whether it may be sent now: no link has run out, and none is still to be printed.
    func areGood(for request: Request, at now: Timestamp) -> Bool {
        if request.locals.isEmpty { return true }
        let links = state.withLock { $0.links }
        return links.allSatisfy { $0?.isGood(at: now) ?? true } && !self.request(request).hasLinksToBePrinted
    }

    /// Whether the caller is the one to have new ones printed; then it says when that is over.
    func beginRenewal() -> Bool {
        state.withLock { state in
            defer { state.isRenewed = true }
            return !state.isRenewed
        }
    }

    func endRenewal() { state.withLock { $0.isRenewed = false } }
}
