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
extension JobPerformer {
    func split(_ parts: [BatchPart], _ passedOver: PassedOver, _ driver: JobDriver) async throws -> Outcome {
        if let sentence = Wording.sentence(passedOver) {
            context.log(for: driver.job).notice(
                "Some rows of the table are not requests", metadata: ["why": "\(sentence)"])
        }
        let (batch, origin, now) = (BatchFolder(folder: driver.folder), driver.job.origin, Timestamp.now)
        try await context.store.patiently { try batch.split(parts, of: origin, at: now) }
        // Before the line that says so: a power cut between the two would leave a batch with parts that are nowhere.
        try await context.store.settle(origin.jobName, .unknown) {}
        return .event(.split(parts: parts.count))
    }

    func openParts(of driver: JobDriver) async throws -> JobDriver.Parts {
        if let parts = driver.parts { return parts }
        var parts = try await context.store.whileTheDiskRefuses {
            try await context.store.openParts(of: BatchFolder(folder: driver.folder)) { part, _ in
                JobDriver(part, isPart: true, at: Machine.now)
            }
        }
        for index in parts.begun.indices { parts.begun[index].occupy(context.limiter) }
        return parts
    }

    /// A part is not at its end, and nobody works on it.
    private struct PartIsOpen: Error, CustomStringConvertible {
        var description: String { "a part of the batch is not at its end" }
    }

    /// Writes what became of the parts, records how the batch ends, and publishes its folder.
    func finishBatch(_ driver: JobDriver) async throws -> Outcome {
        let (batch, job, now) = (BatchFolder(folder: driver.folder), driver.job, Timestamp.now)
        guard let summary = try await context.store.patiently({ try batch.summary(of: job, finishedAt: now) }) else {
            throw PartIsOpen()
        }
        return try await finish(job.outcome ?? summary.outcome, driver, at: now) { _ in
            if summary.outcome == .done {
                for part in summary.parts { try movePictures(of: part.job, to: batch.part(part.folder)) }
            }
            try batch.write(summary)
        }
    }
}
