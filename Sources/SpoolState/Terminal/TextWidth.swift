// SPDX-License-Identifier: Apache-2.0

/// How many columns of a terminal a text takes, as `wcwidth(3)` has it, whatever the locale. Pure.
package enum TextWidth {
    /// Of text that holds no control characters: `Wording.line` shows them by number.
    package static func of(_ text: String) -> Int { text.unicodeScalars.reduce(0) { $0 + of($1) } }

    static func of(_ scalar: Unicode.Scalar) -> Int {
        if scalar.value < 0x300 { return 1 }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return 0
        default: break
        }
        return wide.contains { $0.contains(scalar.value) } ? 2 : 1
    }

    /// The beginning of a text that fits, with `…` where it is not all.
    package static func cut(_ text: String, to columns: Int) -> String {
        if of(text) <= columns { return text }
        var (kept, width) = (String.UnicodeScalarView(), 0)
        for scalar in text.unicodeScalars {
            width += of(scalar)
            if width > columns - 1 { break }
            kept.append(scalar)
        }
        return columns > 0 ? String(kept) + "…" : ""
    }

    /// East Asian wide and full-width characters, and pictures: Unicode's `EastAsianWidth.txt`, in large pieces.
    private static let wide: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x231A...0x231B, 0x23E9...0x23EC, 0x2614...0x2615, 0x26A1...0x26A1, 0x2705...0x2705,
        0x274C...0x274C, 0x2753...0x2757, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0xA4CF,
        0xA960...0xA97C, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6,
        0x1F18E...0x1F18E, 0x1F191...0x1F19A, 0x1F200...0x1F320, 0x1F32D...0x1F335, 0x1F337...0x1F37C,
        0x1F37E...0x1F393, 0x1F3A0...0x1F3CA, 0x1F3E0...0x1F3F0, 0x1F400...0x1F43E, 0x1F440...0x1F4FC,
        0x1F4FF...0x1F53D, 0x1F550...0x1F567, 0x1F5FB...0x1F64F, 0x1F680...0x1F6C5, 0x1F6EB...0x1F6EC,
        0x1F900...0x1F9FF, 0x1FA70...0x1FAFF, 0x20000...0x3FFFD,
    ]
}
