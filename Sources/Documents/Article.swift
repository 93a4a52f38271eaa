// SPDX-License-Identifier: Apache-2.0

/// An article in as much of Markdown as the documents use: what it consists of. Pure.
package struct Article: Equatable, Sendable {
    package enum Block: Equatable, Sendable {
        case heading(level: Int, String)
        case paragraph(String)
        /// With the mark of each item, `-` or its number.
        case list([Item])
        /// What stands between two fences.
        case code([String])
        case table(header: [String], rows: [[String]])
    }

    package struct Item: Equatable, Sendable {
        package var mark: String
        package var text: String
    }

    package private(set) var blocks: [Block] = []

    package init(markdown: String) {
        var lines = markdown.split(separator: "\n", omittingEmptySubsequences: false)[...]
        while let line = lines.first {
            if line.allSatisfy(\.isWhitespace) {
                lines.removeFirst()
            } else if line.hasPrefix("```") {
                let code = lines.dropFirst().prefix { !$0.hasPrefix("```") }
                blocks.append(.code(code.map(String.init)))
                lines = lines.dropFirst(code.count + 2)
            } else if line.hasPrefix("#") {
                let marks = line.prefix { $0 == "#" }.count
                blocks.append(.heading(level: marks, line.dropFirst(marks).trimmed))
                lines.removeFirst()
            } else if line.hasPrefix("|") {
                let table = lines.prefix { $0.hasPrefix("|") }.map(Self.cells)
                // The second row is the line below the header.
                blocks.append(.table(header: table[0], rows: Array(table.dropFirst(2))))
                lines = lines.dropFirst(table.count)
            } else {
                let paragraph = lines.prefix { !$0.allSatisfy(\.isWhitespace) && !$0.hasPrefix("```") }
                blocks.append(Self.text(paragraph))
                lines = lines.dropFirst(paragraph.count)
            }
        }
    }

    private static func cells(_ line: Substring) -> [String] {
        line.split(separator: "|", omittingEmptySubsequences: false).dropFirst().dropLast().map(\.trimmed)
    }

    /// A paragraph, or a list, whose items may have several lines.
    private static func text(_ lines: ArraySlice<Substring>) -> Block {
        var items: [Item] = []
        for line in lines {
            if let mark = mark(of: line) {
                items.append(Item(mark: mark, text: line.dropFirst(mark.count).trimmed))
            } else if items.isEmpty {
                return .paragraph(lines.map(\.trimmed).joined(separator: " "))
            } else {
                items[items.count - 1].text += " " + line.trimmed
            }
        }
        return .list(items)
    }

    /// `-` or `12.` before a blank.
    private static func mark(of line: Substring) -> String? {
        let mark = line.prefix { $0 != " " }
        let isMark = mark == "-" || mark.last == "." && mark.count > 1 && mark.dropLast().allSatisfy(\.isWholeNumber)
        return isMark && mark.count < line.count ? String(mark) : nil
    }
}
