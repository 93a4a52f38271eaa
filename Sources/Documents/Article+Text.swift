// SPDX-License-Identifier: Apache-2.0

/// An article for people who have nothing but an editor: plain text, in lines that end as Windows shows them too.
extension Article {
    /// Code is indented by as much, and none of its lines is broken.
    private static let indentation = "    "

    /// - Parameter width: how many characters a line has at most.
    package func text(width: Int) -> String {
        let parts = blocks.map { block in
            switch block {
            case .heading(_, let text): [Self.plain(text).uppercased()]
            case .paragraph(let text): Self.wrapped(Self.plain(text), width: width)
            case .list(let items):
                items.flatMap { Self.wrapped(Self.plain($0.text), behind: $0.mark + " ", width: width) }
            case .code(let lines): lines.map { $0.isEmpty ? "" : Self.indentation + $0 }
            case .table(let header, let rows): Self.table(header, rows, width: width)
            }
        }
        return parts.map { $0.map { $0 + "\r\n" }.joined() }.joined(separator: "\r\n")
    }

    /// A row is as many paragraphs as it has cells, each behind the word above its column.
    private static func table(_ header: [String], _ rows: [[String]], width: Int) -> [String] {
        let parts = rows.map { row in
            zip(header, row).enumerated().flatMap { column, cell in
                let text = plain("\(cell.0): \(cell.1)")
                return wrapped(text, behind: column == 0 ? "- " : "  ", width: width)
            }
        }
        return Array(parts.joined())
    }

    /// Broken between words. What follows the first line stands below its text.
    package static func wrapped(_ text: String, behind mark: String = "", width: Int) -> [String] {
        let blanks = String(repeating: " ", count: mark.count)
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            if line.isEmpty {
                line = (lines.isEmpty ? mark : blanks) + word
            } else if line.count + 1 + word.count <= width {
                line += " " + word
            } else {
                lines.append(line)
                line = blanks + word
            }
        }
        return lines + [line]
    }

    /// Code and slanted text in quotes, bold text as any other; of links the words alone.
    private static func plain(_ text: String) -> String {
        let parts = text.split(separator: "`", omittingEmptySubsequences: false).enumerated().map { index, part in
            index.isMultiple(of: 2) ? unmarked(String(part)) : "\"\(part)\""
        }
        return parts.joined()
    }

    private static func unmarked(_ text: String) -> String {
        text.replacing(/\[([^\]]*)\]\([^)]*\)/) { $0.1 }.replacing("**", with: "").replacing("*", with: "\"")
    }
}
