// SPDX-License-Identifier: Apache-2.0

import NanoBanana
import SystemPackage
import Testing

@testable import Documents
@testable import Requests
@testable import Spending
@testable import TestSupport

/// The ledger: its lines, and a whole file however it was cut or edited.
struct MoneyLedgerTests {
    private static func line(
        _ event: LedgerLine.Event = .submitted(price: Amount("0.12")), job: String = "acme/hero",
        lane: Lane = Lane(path: "acme"),
        task: TaskID? = TaskID("t-1")
    ) throws -> LedgerLine {
        LedgerLine(
            time: try #require(LocalTime("2026-11-25 08:15:30")), event: event, job: job, lane: lane, variant: 2,
            model: "gemini-3-pro-image-preview", size: .fourK, task: task, request: Fingerprint(value: 0xAB))
    }

    private static func text(_ line: LedgerLine) -> String { String(decoding: line.bytes, as: UTF8.self) }

    private static func read(_ bytes: [UInt8]) -> (lines: [LedgerLine], length: Int, foreign: Int) {
        let (lines, text) = read(bytes, inPiecesOf: max(bytes.count, 1))
        return (lines, text.length, text.foreignLines)
    }

    private static func read(
        _ bytes: [UInt8], inPiecesOf size: Int, since day: LocalDay? = nil
    ) -> (lines: [LedgerLine], text: LedgerText) {
        var text = LedgerText(since: day)
        var lines: [LedgerLine] = []
        for first in stride(from: 0, through: bytes.count, by: size) {
            let end = min(first + size, bytes.count)
            text.add(Array(bytes[first..<end]), isLast: first + size > bytes.count)
            while let line = text.next() { lines.append(line) }
        }
        return (lines, text)
    }

    // MARK: One line

    @Test func `the header names the columns`() {
        let header = "time,event,job,lane,variant,model,size,task_id,outcome,price,request\n"
        #expect(String(decoding: LedgerLine.header, as: UTF8.self) == header)
    }

    private static let start = "2026-11-25 08:15:30"
    private static let middle = "acme/hero,acme,2,gemini-3-pro-image-preview,4K,t-1"
    private static let events: [(LedgerLine.Event, String)] = [
        (.submitted(price: Amount("0.12")), "\(start),submitted,\(middle),,0.12,00000000000000ab\n"),
        (.submitted(price: nil), "\(start),submitted,\(middle),,,00000000000000ab\n"),
        (.maybe(price: .zero), "\(start),maybe,\(middle),,0,00000000000000ab\n"),
        (.ended(outcome: "done"), "\(start),ended,\(middle),done,,00000000000000ab\n"),
        (.ended(outcome: "task-failed"), "\(start),ended,\(middle),task-failed,,00000000000000ab\n"),
    ]

    @Test(arguments: events)
    func `a line is written in the order of the columns and read back`(event: LedgerLine.Event, text: String) throws {
        let line = try Self.line(event)
        #expect(Self.text(line) == text)
        #expect(LedgerLine(line.bytes[...]) == line)
        #expect(LedgerLine(line.bytes.dropLast()) == line)
        #expect(LedgerLine(line.bytes.dropLast() + Array("\r\n".utf8)) == line)
    }

    @Test func `what is blank is read as nothing`() throws {
        var line = try Self.line(.maybe(price: nil), lane: .root, task: nil)
        line.size = nil
        #expect(Self.text(line).hasSuffix("acme/hero,,2,gemini-3-pro-image-preview,,,,,00000000000000ab\n"))
        #expect(LedgerLine(line.bytes[...]) == line)
    }

    @Test(arguments: [
        ("=1+1", "'=1+1"), ("+1", "'+1"), ("-1", "'-1"), ("@SUM(A1)", "'@SUM(A1)"), ("'x", "''x"), ("＝1", "'＝1"),
        ("=\u{301}1", "'=\u{301}1"), ("\t=1", "\"'\t'=1\""), ("\r=1", "\"'\r'=1\""), ("\n=1", "\"'\n'=1\""),
        ("a;=1", "\"a;'=1\""), ("a,=1", "\"a,'=1\""), ("a\";\"=1", "\"a\"\";\"\"'=1\""), ("a=1", "a=1"),
        ("it's", "it's"),
        ("a-b", "a-b"), ("a;'b", "\"a;''b\""),
    ])
    func `a name never becomes a formula, and is read back as it was`(job: String, field: String) throws {
        let line = try Self.line(job: job)
        #expect(Self.text(line).hasPrefix("2026-11-25 08:15:30,submitted,\(field),acme,"))
        #expect(LedgerLine(line.bytes[...])?.job == job)
    }

