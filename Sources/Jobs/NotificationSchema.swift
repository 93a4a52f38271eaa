// SPDX-License-Identifier: Apache-2.0

package import Documents
internal import Requests

/// The object that is told, as a JSON Schema (draft 2020-12), for programs that are told. Pure.
package struct NotificationSchema: JSONSchemaDocument {
    package init() {}

    package var json: JSON {
        Self.document(
            "what bananadrop tells by notify-command and notify-url", Self.head,
            optional: Self.job + Self.batch + Self.why,
            [
                JSON.Member(key: "dependentRequired", value: .object(Self.together)),
                // What is told of the whole spool has no job.
                JSON.Member(
                    key: "if",
                    value: .object([
                        "properties": .object(["event": Self.word(Notification.Event.ofJobs.map(\.rawValue))])
                    ])),
                JSON.Member(key: "then", value: .object(["required": .array(["job".json])])),
            ])
    }

    private static let head: [Property] = [
        ("version", .object(["const": .number(Notification.version)])),
        ("id", text("the same whenever this is told again")),
        ("event", word(Notification.Event.allCases.map(\.rawValue))), ("at", time()),
        ("text", text("one line, ready to show")),
    ]

    private static let job: [Property] = [
        ("job", text("left out where it is about the whole spool")), ("lane", name("empty for the inbox itself")),
        ("path", name("of its folder, relative to the spool; left out where somebody took it away")),
        ("pictures", list(text(), "some of them, relative to that folder", atMost: Notification.pictureLimit)),
        ("picture_count", count("all of them")), ("charged", word(Explanation.Charge.allCases.map(\.rawValue))),
        ("submits_charged", count()), ("submits_maybe_charged", count()),
        ("money", text("a decimal number, in the currency of the prices")),
        ("money_maybe", text("what those cost that may have been charged")),
    ]

    private static let batch: [Property] = [("parts_done", count("of a batch")), ("parts_failed", count())]

    private static let why: [Property] = [
        (
            "reason",
            object(
                [("code", text("a fixed word")), ("what", text())],
                optional: [
                    ("details", list(text())), ("next", text("what to do")),
                    ("who", word(FailureCode.Actor.allCases.map(\.rawValue), "who can do something about it")),
                ])
        )
    ]

    /// What comes with what.
    private static let together: [JSON.Member] = [
        ("job", ["lane", "pictures", "picture_count", "charged", "submits_charged", "submits_maybe_charged"]),
        ("parts_done", ["job", "parts_failed"]),
    ].map { JSON.Member(key: $0.0, value: .array($0.1.map(\.json))) }
}

extension Notification.Event {
    /// Those that tell of one job at its end.
    fileprivate static let ofJobs = allCases.filter { event in
        switch event {
        case .done, .failed, .batchDone: true
        case .paused, .goneOn, .limitReached, .heldForApproval, .test: false
        }
    }
}
