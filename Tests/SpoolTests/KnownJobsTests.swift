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
@Suite(.idleLimit)
struct KnownJobsTests {
    enum Verdict: Equatable, Sendable {
        case new, inside, result
        case copy(FilePath)
    }

    /// The request that is looked at, below `inbox/`; what else there is in the spool; and what the request is.
    struct Case: Sendable {
        var file: String
        var others: [Other] = []
        var verdict: Verdict
    }

    /// A file of the spool. The request that is looked at holds `x`.
    struct Other: Sendable, ExpressibleByStringLiteral {
        var file: String
        var text = "x"

        init(_ file: String, _ text: String) { (self.file, self.text) = (file, text) }
        init(stringLiteral file: String) { self.file = file }
    }

    private static let journal = "journal of hero.yaml"

    private static func new(_ file: String, beside others: Other...) -> Case {
        Case(file: file, others: others, verdict: .new)
    }

    private static func copy(_ file: String, of other: Other...) -> Case {
        Case(file: file, others: other, verdict: .copy(FilePath(other[0].file).removingLastComponent()))
    }

    private static func inside(_ file: String, beside other: Other) -> Case {
        Case(file: file, others: [other], verdict: .inside)
    }

    static let cases: [Case] = [
        // New requests, some of which look like others.
        new("hero.yaml"), new("acme/acme.yaml"), new("order-17/1.yaml"),
        new("hero.yaml", beside: "done/hero/hero.yaml"),
        new("acme/hero.yaml", beside: "done/acme/hero/hero.yaml"),
        new(
            "acme/hero.yaml", beside: "failed/acme/hero/hero.yaml",
            Other("failed/acme/hero/journal.jsonl", journal)),
        new("hero/hero.yaml", beside: Other("done/hero/hero.yaml", "another")),
        new("hero/hero.yaml", beside: Other("done/hero/hero.yaml", "y")),
        new("acme/hero.yaml", beside: "done/bottle/hero.yaml"),
        new("hero/hero.yaml", beside: Other("processing/hero.1a2b3c/hero.yaml", "y")),
        new("acme/hero.yaml", beside: "processing/hero.1a2b3c/hero.yaml"),
        // The very same file in a copy of its job's folder: whole lanes, and into another lane.
        copy("hero/hero.yaml", of: "done/hero/hero.yaml"), copy("hero - Copy/hero.yaml", of: "done/hero/hero.yaml"),
        copy("hero-2/hero.yaml", of: "done/hero-2/hero.yaml"),
        copy("acme/hero/hero.yaml", of: "done/acme/hero/hero.yaml"),
        copy("old/acme/hero/hero.yaml", of: "done/acme/hero/hero.yaml"),
        copy("old/hero/hero.yaml", of: "done/hero/hero.yaml"),
        copy("cat/001-red/001-red.json", of: "failed/cat/001-red/001-red.json"),
        copy("cat/cat.csv", of: "done/cat/cat.csv"), copy("hero/hero.yaml", of: "processing/hero.1a2b3c/hero.yaml"),
        copy("cat/001/001.json", of: "processing/cat.1a2b3c/001/001.json"),
        copy("what?/hero/hero.yaml", of: "done/what_/hero/hero.yaml"),
        // Moved back file by file, and perhaps corrected.
        copy("hero/hero.yaml", of: Other("failed/hero/journal.jsonl", journal)),
        copy("hero/hero.yaml", of: Other("failed/hero/journal.jsonl", journal), Other("failed/hero/hero.yaml", "y")),
        copy("hero/hero.yaml", of: Other("done/hero/journal.jsonl", journal), "done/hero/hero-1.png"),
        // What lies beside it.
        inside("copy/hero.yaml", beside: "inbox/copy/error.txt"),
        inside("hero/hero.yaml", beside: "inbox/hero/hero-1.png"),
        inside("hero/hero.yaml", beside: "inbox/hero/hero-7.webp"),
        new("acme/hero.yaml", beside: "inbox/acme/hero-1.png"),
        new("hero/hero.yaml", beside: "inbox/hero/x"), new("cat/cat.csv", beside: "inbox/cat/2026-05/order.json"),
        inside("cat/cat.csv", beside: "inbox/cat/001-red/001-red.json"),
        inside("hero/deep/er/x.yaml", beside: Other("inbox/hero/journal.jsonl", journal)),
        // Pictures, where each is a request: those that came back are none, wherever their folder is copied.
        new("acme/bottle.png"), new("bottle/bottle-1.png"), new("bottle/lamp.png", beside: "done/bottle/lamp-1.png"),
        new("acme/bottle.png", beside: "done/acme/bottle/bottle.png"),
        copy("bottle/bottle-1.png", of: "done/bottle/bottle-1.png"),
        copy("bottle - Copy/bottle-1.png", of: "done/bottle/bottle-1.png"),
        copy("acme/bottle/bottle.png", of: "done/acme/bottle/bottle.png"),
        copy("bottle/bottle-2.png", of: "processing/bottle.1a2b3c/bottle-2.png"),
        copy("cat/001-red/001-red-1.png", of: "done/cat/001-red/001-red-1.png"),
        inside("bottle/bottle.png", beside: "inbox/bottle/bottle-1.png"),
        inside("bottle/originals/lamp.png", beside: "inbox/bottle/x"),
        new("originals/lamp.png", beside: "inbox/originals/_defaults.yaml"),
        inside("shop/delivered/4711.png", beside: "inbox/shop/x"),
        new("delivered/4711.png", beside: "inbox/delivered/_defaults.yaml"),
    ]

