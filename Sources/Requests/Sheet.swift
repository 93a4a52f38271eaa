// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import NanoBanana

package import struct SystemPackage.FilePath

/// A table that was dropped, or a folder of pictures, as its owner knows it: the numbers of its rows, and all its
/// columns that have a name. Pure.
package struct Sheet: Equatable, Sendable {
    package struct Row: Equatable, Sendable {
        /// As a spreadsheet counts, from 1, that of the header.
        package var number: Int
        /// One for each column, but for blank ones at its end.
        fileprivate var cells: [String]
    }

    private let columns: [String]
    /// Those that are requests, in their order.
    package let rows: [Row]

    /// A table that is wider is not copied: with its rows that could be more than all else.
    private static let columnsLimit = 1000

    /// `nil` where the bytes are no table of requests, or one that is too wide.
    package init?(_ bytes: [UInt8]) {
        guard let text = try? DocumentText(bytes).text, var table = try? RequestTable(Array(text.utf8)) else {
            return nil
        }
        let titles = table.titles
        let kept = titles.indices.filter { !titles[$0].isEmpty }
        if kept.count > Self.columnsLimit { return nil }
        columns = kept.map { titles[$0] }
        let links = Set(kept.filter { RequestTable.areLinks(titles[$0]) })
        var rows: [Row] = []
        do throws(Findings) {
            while let row = try table.next() {
                let all = row.record.cells
                var cells = kept.prefix { $0 < all.count }.map { index in
                    Self.shown(all[index].text.trimmed, isLink: links.contains(index))
                }
                while cells.last?.isEmpty == true { cells.removeLast() }
                rows.append(Row(number: row.record.number, cells: cells))
            }
        } catch {
            return nil
        }
        self.rows = rows
    }

    /// That of a folder: what its pictures were called there, in the order of the parts.
    package init(pictures: [String]) {
        columns = ["picture"]
        rows = pictures.enumerated().map { Row(number: $0.offset + 1, cells: [$0.element]) }
    }

    /// The password of a link that was refused stays in the table that has it, and so does the signature of a picture's.
    private static func shown(_ cell: String, isLink: Bool) -> String {
        if isLink { return Redaction.links(cell) }
        return cell.contains("://") ? Redaction.credentials(cell) : cell
    }

    /// The names of its columns behind those of a summary; one that is there already, in any case of letters, says whose it
    /// is.
    package func titles(besides taken: [String]) -> [String] {
        var taken = Set(taken + [Self.rowTitle])
        return [Self.rowTitle]
            + columns.map { column in
                let title = taken.contains(column.lowercased()) ? column + " (sheet)" : column
                taken.insert(title.lowercased())
                return title
            }
    }

    private static let rowTitle = "row"

    /// What stands there for a part, whose folder begins with its number; all blank where there is no such row.
    package func cells(ofPart folder: FilePath.Component) -> [String] {
        let number = Int(String(decoding: folder).prefix { ("0"..."9").contains($0) }) ?? 0
        guard rows.indices.contains(number - 1) else { return Array(repeating: "", count: columns.count + 1) }
        let row = rows[number - 1]
        let blank = Array(repeating: "", count: columns.count - row.cells.count)
        return [String(row.number)] + row.cells + blank
    }
}

extension Sheet {
    /// The lines of a table that ask for something, and those before them, as they stand there; `nil` where it is none.
    package static func lines(in bytes: [UInt8]) -> [String]? {
        guard let text = try? DocumentText(bytes).text, var table = try? RequestTable(Array(text.utf8)) else {
            return nil
        }
        var lines = table.head
        do throws(Findings) {
            while let row = try table.next() { lines.append(row.record.source) }
        } catch {
            return nil
        }
        return lines
    }

    /// The table with nothing but some of its rows, as they stand there: to be corrected, and dropped anew. `nil` where it
    /// does not have that many rows any more, so that nobody knows which is which.
    ///
    /// - Parameters:
    ///   - numbers: of the rows that are requests, from 1.
    ///   - count: of all of them.
    package static func rows(_ numbers: Set<Int>, of count: Int, in bytes: [UInt8]) -> [UInt8]? {
        guard let text = try? DocumentText(bytes).text, var table = try? RequestTable(Array(text.utf8)) else {
            return nil
        }
        var lines = table.head
        var found = 0
        do throws(Findings) {
            while let row = try table.next() {
                found += 1
                if numbers.contains(found) { lines.append(row.record.source) }
            }
        } catch {
            return nil
        }
        guard found == count else { return nil }
        return CSV.byteOrderMark + lines.flatMap { Array($0.utf8) + [UInt8(ascii: "\n")] }
    }
}
