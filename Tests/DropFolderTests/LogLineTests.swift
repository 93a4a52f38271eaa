// SPDX-License-Identifier: Apache-2.0

import Foundation
import Logging
import NanoBanana
import Testing

@testable import Documents
@testable import DropFolder
@testable import Jobs

/// How an event of the log is written.
struct LogLineTests {
    private static let time = Timestamp(milliseconds: 1_795_594_530_250)

    private static func line(
        _ style: LogStyle, _ metadata: Logger.Metadata, level: Logger.Level = .info, message: String = "Done"
    ) -> String {
        LogLine(level, message, metadata, Redaction()).text(style, at: time)
    }

    struct Look: Sendable {
        var style: LogStyle
        var level: Logger.Level
        var line: String
    }

    static let looks: [Look] = [
        Look(style: .plain, level: .info, line: "2026-11-25T08:15:30.250Z info Done job=acme/hero pictures=1\n"),
        Look(style: .terminal, level: .notice, line: "08:15:30  Done job=acme/hero pictures=1\n"),
        Look(style: .terminal, level: .warning, line: "08:15:30  warning  Done job=acme/hero pictures=1\n"),
        Look(style: .journal, level: .debug, line: "<7>Done job=acme/hero pictures=1\n"),
        Look(style: .journal, level: .info, line: "<6>Done job=acme/hero pictures=1\n"),
        Look(style: .journal, level: .notice, line: "<5>Done job=acme/hero pictures=1\n"),
        Look(style: .journal, level: .warning, line: "<4>Done job=acme/hero pictures=1\n"),
        Look(style: .journal, level: .error, line: "<3>Done job=acme/hero pictures=1\n"),
        Look(
            style: .json, level: .error,
            line:
                #"{"time":"2026-11-25T08:15:30.250Z","level":"error","message":"Done","#
                + #""job":"acme/hero","pictures":"1"}"#
                + "\n"),
    ]

    @Test(arguments: looks)
    func `each style has its own beginning, and the job comes first`(look: Look) {
        #expect(Self.line(look.style, ["pictures": "1", "job": "acme/hero"], level: look.level) == look.line)
    }

    struct Value: Sendable {
        var given: String
        var text: String
        var json: String
    }

