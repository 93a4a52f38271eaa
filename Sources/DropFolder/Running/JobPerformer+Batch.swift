// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import FileIO
internal import Intake
internal import Jobs
internal import Logging
internal import Notifying
internal import Requests
internal import Spending
internal import Spool
internal import SpoolState
internal import SystemPackage

/// A batch: split into parts, which are jobs of their own, and published when each of them is at its end.
extension JobPerformer {
    func split(
        _ parts: [BatchPart], _ passedOver: PassedOver, _ defaults: RequestDefaults, _ driver: JobDriver
    ) async throws -> Outcome {
        if let sentence = Wording.sentence(passedOver) {
            context.log(for: driver.job).notice(
                driver.job.origin.isFolder
                    ? "Some files of the folder are not requests" : "Some rows of the table are not requests",
                metadata: ["why": "\(sentence)"])
        }
        let event = JobEvent.split(parts: parts.count, deliver: defaults.deliver ?? .parts)
        let (batch, origin, now) = (BatchFolder(folder: driver.folder), driver.job.origin, Timestamp.now)
        if origin.isFolder {
            try await splitFolder(parts, defaults, driver)
            return .event(event)
        }
        // Before the line that says so: a power cut between the two would leave a batch with parts that are nowhere. Where
        // the disk refuses, all of them are written again.
        try await context.store.settle(origin.jobName, .unknown) { try batch.split(parts, of: origin, at: now) }
        return .event(event)
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
        guard var summary = try await context.store.patiently({ try batch.summary(of: job, finishedAt: now) }) else {
            throw PartIsOpen()
        }
        let price = context.spending.price
        summary.bill = Bill(of: summary.parts.map(\.job), price: price)
        let left = try await context.store.patiently { [names = context.store.spool.names] in
            try batch.leftOut(of: job, names)
        }
        (summary.leftOut, summary.cameLate) = (left.all, left.late)
        let outcome = job.outcome ?? summary.outcome
        let notification = await context.wanted(Notification(of: summary, outcome, at: now), in: job.origin.lane)
        let move: @Sendable () throws -> Void = { [summary, reached = context.store.reached] in
            try batch.deliver(summary, reached)
        }
        return try await finish(
            outcome, driver, at: now, pictures: summary.pictures, telling: notification,
            moving: summary.isFlat ? move : nil
        ) { [summary] _ in
            if summary.outcome == .done {
                for part in summary.parts { try movePictures(of: part.job, to: batch.part(part.folder)) }
            }
            let page = BatchPage(
                summary, bills: summary.parts.map { Bill(of: $0.job, price: price) },
                originals: try batch.originals(of: summary))
            try batch.write(summary, batch.sheet(of: job), page: page.page)
        }
    }
}
