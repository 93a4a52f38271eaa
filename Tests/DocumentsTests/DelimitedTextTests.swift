// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Documents
@testable import TestSupport

/// Cells and records as RFC 4180 has them.
struct DelimitedTextTests {
    private static func records(_ text: String, _ delimiter: Unicode.Scalar) throws -> [DelimitedText.Record] {
        var reader = DelimitedText(Array(text.utf8), delimiter: UInt8(ascii: delimiter))
        var records: [DelimitedText.Record] = []
        while let record = try reader.next() { records.append(record) }
        return records
    }

    @Test func `each cell knows where it begins, in characters, line breaks in quotes included`() throws {
        let records = try Self.records("ä;\"b\n🍌\";c\n\nd;e", ";")
        #expect(records.map { $0.cells.map(\.text) } == [["ä", "b\n🍌", "c"], [""], ["d", "e"]])
        let places = records.map { record in record.cells.map { [$0.place.line, $0.place.column] } }
        #expect(places == [[[1, 1], [1, 3], [2, 4]], [[3, 1]], [[4, 1], [4, 3]]])
        #expect(records.map(\.source) == ["ä;\"b\n🍌\";c", "", "d;e"])
    }

    @Test func `whatever is written in quotes is read back, with any delimiter, and nothing is lost between`() throws {
        var random = SeededRandom(seed: 4180)
        let pieces = ["a", "ä", "🍌", "\"", "\"\"", "\n", ",", ";", "\t", " ", "=", "'"]
        for delimiter in [",", ";", "\t"] as [Unicode.Scalar] {
            for _ in 0..<300 {
                let rows = (0..<Int.random(in: 1...4, using: &random)).map { _ in
                    (0..<Int.random(in: 1...4, using: &random)).map { _ in
                        (0..<Int.random(in: 0...6, using: &random)).map { _ in
                            pieces[Int.random(in: 0..<pieces.count, using: &random)]
                        }.joined()
                    }
                }
                let lines = rows.map { row in
                    let cells = row.map {
                        "\"" + $0.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
                            + "\""
                    }
                    return cells.joined(separator: String(delimiter))
                }
                let records = try Self.records(lines.joined(separator: "\n") + "\n", delimiter)
                #expect(records.map { $0.cells.map(\.text) } == rows)
                #expect(records.map(\.source) == lines)
            }
        }
    }

    @Test func `a ledger's record is read as it was written by both readers, but for the guards`() throws {
        let fields = ["a", "", "b,c", "d\ne", "f\"g", " h "]
        let text = String(decoding: CSV.record(fields), as: UTF8.self)
        #expect(try Self.records(text, ",").map { $0.cells.map(\.text) } == [fields])
        #expect(CSV.fields(CSV.record(fields).dropLast()) == fields)
    }
}