    @Test(arguments: [
        "a,b", "say \"hi\"", "\"", "\"\"", "two\nlines", "two\r\nlines", "tail\r", "'", "''", "'=", "\"=\"", ",", ";",
        " x ",
        "\n", "\u{0}", "ä 余额 🍌", "e\u{301}", "\u{FEFF}x", ";;'\"'\"=\"'",
    ])
    func `any text comes back as it was, in every column for texts`(text: String) throws {
        let lane = Lane(path: FilePath("a").appending(text.filter { $0 != "\0" }))
        var line = try Self.line(.ended(outcome: text), job: text, lane: lane)
        line.model = text
        let read = try #require(LedgerLine(line.bytes[...]))
        #expect(Array(read.job.utf8) == Array(text.utf8))
        #expect(read == line)
        #expect(Self.read(line.bytes).lines == [line])
    }

    @Test func `a lane whose name is no text stays below its lane`() throws {
        let name = try #require(FilePath.Component(platformString: [104, -23, 0]))
        let line = try Self.line(lane: Lane(path: FilePath("acme").appending(name)))
        #expect(LedgerLine(line.bytes[...])?.lane == Lane(path: "acme/h\u{FFFD}"))
    }

    @Test(arguments: [
        "", "\n", "hello", ",,,,,,,,,,", "time,event,job,lane,variant,model,size,task_id,outcome,price,request\n",
        "2026-11-25 08:15:30,submitted,a,l,1,m,4K,t,,0.12\n", "2026-11-25 08:15:30,submitted,a,l,1,m,4K,t,,0.12,ab\n",
        "25.11.2026 08:15,submitted,a,l,1,m,4K,t,,0.12,00000000000000ab\n",
        "2026-11-25 08:15:30,paid,a,l,1,m,4K,t,,0.12,00000000000000ab\n",
        "2026-11-25 08:15:30,ended,a,l,1,m,4K,t,,,00000000000000ab\n",
        "2026-11-25 08:15:30,submitted,a,/l,1,m,4K,t,,0.12,00000000000000ab\n",
        "2026-11-25 08:15:30,submitted,a,../l,1,m,4K,t,,0.12,00000000000000ab\n",
        "2026-11-25 08:15:30,submitted,a,l,0,m,4K,t,,0.12,00000000000000ab\n",
        "2026-11-25 08:15:30,submitted,a,l,one,m,4K,t,,0.12,00000000000000ab\n",
        "2026-11-25 08:15:30,submitted,a,l,1,m,8K,t,,0.12,00000000000000ab\n",
        "2026-11-25 08:15:30,submitted,a,l,1,m,4K,t,,-0.12,00000000000000ab\n",
        "2026-11-25 08:15:30,submitted,\"a\"b,l,1,m,4K,t,,0.12,00000000000000ab\n",
        "2026-11-25 08:15:30,submitted,\"a,l,1,m,4K,t,,0.12,00000000000000ab\n",
        "2026-11-25 08:15:30,submitted,a,l,1,m,4K,t,,0.12,00000000000000ab,more\n",
    ])
    func `a line that is none of ours is not read`(text: String) {
        #expect(LedgerLine(Array(text.utf8)[...]) == nil)
    }

