// SPDX-License-Identifier: Apache-2.0

/// Paints a picture that a person can recognise as the answer to a prompt: the prompt's own words on a colour of its
/// own.
struct PicturePainter: Sendable {
    var prompt: String
    var caption: String
    /// How many pictures came with the request: a block for each.
    var inputs: Int
    var format: PictureFormat

    private static let columns = 32

    /// The file of a PNG.
    func png(paddedTo size: Int? = nil) -> [UInt8] {
        var writer = PNGWriter(width: format.width, height: format.height)
        let scale = max(1, min(format.width / (Self.columns * Font.width), format.height / (10 * Font.height)))
        let columns = max(8, format.width / (scale * Font.width) - 2)
        let lineCount = max(1, format.height / (scale * Font.height) - 4)
        let lines = [""] + wrapped(columns).prefix(lineCount) + [""]
        var rows = 0
        for line in lines { rows += paint(line, ink: 1, scale, into: &writer) }
        let footer = scale * Font.height * 2
        let empty = [UInt8](repeating: 0, count: format.width)
        writer.append(empty, count: format.height - rows - footer)
        writer.append(blocks(scale), count: footer / 2 - scale * 2)
        writer.append(empty, count: scale * 2)
        // The caption is one line, as large as fits.
        let captionScale = max(1, min(scale, format.width / ((caption.count + 2) * Font.width)))
        rows = paint(caption, ink: 2, captionScale, into: &writer)
        writer.append(empty, count: footer / 2 - rows)
        return writer.finished(palette: palette, paddedTo: size)
    }

    /// One line of text; returns how many rows it took.
    private func paint(_ line: String, ink: UInt8, _ scale: Int, into writer: inout PNGWriter) -> Int {
        let letters = Array(line)
        for fontRow in 0..<Font.height {
            var row = [UInt8](repeating: 0, count: format.width)
            for (index, letter) in letters.enumerated() {
                for column in 0..<Font.width where Font.isSet(letter, column: column, row: fontRow) {
                    let start = ((index + 1) * Font.width + column) * scale
                    for point in start..<start + scale where point < format.width { row[point] = ink }
                }
            }
            writer.append(row, count: scale)
        }
        return Font.height * scale
    }

    private func blocks(_ scale: Int) -> [UInt8] {
        var row = [UInt8](repeating: 0, count: format.width)
        let side = Font.width * scale
        for block in 0..<inputs {
            let start = side + block * side * 3 / 2
            for point in start..<start + side where point < format.width { row[point] = 3 }
        }
        return row
    }

    private func wrapped(_ columns: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in prompt.split(whereSeparator: \.isWhitespace) {
            for part in word.pieces(of: columns) {
                if !line.isEmpty, line.count + 1 + part.count > columns {
                    lines.append(line)
                    line = ""
                }
                line += line.isEmpty ? part : " " + part
            }
        }
        return lines + [line]
    }

    /// A dark colour from the prompt (FNV-1a, so that it is the same everywhere), light ink, and two accents.
    private var palette: [[UInt8]] {
        let hash = prompt.utf8.reduce(UInt64(0xCBF2_9CE4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        let background = (0..<3).map { UInt8(32 + (hash >> (8 * $0)) & 0x5F) }
        return [background, [250, 245, 235], [190, 200, 210], background.map { UInt8(255 - $0) }]
    }
}

extension Substring {
    fileprivate func pieces(of length: Int) -> [String] {
        var rest = self
        var pieces: [String] = []
        while !rest.isEmpty {
            pieces.append(String(rest.prefix(length)))
            rest = rest.dropFirst(length)
        }
        return pieces
    }
}
