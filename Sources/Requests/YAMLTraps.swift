// SPDX-License-Identifier: Apache-2.0

internal import Documents

/// Finds what is valid YAML and surely not what was meant: a line that looks like a key and is part of the value before
/// it, and a `#` that takes the end of a prompt away. To take such a request would be to pay for the wrong picture.
/// Pure.
struct YAMLTraps: Sendable {
    private let lines: [Substring]
    private let firstLine: Int

    /// - Parameters:
    ///   - text: one document; line ends are LF.
    ///   - firstLine: the number of its first line.
    init(_ text: String, firstLine: Int = 1) {
        lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { Substring($0) }
        self.firstLine = firstLine
    }

    /// The number of the line behind the last.
    var end: Int { firstLine + lines.count }

    /// The lines with these numbers, as they stand there.
    func text(_ numbers: Range<Int>) -> String {
        numbers.map(line).joined(separator: "\n")
    }

    /// - Parameters:
    ///   - entries: of one request.
    ///   - end: the number of the line with which the next request begins.
    func all(in entries: [DocumentNode.Entry], before end: Int) -> [Finding] {
        entries.indices.flatMap { index -> [Finding] in
            let entry = entries[index]
            guard let key = RequestKey.named(entry.key), key != .meta else { return [] }
            let next = index + 1 < entries.count ? entries[index + 1].keyPlace : nil
            let below = entry.keyPlace.line + 1
            let numbers = below..<max(next?.line ?? end, below)
            let comments = key == .prompt ? comments(behind: entry.value, next, before: numbers.upperBound) : []
            return numbers.compactMap { swallowed($0, by: entry) } + comments
        }
    }

    private func line(_ number: Int) -> Substring {
        lines.indices.contains(number - firstLine) ? lines[number - firstLine] : ""
    }

    /// The key that the line seems to begin with, where the line is part of a value; or a space that is no indentation.
    private func swallowed(_ number: Int, by entry: DocumentNode.Entry) -> Finding? {
        let values = entry.value.list ?? [entry.value]
        // More is a mistake anyway, and this looks through them for each line.
        guard values.count <= 10, let value = values.last(where: { $0.place.line <= number }),
            case .scalar(_, let kind) = value.content, !isBlock(value)
        else { return nil }
        let line = line(number).unicodeScalars
        let rest = line.drop { $0 == " " || $0 == "\t" || $0.isNonBreakingSpace }
        let indentation = line.distance(from: line.startIndex, to: rest.startIndex)
        if kind == .plain, let space = line.prefix(indentation).first(where: \.isNonBreakingSpace) {
            let column = line.prefix { !$0.isNonBreakingSpace }.count + 1
            return Finding(problem: .document(.nonBreakingSpace(space)), place: .init(line: number, column: column))
        }
        // Text in quotes that goes on in the column of its key is against YAML 1.2, and read all the same: a quote is
        // missing.
        if kind == .text, indentation >= entry.keyPlace.column { return nil }
        let word = rest.drop { $0.isQuote }.prefix { $0.isASCII && ($0.properties.isAlphabetic || $0 == "_") }
        guard RequestKey.named(String(word)) != nil else { return nil }
        let behind = line[word.endIndex...].drop { $0.isQuote || $0 == " " || $0.isNonBreakingSpace }
        guard let colon = behind.first, colon == ":" || colon.isWideColon else { return nil }
        let place = DocumentNode.Place(line: number, column: indentation + 1)
        return Finding(problem: .swallowedKey(String(word)), place: place)
    }

    /// Block text may say anything.
    private func isBlock(_ value: DocumentNode) -> Bool {
        let first = line(value.place.line).unicodeScalars.dropFirst(value.place.column - 1).first
        return first == "|" || first == ">"
    }

    /// The same of each prompt of a list.
    private func comments(behind value: DocumentNode, _ next: DocumentNode.Place?, before end: Int) -> [Finding] {
        guard let items = value.list else { return comment(behind: value, next, before: end).map { [$0] } ?? [] }
        return items.prefix(Findings.enough).indices.compactMap { index in
            let following = index + 1 < items.count ? items[index + 1].place : next
            let last = following.map { $0.line + 1 } ?? end
            return comment(behind: items[index], following, before: min(last, end))
        }
    }

    /// `prompt: Put label #1 on it` is "Put label" to YAML, and `put # 5 on it` is "put". Who writes a comment puts two
    /// blanks or a tab before its `#`, and a blank behind it.
    private func comment(behind value: DocumentNode, _ next: DocumentNode.Place?, before end: Int) -> Finding? {
        guard case .scalar(let read, .plain) = value.content, !read.isEmpty else { return nil }
        for number in value.place.line..<max(end, value.place.line + 1) {
            var line = Array(line(number).unicodeScalars)
            if let next, next.line == number { line = Array(line.prefix(next.column - 1)) }
            let start = number == value.place.line ? value.place.column - 1 : 0
            guard let text = line[min(start, line.count)...].firstIndex(where: { $0 != " " && $0 != "\t" }),
                line[text] != "#",
                let sign = line[text...].indices.first(where: { line[$0] == "#" && line[$0 - 1].isBlank })
            else { continue }
            let isApart = line[sign - 1] == "\t" || line[sign - 2].isBlank
            let isComment = isApart && (sign + 1 == line.count || line[sign + 1].isBlank || line[sign + 1] == "#")
            let place = DocumentNode.Place(line: number, column: sign + 1)
            return isComment ? nil : Finding(problem: .cutByComment(read: read), place: place)
        }
        return nil
    }
}

extension Unicode.Scalar {
    fileprivate var isBlank: Bool { self == " " || self == "\t" }
    fileprivate var isQuote: Bool { self == "\"" || self == "'" || isTypographicQuote }
}
