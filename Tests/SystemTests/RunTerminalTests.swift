// SPDX-License-Identifier: Apache-2.0

import Foundation
import NanoBananaSimulator
import Testing

/// `run` on a terminal that others wrote: the log, and below it what goes on.
@Suite(
    .serialized, .watched, .enabled(if: Needs.programs("tmux"), "needs tmux"), .timeLimit(.minutes(15)))
struct RunTerminalTests {
    private typealias Terminal = TerminalTests.Terminal

    /// Runs a daemon on a terminal while `body` does.
    private static func run(
        _ size: (columns: Int, rows: Int), environment: String = "",
        _ body: @Sendable (Simulator, TestSpool, Terminal) async throws -> Void
    ) async throws {
        try await withSimulator(SimulatorConfiguration().heldWork) { simulator, base in
            try await TestSpool.with { spool in
                let terminal = Terminal(spool)
                let environment = "env -u NO_COLOR BANANADROP_API_KEY=key \(environment)"
                let run = ["run", "--spool", spool.root.path, "--api-url", base, "--poll-interval", "0.05"]
                try await terminal.shows(run, size, environment: environment) {
                    _ = try await terminal.rows { $0.contains { $0.contains("Watching") } }
                    try await body(simulator, spool, terminal)
                }
            }
        }
    }

    private static let table =
        "name,prompt,image\n" + (1...20).map { "r\($0),row \($0),https://example.com/a.png\n" }.joined()

    private static func isSum(_ row: String) -> Bool { row.hasPrefix("under way: ") }

    @Test(arguments: [(60, 12), (80, 24)])
    func `below the log stands a line for each job, with bars, which is gone when the job is`(
        columns: Int, rows: Int
    ) async throws {
        try await Self.run((columns, rows)) { simulator, spool, terminal in
            try spool.drop(TestSpool.request("one"), as: "one.yaml")
            try spool.drop(Self.table, as: "catalog.csv")
            let shown = try await terminal.rows { rows in
                rows.last?.hasPrefix("under way: 2") == true
                    && rows.contains { $0.hasPrefix("  catalog") && $0.contains("[----") }
            }
            #expect(shown.allSatisfy { $0.count <= columns } && shown.count <= rows, "\(shown)")
            #expect(shown.count { $0.hasPrefix("  one") } == 1, "\(shown)")
            #expect(shown.count(where: Self.isSum) == 1, "\(shown)")
            // The log goes on above, and nothing of the rows is left in it.
            try await simulator.finishesWork {
                _ = try? await terminal.rows { rows in
                    rows.contains { $0.contains("Done job=catalog ") || $0.hasSuffix("Done job=catalog") }
                        && !rows.contains(where: Self.isSum)
                }
            }
            try await terminal.tmux("send-keys", "-t", "t", "C-c")
            _ = try await terminal.rows { $0.last == "ended with 0" }
            let all = try await terminal.history()
            #expect(!all.contains(where: Self.isSum), "\(all)")
            #expect(!all.contains { $0.hasPrefix("  catalog") || $0.hasPrefix("  one") }, "\(all)")
            #expect(all.contains { $0.contains("Watching") } && all.first == "before", "\(all)")
        }
    }

    @Test func `it follows the terminal's size, and ends with nothing but the log`() async throws {
        try await Self.run((80, 24)) { simulator, spool, terminal in
            try spool.drop(Self.table, as: "catalog.csv")
            _ = try await terminal.rows { $0.last?.hasPrefix("under way: 1") == true }
            for (failed, (columns, rows)) in [(60, 12), (100, 30), (45, 10), (80, 24)].enumerated() {
                // Nothing is drawn by itself before the next change: tmux breaks the rows anew before it tells its size,
                // and whoever draws in between cannot know.
                _ = try await spool.status { page in
                    page["failed_since_start"] as? Int == failed && page["under_way_count"] as? Int == 1
                        && (page["unsettled"] as? [String: Any])?["files"] as? Int == 0
                }
                try await terminal.resize(columns, rows)
                let name = "slip\(columns)"
                try spool.drop("promt: x\n", as: "\(name).yaml")
                // A line of the log, and the rows below it in their new width.
                let shown = try await terminal.rows { shown in
                    shown.contains { $0.contains(name) } && shown.last.map(Self.isSum) == true
                }
                #expect(shown.count(where: Self.isSum) == 1, "\(shown)")
                #expect(shown.count { $0.hasPrefix("  catalog") } == 1, "\(shown)")
            }
            try await terminal.tmux("send-keys", "-t", "t", "C-c")
            simulator.finishWork()
            _ = try await terminal.rows { $0.last == "ended with 0" }
            let all = try await terminal.history()
            #expect(!all.contains(where: Self.isSum) && !all.contains { $0.hasPrefix("  catalog") }, "\(all)")
            #expect(all.count { $0.contains("Watching") } == 1, "\(all)")
        }
    }

    @Test(arguments: ["NO_COLOR=1", "TERM=dumb"])
    func `who wants no colours has the log alone`(environment: String) async throws {
        try await Self.run((80, 24), environment: environment) { _, spool, terminal in
            try spool.drop(TestSpool.request("one"), as: "one.yaml")
            _ = try await spool.status { $0["under_way_count"] as? Int == 1 }
            try spool.drop("promt: x\n", as: "slip.yaml")
            let shown = try await terminal.rows { $0.contains { $0.contains("Failed job=slip") } }
            #expect(!shown.contains(where: Self.isSum), "\(shown)")
        }
    }
}

extension TerminalTests.Terminal {
    /// Returns when programs on it see the new size, too: tmux has broken the rows anew some time before that, and what
    /// is drawn in between cannot fit.
    fileprivate func resize(_ columns: Int, _ rows: Int) async throws {
        try await tmux("resize-window", "-t", "t", "-x", "\(columns)", "-y", "\(rows)")
        let look = "stty -F \"$(tmux -S \"$0\" display -p -t t '#{pane_tty}')\" size >\"$1\""
        while true {
            try await Tool.run("sh", "-c", look, socket, capture)
            if try String(contentsOfFile: capture, encoding: .utf8) == "\(rows) \(columns)\n" { return }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    /// All that has stood on it, what has scrolled off included, without empty rows.
    fileprivate func history() async throws -> [String] {
        try await Tool.run(
            "sh", "-c", "tmux -u -S \"$0\" capture-pane -J -S - -p -t t >\"$1\"", socket, capture)
        let text = try String(contentsOfFile: capture, encoding: .utf8)
        return text.split(separator: "\n").map(String.init)
    }
}
