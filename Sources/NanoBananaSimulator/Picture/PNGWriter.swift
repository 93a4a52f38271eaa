// SPDX-License-Identifier: Apache-2.0

internal import CZlib

/// Writes a PNG (ISO/IEC 15948) of four colours, two bits a point, row by row; a row that is repeated is packed once.
struct PNGWriter {
    let width: Int
    let height: Int
    /// The rows, each with its filter before it.
    private var rows: [UInt8] = []

    init(width: Int, height: Int) {
        self.width = width
        self.height = height
        rows.reserveCapacity(height * (1 + rowLength))
    }

    private var rowLength: Int { (width + 3) / 4 }

    /// Appends a row of colours 0 to 3, `count` times.
    mutating func append(_ row: [UInt8], count: Int) {
        guard count > 0 else { return }
        var packed = [UInt8](repeating: 0, count: rowLength)
        for (index, color) in row.prefix(width).enumerated() { packed[index / 4] |= color << (6 - 2 * (index % 4)) }
        rows.append(0)
        rows.append(contentsOf: packed)
        for _ in 1..<count {
            rows.append(2)  // filter "up": the same as the row above
            rows.append(contentsOf: repeatElement(0, count: rowLength))
        }
    }

    /// - Parameters:
    ///   - palette: four colours as red, green, blue.
    ///   - size: pads the file to exactly so many bytes, where it is smaller.
    consuming func finished(palette: [[UInt8]], paddedTo size: Int?) -> [UInt8] {
        var file: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
        file += Self.chunk("IHDR", Self.bigEndian(width) + Self.bigEndian(height) + [2, 3, 0, 0, 0])
        file += Self.chunk("PLTE", palette.flatMap { $0 })
        file += Self.chunk("IDAT", Self.compressed(rows))
        let end = Self.chunk("IEND", [])
        // "paDd": private, may be left out by whoever edits the picture.
        if let size, size >= file.count + end.count + 12 {
            file += Self.chunk("paDd", Array(repeating: 0, count: size - file.count - end.count - 12))
        }
        return file + end
    }

    private static func compressed(_ bytes: [UInt8]) -> [UInt8] {
        var length = compressBound(uLong(bytes.count))
        return [UInt8](unsafeUninitializedCapacity: Int(length)) { room, count in
            let result = compress2(room.baseAddress, &length, bytes, uLong(bytes.count), Z_BEST_SPEED)
            precondition(result == Z_OK, "the room is what compressBound asks for")
            count = Int(length)
        }
    }

    private static func chunk(_ type: String, _ data: [UInt8]) -> [UInt8] {
        let content = Array(type.utf8) + data
        return bigEndian(data.count) + content + bigEndian(Int(crc32(0, content, uInt(content.count))))
    }

    private static func bigEndian(_ number: Int) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * $0)) }
    }
}
