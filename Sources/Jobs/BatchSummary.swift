// SPDX-License-Identifier: Apache-2.0

package import Documents
internal import NanoBanana
package import Requests

package import struct SystemPackage.FilePath

/// `batch.json` and `batch.csv`: what became of a batch, part by part. Pure. Members and columns are only ever added
/// within a version.
package struct BatchSummary: Sendable {
    package static let fileName: FilePath.Component = "batch.json"
    package static let tableName: FilePath.Component = "batch.csv"
    static let version = 1

    /// A part that is at its end.
    package struct Part: Sendable {
        package var folder: FilePath.Component
        package var job: Job
        package var outcome: JobOutcome
        /// Whether its journal is, so that its folder does not say by itself how it ended.
        package var isDamaged = false
        /// The prompt of a part that was never read as a request; `nil` where its file does not show one.
        package var unreadPrompt: String?
        /// The names of its pictures in the batch's one folder, by their own; none where they stay in its own folder.
        package fileprivate(set) var delivered: [String: String] = [:]

        package init(
            folder: FilePath.Component, job: Job, outcome: JobOutcome, isDamaged: Bool = false,
            unreadPrompt: String? = nil
        ) {
            self.folder = folder
            self.job = job
            self.outcome = outcome
            self.isDamaged = isDamaged
            self.unreadPrompt = unreadPrompt
        }

        package var prompt: String? { job.request?.promptText ?? unreadPrompt }
        package var reason: Explanation? { if case .failed(let reason) = outcome { reason } else { nil } }
        var charge: Explanation.Charge { job.charge(reason) }
        var isCancelled: Bool { reason?.code == FailureCode.cancelled.rawValue }
        /// Relative to the batch's folder.
        package var pictures: [String] {
            job.pictures.map { picture in
                delivered[picture.name].map { "\(String(decoding: JobFileNames.delivered))/\($0)" }
                    ?? "\(String(decoding: folder))/\(picture.name)"
            }
        }
    }

    package var batch: Job
    /// In the order of the batch.
    package var parts: [Part]
    /// The folders of those of which nothing was done before the batch was cancelled.
    package var notBegun: [FilePath.Component]
    package var finishedAt: Timestamp
    /// That of all parts; `nil` where no prices are known.
    package var bill: Bill?
    /// What is left in a folder that was dropped, as it is no part.
    package var leftOut: [FilePath.Component] = []
    /// Pictures among them that came after the folder was taken.
    package var cameLate: [FilePath.Component] = []
    /// The rows of ``freeFailures`` as a table, to be corrected and dropped; `nil` where there is none.
    package var failedRows: [UInt8]?

    package init(batch: Job, parts: [Part], notBegun: [FilePath.Component] = [], finishedAt: Timestamp) {
        self.batch = batch
        self.parts = parts
        self.notBegun = notBegun
        self.finishedAt = finishedAt
        if batch.delivery == .flat, outcome == .done { deliver() }
    }

    /// Gives each picture its name in the batch's one folder. They follow from the parts alone, so that they are the same
    /// each time. A batch that has failed goes on from its parts, and so each of them keeps what is its own.
    private mutating func deliver() {
        var names = DistinctNames()
        for index in parts.indices {
            for picture in parts[index].job.ownPictures where parts[index].delivered[picture.name] == nil {
                let name = names.free(picture.stem) + "." + picture.kind.fileExtension
                parts[index].delivered[picture.name] = name
            }
        }
    }

    /// Whether its pictures come into one folder.
    package var isFlat: Bool { parts.contains { !$0.delivered.isEmpty } }

    /// Those of all parts, relative to the batch's folder.
    package var pictures: [String] { parts.flatMap(\.pictures) }

    /// The numbers of the parts that failed by their requests' fault, from 1: nothing of them was charged, nor may have
    /// been, so that sending the same rows anew pays for nothing twice.
    package var freeFailures: Set<Int> {
        let free = parts.filter { $0.reason != nil && !$0.isCancelled && !$0.isDamaged && $0.charge == .no }
        return Set(free.compactMap { ResultNames.numberAndName(ofPart: String(decoding: $0.folder))?.number })
    }

    /// Done where each part is.
    package var outcome: JobOutcome {
        if !notBegun.isEmpty || batch.cancellation != nil && parts.contains(where: \.isCancelled) {
            return .failed(Wording.explain(cancelled: self))
        }
        if !parts.contains(where: { $0.reason != nil }) { return .done }
        let table = failedRows == nil ? nil : ResultNames.failedRows(of: batch.origin)
        return .failed(Wording.explain(failed: parts, table: table))
    }

    package var json: JSON {
        let reason: Explanation? = if case .failed(let explanation) = outcome { explanation } else { nil }
        let failed = parts.count { $0.reason != nil }
        return .object([
            "version": .number(Self.version),
            "batch": batch.origin.jobName.json,
            "lane": NameText.json(batch.origin.lane.path),
            "file": NameText.json(batch.origin.file),
            "outcome": (reason == nil ? "done" : "failed").json,
            "reason": reason?.json,
            "charged": parts.charge.rawValue.json,
            "submits_charged": .number(parts.reduce(0) { $0 + $1.job.submitsCharged }),
            "submits_maybe_charged": .number(parts.reduce(0) { $0 + $1.job.submitsMaybeCharged }),
            "money": bill?.money?.json,
            "money_maybe": bill?.moneyMaybe?.json,
            "parts_done": .number(parts.count - failed),
            "parts_failed": .number(failed),
            "parts_not_begun": .number(notBegun.count),
            "parts_taken_out": .number(max((batch.parts ?? 0) - parts.count - notBegun.count, 0)),
            "parts": .array(parts.map(json)),
            "not_begun": .array(notBegun.map { NameText.json($0) }),
            "left_out": batch.origin.isFolder ? .array(leftOut.map { NameText.json($0) }) : nil,
            "claimed_at": batch.claimedAt.description.json,
            "finished_at": finishedAt.description.json,
        ])
    }

    private func json(_ part: Part) -> JSON {
        .object([
            "folder": NameText.json(part.folder),
            "outcome": (part.reason == nil ? "done" : "failed").json,
            "charged": part.charge.rawValue.json,
            "submits_charged": .number(part.job.submitsCharged),
            "submits_maybe_charged": .number(part.job.submitsMaybeCharged),
            "pictures": .array(part.pictures.map(\.json)),
            "reason": part.reason?.json,
            "meta": part.job.request?.meta,
        ])
    }

    package static let columns = [
        "part", "outcome", "pictures", "charged", "reason", "message", "what_to_do", "prompt",
    ]

    /// A line for each part, as a spreadsheet reads it: with a byte order mark, and nothing that it takes for a
    /// formula.
    ///
    /// - Parameter sheet: the table that was dropped: its rows' numbers and columns stand behind those of the batch.
    package func table(_ sheet: Sheet? = nil) -> [UInt8] {
        // One that was changed since does not say which row is which part.
        let sheet = sheet.flatMap { $0.rows.count == batch.parts ? $0 : nil }
        var bytes = CSV.byteOrderMark + CSV.record(Self.columns + (sheet?.titles(besides: Self.columns) ?? []))
        for part in parts {
            let message = part.reason.map { ([$0.what] + $0.details).joined(separator: " ") }
            bytes += CSV.record(
                [
                    String(decoding: part.folder), part.reason == nil ? "done" : "failed",
                    part.pictures.joined(separator: " "), part.charge.rawValue, part.reason?.code ?? "", message ?? "",
                    part.reason?.next ?? "", part.prompt ?? "",
                ] + (sheet?.cells(ofPart: part.folder) ?? []))
        }
        for part in notBegun {
            bytes += CSV.record(
                [
                    String(decoding: part), "not-begun", "", Explanation.Charge.no.rawValue,
                    FailureCode.cancelled.rawValue,
                    Wording.notBegun, "", "",
                ] + (sheet?.cells(ofPart: part) ?? []))
        }
        return bytes
    }
}

extension [BatchSummary.Part] {
    /// Whether any of them cost money: surely, maybe, or surely not.
    var charge: Explanation.Charge {
        let charges = map(\.charge)
        return charges.contains(.maybe) ? .maybe : charges.contains(.yes) ? .yes : .no
    }
}
