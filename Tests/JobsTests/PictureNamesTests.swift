// SPDX-License-Identifier: Apache-2.0

import NanoBanana
import SystemPackage
import Testing

@testable import Documents
@testable import Jobs
@testable import Requests
@testable import TestSupport

/// What a job's pictures are called, where its request says so.
struct PictureNamesTests {
    private static func job(
        _ saveAs: String?, origin: Origin = Samples.origin, variants: Int = 2, _ events: [JobEvent] = []
    ) throws -> Job {
        var request = try Samples.request(variants: variants)
        request.saveAs = saveAs.map(SaveAs.init)
        var job = Job(claimed: origin, at: Samples.start)
        for event in [.read(request)] + events { _ = try job.apply(event, at: Samples.start) }
        return job
    }

    private static func answered(_ variant: Int) -> [JobEvent] {
        [.submitting(variant: variant), .answered(variant: variant, Samples.answer)]
    }

    static let cases: [(saveAs: String?, names: [String])] = [
        (nil, ["hero-1.png", "hero-2.png", "hero-3.png", "hero-4.png"]),
        ("4711_{n}", ["4711_1.png", "4711_2.png", "4711_3.png", "4711_4.png"]),
        ("4711", ["4711.png", "4711-2.png", "4711-3.png", "4711-4.png"]),
        ("CON", ["CON_.png", "CON_-2.png", "CON_-3.png", "CON_-4.png"]),
        // Of somebody who has written a journal by hand.
        ("{sku}", ["hero-1.png", "hero-2.png", "hero-3.png", "hero-4.png"]),
        ("../x", ["___x.png", "___x-2.png", "___x-3.png", "___x-4.png"]),
    ]

