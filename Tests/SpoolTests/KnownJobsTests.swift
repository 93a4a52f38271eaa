// SPDX-License-Identifier: Apache-2.0

import Glibc
import SystemPackage
import Testing

@testable import FileIO
@testable import Jobs
@testable import Requests
@testable import Spool
@testable import TestSupport

/// A request that lies where a job's folder comes back, file by file and in any order, is not paid for again; a new one
/// is not held up.
@Suite(.timeLimit(.minutes(1)))
struct KnownJobsTests {
    enum Verdict: Equatable, Sendable {
        case new, inside, result
        case copy(FilePath)
    }

    struct Case: Sendable {
        /// Relative to the spool, and what is in them; `file` is the one that is looked at, and holds `"x"`.
        var files: [String: String] = [:]
        var file: String
        var verdict: Verdict
    }

    private static let journal = "journal of hero.yaml"

    static let cases: [Case] = [
        // New requests, some of which look like others.
        Case(file: "inbox/hero.yaml", verdict: .new), Case(file: "inbox/acme/acme.yaml", verdict: .new),
        Case(file: "inbox/order-17/1.yaml", verdict: .new),
        Case(files: ["done/hero/hero.yaml": "x"], file: "inbox/hero.yaml", verdict: .new),
        Case(files: ["done/acme/hero/hero.yaml": "x"], file: "inbox/acme/hero.yaml", verdict: .new),
        Case(
            files: ["failed/acme/hero/hero.yaml": "x", "failed/acme/hero/journal.jsonl": journal],
            file: "inbox/acme/hero.yaml", verdict: .new),
        Case(files: ["done/hero/hero.yaml": "another"], file: "inbox/hero/hero.yaml", verdict: .new),
        Case(files: ["done/hero/hero.yaml": "y"], file: "inbox/hero/hero.yaml", verdict: .new),
        Case(files: ["done/bottle/hero.yaml": "x"], file: "inbox/acme/hero.yaml", verdict: .new),
        Case(files: ["processing/hero.1a2b3c/hero.yaml": "y"], file: "inbox/hero/hero.yaml", verdict: .new),
        Case(files: ["processing/hero.1a2b3c/hero.yaml": "x"], file: "inbox/acme/hero.yaml", verdict: .new),
        // The very same file in a copy of its job's folder: whole lanes, and into another lane.
        Case(files: ["done/hero/hero.yaml": "x"], file: "inbox/hero/hero.yaml", verdict: .copy("done/hero")),
        Case(files: ["done/hero/hero.yaml": "x"], file: "inbox/hero - Copy/hero.yaml", verdict: .copy("done/hero")),
        Case(files: ["done/hero-2/hero.yaml": "x"], file: "inbox/hero-2/hero.yaml", verdict: .copy("done/hero-2")),
        Case(
            files: ["done/acme/hero/hero.yaml": "x"], file: "inbox/acme/hero/hero.yaml",
            verdict: .copy("done/acme/hero")),
        Case(
            files: ["done/acme/hero/hero.yaml": "x"], file: "inbox/old/acme/hero/hero.yaml",
            verdict: .copy("done/acme/hero")),
        Case(files: ["done/hero/hero.yaml": "x"], file: "inbox/old/hero/hero.yaml", verdict: .copy("done/hero")),
        Case(
            files: ["failed/cat/001-red/001-red.json": "x"], file: "inbox/cat/001-red/001-red.json",
            verdict: .copy("failed/cat/001-red")),
        Case(files: ["done/cat/cat.csv": "x"], file: "inbox/cat/cat.csv", verdict: .copy("done/cat")),
        Case(
            files: ["processing/hero.1a2b3c/hero.yaml": "x"], file: "inbox/hero/hero.yaml",
            verdict: .copy("processing/hero.1a2b3c")),
        Case(
            files: ["processing/cat.1a2b3c/001/001.json": "x"], file: "inbox/cat/001/001.json",
            verdict: .copy("processing/cat.1a2b3c/001")),
        // Moved back file by file, and perhaps corrected.
        Case(
            files: ["failed/hero/journal.jsonl": journal], file: "inbox/hero/hero.yaml", verdict: .copy("failed/hero")),
        Case(
            files: ["failed/hero/journal.jsonl": journal, "failed/hero/hero.yaml": "y"], file: "inbox/hero/hero.yaml",
            verdict: .copy("failed/hero")),
        Case(
            files: ["done/hero/journal.jsonl": journal, "done/hero/hero-1.png": "x"], file: "inbox/hero/hero.yaml",
            verdict: .copy("done/hero")),
        // What lies beside it.
        Case(files: ["inbox/copy/error.txt": "x"], file: "inbox/copy/hero.yaml", verdict: .inside),
        Case(files: ["inbox/hero/hero-1.png": "x"], file: "inbox/hero/hero.yaml", verdict: .inside),
        Case(files: ["inbox/hero/hero-7.webp": "x"], file: "inbox/hero/hero.yaml", verdict: .inside),
        Case(files: ["inbox/acme/hero-1.png": "x"], file: "inbox/acme/hero.yaml", verdict: .new),
        Case(files: ["inbox/hero/x": "x"], file: "inbox/hero/hero.yaml", verdict: .new),
        Case(files: ["inbox/cat/001-red/001-red.json": "x"], file: "inbox/cat/cat.csv", verdict: .inside),
        Case(files: ["inbox/cat/2026-05/order.json": "x"], file: "inbox/cat/cat.csv", verdict: .new),
        Case(files: ["inbox/hero/journal.jsonl": journal], file: "inbox/hero/deep/er/x.yaml", verdict: .inside),
    ]

