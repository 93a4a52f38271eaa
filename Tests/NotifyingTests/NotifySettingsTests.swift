// SPDX-License-Identifier: Apache-2.0

import SystemPackage
import Testing

@testable import Documents
@testable import Jobs
@testable import Notifying
@testable import Requests
@testable import Sharing
@testable import TestSupport

/// Who is told of what, as a configuration says it.
struct NotifySettingsTests {
    private static func read(_ command: String = "", _ url: String = "", _ events: String = "all") throws
        -> NotifySettings?
    {
        try NotifySettings.read(command: command, url: url, events: events)
    }

    @Test func `nothing is nobody, and either is somebody`() throws {
        #expect(try Self.read() == nil)
        #expect(try Self.read("tell 'the team'")?.command == ["tell", "the team"])
        #expect(try Self.read("", "https://a.b/c?d=e")?.url == "https://a.b/c?d=e")
        #expect(try Self.read("x", "http://127.0.0.1:8")?.settings == ["notify-command", "notify-url"])
    }

    @Test(arguments: [
        ("done", [Notification.Event.done]), ("done, failed", [.done, .failed]), ("none", []),
        (" done ,paused", [.done, .paused]), ("all", Notification.Event.chosen),
    ])
    func `events are chosen by their names`(text: String, events: [Notification.Event]) throws {
        #expect(try Self.read("x", "", text)?.events == Set(events))
    }

    @Test func `without a choice, all but each single picture is told`() {
        #expect(Set(Notification.Event.chosen).subtracting(NotifySettings.usual) == [.done])
    }

    static let mistakes: [(command: String, url: String, events: String, error: NotifySettingsError)] = [
        ("a | b", "", "all", .notWords(.shellCharacter("|"))), ("'' x", "", "all", .noProgram),
        ("", "ftp://a.b/c", "all", .badURL), ("", "a.b/c", "all", .badURL), ("", "https://a.b/#c", "all", .badURL),
        ("x", "", "dne", .noEvent("dne")), ("x", "", "test", .noEvent("test")), ("x", "", "", .noEvent("")),
        ("x", "", "all, done", .noEvent("all")),
    ]

    @Test(arguments: mistakes.indices)
    func `a mistake is said, and never with the address, which may be a secret`(index: Int) {
        let item = Self.mistakes[index]
        #expect(throws: item.error) { try Self.read(item.command, item.url, item.events) }
        #expect("\(item.error)".hasPrefix("notify-") && !"\(item.error)".contains("a.b"))
    }

    @Test(arguments: [
        ("s3cret\n", "s3cret"), ("  a b \r\nnext", "a b"), ("x", "x"), ("\n", nil), ("", nil), ("  ", nil),
    ])
    func `a secret is the first line of its file`(text: String, secret: String?) {
        #expect(NotifySettings.secret(in: Array(text.utf8)) == secret.map { Array($0.utf8) })
    }

    @Test func `a command gets the main fields as variables, whatever stands in them`() {
        var notification = OutboxTests.notification("a", .failed, job: "x$(id)\n\0'\"")
        notification.subject?.path = "failed/x"
        notification.text = String(repeating: "t", count: 1 << 20)
        let entries = notification.environment("/spool").map { String(decoding: $0, as: UTF8.self) }
        let values = Dictionary(
            uniqueKeysWithValues: entries.map { entry in
                let parts = entry.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                return (String(parts[0]), String(parts[1]))
            })
        #expect(values["BANANADROP_EVENT"] == "failed" && values["BANANADROP_ID"] == "a")
        #expect(values["BANANADROP_JOB"] == "x$(id)\n'\"" && values["BANANADROP_PATH"] == "failed/x")
        #expect(values["BANANADROP_SPOOL"] == "/spool" && values["BANANADROP_LANE"] == "acme")
        #expect(values["BANANADROP_MONEY"] == nil && values["BANANADROP_TEXT"]?.count == 1 << 16)
    }
}
