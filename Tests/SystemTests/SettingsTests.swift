// SPDX-License-Identifier: Apache-2.0

import DropFolder
import Foundation
import Testing

/// The one table of settings, by what the program makes of it.
@Suite(.watched, .timeLimit(.minutes(15)))
struct SettingsTests {
    private struct Row {
        var name: String
        var standard: String
        var values: String
        var change: String
    }

    private struct Page: Decodable {
        struct Setting: Decodable {
            var name: String
            var value: String?
            var source: String
        }

        var settings: [Setting]

        subscript(name: String) -> Setting? { settings.first { $0.name == name } }
    }

    private static func rows() async throws -> [Row] {
        let page = DocumentPage(path: "settings", text: try await Program.run(["settings", "--markdown"]).output)
        let list = page.table("name").map { DocumentPage.plain($0[0]) }.joined(separator: ", ")
        return page.table("setting").map { cells in
            let standards = ["none": "", "the list below": list]
            return Row(
                name: DocumentPage.plain(cells[0]), standard: standards[cells[1]] ?? DocumentPage.plain(cells[1]),
                values: cells[2].replacing("\\*", with: "*"), change: cells[4])
        }
    }

    private static func config(
        _ options: [String], environment: [String: String] = [:]
    ) async throws -> (code: Int32, page: Page, errors: [String]) {
        let result = try await Program.run(["config", "--json"] + options, environment: environment)
        return (result.code, try JSONDecoder().decode(Page.self, from: Data(result.output.utf8)), result.errors)
    }

    private static func write(_ text: String, in spool: TestSpool) throws -> String {
        let file = spool.root.appendingPathComponent("settings.yaml")
        try Data(text.utf8).write(to: file)
        return file.path
    }

    @Test func `each setting is an option, a variable and a key of the file`() async throws {
        let rows = try await Self.rows()
        #expect(rows.count > 40)
        // What is read first of all, to find the others.
        let given = rows.map { ($0.name, $0.standard.isEmpty ? "0" : $0.standard) }.filter { $0.0 != "spool" }
        let options = try await Self.config(given.flatMap { ["--\($0)", $1] }).page
        let names = given.map { "BANANADROP_" + $0.0.uppercased().replacing("-", with: "_") }
        let variables = Dictionary(uniqueKeysWithValues: zip(names, given.map(\.1)))
        let environment = try await Self.config([], environment: variables).page
        try await TestSpool.with { spool in
            let text = given.map { "\($0): \"\($1)\"\n" }.joined()
            let path = try Self.write(text, in: spool)
            let file = try await Self.config(["--config", path]).page
            for (index, (name, given)) in given.enumerated() {
                // Of an address that may be a secret the host alone is shown.
                let value = name == "notify-url" ? "***" : given
                #expect(options[name]?.value == value && options[name]?.source == "option", "\(name)")
                #expect(environment[name]?.value == value && environment[name]?.source == names[index], "\(name)")
                #expect(file[name]?.value == value && file[name]?.source == "\(path):\(index + 1)", "\(name)")
            }
        }
    }

