// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// One of the documents: its blocks, links and tables. Reads as much of Markdown as they use. Pure, but for ``all``.
struct DocumentPage: Sendable, CustomTestStringConvertible {
    /// What stands between two fences.
    struct Block: Sendable {
        /// The number of the line that opens it.
        var line: Int
        /// What stands behind the opening fence.
        var info: String
        var lines: [String] = []

        var text: String { lines.map { $0 + "\n" }.joined() }
    }

    /// Below the top of the repository.
    let path: String
    private(set) var blocks: [Block] = []
    /// The lines outside of blocks, with their numbers.
    private(set) var prose: [(number: Int, text: String)] = []
    /// Whether the last fence is closed.
    private(set) var isWhole = true
    private(set) var lineCount = 0

    var testDescription: String { path }
    /// Without its folder and its ending.
    var name: String { URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent }

    init(path: String, text: String) {
        self.path = path
        var open: Block?
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if line.hasPrefix("```") {
                if let block = open {
                    blocks.append(block)
                    open = nil
                } else {
                    open = Block(line: index + 1, info: line.dropFirst(3).trimmingCharacters(in: .whitespaces))
                }
            } else if open != nil {
                open?.lines.append(String(line))
            } else {
                prose.append((index + 1, String(line)))
            }
        }
        isWhole = open == nil
        lineCount = text.split(separator: "\n", omittingEmptySubsequences: false).count - (text.hasSuffix("\n") ? 1 : 0)
    }

    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    /// The program's articles, and the library's, each with the page that leads to all of them.
    static let catalogues = [
        (folder: "Sources/bananadrop/Documentation.docc", top: "bananadrop"),
        (folder: "Sources/NanoBanana/NanoBanana.docc", top: "NanoBanana"),
    ]

    /// The README, its neighbours, and all articles.
    static let all: [DocumentPage] = {
        let articles = catalogues.flatMap { catalogue in
            let folder = root.appendingPathComponent(catalogue.folder)
            let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
            return names.filter { $0.hasSuffix(".md") }.sorted().map { "\(catalogue.folder)/\($0)" }
        }
        return (["README.md", "CONTRIBUTING.md", "SECURITY.md"] + articles).map { path in
            let text = try? String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
            return DocumentPage(path: path, text: text ?? "")
        }
    }()

    static func named(_ name: String) throws -> DocumentPage {
        try #require(all.first { $0.path.hasSuffix("/\(name).md") || $0.path == "\(name).md" })
    }
}

extension DocumentPage {
    /// Where the links lead, with their lines; not those into the web.
    var links: [(number: Int, target: String)] {
        prose.flatMap { number, text in
            let inline = text.components(separatedBy: "](").dropFirst().map { String($0.prefix { $0 != ")" }) }
            let doc = text.components(separatedBy: "<doc:").dropFirst().map { String($0.prefix { $0 != ">" }) + ".md" }
            return (inline + doc).filter { !$0.hasPrefix("https://") }.map { (number, $0) }
        }
    }

    /// The links that lead to no file.
    var deadLinks: [String] {
        let folder = Self.root.appendingPathComponent(path).deletingLastPathComponent()
        return links.filter { link in
            let target = folder.appendingPathComponent(link.target).standardizedFileURL
            let tutorial = target.deletingPathExtension().appendingPathExtension("tutorial")
            return ![target, tutorial].contains { FileManager.default.fileExists(atPath: $0.path) }
        }.map { "\(path):\($0.number): \($0.target)" }
    }

    /// The cells of all tables.
    var tables: [(header: [String], rows: [[String]])] {
        let parts = prose.map(\.text).split { !$0.hasPrefix("|") }.map { $0.map(Self.cells) }
        return parts.map { (header: $0[0], rows: Array($0.dropFirst(2))) }
    }

    /// The cells of the first table whose header begins with this cell, a row each, without the header.
    func table(_ first: String) -> [[String]] {
        tables.first { $0.header.first == first }?.rows ?? []
    }

    private static func cells(_ line: String) -> [String] {
        guard line.hasPrefix("| "), line.hasSuffix("|") else { return [] }
        return line.dropFirst().dropLast().split(separator: "|", omittingEmptySubsequences: false)
            .map { $0.trimmingCharacters(in: .whitespaces) }
    }

    /// A cell without the marks of code.
    static func plain(_ cell: String) -> String { cell.replacing("`", with: "") }
}