    private static func verdict(_ item: Case, in scratch: Scratch, text: String = "x") throws -> Verdict {
        for (name, text) in item.files { try Self.write(text, name, scratch) }
        try Self.write(text, item.file, scratch)
        var path = FilePath(item.file)
        _ = path.removePrefix("inbox")
        let name = try #require(path.lastComponent)
        let origin = Origin(lane: Lane(path: path.removingLastComponent()), file: name)
        let spool = Spool(root: scratch.path)
        let lane = try origin.lane.open(below: spool.inbox)
        let status = try Kernel.status(of: FilePath(root: nil, [name]), at: lane.descriptor)
        return switch try KnownJobs(spool: spool, origin: origin).reason(toLeave: status, in: lane) {
        case nil: .new
        case .insideJobFolder: .inside
        case .resultFile: .result
        case .copyOfJob(let place): .copy(place)
        default: throw PutBackJob.NotTaken()
        }
    }

    private static func write(_ text: String, _ name: String, _ scratch: Scratch) throws {
        try scratch.folder(FilePath(name).removingLastComponent().string)
        let lines: [JobEvent] = [.claimed(Samples.origin), .failed(Samples.invalid)]
        let journal = Samples.sealed(lines.flatMap { $0.line(at: Samples.start) })
        try scratch.write(text == Self.journal ? journal : Array(text.utf8), to: name)
    }

    @Test(arguments: cases.indices)
    func `a request belongs to the job whose place and content it has`(index: Int) async throws {
        try await Scratch.with { scratch in
            for folder in ["inbox", "processing", "done", "failed"] { try scratch.folder(folder) }
            let item = Self.cases[index]
            #expect(try Self.verdict(item, in: scratch) == item.verdict, "\(item)")
        }
    }

    @Test func `a picture that the request names itself is no result`() async throws {
        try await Scratch.with { scratch in
            for folder in ["inbox", "processing", "done", "failed"] { try scratch.folder(folder) }
            let item = Case(files: ["inbox/hero/hero-1.png": "x"], file: "inbox/hero/hero.yaml", verdict: .new)
            #expect(try Self.verdict(item, in: scratch, text: "prompt: x\nimages: [hero-1.png]\n") == .new)
        }
    }

