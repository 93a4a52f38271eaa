// SPDX-License-Identifier: Apache-2.0

package import Documents
internal import FileIO
internal import Glibc
package import Jobs
package import Requests
package import SystemPackage

/// What became of a batch, and what is written of that. Blocking.
extension BatchFolder {
    /// How many milliseconds the clock of a share may be ahead.
    private static let clocksDiffer: Int64 = 10_000

    /// The parts that are at their end by now, for whoever looks before all are; what cannot be read is left out.
    package func endedParts() throws(Errno) -> [BatchSummary.Part] {
        try partNames().compactMap { name in
            (try? JournalText(Journal.read(in: part(name).path)))?.job.flatMap { ended(name, $0) }
        }
    }

    private func ended(_ name: FilePath.Component, _ job: Job) -> BatchSummary.Part? {
        guard let outcome = job.outcome else { return nil }
        // A picture of a folder has none in itself.
        let prompt = job.request == nil && !job.origin.isPicture ? part(name).shownPrompt(of: job) : nil
        return BatchSummary.Part(folder: name, job: job, outcome: outcome, unreadPrompt: prompt)
    }

    /// What became of the parts; `nil` where one of them is not at its end.
    package func summary(of batch: Job, finishedAt: Timestamp) throws(Errno) -> BatchSummary? {
        var parts: [BatchSummary.Part] = []
        var notBegun: [FilePath.Component] = []
        for name in try partNames() {
            let bytes = try Journal.read(in: part(name).path)
            do throws(JournalText.Damage) {
                guard let job = try JournalText(bytes).job else { throw .line(1) }
                if let part = ended(name, job) {
                    parts.append(part)
                } else {
                    guard batch.cancellation != nil, job.isNotBegun else { return nil }
                    notBegun.append(name)
                }
            } catch {
                parts.append(Self.damaged(name, error, of: batch))
            }
        }
        var summary = BatchSummary(batch: batch, parts: parts, notBegun: notBegun, finishedAt: finishedAt)
        summary.failedRows = failedRows(of: summary)
        return summary
    }

    private static func damaged(
        _ name: FilePath.Component, _ damage: JournalText.Damage, of batch: Job
    ) -> BatchSummary.Part {
        let origin = Origin(lane: batch.origin.lane, batch: batch.origin.stem, file: name)
        let line =
            switch damage {
            case .line(let line): line
            }
        return BatchSummary.Part(
            folder: name, job: Job(claimed: origin, at: batch.claimedAt),
            outcome: .failed(Wording.explain(.journalDamaged(line: line))), isDamaged: true)
    }

    /// The pictures of one's own that were moved into the folders of its parts, by their names there. Only where one of
    /// its requests has some is there anything to look for.
    package func originals(of summary: BatchSummary) throws(Errno) -> [FilePath.Component: [FilePath.Component]] {
        var all: [FilePath.Component: [FilePath.Component]] = [:]
        for part in summary.parts where part.job.request?.locals.isEmpty == false {
            do {
                var listing = try DirectoryListing(self.part(part.folder).path.appending(JobFileNames.originals))
                while let (name, _) = try listing.next() { all[part.folder, default: []].append(name) }
            } catch .noSuchFileOrDirectory {}
            all[part.folder]?.sort { String(decoding: $0) < String(decoding: $1) }
        }
        return all
    }

    /// What is left in the folder that was dropped, where it was one, in the order of the names; and the pictures among it
    /// that came after the others had been taken. What other programs left there is not spoken of, and of a picture that
    /// could not be taken its part tells. Where whoever dropped the folder lets nobody look into it, nothing is known.
    ///
    /// - Parameter names: what is no part of a batch by its name.
    package func leftOut(
        of batch: Job, _ names: IgnoredNames
    ) throws(Errno) -> (all: [FilePath.Component], late: [FilePath.Component]) {
        guard batch.origin.isFolder else { return ([], []) }
        let plan = FolderPlan.read(in: folder.path)?.entries ?? []
        let taken = Set(plan.map(\.part.picture) + plan.compactMap(\.part.text))
        var (all, late): ([FilePath.Component], [FilePath.Component]) = ([], [])
        do throws(Errno) {
            var listing = try DirectoryListing(folder.path.appending(JobFileNames.originals))
            while let (name, kind) = try listing.next() {
                if taken.contains(name) { continue }
                let verdict = names.verdict(on: name)
                if verdict == .ignored { continue }
                all.append(name)
                if verdict == .other, kind != .directory, kind != .other, PictureName.stem(of: name) != nil {
                    late.append(name)
                }
            }
        } catch  where error == .noSuchFileOrDirectory || error == .permissionDenied || error == .notPermitted {
            // As far as it went.
        }
        let areInOrder = { (one: FilePath.Component, other: FilePath.Component) in
            String(decoding: one) < String(decoding: other)
        }
        return (all.sorted(by: areInOrder), late.sorted(by: areInOrder))
    }

