// SPDX-License-Identifier: Apache-2.0

/// A table of requests, as spreadsheets save it: the first record names the columns, each further one is a request.
/// Pure.
struct RequestTable {
    struct Row: Equatable, Sendable {
        /// As a request has them. What a cell holds is text.
        var entries: [DocumentNode.Entry] = []
        var place: DocumentNode.Place
        /// What is wrong with the row as a row: where its cells end is not sure, or they do not hold what was meant.
        var problems: [Finding] = []
        /// As it stands in the file.
        var record: DelimitedText.Record
    }

    private var records: DelimitedText
    private let delimiter: UInt8
    private let header: DelimitedText.Record
    private let columns: [TableColumn]

    private static let delimiters = [UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\t")]

    /// Reads the header.
    ///
    /// - Parameter bytes: valid UTF-8; lines end in LF.
    init(_ bytes: [UInt8]) throws(Findings) {
        let named = Self.namedDelimiter(bytes)
        var best: (records: DelimitedText, header: DelimitedText.Record, delimiter: UInt8, known: Int)?
        var problem: Findings?
        for delimiter in named.map({ [$0.delimiter] }) ?? Self.delimiters {
            do throws(Findings) {
                var records = DelimitedText(
                    bytes, delimiter: delimiter, from: named?.end ?? 0, line: named == nil ? 1 : 2)
                let header = try Self.header(&records)
                let known = header.cells.count { TableColumn($0.text).map { $0 != .blank } ?? false }
                if best.map({ known > $0.known }) ?? true { best = (records, header, delimiter, known) }
            } catch {
                problem = problem ?? error
            }
        }
        guard let best else { throw problem ?? Findings(.document(.empty)) }
        (records, header, delimiter) = (best.records, best.header, best.delimiter)
        if let quote = header.strayQuote { throw Findings(.table(.strayQuote), quote) }
        guard best.known > 0 else {
            throw Findings(.table(.noKnownColumn(first: header.cells[0].text.trimmed)), header.place)
        }
        columns = try Self.columns(header)
    }

    /// `sep=;` in the first line, as some programs write it, and where that line ends.
    private static func namedDelimiter(_ bytes: [UInt8]) -> (delimiter: UInt8, end: Int)? {
        guard bytes.count > 4, String(decoding: bytes.prefix(4), as: UTF8.self).lowercased() == "sep=",
            delimiters.contains(bytes[4]) || bytes[4] == UInt8(ascii: "|"),
            bytes.count == 5 || bytes[5] == UInt8(ascii: "\n")
        else { return nil }
        return (bytes[4], min(6, bytes.count))
    }

    private static func header(_ records: inout DelimitedText) throws(Findings) -> DelimitedText.Record {
        while let record = try next(&records) {
            // Whatever stands between the cells.
            if !record.source.allSatisfy({ $0.isWhitespace || ",;\"".contains($0) }) { return record }
        }
        throw Findings(.document(.empty))
    }

    private static func next(_ records: inout DelimitedText) throws(Findings) -> DelimitedText.Record? {
        do throws(DelimitedText.Problem) {
            return try records.next()
        } catch {
            switch error {
            case .openQuote(let place): throw Findings(.table(.openQuote), place)
            case .textBehindQuote(let place): throw Findings(.table(.textBehindQuote), place)
            }
        }
    }

    private static func columns(_ header: DelimitedText.Record) throws(Findings) -> [TableColumn] {
        var columns: [TableColumn] = []
        var findings: [Finding] = []
        for cell in header.cells {
            guard let column = TableColumn(cell.text) else {
                if TableColumn.asKey(cell.text.trimmed) == RequestDefaults.priorityKey {
                    findings.append(Finding(problem: .priority, place: cell.place))
                    continue
                }
                let spellings =
                    RequestKey.allSpellings.filter { $0 != RequestKey.meta.rawValue } + [RequestKey.partName]
                let nearest = NearestName.of(TableColumn.asKey(cell.text.trimmed), among: spellings)
                let problem = TableProblem.unknownColumn(cell.text.trimmed, nearest: nearest)
                findings.append(Finding(problem: .table(problem), place: cell.place))
                continue
            }
            let mayRepeat = column == .key(.images) || column == .blank
            if !mayRepeat, let first = columns.firstIndex(of: column) {
                let problem = TableProblem.sameColumn(header.cells[first].text.trimmed, cell.text.trimmed)
                findings.append(Finding(problem: .table(problem), place: cell.place))
            }
            columns.append(column)
        }
        if !findings.isEmpty { throw Findings(all: findings) }
        return columns
    }

    /// Where the header begins.
    var place: DocumentNode.Place { header.place }

    /// Throws where no cell of any row can give the key.
    func require(_ key: RequestKey) throws(Findings) {
        guard !columns.contains(.key(key)) else { return }
        throw Findings(.table(.missingColumn(key.rawValue)), header.place)
    }

    /// The next row in which something stands, or `nil` after the last.
    mutating func next() throws(Findings) -> Row? {
        while let record = try Self.next(&records) {
            if !record.isBlank { return row(record) }
        }
        return nil
    }

    /// The same finding, with the cell as a spreadsheet shows it.
    func located(_ finding: Finding, in row: Row) -> Finding {
        guard let place = finding.place else { return finding }
        var finding = finding
        finding.cell = Finding.Cell(row: row.record.number)
        if finding.problem.isOfWholeRow { return finding }
        let index = row.record.cells.lastIndex {
            $0.place.line < place.line || $0.place.line == place.line && $0.place.column <= place.column
        }
        guard let index, index < header.cells.count else { return finding }
        let name = header.cells[index].text.trimmed
        finding.cell?.column = name.isEmpty ? nil : name
        return finding
    }

    private func row(_ record: DelimitedText.Record) -> Row {
        var row = Row(place: record.place, record: record)
        var images: [DocumentNode] = []
        var meta: [DocumentNode.Entry] = []
        var isTooLong = false
        for (index, cell) in record.cells.enumerated() {
            let text = cell.text.trimmed
            if text.isEmpty { continue }
            let column = index < columns.count ? columns[index] : .blank
            if let slip = Self.slip(text, in: column) {
                row.problems.append(Finding(problem: .table(slip), place: cell.place))
            }
            switch column {
            case .blank: isTooLong = true
            case .name: row.entries.append(Self.entry(RequestKey.partName, text, cell.place))
            case .meta(let key): meta.append(Self.entry(key, text, cell.place))
            case .key(.images): images += Self.images(text).map { Self.node($0, cell.place) }
            case .key(.aspectRatio):
                row.entries.append(Self.entry(RequestKey.aspectRatio.rawValue, Self.ratio(text), cell.place))
            case .key(.variants):
                let number = CellSlip.wholeNumber(text) ?? text
                row.entries.append(Self.entry(RequestKey.variants.rawValue, number, cell.place))
            case .key(let key): row.entries.append(Self.entry(key.rawValue, text, cell.place))
            }
        }
        if let first = images.first {
            row.entries.append(Self.entry(RequestKey.images.rawValue, .list(images), first.place))
        }
        if let first = meta.first {
            row.entries.append(Self.entry(RequestKey.meta.rawValue, .map(meta), first.keyPlace))
        }
        if let problem = problem(of: record, isTooLong) { row.problems = [problem] }
        return row
    }

    private static func slip(_ cell: String, in column: TableColumn) -> TableProblem? {
        if CellSlip.isError(cell) { return .notComputed(cell) }
        return column == .key(.prompt) && CellSlip.isFormula(cell) ? .formula(cell) : nil
    }

    private func problem(of record: DelimitedText.Record, _ isTooLong: Bool) -> Finding? {
        // Some programs save tabs between cells, which no cell holds, and quote nothing.
        if let quote = record.strayQuote, delimiter != UInt8(ascii: "\t") {
            return Finding(problem: .table(.strayQuote), place: quote)
        }
        if !isTooLong { return nil }
        let problem = TableProblem.tooManyCells(
            record.cells.count, columns: columns.count { $0 != .blank }, delimiter: Unicode.Scalar(delimiter))
        return Finding(problem: .table(problem), place: record.place)
    }

    private static func node(_ text: String, _ place: DocumentNode.Place) -> DocumentNode {
        DocumentNode(content: .scalar(text, .text), place: place)
    }

    private static func entry(_ key: String, _ text: String, _ place: DocumentNode.Place) -> DocumentNode.Entry {
        entry(key, .scalar(text, .text), place)
    }

    private static func entry(
        _ key: String, _ content: DocumentNode.Content, _ place: DocumentNode.Place
    ) -> DocumentNode.Entry {
        .init(key: key, keyPlace: place, value: DocumentNode(content: content, place: place))
    }

    /// Several links in one cell stand apart by white space, with or without a comma; files by line breaks, since their
    /// names may have blanks.
    private static func images(_ cell: String) -> [String] {
        cell.split(whereSeparator: \.isNewline).flatMap { line in
            guard line.contains("://") else { return [line.trimmed] }
            return line.split(whereSeparator: \.isWhitespace).map { word in
                String(word.last.map { ",;|".contains($0) } == true ? word.dropLast() : word)
            }
        }.filter { !$0.isEmpty }
    }

    /// Spreadsheets take 16:9 for a time of the day, and save 16:09 or 16:09:00.
    private static func ratio(_ cell: String) -> String {
        let parts = cell.split(separator: ":", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { Int($0) }
        guard numbers.count == parts.count, numbers.count == 2 || (numbers.count == 3 && numbers[2] == 0) else {
            return cell
        }
        return "\(numbers[0]):\(numbers[1])"
    }
}

extension Finding.Problem {
    fileprivate var isOfWholeRow: Bool {
        if case .missing = self { return true }
        if case .table(.tooManyCells) = self { return true }
        return false
    }
}
