// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Documents
@testable import SpoolState
@testable import TestSupport

/// The rows below a log, on a terminal that knows no more than it must.
struct RowsBelowTests {
    /// What stands on it, in as many rows as there are.
    private struct Paper {
        let columns: Int
        private(set) var rows = [""]
        private var row = 0

        init(columns: Int) { self.columns = columns }

        /// Nothing but text, line breaks, CR, up, and what is erased from here on; colours are looked over.
        mutating func print(_ bytes: [UInt8]) {
            var rest = Substring(String(decoding: bytes, as: UTF8.self))
            while let character = rest.popFirst() {
                switch character {
                case "\n": newLine()
                case "\r": break
                case "\u{1B}":
                    let end = rest.firstIndex { $0.isLetter } ?? rest.endIndex
                    let (number, letter) = (Int(rest[..<end].dropFirst()) ?? 1, rest[end])
                    rest = rest[rest.index(after: end)...]
                    if letter == "A" { row = max(row - number, 0) }
                    if letter == "J" { rows = rows[..<row] + [""] }
                default:
                    if rows[row].count == columns { newLine() }
                    rows[row].append(character)
                }
            }
        }

        private mutating func newLine() {
            row += 1
            if row == rows.count { rows.append("") }
        }

        /// Another width: rows that are too long are broken anew.
        func resized(_ columns: Int) -> Paper {
            var paper = Paper(columns: columns)
            paper.print(Array(rows.joined(separator: "\n").utf8))
            return paper
        }
    }

    private static func frame(_ rows: [String], _ columns: Int = 20) -> RowsBelow.Frame {
        RowsBelow.Frame(rows: rows.map { StyledLine($0, .good) }, columns: columns)
    }

    private static func log(_ text: String) -> [UInt8] { Array(text.utf8) }

    @Test func `the log goes on above as it would without, and the rows are drawn over themselves`() {
        var (below, paper) = (RowsBelow(), Paper(columns: 20))
        paper.print(below.text(Self.log("one\n"), above: Self.frame([])))
        #expect(paper.rows == ["one", ""])
        paper.print(below.text([], above: Self.frame(["a [##--]", "b"])))
        #expect(paper.rows == ["one", "a [##--]", "b", ""])
        paper.print(below.text(Self.log("two\na long line of the log\n"), above: Self.frame(["a [###-]"])))
        #expect(paper.rows == ["one", "two", "a long line of the l", "og", "a [###-]", ""])
        paper.print(below.text([], above: Self.frame([])))
        #expect(paper.rows == ["one", "two", "a long line of the l", "og", ""])
    }

    @Test func `where nothing is new, nothing is written`() {
        var below = RowsBelow()
        let steps: [(log: String, rows: [String], isNews: Bool)] = [
            ("", [], false), ("", ["a"], true), ("", ["a"], false), ("", ["b"], true), ("x\n", ["b"], true),
        ]
        for step in steps {
            let written = below.text(Self.log(step.log), above: Self.frame(step.rows))
            #expect(written.isEmpty != step.isNews, "\(step)")
        }
    }

    @Test(arguments: [5, 7, 19, 20, 40], [1, 19, 20, 21, 90])
    func `a terminal of another width keeps no row that is not the log's`(columns: Int, length: Int) {
        var (below, paper) = (RowsBelow(), Paper(columns: 20))
        let rows = [String(repeating: "x", count: length), "short"]
        paper.print(below.text(Self.log("log\n"), above: Self.frame(rows)))
        #expect(paper.rows.count == 4)
        paper = paper.resized(columns)
        paper.print(below.text(Self.log("more\n"), above: Self.frame(rows, columns)))
        #expect(paper.rows.prefix(2) == ["log", "more"] && paper.rows.count == 5)
        paper.print(below.text([], above: Self.frame([], columns)))
        #expect(paper.rows == ["log", "more", ""])
    }

    @Test func `those that have changed last are shown, in the order in which they are`() {
        func job(_ number: Int, _ done: Int = 0) -> JobLine {
            let progress = JobLine.Progress(done: done, of: 9)
            return JobLine(name: "job\(number)", stage: .batch, since: Samples.start, progress: progress)
        }
        var jobs = ChangedJobs()
        #expect(jobs.last(3) == [])
        jobs.take((0..<6).map { job($0) })
        #expect(jobs.last(2) == [job(0), job(1)] && jobs.last(9).count == 6)
        jobs.take((0..<6).map { job($0, [2, 4].contains($0) ? 1 : 0) })
        #expect(jobs.last(2) == [job(2, 1), job(4, 1)])
        jobs.take((0..<6).map { job($0, [2, 4].contains($0) ? 1 : $0 == 5 ? 3 : 0) })
        #expect(jobs.last(2) == [job(2, 1), job(5, 3)])
        jobs.take([job(7)])
        #expect(jobs.last(2) == [job(7)])
    }

    @Test func `there is nothing below a log of a daemon that has nothing to do, and otherwise it fits`() {
        #expect(TerminalPage(SpoolState(at: Samples.start)).lines(below: [], columns: 80) == [])
        for columns in [20, 60, 80, 200] {
            let state = SpoolState.full(jobs: 5)
            let lines = TerminalPage(state).lines(below: state.underWay?.jobs ?? [], columns: columns)
            #expect(lines.count == 7)
            for line in lines { #expect(TextWidth.of(line.printed(columns: columns)) <= columns) }
            #expect(lines.last?.text.hasPrefix("under way: 5  waiting: 12  today: ") == true, "\(lines)")
        }
    }
}
