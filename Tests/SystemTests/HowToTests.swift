// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// `HOW-TO.txt`: what designers read who have nothing but the folder.
@Suite(.watched, .timeLimit(.minutes(15)))
struct HowToTests {
    /// What `init` writes into a new spool, line by line.
    private static func lines() async throws -> [String] {
        try await withNew { root in
            #expect(try await Program.run(["init", root.path]).code == 0)
            let text = try String(contentsOf: root.appendingPathComponent("HOW-TO.txt"), encoding: .utf8)
            let lines = text.components(separatedBy: "\r\n")
            #expect(lines.allSatisfy { !$0.contains { $0.isNewline } }, "each line ends as Notepad wants it")
            #expect(lines.last == "")
            return lines.dropLast()
        }
    }

    private static func withNew<Value>(_ body: (URL) async throws -> Value) async throws -> Value {
        let root = TestFolder.new("how-to")
        defer { try? FileManager.default.removeItem(at: root) }
        return try await body(root)
    }

    /// Without marks, quotes and breaks, in which the two differ.
    private static func letters(_ text: String) -> String {
        text.uppercased().filter { $0.isLetter || $0.isNumber }
    }

    @Test func `it says what the article says, all of it, in the same order`() async throws {
        let article = try DocumentPage.named("ForDesigners")
        let prose = article.prose.filter { !$0.text.hasPrefix("|") }.map { ($0.number, $0.text) }
        let blocks = article.blocks.map { ($0.line, $0.text) }
        let header = ["you see", "it means", "do this"]
        let rows = article.table(header[0])
        let cells = rows.flatMap { row in zip(header, row).map { $0 + $1 } }
        #expect(rows.count > 3 && blocks.count > 3)
        let table = try #require(article.prose.first { $0.text.hasPrefix("|") }).number
        let parts = (prose + blocks + [(table, cells.joined())]).sorted { $0.0 < $1.0 }.map(\.1)
        let found = Self.letters(try await Self.lines().joined())
        #expect(found == Self.letters(parts.joined()))
    }

    @Test func `it has two pages of plain text, without a mark of Markdown`() async throws {
        let lines = try await Self.lines()
        #expect(lines.count <= 2 * 66)
        for line in lines {
            #expect(line.count <= 80, "\(line)")
            #expect(!["`", "**", "](", "```"].contains { line.contains($0) }, "\(line)")
        }
    }

    /// As it stands there, with the blanks before it.
    @Test func `what it shows can be copied into a file`() async throws {
        let article = try DocumentPage.named("ForDesigners")
        let names = try article.blocks.map { try #require($0.info.split(separator: " ").last) }
        var files: [[String]] = []
        var isInside = false
        for line in try await Self.lines() {
            let isCode = line.hasPrefix("    ")
            if isCode && !isInside { files.append([]) }
            if isCode { files[files.count - 1].append(line) }
            isInside = isCode
        }
        try #require(files.count == names.count)
        try await Self.withNew { root in
            try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
            for (name, lines) in zip(names, files) {
                let file = root.appendingPathComponent(String(name)).path
                let text = lines.map { $0 + "\r\n" }.joined()
                try Data(text.utf8).write(to: URL(fileURLWithPath: file))
                let published = ["BANANADROP_PUBLISH_DIRECTORY": "/srv", "BANANADROP_PUBLISH_BASE_URL": "https://a.b"]
                let result = try await Program.run(["check", file], environment: published)
                #expect(result.code == 0, "\(name): \(result.errors)")
            }
        }
    }

    @Test func `whoever has changed it, removed it, or had one before keeps that`() async throws {
        try await Self.withNew { root in
            let file = root.appendingPathComponent("HOW-TO.txt")
            func initialised() async throws -> String? {
                #expect(try await Program.run(["init", root.path]).code == 0)
                return try? String(contentsOf: file, encoding: .utf8)
            }
            try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
            try Data("mine".utf8).write(to: file)
            #expect(try await initialised() == "mine")
            try Data("changed".utf8).write(to: file)
            #expect(try await initialised() == "changed")
            try FileManager.default.removeItem(at: file)
            #expect(try await initialised() == nil)
        }
    }
}
