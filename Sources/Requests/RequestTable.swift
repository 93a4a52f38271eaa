// SPDX-License-Identifier: Apache-2.0

internal import Documents

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

    /// How many rows were no requests.
    private(set) var passedOver = PassedOver()

    private var records: DelimitedText
    private let delimiter: UInt8
    /// Whether a line before the header says so.
    private let isDelimiterNamed: Bool
    private let header: DelimitedText.Record
    private let columns: [TableColumn]
    /// The header's cells in lower case.
    private let names: [String]

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
                    bytes, delimiter: delimiter, from: named?.end ?? 0, line: named == nil ? 1 : 2,
                    recordLimit: RequestRules.sizeLimit)
                let header = try Self.header(&records)
                let known = header.cells.count { TableColumn($0.text).map { $0 != .blank } ?? false }
                if best.map({ known > $0.known }) ?? true { best = (records, header, delimiter, known) }
            } catch {
                problem = problem ?? error
            }
        }
        guard let best else { throw problem ?? Findings(.document(.empty)) }
        (records, header, delimiter) = (best.records, best.header, best.delimiter)
        isDelimiterNamed = named != nil
        if let quote = header.strayQuote { throw Findings(.table(.strayQuote), quote) }
        guard best.known > 0 else {
            throw Findings(.table(.noKnownColumn(first: header.cells[0].text.trimmed)), header.place)
        }
        columns = try Self.columns(header)
        names = header.cells.map { $0.text.trimmed.lowercased() }
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
            case .tooLarge(let place): throw Findings(.table(.rowTooLarge(limit: RequestRules.sizeLimit)), place)
            }
        }
    }

    private static func columns(_ header: DelimitedText.Record) throws(Findings) -> [TableColumn] {
        var columns: [TableColumn] = []
        var findings: [Finding] = []
        for cell in header.cells {
            guard let column = TableColumn(cell.text) else {
                findings.append(Finding(problem: unknown(cell.text.trimmed), place: cell.place))
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

    private static func unknown(_ name: String) -> Finding.Problem {
        if let key = RequestDefaults.LaneKey(named: name) { return .ofLane(key.rawValue) }
        if let (spelling, odd) = RequestKey.spelling(hiddenIn: name) { return .oddKey(spelling, odd) }
        let spellings = RequestKey.allSpellings.filter { $0 != RequestKey.meta.rawValue } + [RequestKey.partName]
        return .table(.unknownColumn(name, nearest: NearestName.of(name, among: spellings)))
    }

    /// The lines before the rows, as they stand in the file.
    var head: [String] {
        let line = isDelimiterNamed ? ["sep=" + String(Unicode.Scalar(delimiter))] : []
        return line + [header.source]
    }

    /// The columns' names, as they are written.
    var titles: [String] { header.cells.map(\.text.trimmed) }

    /// Whether a column of that name holds pictures.
    static func areLinks(_ title: String) -> Bool { TableColumn(title) == .key(.images) }

    /// Where the header begins.
    var place: DocumentNode.Place { header.place }

    /// Throws where no cell of any row can give the key.
    func require(_ key: RequestKey) throws(Findings) {
        guard !columns.contains(.key(key)) else { return }
        throw Findings(.table(.missingColumn(key.rawValue)), header.place)
    }

    /// The next row that asks for something, or `nil` after the last.
    mutating func next() throws(Findings) -> Row? {
        while let record = try Self.next(&records) {
            if record.isBlank { continue }
            switch kind(of: record) {
            case .request: return row(record)
            case .header: passedOver.headers += 1
            case .notes: passedOver.notes += 1
            case .otherHeader: throw Findings(.table(.otherHeader), record.place)
            }
        }
        return nil
    }

    private enum RowKind {
        case request
        /// The header once more, or the `sep=;` before it: tables that were put together.
        case header
        /// Nothing but what one column says to people, or a check box: filled down further than there are requests.
        case notes
        /// Names of columns, and others than the header's.
        case otherHeader
    }

    private func kind(of record: DelimitedText.Record) -> RowKind {
        let filled = record.cells.indices.filter { record.cells[$0].text.contains { !$0.isWhitespace } }
        if filled.allSatisfy({ $0 < names.count && word(record.cells[$0]) == names[$0] }) { return .header }
        if filled == [0], word(record.cells[0])?.hasPrefix("sep=") == true { return .header }
        let isOfNames = filled.allSatisfy { word(record.cells[$0]).flatMap(TableColumn.init) != nil }
        if filled.count > 1, isOfNames { return .otherHeader }
        return filled.allSatisfy { isNote(record.cells[$0], in: $0) } ? .notes : .request
    }

    /// What a cell holds, in lower case; `nil` where it is too long for a column's name.
    private func word(_ cell: DelimitedText.Cell) -> String? {
        cell.text.utf8.count <= 64 ? cell.text.trimmed.lowercased() : nil
    }

    private func isNote(_ cell: DelimitedText.Cell, in index: Int) -> Bool {
        switch index < columns.count ? columns[index] : .blank {
        case .meta: true
        case .key(.prompt), .blank: false
        case .key, .name: word(cell).map { $0.isEmpty || CellSlip.isFilledDown($0) } ?? false
        }
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

    /// Where there is a column of pictures and the row has none: as an empty list.
    func sayNoPictures(in row: inout Row) {
        let key = RequestKey.images.rawValue
        guard columns.contains(.key(.images)), !row.entries.contains(where: { $0.key == key }) else { return }
        row.entries.append(Self.entry(key, .list([]), row.place))
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
            case .key(.variants):
                let number = CellSlip.wholeNumber(text) ?? text
                row.entries.append(Self.entry(RequestKey.variants.rawValue, number, cell.place))
            case .key(.aspectRatio): row.entries.append(Self.ratios(text, cell.place))
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

    /// Several in one cell stand apart by commas, semicolons or line breaks: a blank may be a part of a time.
    private static func ratios(_ cell: String, _ place: DocumentNode.Place) -> DocumentNode.Entry {
        let words = cell.split { ",;".contains($0) || $0.isNewline }.map(\.trimmed).filter { !$0.isEmpty }
        let key = RequestKey.aspectRatio.rawValue
        return words.count > 1
            ? entry(key, .list(words.map { node($0, place) }), place) : entry(key, cell, place)
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
}

extension Finding.Problem {
    fileprivate var isOfWholeRow: Bool {
        if case .missing = self { return true }
        if case .unfilledPlace = self { return true }
        if case .noName = self { return true }
        if case .tooManyVariants = self { return true }
        if case .table(.tooManyCells) = self { return true }
        return false
    }
}