    @Test func `no prefix of a line is taken for the line`() throws {
        let line = try Self.line(job: "two\nlines, \"quoted\"").bytes
        for length in 0..<(line.count - 1) { #expect(LedgerLine(line[..<length]) == nil) }
        #expect(LedgerLine(line[..<(line.count - 1)]) != nil)
    }

    @Test func `a spreadsheet that quotes every field does no harm`() throws {
        let fields = try #require(CSV.fields(try Self.line().bytes.dropLast()))
        let quoted = fields.map { "\"\($0)\"" }.joined(separator: ",")
        #expect(LedgerLine(Array(quoted.utf8)[...]) == (try Self.line()))
    }

    // MARK: A whole file

    @Test func `every prefix of a file gives its lines, a last one without its break, too, and what is torn`() throws {
        let lines = [
            try Self.line(), try Self.line(.maybe(price: nil), job: "two\nlines\n"),
            try Self.line(.ended(outcome: "done")),
        ]
        let parts = [LedgerLine.header] + lines.map(\.bytes)
        let bytes = parts.flatMap(\.self)
        for length in 0...bytes.count {
            var (whole, count) = (0, 0)
            while count < parts.count, whole + parts[count].count <= length {
                whole += parts[count].count
                count += 1
            }
            let lacksBreak = count < parts.count && whole + parts[count].count == length + 1
            if lacksBreak { (whole, count) = (length, count + 1) }
            for size in [1, 7, bytes.count] {
                let (read, text) = Self.read(Array(bytes[..<length]), inPiecesOf: size)
                equal(read, Array(lines.prefix(max(count - 1, 0))))
                equal(text.length, whole)
                equal(text.foreignLines, 0)
                equal(text.ending, lacksBreak ? .unbroken : whole == length ? .nothing : .torn)
            }
        }
    }

    @Test func `a byte order mark and other line breaks do no harm`() throws {
        let line = try Self.line(job: "two\nlines")
        let marked = [0xEF, 0xBB, 0xBF] + LedgerLine.header.dropLast() + Array("\r\n".utf8)
        let bytes = marked + line.bytes.dropLast() + Array("\r\n".utf8) + line.bytes
        let read = Self.read(bytes)
        #expect(read.lines == [line, line])
        #expect(read.length == bytes.count)
        #expect(read.foreign == 0)
        #expect(Self.read([0xEF, 0xBB, 0xBF] + line.bytes).lines == [line])
    }

    @Test func `nonsense is passed over and counted`() throws {
        let line = try Self.line()
        let bytes = LedgerLine.header + Array("total,17\n\n".utf8) + line.bytes
        let read = Self.read(bytes)
        #expect(read.lines == [line])
        #expect(read.foreign == 2)
        #expect(read.length == bytes.count)
    }

    @Test(arguments: [
        "2026-11-25 08:15:30,submitted,\"oops,acme,1,m,,,,,00000000000000ab\n", "\"\n", "x,\"\n", "x,\"y\"z\n",
        "\"a\nb\"\n",
    ])
    func `a quote that somebody left open hides nothing behind it`(damage: String) throws {
        let lines = [try Self.line(), try Self.line(job: "a, \"b\"\nc"), try Self.line(.ended(outcome: "done"))]
        for place in 0...lines.count {
            let before = lines[..<place].flatMap(\.bytes)
            let bytes = before + Array(damage.utf8) + lines[place...].flatMap(\.bytes)
            let read = Self.read(bytes)
            #expect(read.lines == lines)
            if place < lines.count { #expect(read.length == bytes.count) }
        }
    }

    @Test func `zeros at the end, as a power cut leaves them, are torn`() throws {
        let line = try Self.line()
        let read = Self.read(line.bytes + Array(repeating: 0, count: 5000))
        #expect(read.lines == [line])
        #expect(read.length == line.bytes.count)
    }

    @Test func `open quotes that seem to close each other hide nothing either`() throws {
        let line = try Self.line()
        let bytes = Array(repeating: Array("a\"x,\"\n".utf8), count: 100).flatMap(\.self) + line.bytes
        let read = Self.read(bytes)
        #expect(read.lines == [line])
        #expect(read.length == bytes.count)
        #expect(read.foreign == 100)
    }

    @Test func `an open quote far from the end hides nothing`() throws {
        let line = try Self.line()
        let bytes = Array("x,\"\n".utf8) + Array(repeating: line.bytes, count: 1000).flatMap(\.self)
        #expect(bytes.count > 64 << 10)
        let read = Self.read(bytes + line.bytes.prefix(12))
        #expect(read.lines.count == 1000)
        #expect(read.length == bytes.count)
        #expect(read.foreign == 1)
    }

    @Test(arguments: [
        ("total 17", LedgerText.Ending.unbroken), ("2026-11-2", .torn), ("2026-11-25 08:15:30,sub", .torn),
        ("2026-11-25 08:15:30,submitted,\"two\nlin", .torn), ("25.11.2026", .unbroken), ("\0\0", .torn),
        ("\r", .unbroken),
    ])
    func `behind the last break only what a crash leaves is torn`(tail: String, ending: LedgerText.Ending) throws {
        let line = try Self.line()
        for size in [1, 1000] {
            let (lines, text) = Self.read(line.bytes + Array(tail.utf8), inPiecesOf: size)
            equal(lines, [line])
            equal(text.ending, ending)
            equal(text.foreignLines, ending == .torn ? 0 : 1)
        }
    }

    @Test func `a file whose breaks somebody turned into others is not taken for torn`() throws {
        let line = try Self.line()
        let ended = Array(line.bytes.dropLast()) + [UInt8(ascii: "\r")]
        let bytes = ended + ended
        #expect(Self.read(bytes, inPiecesOf: 50).text.ending == .unbroken)
    }

    @Test func `lines of earlier days are passed over, whatever stands in them and wherever they stand`() throws {
        let day = try #require(LocalDay("2026-11-25"))
        func dated(_ text: String, job: String = "a") throws -> LedgerLine {
            var line = try Self.line(job: job)
            line.time = try #require(LocalTime(text + " 08:15:30"))
            return line
        }
        let lines = [
            try dated("2026-11-24"), try dated("2026-11-25"), try dated("2026-11-24", job: "two\n2026-11-25, \"x\""),
            try dated("2026-11-30"), try dated("2025-12-31"), try dated("2026-11-25", job: "a,b"),
        ]
        let bytes = CSV.byteOrderMark + LedgerLine.header + lines.flatMap(\.bytes)
        for size in [1, 64, bytes.count] {
            let (read, text) = Self.read(bytes, inPiecesOf: size, since: day)
            equal(read, [lines[1], lines[3], lines[5]])
            equal(text.length, bytes.count)
            equal(text.foreignLines, 0)
        }
    }
}
