// SPDX-License-Identifier: Apache-2.0

/// The records of a delimited text (RFC 4180), one after the other, with the place of each cell. Pure.
package struct DelimitedText: Sendable {
    package struct Cell: Equatable, Sendable {
        package var text: String
        /// Where it begins, its quote included.
        package var place: DocumentNode.Place
    }

    package struct Record: Equatable, Sendable {
        /// From 1; blank lines count.
        package var number: Int
        /// Never empty; a blank line has one empty cell.
        package var cells: [Cell]
        /// As it stands in the text, without the line feed that ends it.
        package var source: String
        /// The first quote in a cell that has none around it: where the cells end is not sure then.
        package var strayQuote: DocumentNode.Place?

        package var place: DocumentNode.Place { cells[0].place }
        package var isBlank: Bool { cells.allSatisfy { $0.text.allSatisfy(\.isWhitespace) } }
    }

    /// Quotes that do not close as they should: where the next record begins is not sure then.
    package enum Problem: Error, Equatable, Sendable {
        case openQuote(DocumentNode.Place)
        case textBehindQuote(DocumentNode.Place)
        /// A record is larger than it may be; where it begins.
        case tooLarge(DocumentNode.Place)
    }

    /// How many cells a record may have: each takes many times the room in memory that its delimiter takes in the file.
    private static let cellsLimit = 50_000

    private let bytes: [UInt8]
    private let delimiter: UInt8
    private let recordLimit: Int
    private var index: Int
    private var line: Int
    private var column = 1
    private var count = 0

    /// - Parameters:
    ///   - bytes: valid UTF-8; lines end in LF.
    ///   - start: where the first record begins.
    ///   - line: the number of its line, from 1.
    ///   - recordLimit: the largest record, in bytes.
    package init(_ bytes: [UInt8], delimiter: UInt8, from start: Int = 0, line: Int = 1, recordLimit: Int = .max) {
        self.recordLimit = recordLimit
        self.bytes = bytes
        self.delimiter = delimiter
        self.line = line
        index = start
    }

    /// The next record, or `nil` after the last.
    package mutating func next() throws(Problem) -> Record? {
        guard index < bytes.count else { return nil }
        let (start, startPlace) = (index, place)
        var scanner = CellScanner(delimiter: delimiter)
        count += 1
        var record = Record(number: count, cells: [], source: "", strayQuote: nil)
        var cell: [UInt8] = []
        var cellPlace = place
        var quotePlace = place
        var end = bytes.count
        scan: while index < bytes.count {
            let byte = bytes[index]
            if index - start > recordLimit || record.cells.count > Self.cellsLimit { throw .tooLarge(startPlace) }
            switch scanner.step(byte) {
            case .content: cell.append(byte)
            case .syntax: break
            case .openQuote:
                cell.removeAll(keepingCapacity: true)
                quotePlace = place
            case .strayQuote:
                record.strayQuote = record.strayQuote ?? place
                cell.append(byte)
            case .behindQuote: throw .textBehindQuote(place)
            case .endOfCell:
                record.cells.append(Cell(text: String(decoding: cell, as: UTF8.self), place: cellPlace))
                cell.removeAll(keepingCapacity: true)
                advance(byte)
                cellPlace = place
                continue scan
            case .endOfRecord:
                end = index
                advance(byte)
                break scan
            }
            advance(byte)
        }
        if scanner.isInQuotes { throw .openQuote(quotePlace) }
        record.cells.append(Cell(text: String(decoding: cell, as: UTF8.self), place: cellPlace))
        record.source = String(decoding: bytes[start..<end], as: UTF8.self)
        return record
    }

    private var place: DocumentNode.Place { .init(line: line, column: column) }

    /// Columns count scalars: continuation bytes of UTF-8 are not counted.
    private mutating func advance(_ byte: UInt8) {
        index += 1
        if byte == UInt8(ascii: "\n") {
            (line, column) = (line + 1, 1)
        } else if byte & 0xC0 != 0x80 {
            column += 1
        }
    }
}