    @Test func `a result's own file is none wherever it lies`() async throws {
        try await Scratch.with { scratch in
            for folder in ["inbox", "processing", "done", "failed"] { try scratch.folder(folder) }
            for file in ["inbox/result.json", "inbox/acme/hero (1).json"] {
                let text = "{\n  \"version\": 1,\n  \"job\": \"hero\"\n}\n"
                #expect(try Self.verdict(Case(file: file, verdict: .result), in: scratch, text: text) == .result)
            }
        }
    }

    struct Copy: Sendable {
        /// Where there is a journal, and how much of it.
        var place: String
        var events: Int
        var wentOn: String?
    }

    static let copies: [Copy] = [
        Copy(place: "failed/acme/hero", events: 2, wentOn: nil), Copy(place: "done/acme/hero", events: 1, wentOn: nil),
        Copy(place: "done/acme/hero", events: 3, wentOn: "done/acme/hero"),
        Copy(place: "failed/hero", events: 3, wentOn: "failed/hero"),
        Copy(place: "done/other/hero", events: 3, wentOn: nil),
        Copy(place: "processing/hero.1a2b3c", events: 3, wentOn: "processing/hero.1a2b3c"),
        Copy(place: "processing/hero.1a2b3c/dropped", events: 2, wentOn: "processing/hero.1a2b3c"),
        Copy(place: "processing/zero.1a2b3c", events: 3, wentOn: nil),
    ]

    @Test(arguments: copies.indices)
    func `a second copy of a failed job's folder does not go on as well`(index: Int) async throws {
        let item = Self.copies[index]
        try await Scratch.with { scratch in
            for folder in ["inbox", "processing", "done", "failed"] { try scratch.folder(folder) }
            let events: [JobEvent] = [.claimed(Samples.origin), .failed(Samples.invalid), .retried(Samples.acme)]
            let journal = Samples.sealed(events.prefix(item.events).flatMap { $0.line(at: Samples.start) })
            try scratch.folder(item.place)
            try scratch.write(journal, to: item.place + "/journal.jsonl")
            let (job, _) = try Samples.job(after: [.failed(Samples.invalid)])
            let own = Samples.sealed(events.prefix(2).flatMap { $0.line(at: Samples.start) })
            let known = KnownJobs(spool: Spool(root: scratch.path), origin: Origin(lane: Samples.acme, file: "hero"))
            let place = try known.placeWhereItWentOn(job, own[...])
            #expect(place == item.wentOn.map { FilePath($0) }, "\(item)")
        }
    }

    @Test func `no symlink leads the look elsewhere`() async throws {
        try await Scratch.with { scratch in
            for folder in ["inbox", "processing", "done", "failed", "away"] { try scratch.folder(folder) }
            try scratch.write(Array("x".utf8), to: "away/hero.yaml")
            try scratch.link("done/hero", to: "../away")
            #expect(try Self.verdict(Case(file: "inbox/hero/hero.yaml", verdict: .new), in: scratch) == .new)
        }
    }

    @Test(arguments: [
        ("hero", "hero", true), ("hero - Copy", "hero", true), ("Kopie von Hero", "hero", true),
        ("hero-2", "hero", true),
        ("acme", "a", false), ("order-17", "1", false), ("order-17", "17", true), ("heroes", "hero", false),
        ("blue hero shot", "hero shot", true), ("hero", "hero shot", false), ("—", "—", true), ("…", "—", false),
    ])
    func `a folder bears a job's name where that stands in it as whole words`(
        folder: String, stem: String, bears: Bool
    ) throws {
        let (folder, stem) = (try #require(FilePath.Component(folder)), try #require(FilePath.Component(stem)))
        #expect(Origin.name(folder, bears: stem) == bears)
    }
}
