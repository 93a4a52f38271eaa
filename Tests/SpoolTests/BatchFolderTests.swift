// SPDX-License-Identifier: Apache-2.0

import Foundation
import SystemPackage
import Testing

@testable import Documents
@testable import FileIO
@testable import Jobs
@testable import Requests
@testable import Spool
@testable import TestSupport

/// What people read of a batch whose parts have mistakes, on a real disk.
struct BatchFolderTests {
    private static let table = """
        name,prompt,image,variants
        blue,Make it blue,https://a.b/c.png,9
        cut,one, softly,https://a.b/c.png,1

        odd,#NAME?,https://a.b/c.png,1
        """

    private static let origin = Origin(lane: .root, file: "c-bad.csv")

    /// The table split and summed up in a folder that is gone afterwards.
    private static func withSummary(_ body: (FilePath, BatchSummary) throws -> Void) throws {
        let root = FileManager.default.temporaryDirectory.appendingPathComponent("bananadrop-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: root) }
        let reader = RequestReader(rules: RequestRules())
        guard case .batch(let parts, _) = try reader.content(of: Array(table.utf8), as: .csv) else {
            Issue.record("no batch")
            return
        }
        let folder = BatchFolder(folder: JobFolder(path: FilePath(root.path)))
        try folder.split(parts, of: origin, at: Samples.start)
        var batch = Job(claimed: origin, at: Samples.start)
        _ = try batch.apply(.split(parts: parts.count), at: Samples.start)
        try body(FilePath(root.path), try #require(try folder.summary(of: batch, finishedAt: Samples.start)))
    }

    private static func text(_ path: FilePath) throws -> String {
        try String(contentsOfFile: path.string, encoding: .utf8)
    }

    @Test func `the batch's own reason has the first mistake of each part, by row and column`() throws {
        try Self.withSummary { _, summary in
            guard case .failed(let reason) = summary.outcome else {
                Issue.record("not failed")
                return
            }
            let what = "This part of c-bad.csv has a mistake, so nothing was sent. c-bad.csv, row"
            #expect(
                reason.details == [
                    "001-blue: \(what) 2, column \"variants\": `variants` cannot be \"9\"; it must be a whole "
                        + "number from 1 to 8",
                    "002-cut: \(what) 3: this row has 5 cells for 4 columns; put quotes (`\"`) around text that "
                        + "contains `,`",
                    "003-odd: \(what) 5, column \"prompt\": \"#NAME?\" is what a spreadsheet writes when it cannot "
                        + "compute a cell; correct its formula, or type the value itself",
                ])
        }
    }

    @Test func `batch.csv has the prompt of a part with a mistake, as far as it can be read`() throws {
        try Self.withSummary { _, summary in
            #expect(summary.parts.map(\.prompt) == ["Make it blue", "one", "#NAME?"])
            let rows = String(decoding: summary.table(), as: UTF8.self).split(separator: "\n")
            #expect(rows.dropFirst().map { $0.split(separator: ",").last } == ["Make it blue", "one", "#NAME?"])
        }
    }

    @Test func `batch.csv has the rows' numbers and all columns of the table that was dropped`() throws {
        try Self.withSummary { root, summary in
            try Data(Self.table.utf8).write(to: URL(fileURLWithPath: root.appending("c-bad.csv").string))
            let batch = BatchFolder(folder: JobFolder(path: root))
            let sheet = try #require(batch.sheet(of: summary.batch))
            let rows = String(decoding: summary.table(sheet), as: UTF8.self).split(separator: "\n")
            #expect(rows[0].hasSuffix(",prompt,row,name,prompt (sheet),image,variants"))
            #expect(rows[1].hasSuffix(",Make it blue,2,blue,Make it blue,https://a.b/c.png,9"))
            #expect(rows[3].hasSuffix(",5,odd,#NAME?,https://a.b/c.png,1"))
            // Where rows were taken out of it, nobody knows any more which is which.
            let other = try #require(
                Sheet(Array(Self.table.split(separator: "\n").prefix(2).joined(separator: "\n").utf8)))
            #expect(summary.table(other) == summary.table())
        }
    }

