// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A picture's bytes, chunk by chunk (ISO/IEC 15948).
enum PNGFile {
    private static let crcTable: [UInt32] = (0..<256).map { value in
        (0..<8).reduce(UInt32(value)) { crc, _ in crc & 1 == 1 ? 0xEDB8_8320 ^ crc >> 1 : crc >> 1 }
    }

    /// Two pixels by two.
    static let small =
        Data(
            base64Encoded:
                "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAE0lEQVR4nGP4/8AYiBgEFAyACAAvgATlkyi5PgAAAABJRU5ErkJggg=="
        ) ?? Data()

    /// Whether every chunk has its sum and the last one is `IEND`, with nothing behind it.
    static func isWhole(_ data: Data) -> Bool {
        let bytes = Array(data)
        guard bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) else { return false }
        var rest = bytes[8...]
        while rest.count >= 12 {
            let length = number(rest.prefix(4))
            guard rest.count >= length + 12 else { return false }
            let content = rest.dropFirst(4).prefix(length + 4)
            let crc = ~content.reduce(~UInt32(0)) { crcTable[Int(UInt8(truncatingIfNeeded: $0) ^ $1)] ^ $0 >> 8 }
            guard number(rest.dropFirst(length + 8).prefix(4)) == Int(crc) else { return false }
            rest = rest.dropFirst(length + 12)
            if content.prefix(4).elementsEqual("IEND".utf8) { return rest.isEmpty }
        }
        return false
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> Int { bytes.reduce(0) { $0 << 8 | Int($1) } }
}
