// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Documents
@testable import Jobs
@testable import SpoolState
@testable import TestSupport

/// What a terminal shows, by its size.
struct TerminalPageTests {
    private static func rows(_ state: SpoolState, _ rows: Int?, _ columns: Int? = nil) -> [String] {
        TerminalPage(state).lines(rows: rows, columns: columns).map { $0.printed(columns: columns) }
    }

    @Test func `where nothing happens it is four lines`() {
        var state = SpoolState(at: Samples.start)
        #expect(
            Self.rows(state, nil) == [
                "running: no", "today: 0 submits, 0.00 spent", "waiting in the inbox: 0", "under way: 0",
            ])
        (state.pid, state.underWay) = (7, nil)
        #expect(
            Self.rows(state, nil) == [
                "running: process 7", "today: 0 submits, 0.00 spent", "waiting in the inbox: 0",
                "under way: only root and the daemon's user can see that",
            ])
    }

    static let sizes = [(12, 60), (24, 80), (50, 200), (5, 20), (1, 10)]

    @Test(arguments: sizes, [0, 5, 500])
    func `it never has more rows or columns than fit, whatever there is`(size: (rows: Int, columns: Int), jobs: Int) {
        for text in ["hero", "漢字漢字漢字漢字漢字", String(repeating: "long ", count: 60)] {
            let lines = Self.rows(.full(text, jobs: jobs), size.rows, size.columns)
            #expect(lines.count <= size.rows)
            for line in lines { #expect(TextWidth.of(line) <= size.columns, "\(line)") }
        }
    }

    @Test(arguments: [0, 5, 500])
    func `at 60 columns and 12 rows the essentials are there`(jobs: Int) {
        let lines = Self.rows(.full(jobs: jobs), 12, 60)
        for beginning in [
            "running: process 42", "paused since", "today: ", "waiting in the inbox: 12", "under way: \(jobs)",
        ] {
            #expect(lines.contains { $0.hasPrefix(beginning) }, "\(beginning) in \(lines)")
        }
        if jobs > 0 { #expect(lines.contains { $0.hasPrefix("  hero-0") }) }
        if jobs > 5 { #expect(lines.contains { $0.hasPrefix("  … and ") }) }
    }

    @Test func `what is not shown is counted`() {
        let lines = Self.rows(.full(jobs: 500), 50, 200)
        let shown = lines.count { $0.hasPrefix("  hero-") }
        #expect(shown > 10)
        #expect(lines.contains("  … and \(500 - shown) more"))
        #expect(Self.rows(.full(jobs: 500), nil).contains("  … and 400 more"))
    }

    @Test func `what strangers write moves no cursor, ends no line and has no colour`() {
        for text in HostileTexts.all {
            for line in TerminalPage(.full(text)).lines() {
                let printed = line.printed(columns: 80, colours: true)
                let bare = StyledLine.Style.allStyles.reduce(printed) { $0.replacing("\u{1B}[\($1)m", with: "") }
                #expect(bare.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }, "\(text)")
                #expect(!bare.unicodeScalars.contains("\u{202E}"))
            }
        }
    }

    @Test func `colours come only where they are wanted`() {
        let line = StyledLine("running: ", .strong).adding("no", .bad)
        #expect(line.printed() == "running: no")
        #expect(line.printed(colours: true) == "\u{1B}[1mrunning: \u{1B}[0m\u{1B}[31mno\u{1B}[0m")
        #expect(line.printed(columns: 10) == "running: …")
        #expect(line.printed(columns: 11) == "running: no")
    }

    @Test(
        arguments: [
            ("abc", 3), ("漢字", 4), ("e\u{301}", 1), ("🍌", 2), ("ａ", 2), ("", 0), ("\u{200B}", 0), ("ñ", 1),
        ])
    func `a text is as wide as a terminal shows it`(text: String, width: Int) {
        #expect(TextWidth.of(text) == width)
    }

    @Test(arguments: [("漢字漢字", 5, "漢字…"), ("漢字漢字", 4, "漢…"), ("abc", 3, "abc"), ("abc", 1, "…"), ("abc", 0, "")])
    func `a cut leaves no half character`(text: String, columns: Int, cut: String) {
        #expect(TextWidth.cut(text, to: columns) == cut)
    }

    @Test(arguments: [
        (0, 12, "[--------]"), (6, 12, "[####----]"), (12, 12, "[########]"), (13, 12, "[########]"),
        (0, 0, "[--------]"),
    ])
    func `a bar shows how far a batch is`(done: Int, of: Int, bar: String) {
        #expect(TerminalPage.bar(.init(done: done, of: of), width: 8) == bar)
    }
}

extension StyledLine.Style {
    fileprivate static let allStyles = ["0", "1", "2", "31", "32", "33"]
}