    @Test func `the rows that failed and cost nothing are a table of their own, as they were written`() throws {
        try Self.withSummary { root, summary in
            let folder = BatchFolder(folder: JobFolder(path: root))
            let failed = root.appending("c-bad-failed.csv")
            #expect(summary.freeFailures == [1, 2, 3])
            // Without the table that was dropped, or with one that was changed since, nobody knows which row is which.
            try folder.write(summary, nil, page: [])
            #expect(try !Kernel.exists(failed))
            #expect(try !Self.text(root.appending("error.txt")).contains("-failed.csv"))
            try Data(Self.table.utf8).write(to: URL(fileURLWithPath: root.appending("c-bad.csv").string))
            var some = try #require(try folder.summary(of: summary.batch, finishedAt: Samples.start))
            #expect(some.failedRows != nil)
            try folder.write(some, nil, page: [])
            #expect(try Self.text(root.appending("error.txt")).contains("c-bad-failed.csv"))
            some.parts[1].outcome = .done
            some.failedRows = Sheet.rows(some.freeFailures, of: 3, in: Array(Self.table.utf8))
            try folder.write(some, nil, page: [])
            let lines = Self.table.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            // As bytes: Foundation takes the mark away that spreadsheets know UTF-8 by.
            let written = try Data(contentsOf: URL(fileURLWithPath: failed.string))
            #expect(String(decoding: written, as: UTF8.self) == "\u{FEFF}\(lines[0])\n\(lines[1])\n\(lines[4])\n")
            // Where it cannot be written anew, an earlier one stays: somebody may be about to correct it.
            some.failedRows = nil
            try folder.write(some, nil, page: [])
            #expect(try Kernel.exists(failed))
            // When the batch is put back and done, there is none any more.
            for index in some.parts.indices { some.parts[index].outcome = .done }
            try folder.write(some, nil, page: [])
            #expect(try !Kernel.exists(failed))
        }
    }

    @Test func `a table of failed rows never takes the name of the table that was dropped`() {
        let names: [(FilePath.Component, FilePath.Component?)] = [
            ("catalog.csv", "catalog-failed.csv"), ("catalog-failed.csv", "catalog-failed-failed.csv"),
            ("batch.csv", "batch-failed.csv"), ("catalog.tsv", "catalog-failed.csv"), ("catalog.yaml", nil),
            ("catalog.jsonl", nil),
        ]
        for (file, name) in names { #expect(ResultNames.failedRows(of: Origin(lane: .root, file: file)) == name) }
        #expect(ResultNames.failedRows(of: Origin(lane: .root, file: "catalog.csv").asFolder) == nil)
        let long = String(repeating: "x", count: 244) + "-failed.csv"
        #expect(ResultNames.failedRows(of: Origin(lane: .root, file: FilePath.Component(long) ?? "x")) == nil)
    }

    @Test func `a part's request is the same with another prompt, and nothing else is touched`() throws {
        let request =
            #"{"as_written": "x", "Prompt": "one", "images": ["https://a.b/c.png?sig=1"], "meta": {"n": 1.50}}"#
        let changed = try #require(FailedJobs.request(Array(request.utf8), saying: "two \"three\""))
        let root = try JSONDocumentParser.parse(changed)
        #expect(root.entries?.map(\.key) == ["as_written", "prompt", "images", "meta"])
        #expect(root["prompt"]?.text == "two \"three\"")
        #expect(root["images"]?.list?.first?.text == "https://a.b/c.png?sig=1")
        #expect(String(decoding: changed, as: UTF8.self).contains("1.50"))
        for text in ["", "[]", "prompt: one", "{"] {
            #expect(FailedJobs.request(Array(text.utf8), saying: "two") == nil, "\(text)")
        }
    }

    @Test func `where values may not be what was meant, the line that shows the text can be deleted`() throws {
        try Self.withSummary { root, _ in
            let folder = root.appending("002-cut")
            let next = "in this folder, delete its line `as_written`, and put the whole folder of the batch back"
            let error = try Self.text(folder.appending("error.txt")).replacing(/\r\n +/, with: " ")
            #expect(error.contains("Correct 002-cut.json \(next)"))
            var lines = try Self.text(folder.appending("002-cut.json")).split(separator: "\n")
            #expect(lines.remove(at: 1) == #"  "as_written": "cut,one, softly,https://a.b/c.png,1","#)
            let rest = try JSONDocumentParser.parse(Array(lines.joined(separator: "\n").utf8))
            #expect(rest.entries?.map(\.key) == ["prompt", "variants", "images"])
        }
    }

    @Test func `where only a value is wrong, its text is not shown, and nothing is to be deleted`() throws {
        try Self.withSummary { root, _ in
            let folder = root.appending("001-blue")
            let error = try Self.text(folder.appending("error.txt")).replacing(/\r\n +/, with: " ")
            #expect(error.contains("Correct 001-blue.json in this folder and put the whole folder of the batch back"))
            #expect(try !Self.text(folder.appending("001-blue.json")).contains("as_written"))
        }
    }
}
