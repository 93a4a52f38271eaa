// SPDX-License-Identifier: Apache-2.0

/// A small DEFLATE encoder (RFC 1951) in a zlib wrapper (RFC 1950): fixed Huffman codes, and matches with the byte
/// before, which is all that flat pictures need.
struct Deflate {
    private var bytes: [UInt8] = [0x78, 0x01]
    private var bits: UInt64 = 0
    private var bitCount = 0
    private var low: UInt64 = 1
    private var high: UInt64 = 0

    init() {
        put(1, 1)  // the last block
        put(1, 2)  // with fixed codes
    }

    /// Appends `count` times the same byte.
    mutating func append(_ byte: UInt8, count: Int = 1) {
        guard count > 0 else { return }
        sum(byte, count)
        putLiteral(byte)
        var rest = count - 1
        while rest >= 3 {
            let length = min(rest, 258)
            putMatch(length)
            rest -= length
        }
        for _ in 0..<rest { putLiteral(byte) }
    }

    mutating func append(contentsOf data: [UInt8]) {
        var index = 0
        while index < data.count {
            var end = index + 1
            while end < data.count, data[end] == data[index] { end += 1 }
            append(data[index], count: end - index)
            index = end
        }
    }

    consuming func finished() -> [UInt8] {
        putCode(0, 7)
        if bitCount > 0 { put(0, 8 - bitCount % 8) }
        let checksum = UInt32(high) << 16 | UInt32(low)
        return bytes + (0..<4).map { UInt8(truncatingIfNeeded: checksum >> (24 - 8 * $0)) }
    }

    /// Adler-32 of a run in closed form: `n` bytes of value `v` add `n·low + v·n(n+1)/2` to the high half.
    private mutating func sum(_ byte: UInt8, _ count: Int) {
        let (n, v) = (UInt64(count), UInt64(byte))
        high = (high + n % 65_521 * low + v * ((n * (n + 1) / 2) % 65_521)) % 65_521
        low = (low + v * n) % 65_521
    }

    private mutating func put(_ value: UInt64, _ count: Int) {
        bits |= value << bitCount
        bitCount += count
        while bitCount >= 8 {
            bytes.append(UInt8(truncatingIfNeeded: bits))
            bits >>= 8
            bitCount -= 8
        }
    }

    /// Huffman codes go out with their highest bit first.
    private mutating func putCode(_ code: UInt64, _ count: Int) {
        for bit in stride(from: count - 1, through: 0, by: -1) { put(code >> bit & 1, 1) }
    }

    private mutating func putLiteral(_ byte: UInt8) {
        if byte < 144 { putCode(0x30 + UInt64(byte), 8) } else { putCode(0x190 + UInt64(byte) - 144, 9) }
    }

    /// A match of 3 to 258 bytes at distance 1.
    private mutating func putMatch(_ length: Int) {
        let (code, base, extra) = Self.lengthCode(length)
        if code < 280 { putCode(UInt64(code - 256), 7) } else { putCode(0xC0 + UInt64(code - 280), 8) }
        put(UInt64(length - base), extra)
        putCode(0, 5)
    }

    private static func lengthCode(_ length: Int) -> (code: Int, base: Int, extra: Int) {
        if length == 258 { return (285, 258, 0) }
        if length < 11 { return (254 + length, length, 0) }
        var (code, base, extra) = (265, 11, 1)
        while length >= base + 1 << extra {
            base += 1 << extra
            code += 1
            if (code - 265) % 4 == 0 { extra += 1 }
        }
        return (code, base, extra)
    }
}
