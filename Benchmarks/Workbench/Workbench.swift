// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import FileIO
internal import Foundation
internal import Glibc
package import Jobs
internal import Requests
package import Spool
package import SystemPackage

/// Where the files are.
package struct Place {
    package var name: String
    package var folder: FilePath
    /// Whether a sync there costs something.
    package var isDurable: Bool

    package init(name: String, folder: FilePath, isDurable: Bool) {
        (self.name, self.folder, self.isDurable) = (name, folder, isDurable)
    }

    package static let memory = Place(name: "tmpfs", folder: "/dev/shm", isDurable: false)

    /// The disk is where TMPDIR is; memory alone where that is in memory, too.
    package static var all: [Place] {
        let folder = FilePath(ProcessInfo.processInfo.environment["TMPDIR"] ?? "/var/tmp")
        let kind = (try? Kernel.fileSystemType(of: folder)).flatMap { FileSystemKind(magic: $0) }
        let disk = Place(name: kind?.name ?? "disk", folder: folder, isDurable: true)
        return disk.name == memory.name ? [memory] : [memory, disk]
    }
}

/// A spool with as many requests in its inbox as a measurement takes.
package final class Workbench {
    struct Unexpected: Error {
        var what: String
    }

    package let spool: Spool
    private let taking: Claim
    private lazy var committer = Committer(DurableDisk(SpoolDisk(spool), Ledger(in: spool.ledger))) { _ in }
    private var names: [FilePath.Component] = []
    private var finished: [(folder: JobFolder, job: Job)] = []
    /// The job whose journal grows.
    package var openJournal: Claim.Claimed?

    package init(on place: Place) {
        let spool = Spool(root: place.folder.appending("bananadrop-micro-\(UUID().uuidString)"))
        let rules = RequestRules()
        self.spool = spool
        taking = Claim(
            spool: spool, reader: RequestReader(rules: rules, now: { Samples.time }),
            defaults: LaneDefaults(inbox: spool.inbox, quiet: { .zero }, rules: { rules }), orphans: OrphanFolders(),
            reached: { _ in })
    }

    package func fill(_ count: Int) throws {
        try spool.make()
        names = (1...count).compactMap { FilePath.Component("bottle-\($0).yaml") }
        for name in names { try Kernel.createAnew(spool.inbox.appending(name)).writeAll(Samples.yaml) }
    }

    package func remove() { try? FileManager.default.removeItem(atPath: spool.root.string) }

    package func claim() throws -> Claim.Claimed {
        let outcome = try taking.take(
            Origin(lane: .root, file: names.removeLast()), Readiness(at: .now), at: .now)
        guard case .claimed(let claimed) = outcome else { throw Unexpected(what: "\(outcome)") }
        return claimed
    }

    package func append(_ line: [UInt8]) throws {
        guard var claimed = openJournal else { throw Unexpected(what: "no journal") }
        let (sealed, journal) = claimed.journal.with(line)
        try claimed.journal.write(sealed)
        claimed.journal = journal
        openJournal = claimed
    }

    package func commit() async throws {
        guard let folder = openJournal?.folder else { throw Unexpected(what: "no journal") }
        try await committer.commit(DiskChanges(places: [.file(folder.path.appending(JobFileNames.journal))]))
    }

    /// A job to which everything has happened but that it is published.
    package func finishedJob() throws -> (folder: JobFolder, job: Job) {
        let claimed = try claim()
        guard case .success(.request(let request))? = claimed.content else { throw Unexpected(what: "no request") }
        var (journal, job) = (claimed.journal, claimed.job)
        for event in Samples.events(of: request, named: String(decoding: job.origin.stem)) {
            _ = try job.apply(event, at: .now)
            let (sealed, next) = journal.with(event.line(at: .now))
            try journal.write(sealed)
            journal = next
        }
        return (claimed.folder, job)
    }

    package func finishAll() throws {
        while !names.isEmpty { finished.append(try finishedJob()) }
    }

    package func publish() throws -> FilePath {
        let (folder, job) = finished.removeLast()
        try folder.writeResult(of: job, .done, finishedAt: .now)
        return try folder.publish(in: spool.done, as: job.origin)
    }
}
