// SPDX-License-Identifier: Apache-2.0

import NanoBanana
import SystemPackage
import Testing

@testable import Jobs
@testable import Requests
@testable import TestSupport

/// Replay: any prefix of any journal, and damage.
struct JournalTextTests {
    private static func journal() throws -> [UInt8] {
        let start = Samples.start
        let name = try #require(FilePath.Component(platformString: [104, -23, 46, 121, 109, 108, 0]))
        let origin = Origin(lane: Lane(path: "acme/ä \n"), file: name)
        let events: [JobEvent] = [
            .claimed(origin), .read(try Samples.request()), .submitting(variant: 0),
            .notAccepted(variant: 0, why: "余额"), .submitting(variant: 0), .submitted(variant: 0, Samples.task),
            .answered(variant: 0, Samples.answer), .fetched(variant: 0, [Samples.picture]), .done,
        ]
        return Samples.sealed(events.flatMap { $0.line(at: start) })
    }

    @Test func `every prefix replays, and a torn last line is dropped`() throws {
        let bytes = try Self.journal()
        for length in 0...bytes.count {
            let text = try JournalText(Array(bytes[..<length]))
            let whole = bytes[..<length].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
            #expect(text.length == whole)
        }
        #expect(try JournalText(bytes).job?.outcome == .done)
    }

    @Test func `a name that is no text and a lane with a newline come back as they were`() throws {
        let origin = try #require(try JournalText(try Self.journal()).job?.origin)
        #expect(origin.lane.path == "acme/ä \n")
        #expect(origin.file == FilePath.Component(platformString: [104, -23, 46, 121, 109, 108, 0]))
    }

    @Test func `zeros after the last line, as a power cut leaves them, are torn too`() throws {
        let bytes = try Self.journal()
        #expect(try JournalText(bytes + Array(repeating: 0, count: 300)).length == bytes.count)
    }

    @Test func `a damaged line before the last is reported with its number`() throws {
        var bytes = try Self.journal()
        let second = try #require(bytes.firstIndex(of: UInt8(ascii: "\n"))) + 1
        bytes[second] = UInt8(ascii: "#")
        #expect(throws: JournalText.Damage.line(2)) { try JournalText(bytes) }
    }

    @Test func `a line that is not where it was written is damage, though it may follow`() throws {
        let events: [JobEvent] = [
            .claimed(Samples.origin), .read(try Samples.request()), .submitting(variant: 0),
            .notAccepted(variant: 0, why: "key"), .submitting(variant: 0),
        ]
        let lines = Samples.sealed(events.flatMap { $0.line(at: Samples.start) }).split(separator: UInt8(ascii: "\n"))
        let without = (lines[..<2] + lines[4...]).flatMap { $0 + [UInt8(ascii: "\n")] }
        #expect(throws: JournalText.Damage.line(3)) { try JournalText(without) }
        let twice = (lines + lines[3...3] + lines[4...4]).flatMap { $0 + [UInt8(ascii: "\n")] }
        #expect(throws: JournalText.Damage.line(6)) { try JournalText(twice) }
    }

    @Test func `events that contradict each other are damage`() throws {
        let events: [JobEvent] = [.claimed(Samples.origin), .done, .done]
        let lines = Samples.sealed(events.flatMap { $0.line(at: Samples.start) })
        #expect(throws: JournalText.Damage.line(2)) { try JournalText(lines) }
    }

    @Test(arguments: [
        "hello", "{}",
        "{\"event\":\"submitting\",\"at\":\"2026-11-24T00:00:00.000Z\",\"variant\":-9223372036854775808}",
    ])
    func `a line that is none of ours is never a trap`(line: String) throws {
        let text = line + "\n" + line + "\n"
        #expect(throws: JournalText.Damage.line(1)) { try JournalText(Array(text.utf8)) }
    }
}
