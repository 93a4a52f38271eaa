// SPDX-License-Identifier: Apache-2.0

internal import FileIO
internal import Intake
internal import Spool

/// Finds, while nobody may submit, what waits and needs no submit itself: a file with a mistake, whose author is to hear
/// of it at once, and a batch, which is split meanwhile.
struct Scout: Sendable {
    let context: JobContext

    /// How long there must be no permit before anything is read for this: as long as permits come one after the other
    /// each file has its turn soon.
    private static let patience = Duration.milliseconds(250)
    /// So many are taken from the queue at once.
    private static let portion = 16
    /// So many batches are split while one and the same file waits: their parts lie in `processing/` then.
    private static let batches = 4

    /// Returns when it is found that `next`, whose turn it is, needs no permit; looks through the others meanwhile. Throws
    /// `CancellationError` when cancelled, as when a permit has come.
    func look(instead next: Waiting) async throws {
        try await Sleep.wait(Self.patience)
        let claim = context.store.claim
        if case .file(let origin, _) = next {
            let preview = try await context.store.files.run { claim.preview(origin) }
            if preview != .request { return }
        }
        var batches = 0
        while true {
            try Task.checkCancellation()
            let found = context.backlog.takeUnread(Self.portion)
            if found.isEmpty {
                await context.backlog.arrivals.wait(atMost: nil)
                continue
            }
            for origin in found {
                // One at a time: a permit that comes meanwhile waits for no more than that.
                try Task.checkCancellation()
                switch try await context.store.files.run({ claim.preview(origin) }) {
                case .request: continue
                case .batch where batches >= Self.batches: continue
                case .batch: batches += 1
                case .mistake: break
                }
                context.backlog.pass(origin)
            }
        }
    }
}
