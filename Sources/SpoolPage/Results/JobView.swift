// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import FileIO
internal import Jobs
internal import NanoBanana
internal import Requests
internal import Spool
internal import SystemPackage

/// A job's folder as its page shows it. Pure but for its reading.
struct JobView: Sendable {
    /// A part of a batch, by its own journal.
    struct Part: Sendable {
        var place: JobPlace
        var job: Job?
    }

    var place: JobPlace
    var job: Job
    var events: [DatedEvent]
    /// The files that may be sent, by name; none where it is under way.
    var files: [FilePath.Component]
    /// Those of this page, in the order of the batch.
    var parts: [Part]
    var partCount: Int
    /// From 1.
    var page: Int

    static let partsOnPage = 60
    static let filesLimit = 200

    /// What its parts, or its variants, have come to.
    var pictures: [PictureFile] { job.pictures.filter(\.hasItsName) }

    fileprivate init(
        _ place: JobPlace, _ text: JournalText, _ job: Job, files: [FilePath.Component], parts: [Part],
        partCount: Int, page: Int
    ) {
        (self.place, self.job, events) = (place, job, text.events)
        (self.files, self.parts, self.partCount, self.page) = (files, parts, partCount, page)
    }
}

extension ResultFiles {
    /// Blocking; `nil` where it is gone, or no job.
    ///
    /// - Parameter page: of its parts, from 1.
    func view(_ place: JobPlace, page: Int) -> JobView? {
        guard let folder = try? open(place), let text = Self.journal(in: folder), let job = text.job else { return nil }
        let files = place.holdsResults ? (try? Self.names(in: folder, limit: JobView.filesLimit)) ?? [] : []
        var parts: [FilePath.Component] = []
        if job.parts != nil { parts = (try? Self.partNames(in: folder)) ?? [] }
        let shown = parts.dropFirst((page - 1) * JobView.partsOnPage).prefix(JobView.partsOnPage).map { name in
            JobView.Part(
                place: JobPlace(place.base, place.path.appending(name)), job: Self.part(name, in: folder))
        }
        return JobView(place, text, job, files: files, parts: shown, partCount: parts.count, page: page)
    }

    /// As it is by now: its last line may be half written.
    private static func journal(in folder: borrowing OpenFile) -> JournalText? {
        (try? Journal.read(in: folder)).flatMap { try? JournalText($0) }
    }

    /// The folder of a job under way, by the name that people know it by; the latest of several. Blocking.
    func underWay(_ name: String) -> JobPlace? {
        guard let lane = Lane(text: name), let stem = lane.path.lastComponent,
            var listing = try? DirectoryListing(spool.processing)
        else { return nil }
        var found: (place: JobPlace, since: Timestamp)?
        while let (folder, _) = try? listing.next() {
            let place = JobPlace(.processing, FilePath(root: nil, [folder]))
            guard ResultNames.isJob(folder, of: stem), let opened = try? open(place),
                let job = Self.journal(in: opened)?.job, job.origin.jobName == name,
                found.map({ $0.since < job.claimedAt }) ?? true
            else { continue }
            found = (place, job.claimedAt)
        }
        return found?.place
    }

    private static func part(_ name: FilePath.Component, in folder: borrowing OpenFile) -> Job? {
        guard let part = try? Kernel.openFolder(FilePath(root: nil, [name]), beneath: folder.descriptor) else {
            return nil
        }
        return journal(in: part)?.job
    }

    private static func partNames(in folder: borrowing OpenFile) throws(Errno) -> [FilePath.Component] {
        var names: [FilePath.Component] = []
        var listing = try DirectoryListing(".", at: folder.descriptor)
        while let (name, kind) = try listing.next() {
            if ResultNames.isPart(name), kind == .directory || kind == .unknown { names.append(name) }
        }
        return names.sorted { String(decoding: $0) < String(decoding: $1) }
    }
}
