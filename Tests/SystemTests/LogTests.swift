// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import NanoBananaSimulator
import Testing

/// The log as administrators read it: a job's life is found by its name.
@Suite(.watched, .timeLimit(.minutes(15)))
struct LogTests {
    private static let link = "https://example.com/bottle.png"

    struct Life: Sendable {
        /// Bytes as a file system has them.
        var file: [UInt8]
        var content: String
        /// The job as it stands in a line of text, and in one of JSON.
        var text: String
        var json: String
        var messages: [String]
        var more = ""

        init(
            _ file: String, _ content: String, text: String, json: String? = nil, _ messages: [String],
            more: String = ""
        ) {
            self.file = Array(file.utf8)
            (self.content, self.text, self.json, self.messages, self.more) = (
                content, text, json ?? text, messages, more
            )
        }
    }

    private static let usual = ["Claimed", "Submitted", "Done"]

    static let lives: [Life] = {
        var latin = Life("", TestSpool.request("latin"), text: "caf\u{FFFD}", usual)
        latin.file = Array("caf".utf8) + [0xE9] + Array(".yaml".utf8)
        return [
            latin,
            Life("hero.yaml", TestSpool.request("plain"), text: "hero", usual),
            Life("acme/spring/hero.yaml", TestSpool.request("lane"), text: "acme/spring/hero", usual),
            Life(
                "odd/a \"näme\"?x=1 – 🎨.yaml", TestSpool.request("odd"), text: #""odd/a \"näme\"?x=1 – 🎨""#,
                json: #"odd/a \"näme\"?x=1 – 🎨"#, usual),
            Life(
                "odd/two\nlines.yaml", TestSpool.request("two"), text: #""odd/two\nlines""#, json: #"odd/two\nlines"#,
                usual),
            Life(
                "acme/bad.yaml", TestSpool.request("\"[fault:submit=code400]\""), text: "acme/bad",
                ["Claimed", "Failed"], more: "refused"),
            Life("wrong.yaml", "promt: x\n", text: "wrong", ["Claimed", "Failed"], more: "invalid-request"),
            Life(
                "acme/catalog.csv", "name,prompt,image\nred,one,\(link)\n,two,\(link)\n", text: "acme/catalog",
                ["Claimed", "A batch: its parts start", "Done"]),
        ]
    }()

    private static func drop(_ life: Life, _ spool: TestSpool) throws {
        let folder = spool.inbox.path + "/"
        for lane in ["acme/spring", "odd"] {
            try FileManager.default.createDirectory(atPath: folder + lane, withIntermediateDirectories: true)
        }
        let new = spool.root.path + "/.new"
        try Data(life.content.utf8).write(to: URL(fileURLWithPath: new))
        let target = (Array(folder.utf8) + life.file + [0]).map { CChar(bitPattern: $0) }
        guard rename(new, target) == 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
    }

    /// As `grep -F` finds them, by a name in full.
    private static func lines(of job: String, _ daemon: Program, _ look: LogLook) -> [String] {
        let name = look.jobField(job)
        return daemon.lines.filter { $0.contains(name) }
    }

    private static func messages(_ lines: [String], _ look: LogLook, _ known: [String]) -> [String] {
        lines.compactMap { line in known.first { look.says($0, line) } }
    }

    private static func expect(_ life: Life, _ daemon: Program, _ look: LogLook) async {
        let job = look == .json ? life.json : life.text
        let name = look.jobField(job)
        let last = life.messages.last ?? ""
        let ending = await daemon.line { $0.contains(name) && look.says(last, $0) } ?? ""
        #expect(life.more.isEmpty || ending.contains(life.more), "\(name): \(ending)")
        let lines = lines(of: job, daemon, look)
        #expect(messages(lines, look, usual + life.messages) == life.messages, "\(lines)")
        let submit = lines.first { look.says("Submitted", $0) }
        if let submit { #expect(submit.contains(look == .json ? "\"task\":\"" : " task=")) }
    }

    @Test(arguments: LogLook.allCases)
    func `one search for its name finds a job's life`(look: LogLook) async throws {
        try await withSimulator { _, base in
            try await TestSpool.with { spool in try await Self.live(look, base, spool) }
        }
    }

    private static func live(_ look: LogLook, _ base: String, _ spool: TestSpool) async throws {
        let arguments = ["run", "--spool", spool.root.path, "--api-url", base, "--poll-interval", "0.02"]
        let daemon = try Program(arguments + look.options, launcher: look.launcher(output: spool.root.path + "/said"))
        for life in lives { try drop(life, spool) }
        for life in lives { await expect(life, daemon, look) }
        for part in ["001-red", "002"] {
            let lines = lines(of: "acme/catalog/\(part)", daemon, look)
            #expect(messages(lines, look, usual) == ["Submitted", "Done"], "\(lines)")
        }
        daemon.send(SIGTERM)
        #expect(await daemon.end() == 0)
        // Nobody else writes there, and nothing breaks a line.
        await daemon.line { _ in false }
        let strange = daemon.lines.filter { !look.isRight($0) }
        #expect(strange == [])
        #expect(try spool.data("said").isEmpty)
        let variants = try spool.json("done/acme/spring/hero/result.json")["variants"] as? [[String: Any]]
        let task = try #require(variants?.first?["task_id"] as? String)
        #expect(lines(of: "acme/spring/hero", daemon, look).contains { $0.contains(look.field("task", task)) })
    }

    @Test func `a look that does not exist is an error`() async throws {
        try await TestSpool.with { spool in
            let result = try await Program.run(["run", "--spool", spool.root.path, "--log-format", "xml"])
            #expect(result.code == 78)
            #expect(result.errors == ["bananadrop: log-format cannot be \"xml\": it is auto, text or json"])
        }
    }

    @Test func `many folders that come at once and are taken bring no line on standard error but the log's own`()
        async throws
    {
        let jobs = (1...60).map { "job\($0)" }
        try await withSimulator { _, base in
            try await TestSpool.with { spool in
                let quick = ["--log-format", "json", "--max-in-flight", "30", "--repeat-limit", "0"]
                try await spool.guarded(base, quick) { daemon in
                    for job in jobs { try spool.drop("promt: typo\n", as: "\(job).yaml") }
                    for job in jobs { #expect(await LogLook.json.result(of: job, daemon)?.contains("Failed") == true) }
                    // By one rename, so that all of them are there at once, and gone while they are still looked at.
                    let lane = spool.inbox.path + "/again"
                    #expect(rename(spool.failed.path, lane) == 0)
                    try FileManager.default.createDirectory(
                        atPath: spool.failed.path, withIntermediateDirectories: true)
                    for job in jobs {
                        #expect(await LogLook.json.result(of: "again/\(job)", daemon)?.contains("Failed") == true)
                    }
                    #expect(daemon.lines.filter { !LogLook.json.isRight($0) } == [])
                }
            }
        }
    }

    @Test func `a reader of the log who has stopped reading stops nothing, and not the end either`() async throws {
        try await withSimulator { _, base in
            try await TestSpool.with { spool in
                for number in 0..<30 { try spool.drop("promt: typo\n", as: "typo\(number).yaml") }
                // The pipe is open and nobody reads it: it holds a page (F_SETPIPE_SZ, fcntl(2)), less than what is said.
                let script = """
                    mkfifo "$1/pipe"; exec 3<>"$1/pipe"
                    python3 -c 'import fcntl; fcntl.fcntl(3, 1031, 4096)'
                    BANANADROP_API_KEY=x "$2" run --spool "$1" --api-url "$3" --log-level debug \
                        --repeat-limit 0 2>&3 & daemon=$!
                    until [ "$(ls "$1/failed" | wc -l)" = 30 ]; do sleep 0.1; kill -0 $daemon; done
                    kill -TERM $daemon; wait $daemon
                    """
                try await Tool.run("sh", "-euc", script, "sh", spool.root.path, Program.binary.path, base)
                #expect(spool.names(in: spool.inbox) == [] && spool.names(in: spool.failed).count == 30)
            }
        }
    }

    struct Reason: Sendable {
        var marker: String
        var words: String
    }

    static let reasons = [
        Reason(marker: "poll=http502x1", words: "why=\"HTTP 502: "),
        Reason(marker: "picture=htmlx1", words: "why=\"its link does not lead to a PNG, JPEG, WebP, GIF or AVIF"),
        Reason(marker: "picture=http503x1", words: "why=\"HTTP 503\""),
        Reason(marker: "picture=truncatedx1", words: "why=\""),
    ]

    @Test(arguments: reasons)
    func `why something is tried again is said in words, not in the program's own`(reason: Reason) async throws {
        try await withSimulator { _, base in
            try await TestSpool.with { spool in
                try await spool.guarded(base) { daemon in
                    try spool.drop(TestSpool.request("\"[fault:\(reason.marker)]\""), as: "a.yaml")
                    #expect(await daemon.result(of: "a")?.contains(" Done ") == true)
                    let lines = daemon.lines.filter { $0.contains("still polling") || $0.contains("trying again") }
                    #expect(lines.count == 1 && lines[0].contains(reason.words), "\(lines)")
                    let internals = #/[a-z]+\(("|message:|got:|status:)|nil\b|Error\(\)|notAPicture/#
                    #expect(lines.allSatisfy { $0.firstMatch(of: internals) == nil }, "\(lines)")
                }
            }
        }
    }
}
