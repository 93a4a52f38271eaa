// SPDX-License-Identifier: Apache-2.0

package import Documents
internal import FileIO
internal import Glibc
package import Jobs
package import Requests
package import SystemPackage

/// The folder of a batch: the file that was dropped, its journal, and in it a folder for each part, which is a job with
/// a journal of its own. Blocking; runs on the ``FilePool``.
///
///     processing/catalog.1x2y3z/
///         catalog.csv  journal.jsonl
///         001-red/     001-red.json  journal.jsonl
///         002-blue/    …
package struct BatchFolder: Sendable {
    /// A part that is not at its end.
    package enum OpenPart: Sendable {
        /// Something was sent, or shared, or is to be put right.
        case begun(Claim.Claimed, [DatedEvent])
        /// Nothing was done for it yet.
        case fresh(JobFolder)
        /// It is at its end, with these events.
        case ended([DatedEvent])
    }

    package let folder: JobFolder

    package init(folder: JobFolder) {
        self.folder = folder
    }

    /// Makes a folder for each part. What an earlier attempt left is made anew: as long as `split` does not stand in
    /// the batch's journal, no part was ever begun.
    package func split(_ parts: [BatchPart], of origin: Origin, at time: Timestamp) throws(Errno) {
        for name in try partNames() { try remove(name) }
        // A table's rows are named by themselves.
        let mistakes = parts.contains { part in
            if case .failure(let findings) = part.request { findings.haveLines } else { false }
        }
        let text = mistakes ? folder.requestText(of: origin) : nil
        for (index, part) in parts.enumerated() {
            let name = ResultNames.part(index + 1, of: parts.count, called: part.name)
            try make(name, part, of: origin, text, at: time)
        }
    }

    private func make(
        _ name: FilePath.Component, _ part: BatchPart, of batch: Origin, _ text: String?, at time: Timestamp
    ) throws(Errno) {
        let folder = self.part(name)
        try Kernel.makeDirectory(folder.path)
        let origin = Origin(lane: batch.lane, batch: batch.stem, file: Self.fileName(name, part.sourceSyntax))
        try folder.write(part.source, to: origin.keptName)
        var job = Job(claimed: origin, at: time)
        let event: JobEvent
        switch part.request {
        case .success(var request):
            request.source = RequestSource.fingerprint(of: part.source, as: part.sourceSyntax)
            event = .read(request)
        case .failure(let findings):
            let why = Wording.explain(
                findings, ofPart: origin.keptName, in: batch.file, showsText: part.showsText, from: text)
            event = .failed(why)
        }
        do {
            _ = try job.apply(event, at: time)
        } catch {
            preconditionFailure("a new job takes its request, or fails")
        }
        if let outcome = job.outcome { try folder.writeResult(of: job, outcome, finishedAt: time) }
        var journal = Journal(in: folder.path)
        try journal.append(JobEvent.claimed(origin).line(at: time) + event.line(at: time))
    }

    private static func fileName(
        _ folder: FilePath.Component, _ syntax: RequestFileName.Syntax
    ) -> FilePath.Component {
        let ending = syntax == .yaml ? ".yaml" : ".json"
        return FilePath.Component(String(decoding: folder) + ending) ?? folder
    }

    private func remove(_ name: FilePath.Component) throws(Errno) {
        let folder = part(name)
        var files: [FilePath.Component] = []
        var listing = try DirectoryListing(folder.path)
        while let (file, _) = try listing.next() { files.append(file) }
        for file in files { try Kernel.remove(folder.path.appending(file), at: AT_FDCWD) }
        try Kernel.removeDirectory(folder.path, at: AT_FDCWD)
    }

    package func part(_ name: FilePath.Component) -> JobFolder { JobFolder(path: folder.path.appending(name)) }

    /// The parts' folders in the order of the batch.
    package func partNames() throws(Errno) -> [FilePath.Component] {
        var names: [FilePath.Component] = []
        var listing = try DirectoryListing(folder.path)
        while let (name, kind) = try listing.next() {
            if ResultNames.isPart(name), kind.isFolder(at: folder.path.appending(name)) { names.append(name) }
        }
        // The numbers are of one width, so this is the batch's order.
        return names.sorted { String(decoding: $0) < String(decoding: $1) }
    }

    /// What is still to be done for one part; `nil` where it was taken away, or its journal is damaged.
    package func openPart(_ name: FilePath.Component) throws(Errno) -> OpenPart? {
        let folder = part(name)
        guard let (claimed, events) = try Self.open(folder) else { return nil }
        let job = claimed.job
        switch job.outcome {
        // A power cut may keep the journal's last line and lose what was written with it.
        case .failed where folder.hasResult && folder.saysWhy: return .ended(events)
        case .done where folder.hasResult && folder.has(job.pictures, thoroughly: false): return .ended(events)
        case nil where job.isNotBegun: return .fresh(folder)
        case .failed, .done, nil: return .begun(claimed, events)
        }
    }

    /// Replays one part's journal and makes it ready for appending. `nil` where it was taken away, or its journal is
    /// damaged: see ``summary(of:_:finishedAt:)``.
    package static func open(_ folder: JobFolder) throws(Errno) -> (claimed: Claim.Claimed, events: [DatedEvent])? {
        let bytes = try Journal.read(in: folder.path)
        guard let text = try? JournalText(bytes), let job = text.job else { return nil }
        // Where the batch's own is gone, somebody is deleting all of it.
        let batch = folder.path.removingLastComponent().appending(JobFileNames.journal)
        if try !Kernel.exists(batch) { return nil }
        let journal = Journal(in: folder.path, length: text.length, seal: text.seal)
        if text.isTorn { try journal.cutTornLine() }
        return (Claim.Claimed(folder: folder, journal: journal, job: job), text.events)
    }

    /// Notes in the journal of each part that goes on that it does: of those that failed, and of those that a cancelled
    /// batch has not begun.
    ///
    /// - Parameter isAsked: whether somebody has asked for that very part to be sent though it may cost a second time.
    func retry(in lane: Lane, isAsked: (FilePath.Component) -> Bool, at time: Timestamp) throws(Errno) {
        for name in try partNames() {
            guard var (claimed, _) = try Self.open(part(name)) else { continue }
            let isChanged = try part(name).isRequestChanged(since: claimed.job)
            guard let reopening = claimed.job.reopening(isChanged: isChanged, isAsked: isAsked(name)) else { continue }
            try claimed.journal.append(JobEvent.retried(lane, reopening).line(at: time))
        }
    }
}
