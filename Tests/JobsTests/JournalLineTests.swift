// SPDX-License-Identifier: Apache-2.0

import NanoBanana
import SystemPackage
import Testing

@testable import Documents
@testable import Jobs
@testable import Requests
@testable import TestSupport

/// The lines of a journal, written and read.
struct JournalLineTests {
    /// Names that no text can hold, or that JSON must escape.
    static func names() throws -> [(lane: Lane, file: FilePath.Component)] {
        let bytes = try #require(FilePath.Component(platformString: [104, -23, 46, 121, 109, 108, 0]))
        let odd: FilePath.Component = "ä \n\"\\\u{1}\u{2028}{}.yaml"
        let long = try #require(FilePath.Component(String(repeating: "ü", count: 125) + ".yaml"))
        return [
            (.root, "hero.yaml"), (Lane(path: "acme/ä \n"), bytes), (Lane(path: "a\"b/c\\d"), odd),
            (Samples.acme, long),
            (Lane(path: FilePath(root: nil, [bytes, odd])), "…"),
        ]
    }

    static let texts = ["", "余额不足", "a\"b\\c\n\r\t\u{0}\u{7F}\u{2028}", "👩‍👩‍👧", String(repeating: "x", count: 10_000)]
    static let responses: [[UInt8]] = [
        [], Array(#"{"code":200,"data":[]}"#.utf8), Array("a\nb\0".utf8), Array(0...127),
    ]

    static func explanations() -> [Explanation] {
        texts.map { Explanation(code: .refused, charge: .maybe, what: $0, details: [$0, "", "b"], next: $0) }
            + Explanation.Charge.allCases.map {
                Explanation(written: "c", charge: $0, what: "w", details: [], next: "n")
            }
    }

    static func tasks() throws -> [TaskID] {
        let texts = ["t-1", "../..", "ü\"\\/ {}", "0", String(repeating: "a", count: 512), "\u{2028}"]
        return try texts.map { try #require(TaskID($0)) }
    }

    static func answers() -> [Answer] {
        let links = [
            PictureLink(url: "https://p/1", fileName: "output.png"), PictureLink(url: "", fileName: ""),
            PictureLink(url: "not a link \"\n"),
        ]
        return responses.map { Answer(pictures: links, response: $0) } + [Answer(pictures: [], response: [])]
    }

    static let pictures: [PictureFile] = PictureKind.allCases.enumerated().map { index, kind in
        PictureFile(number: index + 1, name: "ä \"\n-\(index)", bytes: index == 0 ? .max : 0, kind: kind)
    }

    static func requests() throws -> [Request] {
        let links = try [ImageLink("https://a.b/c?d=%20&e"), ImageLink("http://[::1]:80/")]
        let large = try EditRequest(
            model: .pro, prompt: "ä\n\"x\"\u{2028}", images: links, aspectRatio: .portrait9x16, imageSize: .fourK)
        let unknown = Model(id: "some \"other\" model")
        let other = try EditRequest(model: unknown, prompt: "x", images: links)
        let meta: JSON = .object([
            "a": .array([.null, .bool(true), .number("1.50"), .string("ü")]), "b": .object(["": .string("")]),
        ])
        var named = try Samples.request()
        named.saveAs = SaveAs("ä \"{{x}\"_{n}")
        let several = Request(
            edit: large, others: [try EditRequest(model: .pro, prompt: "y", images: links, imageSize: .fourK)],
            variants: 4, meta: nil)
        return [
            named, several,
            Request(edit: large, variants: 8, meta: meta), Request(edit: other, variants: 1, meta: .object([])),
            try Samples.request(variants: 3), try Samples.request(locals: 10), try Samples.request(source: 7),
        ]
    }

    /// A new kind must be given its samples here.
    static func samples(of kind: JobEvent.Kind) throws -> [JobEvent] {
        let last = 7
        return switch kind {
        case .claimed:
            try names().flatMap { name in
                [nil, "catalog", name.file].map { .claimed(Origin(lane: name.lane, batch: $0, file: name.file)) }
            }
        case .retried:
            try names().flatMap { name in Reopening.allCases.map { .retried(name.lane, $0) } }
        case .read: try requests().map { .read($0) }
        case .split: [.split(parts: 1), .split(parts: 10_000), .split(parts: 2, deliver: .flat)]
        case .sharing: [.sharing]
        case .shared:
            try [
                .shared([]),
                .shared([
                    .init(device: .max, inode: .max, bytes: .max, modified: .min),
                    .init(device: 0, inode: 0, bytes: 0, modified: -1),
                    .init(device: 1, inode: 2, bytes: 3, modified: 4, link: ImageLink("https://a.b/c?sig=%20&x")),
                    .init(device: 1, inode: 2, bytes: 3, modified: 4, sentBytes: 2),
                ]),
            ]
        case .submitting: (0...last).map { .submitting(variant: $0) }
        case .notAccepted: texts.map { .notAccepted(variant: last, why: $0) }
        case .outcomeUnknown: texts.map { .outcomeUnknown(variant: 0, why: $0) }
        case .submitted: try tasks().map { .submitted(variant: last, $0) }
        case .answered: answers().map { .answered(variant: 1, $0) }
        case .pictureSaved: pictures.map { .pictureSaved(variant: last, $0) }
        case .fetched: [.fetched(variant: 0, pictures), .fetched(variant: last, [])]
        case .picturesLost: (0...last).map { .picturesLost(variant: $0) }
        case .variantFailed:
            explanations().map { .variantFailed(variant: 0, $0, response: nil) }
                + responses.map { .variantFailed(variant: last, Samples.refused, response: .bytes($0)) }
        case .approved:
            [.approved(Approval(submits: 1, money: nil)), .approved(Approval(submits: .max, money: "0.25"))]
        case .cancelled: explanations().map { .cancelled($0) }
        case .done: [.done]
        case .failed: explanations().map { .failed($0) }
        }
    }

    @Test(arguments: JobEvent.Kind.allCases)
    func `every event comes back from its line as it was`(kind: JobEvent.Kind) throws {
        let samples = try Self.samples(of: kind)
        #expect(!samples.isEmpty)
        for (index, event) in samples.enumerated() {
            #expect(event.kind == kind)
            let time = Timestamp(milliseconds: Samples.start.milliseconds + Int64(index))
            let line = event.line(at: time)
            #expect(line.count(where: { $0 == UInt8(ascii: "\n") }) == 1 && line.last == UInt8(ascii: "\n"))
            let found = JobEvent.read(line.dropLast())
            #expect(found?.event == event)
            #expect(found?.at == time)
        }
    }

    @Test(arguments: ["..", "../..", "acme/../..", ".", "a/./b", "/etc", "/"])
    func `a lane that leads out of the inbox is no lane`(lane: String) {
        let at = #""at":"2026-11-24T00:00:00.000Z""#
        for line in [
            #"{"event":"claimed",\#(at),"lane":"\#(lane)","file":"hero.yaml"}"#,
            #"{"event":"retried",\#(at),"lane":"\#(lane)"}"#,
        ] {
            #expect(JobEvent.read(Array(line.utf8)[...]) == nil, "\(line)")
        }
    }

    @Test(arguments: ["", ".", "..", "/", "a/.."])
    func `a file without a name of its own is no request file`(file: String) {
        let line = #"{"event":"claimed","at":"2026-11-24T00:00:00.000Z","lane":"","file":"\#(file)"}"#
        #expect(JobEvent.read(Array(line.utf8)[...]) == nil)
    }

    @Test(arguments: ["", "..", "/", "a/b"])
    func `a batch without a name of its own is no batch`(batch: String) {
        let line =
            #"{"event":"claimed","at":"2026-11-24T00:00:00.000Z","lane":"","batch":"\#(batch)","file":"a.json"}"#
        #expect(JobEvent.read(Array(line.utf8)[...]) == nil)
    }

    @Test(arguments: [-1, 0, 9, 1 << 40])
    func `a variant that no request can have is no variant`(number: Int) {
        let line = #"{"event":"submitting","at":"2026-11-24T00:00:00.000Z","variant":\#(number)}"#
        #expect(JobEvent.read(Array(line.utf8)[...]) == nil)
    }
}