    /// But for the authorities, which are read.
    @Test func `the configuration that init makes holds as it is when all its comments are taken away`() async throws {
        try await TestSpool.with { spool in
            let root = spool.root.appendingPathComponent("new").path
            try #require(try await Program.run(["init", root]).code == 0)
            let page = try String(contentsOfFile: root + "/bananadrop.yaml", encoding: .utf8)
            let lines = page.split(separator: "\n").map { $0.dropFirst(2) }.filter { line in
                !line.hasPrefix("ca-file") && (line.hasPrefix("  ") || line.prefix { $0 != " " }.hasSuffix(":"))
            }
            let path = try Self.write(lines.joined(separator: "\n") + "\n", in: spool)
            let (code, found, errors) = try await Self.config(["--config", path])
            #expect(code == 0, "\(errors)")
            for row in try await Self.rows() where !["spool", "ca-file"].contains(row.name) {
                #expect(found[row.name]?.source.hasPrefix(path) == true, "\(row.name)")
                if !row.standard.isEmpty { #expect(found[row.name]?.value == row.standard) }
            }
        }
    }

    @Test func `lists and tables are lines of the file, and one line as options`() async throws {
        try await TestSpool.with { spool in
            let path = try Self.write(
                """
                models:
                  - gemini-4-image-preview
                  - other
                prices:
                  nano-banana-pro 4K: 0.24
                  other: 0.10
                lane-daily-submits: {acme: 100, acme/trial: 5}
                ignore: []
                """, in: spool)
            let (code, page, errors) = try await Self.config(["--config", path])
            #expect(code == 0, "\(errors)")
            let lines = [
                "models": "gemini-4-image-preview, other", "prices": "nano-banana-pro 4K = 0.24, other = 0.10",
                "lane-daily-submits": "acme = 100, acme/trial = 5",
            ]
            for (name, line) in lines { #expect(page[name]?.value == line) }
            #expect(page["ignore"]?.value == nil && page["ignore"]?.source == "\(path):8")
            let options = lines.flatMap { ["--\($0)", $1] }
            #expect(try await Self.config(options).page["prices"]?.value == lines["prices"])
        }
    }

    static let mistakes = [
        ("prices:\n  nano-banana-por: 0.12\n", "did you mean nano-banana-pro?"),
        ("prices:\n  nano-banana: 0,12\n", "line 2, column 3: `prices` must be a value"),
        ("prices:\n  nano-banana: 1 = 2\n", "line 2, column 3: `prices` must be a value"),
        ("prices:\n  nano-banana:\n    4K: 0.12\n", "line 2, column 3: `prices` must be a value"),
        ("ignore:\n  - a,b\n", "line 2, column 3: `ignore` must be a value"),
        ("ignore:\n  a: b\n", ":1:1: `ignore` cannot be a table: it is names, also with wildcards"),
        ("max-in-flight: [3]\n", ":1:1: `max-in-flight` cannot be a list: it is a whole number from 1 to 10000"),
        ("poll-interval: {a: 3}\n", ":1:1: `poll-interval` cannot be a table: it is a time from 10ms to 1h"),
        ("lane-daily-submits:\n  acme: many\n", "lane-daily-submits cannot be read"),
        (
            "lane-daily-submits:\n  acme = 100\n  trial = 5\n",
            ":1:1: YAML reads the lines of `lane-daily-submits` as one: write each line as `LANE: NUMBER`, or"
        ),
        ("prices:\n  a=0.1\n  b=2\n", "write each line as `MODEL: PRICE` or `MODEL SIZE: PRICE`, or"),
        ("ignore:\n  a.tmp\n  b.tmp\n", ":1:1: YAML reads the lines of `ignore` as one: write each line as `- ITEM`"),
        ("ignore: \"a.tmp\\nb.tmp\"\n", "ignore cannot be"),
        ("models: one two\n", "models cannot be read: \"one two\" is not of the form API_ID"),
        ("models:\n  - one\n  -\n", "line 3, column 4: an item of `models` is empty"),
    ]

    @Test(arguments: mistakes)
    func `a list or a table that is none of the setting's is told with its place`(text: String, words: String)
        async throws
    {
        try await TestSpool.with { spool in
            let path = try Self.write(text, in: spool)
            let result = try await Program.run(["config", "--config", path])
            #expect(result.code == 78)
            #expect(result.errors.count == 1 && result.errors[0].contains(words), "\(result.errors)")
        }
    }

    @Test(arguments: [["--help", "settings"], ["help", "settings"], ["status", "--help", "settings"], ["settings"]])
    func `help about the settings has each with its range, its default and when a change holds`(arguments: [String])
        async throws
    {
        let (code, output, _) = try await Program.run(arguments)
        #expect(code == 0)
        for row in try await Self.rows() {
            let block = output.components(separatedBy: "--\(row.name)\n").last?.components(separatedBy: "\n\n").first
            #expect(block?.contains(row.values.dropFirst()) == true, "\(row.name)")
            #expect(block?.contains("Takes effect after a \(row.change).") == true, "\(row.name)")
        }
    }

    /// Failed jobs may be called so.
    @Test func `names behind a command are no question about the settings`() async throws {
        try await TestSpool.with { spool in
            let arguments = ["retry", "--spool", spool.root.path, "help", "settings"]
            let (code, output, errors) = try await Program.run(arguments)
            #expect(code == 66 && output.isEmpty)
            #expect(errors.contains { $0.contains("settings") }, "\(errors)")
        }
        let two = try await Program.run(["retry", "help", "settings"], environment: ["BANANADROP_SPOOL": "/nowhere"])
        #expect(two.code == 66 && two.output.isEmpty)
    }

    @Test(arguments: [
        (["statsu"], "there is no command `statsu`; did you mean `status`?"),
        (["Submit", "a.yaml"], "did you mean `submit`?"),
        (["picture"], "there is no command `picture`; `bananadrop --help` lists them"),
        (["run", "--max-in-fligth", "3"], "Unknown option '--max-in-fligth'. Did you mean '--max-in-flight'?"),
        (["status", "--wacth"], "Did you mean '--watch'?"), (["wait", "--picture", "a"], "Unknown option '--picture'"),
    ])
    func `a misspelt command or option is told which one was meant`(arguments: [String], words: String) async throws {
        let (code, output, errors) = try await Program.run(arguments)
        #expect(code == 64 && output.isEmpty)
        #expect(errors.first?.contains(words) == true, "\(errors)")
    }

    @Test func `the defaults of the table are those that the pipeline has without one`() async throws {
        let pipeline = DropFolderSettings()
        let seconds = { (time: Duration) in "\(time / .seconds(1))" }
        let expected = [
            "max-in-flight": "\(pipeline.maxInFlight)", "polls-per-second": "\(pipeline.pollsPerSecond)",
            "picture-limit": "\(pipeline.pictureLimit >> 20)MiB", "watch-mode": "\(pipeline.watch)",
            "unknown-outcome": "\(pipeline.unknownOutcome)", "poll-interval": seconds(pipeline.pollInterval),
            "task-timeout": seconds(pipeline.taskTimeout), "settle": seconds(pipeline.settle),
            "rescan-interval": seconds(pipeline.rescanInterval), "retry-interval": seconds(pipeline.retryInterval),
            "retry-limit": seconds(pipeline.retryLimit), "picture-patience": seconds(pipeline.picturePatience),
        ]
        let units = ["s": 1.0, "m": 60, "h": 3600]
        for row in try await Self.rows() {
            guard let value = expected[row.name] else { continue }
            let unit = row.values.hasPrefix("a time") ? units[String(row.standard.suffix(1))] : nil
            let found = unit.map { "\((Double(row.standard.dropLast()) ?? 0) * $0)" } ?? row.standard
            #expect(found == value, "\(row.name)")
        }
    }
}