    @Test(arguments: cases)
    func `pictures are called as the request says, and each otherwise`(saveAs: String?, names: [String]) throws {
        let job = try Self.job(saveAs, Self.answered(1) + Self.answered(0))
        #expect((1...4).map { job.pictureName($0, .png) } == names)
        for name in names { #expect(job.namesPicture(name)) }
        #expect(!job.namesPicture("other.png") && !job.namesPicture("result.json"))
    }

    @Test func `a picture's ratio is that of its variant, whichever is answered first`() throws {
        let edits = try [AspectRatio.square, .portrait9x16].map {
            try EditRequest(model: .pro, prompt: "x", images: [try ImageLink("https://a.b/c")], aspectRatio: $0)
        }
        var request = Request(edit: edits[0], others: [edits[1]], variants: 4, meta: nil)
        request.saveAs = SaveAs("{ratio}_{n}")
        var job = Samples.claimed()
        for event in [.read(request)] + Self.answered(3) + Self.answered(0) + Self.answered(1) {
            _ = try job.apply(event, at: Samples.start)
        }
        let names = ["9x16_1", "9x16_2", "1x1_3", "1x1_4", "9x16_5", "9x16_6"]
        #expect((1...6).map { job.pictureName($0, .png) } == names.map { $0 + ".png" })
        let variants = ResultSummary(job: job, outcome: .done, finishedAt: Samples.later).json.member("variants")
        guard case .array(let all)? = variants else { return #expect(Bool(false)) }
        #expect(all.map { $0.text("aspect_ratio") } == ["1:1", "9:16", "1:1", "9:16"])
    }

    @Test func `the ending is that of the picture`() throws {
        let job = try Self.job("a.png", Self.answered(0))
        #expect(job.pictureName(1, .jpeg) == "a.jpg" && job.pictureName(2, .webp) == "a-2.webp")
    }

    @Test(arguments: ["bottle", "{n}", "BOTTLE"])
    func `a picture that is the request keeps its name`(saveAs: String) throws {
        let origin = Origin(lane: .root, file: saveAs == "{n}" ? "1.png" : "bottle.png")
        let job = try Self.job(saveAs, origin: origin, Self.answered(0))
        #expect(job.pictureName(1, .png) == (saveAs == "{n}" ? "1-2.png" : saveAs + "-2.png"))
        #expect(!job.namesPicture(origin.file.string))
    }

    @Test func `names are kept whatever becomes of the request`() throws {
        let picture = PictureFile(number: 1, name: "a.png", bytes: 1, kind: .png)
        let second = PictureFile(number: 2, name: "a-2.png", bytes: 1, kind: .png)
        var job = try Self.job(
            "a", variants: 1,
            Self.answered(0) + [
                .pictureSaved(variant: 0, picture),
                .variantFailed(variant: 0, Samples.pictureFailed, response: nil), .failed(Samples.pictureFailed),
                .retried(.root, .anew),
            ])
        #expect(job.ownPictures == [picture])
        var request = try Samples.request()
        request.saveAs = SaveAs("A")
        for event in [.read(request)] + Self.answered(0) { _ = try job.apply(event, at: Samples.later) }
        // Neither is written over, nor one that was never fetched.
        #expect((1...4).map { job.pictureName($0, .png) } == ["a.png", second.name, "A-3.png", "A-4.png"])
    }

    @Test func `a journal that names another file names no picture`() throws {
        let forged = [
            PictureFile(number: 1, name: "passwd", bytes: 1, kind: .png),
            PictureFile(number: 2, name: "journal.jsonl", bytes: 1, kind: .png),
            PictureFile(number: 2, name: "4711_1.png", bytes: 1, kind: .png),
            PictureFile(number: 1, name: "4711_1.png", bytes: 1, kind: .jpeg),
            PictureFile(number: 2, name: "hero-2.png", bytes: 1, kind: .png),
        ]
        for picture in forged {
            let job = try Self.job("4711_{n}", variants: 1, Self.answered(0) + [.fetched(variant: 0, [picture])])
            #expect(job.ownPictures == [], "\(picture.name)")
        }
        let right = PictureFile(number: 2, name: "4711_2.png", bytes: 1, kind: .png)
        let job = try Self.job("4711_{n}", variants: 1, Self.answered(0) + [.fetched(variant: 0, [right])])
        #expect(job.ownPictures == [right])
    }

    // MARK: One folder for a batch

    private static func part(_ number: Int, _ saveAs: String?, _ names: [String], _ kind: PictureKind = .png) throws
        -> BatchSummary.Part
    {
        let folder = ResultNames.part(number, of: 3, called: nil)
        let pictures = names.enumerated().map { PictureFile(number: $0 + 1, name: $1, bytes: 1, kind: kind) }
        let origin = Origin(lane: .root, batch: "shop", file: try #require(FilePath.Component("\(folder).json")))
        let job = try job(
            saveAs, origin: origin, variants: 1, answered(0) + [.fetched(variant: 0, pictures), .done])
        return BatchSummary.Part(folder: folder, job: job, outcome: .done)
    }

    private static func summary(_ deliver: Delivery, _ more: [BatchSummary.Part] = []) throws -> BatchSummary {
        let parts = [
            try part(1, "4711", ["4711.png", "4711-2.png"]), try part(2, "4711", ["4711.png"]),
            try part(3, nil, ["003-1.jpg"], .jpeg),
        ]
        let batch = try Samples.job(after: [.split(parts: 3 + more.count, deliver: deliver)]).job
        return BatchSummary(batch: batch, parts: parts + more, finishedAt: Samples.later)
    }

    @Test func `pictures of one folder are told apart in the order of the parts`() throws {
        let flat = try Self.summary(.flat)
        let names = ["delivered/4711.png", "delivered/4711-2.png", "delivered/4711-3.png", "delivered/003-1.jpg"]
        #expect(flat.isFlat && flat.pictures == names)
        let table = String(decoding: flat.table(), as: UTF8.self)
        #expect(table.contains("001,done,delivered/4711.png delivered/4711-2.png,yes"))
        #expect(PublishedResult(Array(flat.json.page))?.pictures.map(\.string) == names)
    }

    @Test func `where nothing asks for that, or a part has failed, each keeps its own`() throws {
        let names = ["001/4711.png", "001/4711-2.png", "002/4711.png", "003/003-1.jpg"]
        #expect(try Self.summary(.parts).pictures == names)
        var failed = try Self.part(4, nil, [])
        failed.outcome = .failed(Samples.refused)
        let summary = try Self.summary(.flat, [failed])
        #expect(!summary.isFlat && summary.pictures == names)
    }

    @Test func `a part's result says where its pictures are`() throws {
        let part = try Self.summary(.flat).parts[1]
        let bytes = ResultSummary(job: part.job, outcome: .done, finishedAt: Samples.later).json.page
        let page = try #require(ResultSummary.page(bytes, delivered: part.delivered))
        let root = try JSONDocumentParser.parse(page)
        #expect(root["pictures"]?.list?.map { $0["path"]?.text } == ["../delivered/4711-3.png"])
        #expect(root["pictures"]?.list?.map { $0["name"]?.text } == ["4711.png"])
        #expect(ResultSummary.delivered(in: page).mapValues(\.string) == ["4711.png": "4711-3.png"])
        // Once more gives the same, and what leads elsewhere is no way.
        #expect(ResultSummary.page(page, delivered: part.delivered) == page)
        for path in ["../../x.png", "/etc/passwd", "../delivered/..", "x.png", "../delivered/a/b.png"] {
            let text = String(decoding: page, as: UTF8.self).replacing("../delivered/4711-3.png", with: path)
            #expect(ResultSummary.delivered(in: Array(text.utf8)).isEmpty, "\(path)")
        }
        #expect(ResultSummary.page([1], delivered: part.delivered) == nil)
    }
}