    private static func verdict(_ item: Case, in scratch: Scratch, text: String = "x") throws -> Verdict {
        for folder in ["inbox", "processing", "done", "failed"] { try scratch.folder(folder) }
        for other in item.others { try Self.write(other.text, other.file, scratch) }
        try Self.write(text, "inbox/" + item.file, scratch)
        let path = FilePath(item.file)
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
        let item = Self.cases[index]
        try await Scratch.with { scratch in
            let verdict = try Self.verdict(item, in: scratch)
            #expect(verdict == item.verdict, "\(item)")
        }
    }

    @Test func `a picture that the request names itself is no result`() async throws {
        try await Scratch.with { scratch in
            let item = Self.new("hero/hero.yaml", beside: "inbox/hero/hero-1.png")
            let verdict = try Self.verdict(item, in: scratch, text: "prompt: x\nimages: [hero-1.png]\n")
            #expect(verdict == .new)
        }
    }

    @Test func `a result's own file is none wherever it lies`() async throws {
        try await Scratch.with { scratch in
            for file in ["result.json", "acme/hero (1).json"] {
                let text = "{\n  \"version\": 1,\n  \"job\": \"hero\"\n}\n"
                let verdict = try Self.verdict(Self.new(file), in: scratch, text: text)
                #expect(verdict == .result)
            }
        }
    }

    struct Copy: Sendable {
        var lane = "acme"
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
        // Windows cannot open the lane's name.
        Copy(lane: "what?", place: "done/what_/hero", events: 3, wentOn: "done/what_/hero"),
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
            let origin = Origin(lane: Lane(path: FilePath(item.lane)), file: "hero")
            let known = KnownJobs(spool: Spool(root: scratch.path), origin: origin)
            let place = try known.placeWhereItWentOn(job, own[...])
            #expect(place == item.wentOn.map { FilePath($0) }, "\(item)")
        }
    }

    @Test func `no symlink leads the look elsewhere`() async throws {
        try await Scratch.with { scratch in
            for folder in ["done", "away"] { try scratch.folder(folder) }
            try scratch.write(Array("x".utf8), to: "away/hero.yaml")
            try scratch.link("done/hero", to: "../away")
            #expect(try Self.verdict(Self.new("hero/hero.yaml"), in: scratch) == .new)
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
