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
        /// Its first picture, where it may be shown.
        var picture: PageLink?
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
    static let summaryLimit = 1 << 20

    /// The names of those of its pictures that have come into the one folder of its batch's, by their own.
    var delivered: [String: FilePath.Component]

    /// What its variants have come to.
    var pictures: [PictureFile] { job.ownPictures }

    func link(to picture: PictureFile) -> PageLink? { place.link(to: picture, delivered) }

    fileprivate init(
        _ place: JobPlace, _ text: JournalText, _ job: Job, files: [FilePath.Component], parts: [Part],
        partCount: Int, page: Int, delivered: [String: FilePath.Component]
    ) {
        (self.place, self.job, events) = (place, job, text.events)
        (self.files, self.parts, self.partCount, self.page) = (files, parts, partCount, page)
        self.delivered = delivered
    }
}

extension JobPlace {
    /// Where a picture of this job is shown from; `nil` where it may not be.
    ///
    /// - Parameter delivered: the names of those that lie in the one folder of the batch's.
    fileprivate func link(to picture: PictureFile, _ delivered: [String: FilePath.Component]) -> PageLink? {
        guard holdsResults else { return nil }
        if let name = delivered[picture.name] {
            return PageLink("/file", JobPlace(base, parent.appending(JobFileNames.delivered)), name)
        }
        return PageLink(pictureNamed: picture.name, in: self)
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
            part(JobPlace(place.base, place.path.appending(name)), name, in: folder)
        }
        return JobView(
            place, text, job, files: files, parts: shown, partCount: parts.count, page: page,
            delivered: Self.delivered(of: job, in: folder))
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

    private func part(
        _ place: JobPlace, _ name: FilePath.Component, in folder: borrowing OpenFile
    ) -> JobView.Part {
        guard let part = try? Kernel.openFolder(FilePath(root: nil, [name]), beneath: folder.descriptor),
            let job = Self.journal(in: part)?.job
        else { return JobView.Part(place: place) }
        let delivered = Self.delivered(of: job, in: part)
        return JobView.Part(
            place: place, job: job, picture: job.ownPictures.first.flatMap { place.link(to: $0, delivered) })
    }

    /// Of a part of a batch whose pictures came into one folder.
    private static func delivered(of job: Job, in folder: borrowing OpenFile) -> [String: FilePath.Component] {
        guard job.origin.batch != nil, job.outcome == .done,
            let bytes = try? small(ResultSummary.fileName, in: folder, limit: JobView.summaryLimit)
        else { return [:] }
        return ResultSummary.delivered(in: bytes)
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
