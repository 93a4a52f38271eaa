// SPDX-License-Identifier: Apache-2.0

/// Base64, read leniently: either alphabet, with or without padding, with blanks and line breaks. Pure.
package enum Base64 {
    private static let unknown: UInt8 = 0xFF
    private static let padding: UInt8 = 0xFE

    /// What each byte stands for (RFC 4648, 4 and 5).
    private static let digits: [UInt8] = {
        var digits = [UInt8](repeating: unknown, count: 256)
        let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
        for (value, letter) in alphabet.utf8.enumerated() { digits[Int(letter)] = UInt8(value) }
        digits[Int(UInt8(ascii: "-"))] = 62
        digits[Int(UInt8(ascii: "_"))] = 63
        digits[Int(UInt8(ascii: "="))] = padding
        return digits
    }()

    /// Whether the byte may stand in such a text.
    static func mayHold(_ byte: UInt8) -> Bool { isGap(byte) || digits[Int(byte)] != unknown }

    static func isGap(_ byte: UInt8) -> Bool { byte <= 0x20 || byte == 0x7F }

    /// How many bytes a text of so many letters may come to.
    package static func room(for letters: Int) -> Int { letters / 4 * 3 + 3 }

    /// Returns how many bytes were written, into a space with the room for them; `nil` where something else stands in
    /// the text, nothing, or half a byte is left over. Padding ends a group, not the whole: some encode line by line.
    package static func decode(_ text: ArraySlice<UInt8>, into space: UnsafeMutableRawBufferPointer) -> Int? {
        let digits = digits
        var isGood = true
        var (group, count, written): (UInt32, Int, Int) = (0, 0, 0)
        /// Writes the bytes of a group, which have eight bits for each of its digits' six.
        func end() {
            isGood = isGood && count != 1
            group <<= 6 * UInt32(4 - count)
            for shift in [16, 8, 0].prefix(max(count - 1, 0)) {
                space[written] = UInt8(truncatingIfNeeded: group >> UInt32(shift))
                written += 1
            }
            (group, count) = (0, 0)
        }
        for letter in text where !isGap(letter) {
            switch digits[Int(letter)] {
            case unknown: return nil
            case padding: end()
            case let value:
                group = group << 6 | UInt32(value)
                count += 1
                if count == 4 { end() }
            }
        }
        end()
        return isGood && written > 0 ? written : nil
    }
}
