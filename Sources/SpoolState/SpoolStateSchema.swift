// SPDX-License-Identifier: Apache-2.0

package import Documents
internal import Jobs

/// `status.json` as a JSON Schema (draft 2020-12), for programs that read it. Pure.
package struct SpoolStateSchema: JSONSchemaDocument {
    package init() {}

    package var json: JSON {
        Self.document(
            "status.json in the spool, and bananadrop status --json",
            Self.daemon + Self.inbox + Self.work + Self.troubles + Self.leftAlone)
    }

    private static let daemon: [Property] = [
        ("version", .object(["const": .number(SpoolState.version)])),
        ("at", time("when it was so")), ("daemon", orNull(object([("pid", count())]), "null where none runs")),
        ("pid", orNull(count())), ("started_at", orNull(time())),
        ("stopped_at", orNull(time(), "by the daemon's own last word")),
        ("idle", flag("nothing waits and nothing is under way; the page is written again when something happens")),
        ("fresh_until", orNull(time(), "a daemon that lives has written another page by then; null while idle")),
        ("trouble", list(text(), "what holds things up, in sentences")),
        ("done_since_start", count()), ("failed_since_start", count()),
    ]

    private static let inbox: [Property] = [
        ("waiting", count("request files that wait for their turn")),
        ("waiting_by_lane", list(object([("lane", text("empty for the inbox itself")), ("files", count())]))),
        (
            "next",
            list(
                object([
                    ("job", text()), ("place", count("in the queue, from 1")),
                    ("batch", orNull(text("of which it is a part"))),
                    ("hurried", flag("it goes before others, since somebody wants that")),
                ]))
        ),
        ("hurried", list(text(), "all jobs that go before others by somebody's word, held ones and batches included")),
        ("unsettled", object([("files", count("that are still being written")), ("first", list(text()))])),
        (
            "awaiting_text",
            object([("files", count("pictures that wait for the text beside them")), ("first", list(text()))])
        ),
        (
            "files_in_inbox",
            orNull(count("all request files there: waiting, held or still being written"), "not all were looked at")
        ),
        (
            "held",
            list(
                object([
                    ("why", text()), ("until", orNull(time())), ("files", count()),
                    ("jobs", count("parts of batches, and jobs that have begun")), ("first", list(text())),
                    ("would_cost", orNull(object(spent), "unless somebody has to approve of its price")),
                ]))
        ),
        ("held_count", count("files and jobs")),
    ]

    private static let work: [Property] = [
        ("under_way", orNull(list(job), "for those who may not see it")),
        ("under_way_count", orNull(count("a batch is one"))), ("recent", list(ended, "the last first")),
        (
            "today",
            object(
                [("day", orNull(text("local", format: "date"), "until the ledger was read"))] + spent + [
                    ("lanes", list(object([("lane", text())] + spent), "those below a lane count for it, too")),
                    (
                        "limits",
                        list(
                            object([
                                ("limit", text("the setting's name")), ("lane", orNull(text())), ("size", text()),
                                ("left", text()),
                            ]))
                    ),
                ])
        ),
    ]

    private static let job = object([
        ("job", text()), ("stage", word(JobStage.allCases.map(\.rawValue))), ("what", text("the same in words")),
        ("claimed_at", time()), ("expected_at", orNull(time(), "where nobody knows")),
        ("progress", orNull(object([("done", count()), ("of", count())]), "a batch has parts, others variants")),
        ("awaits", list(text(), "own pictures that are not there yet, or the file that is still written to")),
        (
            "coming",
            orNull(name("of the folder with what is done of a batch, relative to the spool"), "where none is shown")
        ),
    ])

    private static let ended = object([
        ("job", text()), ("outcome", word(["done", "failed"])), ("folder", name("relative to the spool")),
        ("at", time()), ("pictures", list(text(), "some of them, relative to the folder")), ("picture_count", count()),
        ("parts", orNull(count(), "where it is no batch")), ("code", orNull(text("a fixed word"), "where it is done")),
        ("what", orNull(text())), ("next", orNull(text("what to do"))),
        ("charged", word(Explanation.Charge.allCases.map(\.rawValue))),
    ])

    private static let spent: [Property] = [
        ("submits", count()), ("money", text("a decimal number, in the currency of the prices")),
        ("submits_without_price", count()),
    ]

    private static let troubles: [Property] = [
        (
            "paused",
            orNull(
                object([
                    ("why", word(ServiceTrouble.Kind.allCases.map(\.rawValue))), ("message", text()),
                    ("since", time()), ("next_try", orNull(time())),
                ]))
        ),
        (
            "paused_by",
            list(
                object([
                    ("lane", orNull(text(), "for all")), ("why", text()),
                    ("until", orNull(time(), "until somebody takes it away")),
                ]), "by a file called PAUSE")
        ),
        ("idle_limits", list(text(), "limits for lanes that are not there")),
        ("disk", orNull(text("why it refuses to write"))), ("room", orNull(text("that there is hardly any"))),
        ("refused_jobs", list(object([("job", text()), ("why", text())]))),
        ("closed_lanes", list(object([("folder", name()), ("why", text())]))),
        ("sharing", orNull(text("why pictures cannot be published"))),
        (
            "tasks",
            list(
                object([
                    ("why", text()), ("since", time()), ("count", count()),
                    ("first", list(object([("job", text()), ("task", text())]))),
                ]))
        ),
        ("stranded", list(object([("why", text()), ("since", time()), ("folder", name())]))),
        ("inbox_is_gone", flag()),
        (
            "reload",
            orNull(
                object([
                    ("count", count("since the start")), ("began", count("milliseconds since the machine's start")),
                    ("refused", orNull(text())), ("changed", list(text())), ("needs_restart", list(text())),
                    ("key_needs_restart", flag()),
                ]))
        ),
        ("watching", orNull(word(["events", "polling"]))), ("watching_why", orNull(text())),
        ("polling", orNull(text("the same as watching_why"))),
    ]

    private static let leftAlone: [Property] = [
        ("left_alone", list(object([("file", name("relative to the inbox")), ("why", text())]), "some by name")),
        (
            "left_alone_more",
            list(object([("folder", name("with all below it")), ("why", text()), ("files", count())]))
        ),
        ("left_alone_count", count("all of them")),
    ]
}
