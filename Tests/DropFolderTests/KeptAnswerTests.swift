// SPDX-License-Identifier: Apache-2.0

import Foundation
import NanoBanana
import SystemPackage
import Testing

@testable import DropFolder
@testable import Jobs
@testable import Spool
@testable import TestSupport

/// Answers that are too long for the journal, or hold a picture.
struct KeptAnswerTests {
    private static let inline = [
        PictureLink(url: "https://p/1"), PictureLink(url: "data:image/png;base64,AAAA"), PictureLink(url: "/p/2"),
    ]

    static func event(_ pictures: [PictureLink], _ response: [UInt8]) -> JobEvent {
        .answered(variant: 0, Answer(pictures: pictures, response: response))
    }

    private static func failed(_ response: [UInt8]?) -> JobEvent {
        .variantFailed(variant: 2, Samples.refused, response: response.map(KeptAnswer.bytes))
    }

    @Test(
        arguments: [
            (event(inline, [1]), 0), (event([], [UInt8](repeating: 32, count: 65_537)), 0), (event([], [0xFF]), 0),
            (failed([0xED, 0xA0, 0x80]), 2), (failed([UInt8](repeating: 32, count: 1 << 20)), 2),
        ] as [(JobEvent, Int)])
    func `an answer that is long, no text, or holds a picture gets a file, and the journal names that`(
        event: JobEvent, variant: Int
    ) throws {
        let outsized = try #require(event.outsizedAnswer)
        #expect(outsized.variant == variant)
        let file = AnswerFile(of: outsized.bytes)
        let lighter = event.naming(file)
        #expect(lighter.outsizedAnswer == nil)
        let line = lighter.line(at: Samples.start)
        #expect(line.count < 1000)
        #expect(!String(decoding: line, as: UTF8.self).contains("AAAA"))
        let read = try #require(JobEvent.read(line.dropLast()))
        #expect(read.event == lighter)
    }

    @Test(arguments: [
        event([], [UInt8](repeating: 32, count: 65_536)), event([inline[0]], Array("{}".utf8)), failed(nil),
        failed(Array("no".utf8)), .done,
    ])
    func `a short text stays in the journal`(event: JobEvent) {
        #expect(event.outsizedAnswer == nil)
    }

    @Test func `a journal of an earlier version reads, with its bytes as numbers and its pictures as links`() throws {
        let line =
            #"{"event":"answered","at":"2026-11-24T08:15:30.250Z","variant":1,"pictures":[{"url":"data:;base64,AAAA"}],"#
            + #""response":[255,0]}"#
        let event = try #require(JobEvent.read(Array(line.utf8)[...])?.event)
        let place = PicturePlace.link(PictureLink(url: "data:;base64,AAAA"))
        #expect(event == .answered(variant: 0, Answer(places: [place], response: [255, 0])))
    }

    @Test(arguments: [
        #"{"bytes":1}"#, #"{"bytes":1,"fingerprint":"zz"}"#, #"{"fingerprint":"0000000000000000"}"#, "7",
    ])
    func `a line that names no file is none of ours`(file: String) {
        let line =
            #"{"event":"answered","at":"2026-11-24T08:15:30.250Z","variant":1,"pictures":[],"response_file":\#(file)}"#
        #expect(JobEvent.read(Array(line.utf8)[...]) == nil)
    }

    @Test func `an answer is taken from its file only where that is what was written`() async throws {
        try await Scratch.with { scratch in
            let folder = JobFolder(path: scratch.path)
            let bytes = Array("an answer with a picture".utf8)
            let kept = KeptAnswer.file(AnswerFile(of: bytes))
            #expect(try folder.answer(1, .bytes([1, 2])) == [1, 2])
            #expect(try folder.answer(1, kept) == nil)
            try scratch.write(bytes, to: "response-2.json")
            #expect(try folder.answer(1, kept) == bytes)
            #expect(try folder.answer(0, kept) == nil)
            try scratch.write(Array("an answer with a pictUre".utf8), to: "response-2.json")
            #expect(try folder.answer(1, kept) == nil)
            try scratch.write(bytes + [0], to: "response-2.json")
            #expect(try folder.answer(1, kept) == nil)
            try scratch.write(bytes, to: "elsewhere")
            try scratch.link("response.json", to: scratch.path.appending("elsewhere"))
            #expect(try folder.answer(0, kept) == nil)
        }
    }

    @Test func `what has a file of its own is not written again with the result`() async throws {
        try await Scratch.with { scratch in
            try scratch.write([7], to: "response.json")
            let file = KeptAnswer.file(AnswerFile(of: [7]))
            let (job, _) = try Samples.job(after: [
                .read(try Samples.request()), .submitting(variant: 0),
                .variantFailed(variant: 0, Samples.refused, response: file),
            ])
            try JobFolder(path: scratch.path).writeResult(of: job, .failed(Samples.refused), finishedAt: Samples.later)
            #expect(try scratch.bytes(of: "response.json") == [7])
        }
    }
}
