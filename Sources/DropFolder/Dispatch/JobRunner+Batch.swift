// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import FileIO
internal import Intake
internal import Jobs
internal import Logging
internal import Requests
internal import Spool
internal import SystemPackage

/// A batch: split into parts, which are jobs of their own, and published when each of them is at its end.
extension JobRunner {
    func split(_ parts: [BatchPart], _ passedOver: PassedOver, _ live: JobRun) async throws -> Outcome {
        if let sentence = Wording.sentence(passedOver) {
            logger(for: live).notice("Rows of the table are no requests", metadata: ["why": "\(sentence)"])
        }
        let (batch, origin, now) = (BatchFolder(folder: live.folder), live.job.origin, Timestamp.now)
        try await context.patiently { try batch.split(parts, of: origin, at: now) }
        return .event(.split(parts: parts.count))
    }

    /// Parts that were begun go on at once; the others wait for their permit like files in the inbox.
    func runParts(_ live: JobRun) async throws -> Outcome {
        let parts = try await openParts(of: live)
        let lane = Lane(path: live.job.origin.lane.path.appending(live.job.origin.stem))
        let latch = Latch(parts.fresh.count)
        for folder in parts.fresh {
            context.backlog.push(WaitingPart(folder: folder, batch: lane, ended: latch.count))
        }
        await withDiscardingTaskGroup { group in
            for part in parts.begun { group.addTask { await JobStart(context: context).run(part) } }
            // The stop ends no more than the waiting: each part stops by itself.
            group.addTask { try? await context.stop.cancellable { await latch.wait() } }
        }
        return context.stop.isRaised ? .stopped : try await finishBatch(live)
    }

    /// A part is not at its end, and nobody works on it.
    private struct PartIsOpen: Error, CustomStringConvertible {
        var description: String { "a part of the batch is not at its end" }
    }

    private func openParts(of live: JobRun) async throws -> JobRun.Parts {
        if let parts = live.parts { return parts }
        var parts = try await context.whileTheDiskRefuses {
            try await context.openParts(of: BatchFolder(folder: live.folder)) { part, _ in JobRun(part, isPart: true) }
        }
        for index in parts.begun.indices { await occupy(&parts.begun[index]) }
        return parts
    }

    /// Tasks that are under way already take their places, whatever the limit.
    func occupy(_ live: inout JobRun) async {
        let underWay = live.job.variants.indices.filter(live.isUnderWay)
        if underWay.isEmpty { return }
        live.notAskedBefore = context.pollPacer.takePlace(at: .now)
        for variant in underWay { live.permits[variant] = await context.limiter.occupy() }
    }

    /// Writes what became of the parts, records how the batch ends, and publishes its folder.
    func finishBatch(_ live: JobRun) async throws -> Outcome {
        let (batch, job, now) = (BatchFolder(folder: live.folder), live.job, Timestamp.now)
        guard let summary = try await context.patiently({ try batch.summary(of: job, finishedAt: now) }) else {
            throw PartIsOpen()
        }
        return try await finish(job.outcome ?? summary.outcome, live, at: now) { _ in
            if summary.outcome == .done {
                for part in summary.parts { try movePictures(of: part.job, to: batch.part(part.folder)) }
            }
            try batch.write(summary)
        }
    }
}