    /// The dropped file, where it is a table, for the columns of its own; or the names of the pictures of a folder. One
    /// that somebody has sorted or corrected since does not say any more which row is which part.
    package func sheet(of batch: Job) -> Sheet? {
        if batch.origin.isFolder { return FolderPlan.read(in: folder.path)?.sheet }
        return table(of: batch).flatMap { Sheet($0) }
    }

    /// The table as it was dropped; `nil` where it is none, or was changed since.
    private func table(of batch: Job) -> [UInt8]? {
        let path = folder.path.appending(batch.origin.keptName)
        guard RequestFileName(batch.origin.file)?.syntax == .csv,
            let status = try? Kernel.status(of: path, at: AT_FDCWD),
            Timestamp(nanoseconds: status.identity.modified).milliseconds
                <= batch.claimedAt.milliseconds + Self.clocksDiffer,
            case .success(let bytes) = CheckedBytes.read(
                path, limit: RequestRules.batchSizeLimit)
        else { return nil }
        return bytes
    }

    private func failedRows(of summary: BatchSummary) -> [UInt8]? {
        let failed = summary.freeFailures
        guard !failed.isEmpty, ResultNames.failedRows(of: summary.batch.origin) != nil, let parts = summary.batch.parts,
            let table = table(of: summary.batch)
        else { return nil }
        return Sheet.rows(failed, of: parts, in: table)
    }

    /// A table of failed rows of an earlier end goes where there are none by now.
    private func writeFailedRows(of summary: BatchSummary) throws(Errno) {
        guard let name = ResultNames.failedRows(of: summary.batch.origin) else { return }
        if let rows = summary.failedRows { return try folder.write(rows, to: name) }
        guard summary.freeFailures.isEmpty else { return }
        do {
            try Kernel.remove(folder.path.appending(name), at: AT_FDCWD)
        } catch .noSuchFileOrDirectory {}
    }

    /// Writes everything that goes with the batch into its folder. May be done again: it gives the same files.
    ///
    /// - Parameter page: the same for a browser.
    package func write(_ summary: BatchSummary, _ sheet: Sheet?, page: [UInt8]) throws(Errno) {
        for part in summary.parts where part.isDamaged {
            try self.part(part.folder).writeResult(of: part.job, part.outcome, finishedAt: summary.finishedAt)
        }
        AgainMark.takeOff(folder.path.appending(summary.batch.origin.keptName))
        try folder.writeError(of: summary.batch, summary.outcome, summary.bill ?? Bill(charged: 0, maybeCharged: 0))
        try folder.write(summary.table(sheet), to: BatchSummary.tableName)
        try writeFailedRows(of: summary)
        try folder.write(page, to: JobFileNames.batchPage)
        try folder.write(summary.json.page, to: BatchSummary.fileName)
    }

    /// Moves the parts' pictures into the batch's one folder, and notes in the parts where they are. May be done again: what
    /// was moved is there. Only when nothing but the publishing is to follow: until then each part is whole by itself.
    package func deliver(_ summary: BatchSummary, _ reached: (Checkpoint) -> Void) throws(Errno) {
        let target = folder.path.appending(JobFileNames.delivered)
        do { try Kernel.makeDirectory(target) } catch .fileExists {}
        for part in summary.parts where !part.delivered.isEmpty {
            let place = self.part(part.folder)
            try place.noteDelivery(of: part, summary.finishedAt)
            for (own, name) in part.delivered.sorted(by: { $0.key < $1.key }) {
                reached(Checkpoint(.before, .deliver))
                try Self.move(place.path.appending(own), to: target.appending(name))
                reached(Checkpoint(.after, .deliver))
            }
        }
    }

    private static func move(_ picture: FilePath, to place: FilePath) throws(Errno) {
        guard try Kernel.exists(picture) else { return }
        // Where a rename takes two steps, an earlier attempt may have left it there and here.
        if try Kernel.exists(place) { try Kernel.remove(place, at: AT_FDCWD) }
        try Kernel.rename(picture, at: AT_FDCWD, to: place, at: AT_FDCWD)
    }
}

extension JobFolder {
    fileprivate func noteDelivery(of part: BatchSummary.Part, _ finishedAt: Timestamp) throws(Errno) {
        let path = path.appending(ResultSummary.fileName)
        // What a power cut has taken of it is written anew.
        if !hasResult { try writeResult(of: part.job, part.outcome, finishedAt: finishedAt) }
        guard case .success(let bytes) = CheckedBytes.read(path, limit: RequestRules.batchSizeLimit),
            let page = ResultSummary.page(bytes, delivered: part.delivered)
        else { return }
        try write(page, to: ResultSummary.fileName)
    }

    /// The prompt in the file of a part with mistakes, for whoever looks for its row; `nil` where none can be told.
    fileprivate func shownPrompt(of job: Job) -> String? {
        guard
            case .success(let bytes) = CheckedBytes.read(
                path.appending(job.origin.keptName), limit: RequestRules.sizeLimit),
            let root = try? JSONDocumentParser.parse(bytes)
        else { return nil }
        return root.entries?.first { RequestKey.named($0.key) == .prompt }?.value.text
    }
}
