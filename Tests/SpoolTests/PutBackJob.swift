// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import SystemPackage
import Testing

@testable import FileIO
@testable import Jobs
@testable import Requests
@testable import Spool
@testable import TestSupport

/// A failed job, or a batch, that was put back: as it is in `processing/` right after the rename that took it out of the
/// inbox.
struct PutBackJob: Sendable {
    static let name: FilePath.Component = "hero.1x2y3z"

    let scratch: Scratch
    let isBatch: Bool

    var spool: Spool { Spool(root: scratch.path) }
    var folder: FilePath { spool.processing.appending(Self.name) }
    var origin: Origin { Origin(lane: Samples.acme, file: isBatch ? "2026-05-catalog" : "hero") }
    var adoption: Adoption { Adoption(folder: JobFolder(path: folder), origin: origin) }
    var left: RecoveredJobs {
        let defaults = LaneDefaults(inbox: spool.inbox, quiet: { .milliseconds(250) }, rules: { RequestRules() })
        return RecoveredJobs(spool: spool, reader: RequestReader(rules: RequestRules()), defaults: defaults)
    }

    init(in scratch: Scratch, isBatch: Bool = false) throws {
        self.scratch = scratch
        self.isBatch = isBatch
        for name in ["inbox/acme", "done", "failed", "processing/hero.1x2y3z/dropped"] { try scratch.folder(name) }
        var note = Journal(in: folder)
        try note.append(JobEvent.claimed(origin).line(at: Samples.start))
        try JobFolder(path: folder).noteLane(origin.lane)
        try isBatch ? writeBatch() : write("dropped", Origin(lane: Samples.acme, file: "hero.yaml"), Self.paid)
        try scratch.link("processing/hero.1x2y3z/dropped/lane", to: "acme")
        try put("dropped/.DS_Store", "orphans")
    }

    /// One picture is here, the other is paid for and was not to be had.
    private static var paid: [JobEvent] {
        get throws {
            [
                .read(try Samples.request()), .submitting(variant: 0), .submitted(variant: 0, Samples.task),
                .answered(variant: 0, Samples.answer), .pictureSaved(variant: 0, Samples.picture),
                .variantFailed(variant: 0, Samples.pictureFailed, response: nil), .failed(Samples.pictureFailed),
            ]
        }
    }

    private func writeBatch() throws {
        // Begins like the folder of a part.
        let file = Origin(lane: Samples.acme, file: "2026-05-catalog.csv")
        try write("dropped", file, [.split(parts: 3), .failed(Samples.pictureFailed)])
        for (part, events) in [("001", try Self.paid), ("002-red", [.failed(Samples.invalid)]), ("003", try Self.paid)]
        {
            let name = try #require(FilePath.Component(part + ".json"))
            let origin = Origin(lane: Samples.acme, batch: file.stem, file: name)
            try write("dropped/" + part, origin, events)
        }
    }

    private func write(_ place: String, _ origin: Origin, _ events: [JobEvent]) throws {
        try scratch.folder("processing/hero.1x2y3z/" + place)
        let lines = ([.claimed(origin)] + events).flatMap { $0.line(at: Samples.start) }
        try put("\(place)/journal.jsonl", String(decoding: Samples.sealed(lines), as: UTF8.self))
        for file in [String(decoding: origin.file), "error.txt", "result.json", "hero-1.png"]
        where file != "hero-1.png" || events.count > 2 {
            // Each content is there once, so that a loss and a copy would be seen.
            try put(
                "\(place)/\(file)",
                file == "hero-1.png" ? "\(place)12345678".suffix(10).description : "\(place)/\(file)")
        }
    }

    struct NotTaken: Error {}

    @discardableResult
    func adopt(_ reached: (Checkpoint) -> Void = { _ in }) throws -> Job {
        guard case .adopted(_, let job) = try adoption.run(at: Samples.later, reached: reached) else {
            throw NotTaken()
        }
        return job
    }

    /// As the next start does.
    @discardableResult
    func reopen() throws -> Claim.Claimed {
        guard case .job(let claimed, _)? = try left.open(Self.name, now: Samples.later) else { throw NotTaken() }
        return claimed
    }

    @discardableResult
    func put(_ file: String, _ text: String) throws -> FilePath {
        try scratch.write(Array(text.utf8), to: "processing/hero.1x2y3z/" + file)
    }

    /// Every file below the job's folder, and what is in it; for a symlink, where it leads.
    func files() throws -> [String: String] { try Self.files(below: folder) }

    static func files(below folder: FilePath) throws -> [String: String] {
        var files: [String: String] = [:]
        let walker = FileManager.default.enumerator(atPath: folder.string)
        while let name = walker?.nextObject() as? String {
            let path = folder.pushing(FilePath(name))
            switch try Kernel.status(of: path, at: AT_FDCWD).kind {
            case .regular: files[name] = try String(contentsOfFile: path.string, encoding: .utf8)
            case .symlink: files[name] = "→ " + (try Kernel.readSymlink(path, at: AT_FDCWD)).string
            case .other: files[name] = "other"
            case .directory: continue
            }
        }
        return files
    }

    /// The events of a journal in the job's folder.
    func events(_ place: String = "") throws -> [JobEvent.Kind] {
        try JournalText(try Journal.read(in: folder.pushing(FilePath(place)))).events.map(\.event.kind)
    }
}
