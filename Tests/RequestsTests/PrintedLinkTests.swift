// SPDX-License-Identifier: Apache-2.0

import NanoBanana
import Testing

@testable import Documents
@testable import Requests
@testable import TestSupport

/// Links that a publish command prints.
struct PrintedLinkTests {
    /// 2026-11-30T12:00:00Z.
    private static let noon = Timestamp(milliseconds: 1_796_040_000_000)

    private static func read(_ output: String) -> PrintedLink.Reading {
        PrintedLink.read(Array(output.utf8), .publicOnly, at: noon)
    }

    @Test(arguments: [
        "https://a.b/c.png", "https://a.b/c.png\n", "put c.png\nhttps://a.b/c.png\r\n\r\n", "\r100%\rhttps://a.b/c.png",
        " \thttps://a.b/c.png \n  \n", "http://no.b/x.png\nhttps://a.b/c.png",
    ])
    func `the last line with something in it is the link`(output: String) throws {
        let link = try ImageLink("https://a.b/c.png")
        #expect(Self.read(output) == .link(link))
    }

    @Test func `a signed link is taken as it is`() throws {
        let query = "?X-Amz-Date=20261130T115500Z&X-Amz-Expires=3600&X-Amz-Signature=0f"
        for text in ["https://b.s3.amazonaws.com/c.png\(query)", "HTTP://a.b/c.png"] {
            let link = try ImageLink(text)
            #expect(Self.read(text + "\n") == .link(link))
        }
    }

    @Test(arguments: ["", "\n", " \t\r\n\n", String(repeating: "x", count: PrintedLink.longest + 1)])
    func `nothing is printed`(output: String) { #expect(Self.read(output) == .nothing) }

    @Test(arguments: ["upload: ./a to s3://b/c", "ftp://a.b/c.png", "a.b/c.png", "see https://a.b/c.png", "{}"])
    func `what does not begin as a link does are words`(line: String) {
        #expect(Self.read("https://a.b/c.png\n\(line)\n") == .words(line))
    }

    struct Bad: Sendable {
        var line: String
        var problem: PrintedLink.Problem
        var sentence: String
    }

    static let bad: [Bad] = [
        Bad(
            line: "https://a.b/" + String(repeating: "x", count: PrintedLink.longest), problem: .tooLong,
            sentence: "a line of more than 8 KiB, too long for a link"),
        Bad(
            line: "https://a.b/c d.png?sig=secret", problem: .malformed,
            sentence: "\"https://a.b/c d.png?***\", and that is no link"),
        Bad(
            line: "https://u:p@a.b/c.png", problem: .malformed,
            sentence: "\"https://***@a.b/c.png\", and that is no link"),
        Bad(
            line: "https://a.b/\u{1B}[1m", problem: .malformed,
            sentence: "\"https://a.b/U+001B[1m\", and that is no link"),
        Bad(
            line: "http://192.168.0.7/c.png", problem: .fault(.unreachable(host: "192.168.0.7")),
            sentence:
                "a link that cannot be sent: \"http://192.168.0.7/c.png\" leads to 192.168.0.7, which only your own "
                + "network can open, not the API; publish the picture elsewhere, or name the picture's file instead"),
        Bad(
            line: "https://a.b/undefined?sig=secret", problem: .fault(.unfilled("undefined")),
            sentence:
                "a link that cannot be sent: \"https://a.b/undefined?***\" contains \"undefined\", which a program "
                + "writes when it has no value; correct the program that writes the file"),
    ]

    @Test(arguments: bad)
    func `what begins so and cannot be sent is told, without a signature`(item: Bad) {
        #expect(Self.read("fine\n" + item.line + "\n") == .bad(item.line, item.problem))
        #expect(Wording.sentence(item.problem, item.line) == item.sentence)
    }

    @Test func `one that has run out is none`() {
        let line = "https://a.b/c.png?Expires=1796000000&Signature=secret"
        guard case .bad(line, .fault(.ranOut(let end))) = Self.read(line) else {
            Issue.record("\(Self.read(line))")
            return
        }
        #expect(end == Timestamp(milliseconds: 1_796_000_000_000))
        #expect(!Wording.sentence(.fault(.ranOut(end)), line).contains("secret"))
    }

    @Test(arguments: [[0xFF, 0xFE], Array("https://a.b/".utf8) + [0xC3, 0x28]])
    func `bytes that are no text are no link`(output: [UInt8]) {
        if case .link = PrintedLink.read(output, .publicOnly, at: Self.noon) { Issue.record("it is one") }
    }

    struct Age: Sendable {
        /// From the moment at which it was printed; `nil` for a link that does not say it.
        var end: Int64?
        /// How long it is sent, in seconds.
        var good: Int64
    }

    @Test(arguments: [
        Age(end: nil, good: 3_600), Age(end: 7_200, good: 6_600), Age(end: 1_200, good: 600), Age(end: 60, good: 30),
        Age(end: 1, good: 1),
    ])
    func `a link is sent as long as the API has time to fetch it, or for an hour`(age: Age) throws {
        let start = Self.noon.milliseconds / 1000
        let query = age.end.map { "?Expires=\(start + $0)&Signature=x" } ?? ""
        let link = PrintedLink(try ImageLink("https://a.b/c.png\(query)"), at: Self.noon)
        func isGood(after milliseconds: Int64) -> Bool {
            link.isGood(at: Timestamp(milliseconds: Self.noon.milliseconds + milliseconds))
        }
        let last = age.end == 1 ? 500 : age.good * 1000
        #expect(isGood(after: 0) && isGood(after: last - 1))
        #expect(!isGood(after: last))
    }

    @Test func `printed links take the places of those that were read, each of its own picture`() throws {
        var rules = RequestRules()
        rules.sharedLinks = .toBePrinted
        let text = "prompt: x\nimages: [a.png, https://c.d/e.png, b.png, a.png]\n"
        let request = try RequestReader(rules: rules).read(Array(text.utf8), as: .yaml)
        #expect(request.hasLinksToBePrinted)
        let signed = try ImageLink("https://a.b/1.png?sig=1")
        let half = request.linked(to: [signed, nil])
        #expect(half.hasLinksToBePrinted)
        let whole = request.linked(to: [signed, try ImageLink("https://i.host/xyz")])
        #expect(
            whole.edit.images.map(\.text) == [signed.text, "https://c.d/e.png", "https://i.host/xyz", signed.text])
        #expect(!whole.hasLinksToBePrinted)
        #expect(whole.fingerprint == request.fingerprint)
        #expect(request.linked(to: []) == request)
    }

    @Test func `each variant of a list of prompts is sent with the printed links`() throws {
        var rules = RequestRules()
        rules.sharedLinks = .toBePrinted
        let request = try RequestReader(rules: rules).read(
            Array("prompt: [x, y]\naspect_ratio: [1:1, 9:16]\nimages: [a.png]\n".utf8), as: .yaml)
        let signed = try ImageLink("https://a.b/1.png?sig=1")
        let sent = request.linked(to: [signed])
        #expect((0..<sent.variants).map { sent.edit(of: $0).images } == Array(repeating: [signed], count: 4))
    }
}
