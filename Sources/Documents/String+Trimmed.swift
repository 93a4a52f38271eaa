// SPDX-License-Identifier: Apache-2.0

extension StringProtocol {
    /// Without white space at both ends, and without what takes no room there: byte order marks of files that were put
    /// together, and their like.
    package var trimmed: String {
        var rest = self[...]
        while rest.first?.isRoomless == true { rest.removeFirst() }
        while rest.last?.isRoomless == true { rest.removeLast() }
        return String(rest)
    }
}

extension Character {
    fileprivate var isRoomless: Bool { isWhitespace || unicodeScalars.allSatisfy(\.isRoomless) }
}

extension Unicode.Scalar {
    /// U+FEFF, the zero-width spaces, and the marks for the direction of text: nobody sees them, and no text needs them
    /// at its ends.
    var isRoomless: Bool {
        switch value {
        case 0xFEFF, 0x200B, 0x2060, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: true
        default: false
        }
    }
}
