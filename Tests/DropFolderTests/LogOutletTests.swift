// SPDX-License-Identifier: Apache-2.0

import Glibc
import Testing

@testable import DropFolder
@testable import TestSupport

/// The log on its way to a reader who may have stopped to read.
@Suite(.idleLimit)
struct LogOutletTests {
    private static func buffer(limit: Int) -> LineBuffer { LineBuffer(limit: limit) { "\($0) lost\n" } }

    private static func text(_ bytes: [UInt8]?) -> String { String(decoding: bytes ?? [], as: UTF8.self) }

    @Test func `lines come out in the order in which they came`() {
        var buffer = Self.buffer(limit: 100)
        #expect(buffer.isEmpty && buffer.take() == nil)
        for line in ["a\n", "b\n"] { buffer.add(line) }
        #expect(!buffer.isEmpty)
        #expect(Self.text(buffer.take()) == "a\nb\n")
        #expect(buffer.isEmpty && buffer.take() == nil)
    }

    @Test func `what does not fit is counted, and said where it is missing`() {
        var buffer = Self.buffer(limit: 20)
        for number in 10..<20 { buffer.add("line \(number)\n") }
        #expect(Self.text(buffer.take()) == "line 10\nline 11\n")
        #expect(Self.text(buffer.take()) == "8 lost\n")
        buffer.add("again\n")
        #expect(Self.text(buffer.take()) == "again\n")
        for line in ["first line\n", "another line\n", "and one more\n"] { buffer.add(line) }
        _ = buffer.take()
        buffer.add("later\n")
        #expect(Self.text(buffer.take()) == "2 lost\nlater\n")
        #expect(buffer.isEmpty)
    }

    @Test func `a long line comes whole, and many short ones in portions`() {
        var buffer = Self.buffer(limit: 1 << 20)
        let long = String(repeating: "x", count: 200_000) + "\n"
        buffer.add(long)
        for _ in 0..<20_000 { buffer.add("12345\n") }
        #expect(Self.text(buffer.take()) == long)
        #expect(buffer.take()?.count == (64 << 10) / 6 * 6)
    }

    /// Both ends of a pipe.
    private static func pipe() -> (read: CInt, write: CInt) {
        var ends: [CInt] = [0, 0]
        _ = ends.withUnsafeMutableBufferPointer { Glibc.pipe($0.baseAddress) }
        return (ends[0], ends[1])
    }

    /// Reads until that holds for what came.
    private static func read(_ end: CInt, until isAll: (String) -> Bool) -> String {
        var text = ""
        var bytes = [UInt8](repeating: 0, count: 65_536)
        while !isAll(text) {
            let count = Glibc.read(end, &bytes, bytes.count)
            if count <= 0 { break }
            text += String(decoding: bytes.prefix(count), as: UTF8.self)
        }
        return text
    }

    /// How many lines came, and how many are said to be lost.
    private static func counts(_ text: String) -> (came: Int, lost: Int) {
        text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().reduce(into: (0, 0)) { counts, line in
            if line.hasSuffix(" lost") { counts.1 += Int(line.dropLast(5)) ?? 0 } else { counts.0 += 1 }
        }
    }

    @Test func `nobody waits for a reader who does not read, and he learns what he has missed`() {
        let (end, start) = Self.pipe()
        let outlet = LogOutlet(to: start, limit: 100_000) { "\($0) lost\n" }
        // More than the pipe and the buffer hold.
        let line = String(repeating: "y", count: 999) + "\n"
        for _ in 0..<1000 { outlet.write(line) }
        let began = ContinuousClock.now
        outlet.flush(atMost: .milliseconds(50))
        #expect(began.duration(to: .now) >= .milliseconds(50), "it was not all written")
        // More than once, where the thread has taken some between.
        let counts = Self.counts(Self.read(end) { Self.counts($0).came + Self.counts($0).lost >= 1000 })
        #expect(counts.lost > 0 && counts.came + counts.lost == 1000)
        outlet.write("at the end\n")
        outlet.flush(atMost: .seconds(30))
        #expect(Self.read(end) { $0.hasSuffix("at the end\n") } == "at the end\n")
    }

    @Test func `where the reader is gone, lines are dropped and nothing else happens`() {
        signal(SIGPIPE, SIG_IGN)
        let (end, start) = Self.pipe()
        close(end)
        let outlet = LogOutlet(to: start, limit: 100_000) { "\($0) lost\n" }
        outlet.write("to nobody\n")
        outlet.flush(atMost: .seconds(30))
    }
}
