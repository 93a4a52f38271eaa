// SPDX-License-Identifier: Apache-2.0

import Foundation
import NanoBananaSimulator
import Testing

/// `status --watch` on a terminal that others wrote: tmux.
@Suite(
    .serialized, .watched, .enabled(if: Needs.programs("tmux"), "needs tmux"), .timeLimit(.minutes(15)))
struct TerminalTests {
    /// A terminal with a program in it.
    struct Terminal {
        let socket: String
        let capture: String

        init(_ spool: TestSpool) {
            (socket, capture) = (spool.root.path + "/tmux", spool.root.path + "/capture")
        }

        func tmux(_ arguments: String...) async throws {
            try await Tool.run(["tmux", "-u", "-S", socket, "-f", "/dev/null"] + arguments)
        }

        /// What stands on it, row by row, without the empty ones at its end.
        func rows() async throws -> [String] {
            try await Tool.run(
                "sh", "-c", "tmux -u -S \"$0\" capture-pane -p -t t >\"$1\"", socket, capture)
            let text = try String(contentsOfFile: capture, encoding: .utf8)
            return text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
                .reversed().drop { $0.isEmpty }.reversed()
        }

        /// The rows, as soon as they are so.
        func rows(where isIt: ([String]) -> Bool) async throws -> [String] {
            while true {
                let rows = try await rows()
                if isIt(rows) { return rows }
                try await Task.sleep(for: .milliseconds(50))
            }
        }

        /// While `body` runs, the program does, between a word before it and one behind it.
        func shows(
            _ arguments: [String], _ size: (columns: Int, rows: Int), environment: String = "",
            _ body: () async throws -> Void
        ) async throws {
            let words = ([Program.binary.path] + arguments).map { "'\($0)'" }.joined(separator: " ")
            // Ctrl-C is the program's alone.
            let script =
                "trap : INT; echo before; \(environment) \(words); echo \"ended with $?\"; exec sleep 600"
            try await tmux(
                "new-session", "-d", "-s", "t", "-x", "\(size.columns)", "-y", "\(size.rows)", "sh", "-c", script)
            do {
                try await body()
            } catch {
                try? await tmux("kill-server")
                throw error
            }
            try await tmux("kill-server")
        }
    }

    private static let sizes = [(columns: 60, rows: 12), (columns: 80, rows: 24), (columns: 200, rows: 50)]

    private static func check(_ rows: [String], _ size: (columns: Int, rows: Int), jobs: Int) {
        #expect(rows.count <= size.rows && rows.allSatisfy { $0.count <= size.columns })
        // The first row is on the screen: nothing has scrolled.
        #expect(rows.first?.hasPrefix("running: process ") == true, "\(rows)")
        #expect(rows.contains("waiting in the inbox: 0"))
        #expect(rows.contains { $0.hasPrefix("today: \(jobs) submit") }, "\(rows)")
        let shown = rows.count { $0.contains("the service works on it") }
        #expect(shown >= min(jobs, 3), "\(rows)")
        if shown < jobs { #expect(rows.contains("  … and \(jobs - shown) more"), "\(rows)") }
    }

    @Test(arguments: [0, 5, 500])
    func `it fits each size, follows it, and ends with the screen as it was`(jobs: Int) async throws {
        try await withSimulator(SimulatorConfiguration().heldWork) { _, base in
            try await TestSpool.with { spool in
                try await spool.withDaemon(base, ["--max-in-flight", "500"]) { _ in
                    for number in 0..<jobs {
                        try spool.drop(TestSpool.request("job \(number)"), as: "job\(number).yaml")
                    }
                    _ = try await spool.status { page in
                        let shown = page["under_way"] as? [[String: Any]] ?? []
                        return shown.allSatisfy { $0["stage"] as? String == "submitted" }
                            && page["under_way_count"] as? Int == jobs && page["waiting"] as? Int == 0
                            && (page["today"] as? [String: Any])?["submits"] as? Int == jobs
                    }
                    let terminal = Terminal(spool)
                    let watch = ["status", "--watch", "--spool", spool.root.path]
                    try await terminal.shows(watch, Self.sizes[0]) {
                        for size in Self.sizes + [Self.sizes[0]] {
                            try await terminal.tmux(
                                "resize-window", "-t", "t", "-x", "\(size.columns)", "-y", "\(size.rows)")
                            let all = ["running: process", "under way: \(jobs)"]
                            let rows = try await terminal.rows { rows in
                                all.allSatisfy { word in rows.contains { $0.hasPrefix(word) } }
                                    && rows.allSatisfy { $0.count <= size.columns }
                                    && (jobs < 500 || rows.count == size.rows)
                            }
                            Self.check(rows, size, jobs: jobs)
                        }
                        try await terminal.tmux("send-keys", "-t", "t", "q")
                        let rows = try await terminal.rows { $0.contains("ended with 0") }
                        #expect(rows == ["before", "ended with 0"])
                    }
                }
            }
        }
    }

    @Test(arguments: ["C-c", "Q"])
    func `whatever ends it, what is typed behind it is seen again`(key: String) async throws {
        try await TestSpool.with { spool in
            let terminal = Terminal(spool)
            try await terminal.shows(["status", "--watch", "--spool", spool.root.path], (80, 24)) {
                _ = try await terminal.rows { $0.contains("under way: 0") }
                try await terminal.tmux("send-keys", "-t", "t", key)
                _ = try await terminal.rows { $0 == ["before", "ended with 0"] }
                try await terminal.tmux("send-keys", "-t", "t", "typed")
                _ = try await terminal.rows { $0.last == "typed" }
            }
        }
    }

    @Test(arguments: [("env -u NO_COLOR", true), ("NO_COLOR=1", false), ("TERM=dumb", false)])
    func `colours come on a terminal that has them, unless somebody wants none`(
        environment: String, areThere: Bool
    ) async throws {
        try await TestSpool.with { spool in
            let terminal = Terminal(spool)
            try await terminal.shows(["status", "--spool", spool.root.path], (80, 24), environment: environment) {
                _ = try await terminal.rows { $0.contains("ended with 0") }
                try await Tool.run(
                    "sh", "-c", "tmux -u -S \"$0\" capture-pane -e -p -t t >\"$1\"", terminal.socket, terminal.capture)
                let text = try String(contentsOfFile: terminal.capture, encoding: .utf8)
                #expect(text.contains("\u{1B}[31m") == areThere, "\(text)")
            }
        }
    }
}
