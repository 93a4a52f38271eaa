// SPDX-License-Identifier: Apache-2.0

/// Ties each line of a journal to all that stand before it, so that a changed, missing or moved line is never taken for
/// the truth: a journal that lost its `submitting` would lead to a second payment. Pure.
///
/// Each line ends with a member `"seal"`: FNV-1a in 32 bits over the line without it, begun with the seal of the line
/// before.
package struct JournalSeal: Equatable, Sendable {
    private var sum: UInt32 = 0x811C_9DC5

    package init() {}

    private static let opening = Array(#","seal":""#.utf8)
    private static let closing = Array(#""}"#.utf8)
    private static let digits = 8

    /// The lines as they stand in a journal that has come this far.
    package mutating func seal(_ lines: [UInt8]) -> [UInt8] {
        var sealed: [UInt8] = []
        sealed.reserveCapacity(lines.count + 128)
        var start = lines.startIndex
        while let end = lines[start...].firstIndex(of: UInt8(ascii: "\n")) {
            // Without the line's closing brace, which comes behind the seal.
            let content = lines[start..<(end - 1)]
            add(content)
            sealed.append(contentsOf: content)
            sealed.append(contentsOf: Self.opening)
            sealed.append(contentsOf: hexadecimal)
            sealed.append(contentsOf: Self.closing)
            sealed.append(UInt8(ascii: "\n"))
            start = end + 1
        }
        return sealed
    }

    /// Whether a line, without its line feed, is the one that was written here. Moves on where it is.
    mutating func accepts(_ line: ArraySlice<UInt8>) -> Bool {
        let length = Self.opening.count + Self.digits + Self.closing.count
        guard line.count > length else { return false }
        var next = self
        next.add(line.dropLast(length))
        guard line.suffix(length).elementsEqual(Self.opening + next.hexadecimal + Self.closing) else { return false }
        self = next
        return true
    }

    private mutating func add(_ bytes: ArraySlice<UInt8>) {
        var sum = sum
        bytes.withUnsafeBufferPointer { for byte in $0 { sum = (sum ^ UInt32(byte)) &* 0x0100_0193 } }
        self.sum = sum
    }

    private var hexadecimal: [UInt8] {
        (0..<Self.digits).map { position in
            let digit = UInt8(truncatingIfNeeded: sum >> UInt32(28 - 4 * position)) & 15
            return digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
        }
    }
}
