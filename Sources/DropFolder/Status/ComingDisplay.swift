// SPDX-License-Identifier: Apache-2.0

internal import FileIO
internal import Jobs
internal import Logging
internal import Spool
internal import SystemPackage

/// Has what is done of batches shown in `coming/`, beside the jobs, which never wait for it.
struct ComingDisplay: Sendable {
    let context: JobContext
    /// Whether pages for browsers are wanted.
    let hasPage: Bool

    private var files: ComingFiles {
        ComingFiles(
            spool: context.store.spool, hasPage: hasPage,
            price: { [spending = context.spending] in spending.price(of: $0) }, reached: context.store.reached)
    }

    /// Takes away what an earlier run has left, whether anybody looks in this one or not; then shows what comes, until
    /// cancelled.
    func run() async {
        _ = try? await context.store.files.run { [files, stop = context.stop] in
            try files.sweep { !stop.isRaised }
        }
        await context.coming?.run(show)
    }

    /// The last of it.
    func flush() async { await context.coming?.flush(show) }

    /// Shows what is done of a batch, as far as the disk takes it: the batch goes on in any case.
    private func show(
        _ news: ComingBatches.News, _ before: ComingFiles.Shown?, _ others: [ComingFolder.Place]
    ) async -> ComingFiles.Shown? {
        let work = { @Sendable [files] in files.show(news, before, beside: others) }
        guard var shown = try? await context.store.files.run(work) else { return nil }
        if shown.place != before?.place || news.began != nil {
            context.activeJobs.batch(shown.number, isShownAt: shown.place?.path)
        }
        if let trouble = shown.takeTrouble() {
            context.log.warning(
                "What is done of a batch cannot be shown in coming; the batch goes on",
                metadata: ["job": "\(shown.jobName)", "why": "\(trouble)"])
        }
        return shown
    }
}
