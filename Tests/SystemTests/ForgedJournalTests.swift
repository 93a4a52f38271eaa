// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import NanoBananaSimulator
import Testing

/// Whoever may drop may write a journal by hand and put it back as a failed job. It leads nowhere outside of the spool,
/// pays for no more than a request of his would, and ends in words.
@Suite(.watched, .timeLimit(.minutes(15)), .enabled(if: Needs.users))
struct ForgedJournalTests {
    struct Forgery: Sendable {
        var name: String
        var lines: [String]
        /// Beside the journal: a shell script of the member's, run in the folder.
        var script = "true"
        /// What the log says of it.
        var words: String
        /// How often the request beside it is paid for.
        var paid = 0
    }

    private typealias Line = ForgedJournal
    private static let damaged = "why=\"it is the folder of a job whose journal is damaged"
    private static let mark = "HUSH-77c1"

    private static func begun(_ name: String) -> [String] {
        [Line.claimed(name + ".yaml"), Line.read(name), Line.submitting]
    }

    private static func answered(_ name: String, _ link: String) -> [String] {
        begun(name) + [Line.submitted("t-" + name), Line.answered(link), Line.variantFailed, Line.failed]
    }

    static let forgeries: [Forgery] = [
        Forgery(name: "anew", lines: [Line.claimed("anew.yaml"), Line.failed], words: " Done job=anew ", paid: 1),
        Forgery(
            name: "charged", lines: begun("charged") + [Line.variantFailed, Line.failed], words: " Done job=charged ",
            paid: 1),
        Forgery(name: "file", lines: answered("file", "file:///etc/passwd"), words: " Failed job=file "),
        Forgery(name: "word", lines: answered("word", "../../private/key"), words: " Failed job=word "),
        Forgery(
            name: "names",
            lines: begun("names") + [
                Line.submitted("t"), Line.answered(), Line.fetched("../../private/key"), Line.failed,
            ], words: "job=names "),
        Forgery(
            name: "passwd",
            lines: begun("passwd") + [Line.submitted("t"), Line.answered(), Line.fetched("/etc/passwd"), Line.failed],
            words: "job=passwd "),
        Forgery(
            name: "key",
            lines: begun("key") + [
                Line.submitted("t"), Line.answered(), Line.fetched("key.png", bytes: "\(mark.utf8.count)"), Line.failed,
            ], script: "ln -s ../../../private/key key.png", words: "key why=\"it is the folder of a failed job, and"),
        // A request that names its pictures after what lies beside it, and one that names none.
        Forgery(
            name: "sought",
            lines: [
                Line.claimed("sought.yaml"), Line.read("sought", local: #","save_as":"sought""#), Line.submitting,
                Line.submitted("t-sought"), Line.answered("https://a.b/c.png"),
                Line.fetched("sought.png", bytes: "\(mark.utf8.count)"), Line.failed,
            ], script: "ln -s ../../../private/key sought.png",
            words: "sought why=\"it is the folder of a failed job, and"),
        Forgery(
            name: "nameless",
            lines: [
                Line.claimed("nameless.yaml"), Line.read("nameless", local: #","save_as":"{x}..""#), Line.submitting,
                Line.submitted("t-nameless"), Line.answered("file:///etc/passwd"), Line.variantFailed, Line.failed,
            ], words: " Failed job=nameless "),
        Forgery(
            name: "huge",
            lines: begun("huge") + [
                Line.submitted("t"), Line.answered(),
                Line.fetched("huge-1.png", number: "9223372036854775807", bytes: "9223372036854775807"), Line.failed,
            ], words: "job=huge "),
        Forgery(
            name: "parts",
            lines: [
                Line.claimed("parts.yaml"), #"{"event":"split","parts":9223372036854775807}"#, Line.failed,
            ], words: "job=parts "),
        Forgery(
            name: "many", lines: [Line.claimed("many.yaml"), Line.read("many", variants: 1_000_000_000), Line.failed],
            words: "many " + damaged),
        Forgery(
            name: "done",
            lines: begun("done") + [
                Line.submitted("t"), Line.answered(), Line.fetched("done-1.png"), Line.done, Line.failed,
            ], words: "done " + damaged),
        Forgery(
            name: "late",
            lines: [#"{"event":"claimed","lane":"","file":"late.yaml","at":"99999999999-1-1T0:0:0.0Z"}"#],
            words: "late " + damaged),
        Forgery(name: "up", lines: [Line.claimed("../../private/key.yaml"), Line.failed], words: "up " + damaged),
        Forgery(
            name: "away", lines: [Line.claimed("away.yaml", lane: "../../private"), Line.failed],
            words: "away " + damaged),
        Forgery(
            name: "root", lines: [Line.claimed("root.yaml", lane: "/etc"), Line.failed], words: "root " + damaged),
        Forgery(
            name: "folder", lines: [Line.claimed("originals"), Line.failed], script: "mkdir originals",
            words: "folder " + damaged),
        Forgery(
            name: "long", lines: [Line.claimed(String(repeating: "x", count: 300) + ".yaml"), Line.failed],
            words: "long " + damaged),
        Forgery(
            name: "local",
            lines: [
                Line.claimed("local.yaml"),
                Line.read(
                    "local",
                    local:
                        #","local":[{"file":"../../private/a.png","name":"\#(String(repeating: "a", count: 32)).png"}]"#
                ),
                Line.failed,
            ], words: "local " + damaged),
        Forgery(
            name: "lane", lines: [Line.claimed("lane.yaml"), Line.failed, #"{"event":"retried","lane":"others"}"#],
            words: "lane why=\"it is the folder of a job whose journal ends too early"),
        Forgery(
            name: "nothing", lines: [], words: "nothing why=\"it is the folder of a job whose journal ends too early"),
        Forgery(
            name: "led", lines: [], script: "rm journal.jsonl; ln -s ../../../private/key journal.jsonl",
            words: "led " + damaged),
        Forgery(
            name: "socket", lines: [],
            script:
                "rm journal.jsonl; perl -MIO::Socket::UNIX -e 'IO::Socket::UNIX->new(Local=>\"journal.jsonl\",Listen=>1) or die'",
            words: "socket " + damaged),
        // Last, since it is to be there at the end, and is asked for two minutes only.
        Forgery(
            name: "task", lines: begun("task") + [Line.submitted("../../invented"), Line.variantFailed, Line.failed],
            words: "A task gets no usable answer; still polling job=task "),
    ]

    @Test func `a forged journal is believed in nothing that is not its owner's`() async throws {
        try await withSimulator { simulator, base in
            try await SharedSpool.with { shared in
                for name in ["key", "key.yaml", "a.png"] { try shared.hide(Data(Self.mark.utf8), as: name) }
                try await shared.withDaemon(base) { daemon in
                    for forgery in Self.forgeries { try await Self.drop(forgery, shared) }
                    try await shared.act(
                        .member, "printf 'prompt: good\\nimage: https://a.b/c.png\\n' >inbox/good.yaml")
                    for forgery in Self.forgeries {
                        let isTold = await shared.tells(forgery.words, daemon)
                        #expect(isTold, "\(forgery.name): \(daemon.lines.filter { $0.contains(forgery.name) })")
                    }
                    #expect(await daemon.result(of: "good")?.contains(" Done ") == true)
                    // What is told of some is that they go on: all but the invented task end before the daemon does.
                    while shared.spool.names(in: shared.spool.processing).contains(where: {
                        $0.prefix { $0 != "." } != "task"
                    }) {
                        try await Task.sleep(for: .milliseconds(20))
                    }
                }
                // Nobody's trouble but its owner's, at the next start either.
                try await shared.withDaemon(base) { daemon in
                    #expect(!daemon.lines.contains { $0.contains("cannot") }, "\(daemon.lines)")
                }
                // An invented task is asked for two minutes.
                let left = shared.spool.names(in: shared.spool.processing)
                #expect(left.map { $0.prefix { $0 != "." } } == ["task"])
                for forgery in Self.forgeries {
                    #expect(simulator.ledger.snapshot.paid(forgery.name) == forgery.paid, "\(forgery.name)")
                }
                #expect(simulator.ledger.snapshot.paid == 1 + Self.forgeries.map(\.paid).reduce(0, +))
                for folder in ["processing", "done", "failed", "ledger"] {
                    let found = SharedSpool.files(
                        below: shared.spool.root.appendingPathComponent(folder), with: Data(Self.mark.utf8))
                    #expect(found == [], "\(folder)")
                }
                for name in ["key", "key.yaml", "a.png"] {
                    let file = shared.around.appendingPathComponent("private/" + name)
                    #expect(try Data(contentsOf: file) == Data(Self.mark.utf8))
                }
                for job in ["file", "word"] {
                    #expect(try !shared.spool.prose("failed/\(job)/error.txt").isEmpty)
                }
            }
        }
    }

    private static func drop(_ forgery: Forgery, _ shared: SharedSpool) async throws {
        let journal = shared.around.appendingPathComponent("journal")
        try Data(ForgedJournal(forgery.lines).text.utf8).write(to: journal)
        chmod(journal.path, 0o644)
        let name = forgery.name
        // Of each folder only some are named that are left alone.
        let lane = forgery.words.hasSuffix(damaged) && forgery.script == "true" ? "of-\(name)/" : ""
        try await shared.act(
            .member,
            """
            mkdir inbox/.new; cd inbox/.new
            cp \(journal.path) journal.jsonl
            printf 'prompt: \(name)\\nimage: https://a.b/c.png\\n' >\(name).yaml
            \(forgery.script)
            mkdir -p ../\(lane); mv ../.new ../\(lane)\(name)
            """)
    }
}
