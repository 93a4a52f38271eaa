// SPDX-License-Identifier: Apache-2.0

/// Writes a PNG (ISO/IEC 15948) of four colours, two bits a point, row by row; a row that is repeated costs next to
/// nothing.
struct PNGWriter {
    private static let crcTable: [UInt32] = (0..<256).map { value in
        (0..<8).reduce(UInt32(value)) { crc, _ in crc & 1 == 1 ? 0xEDB8_8320 ^ crc >> 1 : crc >> 1 }
    }

    let width: Int
    let height: Int
    private var deflate = Deflate()

    init(width: Int, height: Int) {
        self.width = width
        self.height = height
    }

    private var rowLength: Int { (width + 3) / 4 }

    /// Appends a row of colours 0 to 3, `count` times.
    mutating func append(_ row: [UInt8], count: Int) {
        guard count > 0 else { return }
        var packed = [UInt8](repeating: 0, count: rowLength)
        for (index, color) in row.prefix(width).enumerated() { packed[index / 4] |= color << (6 - 2 * (index % 4)) }
        deflate.append(0)
        deflate.append(contentsOf: packed)
        for _ in 1..<max(count, 1) {
            deflate.append(2)  // filter "up": the same as the row above
            deflate.append(0, count: rowLength)
        }
    }

    /// - Parameters:
    ///   - palette: four colours as red, green, blue.
    ///   - size: pads the file to exactly so many bytes, where it is smaller.
    consuming func finished(palette: [[UInt8]], paddedTo size: Int?) -> [UInt8] {
        var file: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
        file += Self.chunk("IHDR", Self.bigEndian(width) + Self.bigEndian(height) + [2, 3, 0, 0, 0])
        file += Self.chunk("PLTE", palette.flatMap { $0 })
        file += Self.chunk("IDAT", deflate.finished())
        let end = Self.chunk("IEND", [])
        // "paDd": private, may be left out by whoever edits the picture.
        if let size, size >= file.count + end.count + 12 {
            file += Self.chunk("paDd", Array(repeating: 0, count: size - file.count - end.count - 12))
        }
        return file + end
    }

    private static func chunk(_ type: String, _ data: [UInt8]) -> [UInt8] {
        let content = Array(type.utf8) + data
        let crc = ~content.reduce(~UInt32(0)) { crcTable[Int(UInt8(truncatingIfNeeded: $0) ^ $1)] ^ $0 >> 8 }
        return bigEndian(data.count) + content + bigEndian(Int(crc))
    }

    private static func bigEndian(_ number: Int) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * $0)) }
    }
}