    static let values: [Value] = [
        Value(given: "acme/hero", text: "acme/hero", json: "acme/hero"), Value(given: "", text: "\"\"", json: ""),
        Value(given: "a b", text: "\"a b\"", json: "a b"),
        Value(given: "the \"one\\two\"", text: #""the \"one\\two\"""#, json: #"the \"one\\two\""#),
        Value(given: "two\nlines\r\n", text: #""two\nlines\u{d}\n""#, json: #"two\nlines\u000d\n"#),
        Value(
            given: "\u{1B}[2J\u{9B}31m\u{7F}", text: #""\u{1b}[2J\u{9b}31m\u{7f}""#,
            json: #"\u001b[2J\u009b31m\u007f"#),
        Value(given: "\u{202E}gnp\u{2028}", text: #""\u{202e}gnp\u{2028}""#, json: #"\u202egnp\u2028"#),
        Value(given: "f\u{0}", text: #""f\u{0}""#, json: #"f\u0000"#),
        Value(given: "Grüße-🎨-瓶子", text: "Grüße-🎨-瓶子", json: "Grüße-🎨-瓶子"),
        Value(given: "\u{E0001}", text: #""\u{e0001}""#, json: #"\udb40\udc01"#),
        // A name that is not UTF-8, as it becomes text.
        Value(given: "b\u{FFFD}", text: "b\u{FFFD}", json: "b\u{FFFD}"),
    ]

    @Test(arguments: values)
    func `whatever a name has in it, an event is one line and tells the name`(value: Value) throws {
        for style in [LogStyle.terminal, .journal, .plain] {
            let line = Self.line(style, ["job": "\(value.given)", "zero": "0"])
            #expect(line.hasSuffix("Done job=\(value.text) zero=0\n"), "\(line)")
            #expect(line.unicodeScalars.count { $0 == "\n" } == 1)
        }
        let line = Self.line(.json, ["job": "\(value.given)"])
        #expect(line.hasSuffix(#","message":"Done","job":"\#(value.json)"}"# + "\n"), "\(line)")
        #expect(try Self.members(line)["job"] as? String == value.given)
    }

    private static func members(_ line: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    }

    @Test func `a message of others cannot break the line either`() {
        #expect(Self.line(.journal, [:], message: "one\n<0>two\u{1B}") == "<6>one\\n<0>two\\u{1b}\n")
    }

    @Test(arguments: [LogStyle.terminal, .journal, .plain, .json])
    func `a value that is too long is cut, and the line stays shorter than journald breaks it`(style: LogStyle) {
        for text in [String(repeating: "x", count: 1 << 20), String(repeating: "\u{1B}🎨", count: 9_999)] {
            let line = Self.line(style, ["why": "\(text)", "job": "hero"])
            #expect(line.utf8.count < 48 << 10 && line.contains("…"))
            #expect(line.contains("hero"))
        }
    }

    @Test func `no field takes the place of a member that is always there`() throws {
        let line = Self.line(.json, ["message": "m", "time": "t", "level": "l", "message_": "n"])
        let members = try Self.members(line)
        #expect(members["message"] as? String == "Done" && members["level"] as? String == "info")
        #expect(members["time_"] as? String == "t")
    }

    @Test func `links are bare, and names are left as they are`() {
        let metadata: Logger.Metadata = [
            "job": "a?b=c:d@e", "path": "/srv/me:x@y/z?q=1", "why": "https://me:x@y/z?q=1",
            "list": ["https://y/z?q=1"],
        ]
        #expect(
            Self.line(.journal, metadata)
                == #"<6>Done job=a?b=c:d@e list="[\"https://y/z?***\"]" path=/srv/me:x@y/z?q=1 why=https://***@y/z?***"#
                + "\n")
    }

    @Test func `a line that a journal did not take is told without what its links carry`() throws {
        let pictures = try ["1", "2"].map { number in
            SharedPicture(device: 1, inode: 2, bytes: 3, modified: 4, link: try ImageLink("https://y/z?sig=x\(number)"))
        }
        let text = String(decoding: JobEvent.shared(pictures).line(at: Self.time), as: UTF8.self)
        for style in [LogStyle.terminal, .journal, .plain, .json] {
            let line = Self.line(style, ["lines": "\(text + text)"])
            #expect(line.contains("https://y/z?***") && !line.contains("sig="), "\(line)")
        }
    }

    @Test func `a secret is left out of everything, of names too`() throws {
        var redaction = Redaction()
        redaction.add(try #require(APIKey("very-secret")))
        let line = LogLine(.info, "a very-secret", ["job": "very-secret", "why": "very%2Dsecret"], redaction)
        #expect(line.text(.journal, at: Self.time) == "<6>a *** job=*** why=***\n")
    }

    struct Choice: Sendable {
        var format: LogStyle.Format
        var isTerminal: Bool
        var isJournal: Bool
        var style: LogStyle
    }

    static let choices: [Choice] = [
        Choice(format: .auto, isTerminal: false, isJournal: false, style: .plain),
        Choice(format: .auto, isTerminal: true, isJournal: false, style: .terminal),
        Choice(format: .auto, isTerminal: false, isJournal: true, style: .journal),
        Choice(format: .text, isTerminal: true, isJournal: false, style: .plain),
        Choice(format: .text, isTerminal: false, isJournal: true, style: .plain),
        Choice(format: .json, isTerminal: true, isJournal: false, style: .json),
        Choice(format: .json, isTerminal: false, isJournal: true, style: .json),
    ]

    @Test(arguments: choices)
    func `the setting chooses, and auto looks at where it goes`(choice: Choice) {
        let style = LogStyle(choice.format, isTerminal: choice.isTerminal, isJournal: choice.isJournal)
        #expect(style == choice.style)
    }

    @Test func `a journal that others have in their environment is none`() {
        // systemd.exec(5): programs inherit the variable from a service and may have another standard error.
        #expect(LogStyle(.auto, journal: "1:1") != .journal && LogStyle(.auto, journal: nil) != .journal)
    }
}
