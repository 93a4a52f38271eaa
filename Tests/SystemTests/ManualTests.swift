// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// What the package brings along to read: man pages and articles, made by scripts from what the program and the
/// documents say.
@Suite(.watched, .timeLimit(.minutes(15)))
struct ManualTests {
    private static let scripts = DocumentPage.root.appendingPathComponent("systemd")

    private static func withMade(
        _ script: String, _ arguments: [String] = [], _ body: (URL) async throws -> Void
    ) async throws {
        let folder = TestFolder.new("manual")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        // What the package has beside the articles.
        for name in ["changelog.gz", "copyright"] { try Data().write(to: folder.appendingPathComponent(name)) }
        let path = scripts.appendingPathComponent(script).path
        try await Tool.run(["/usr/bin/python3", "-B", path] + arguments + [folder.path])
        try await body(folder)
    }

    private static func pages(_ body: (_ pages: URL) async throws -> Void) async throws {
        try await withMade("manpages.py", [Program.binary.path], body)
    }

    /// As a terminal of 80 columns shows it; what groff says of it.
    private static func shown(_ page: URL) async throws -> (text: String, warnings: [String]) {
        let arguments = ["-mandoc", "-ww", "-Tutf8", "-P-cbou", page.path]
        let result = try await Program.run(arguments, binary: "/usr/bin/groff")
        #expect(result.code == 0)
        return (result.output, result.errors)
    }

    @Test(arguments: ["bananadrop.1", "bananadrop.yaml.5", "bananadrop-request.5"])
    func `a man page is shown without a warning, and leads to the others`(name: String) async throws {
        try await Self.pages { pages in
            let page = try await Self.shown(pages.appendingPathComponent(name))
            #expect(page.warnings == [])
            let others = ["bananadrop(1)", "bananadrop.yaml(5)", "bananadrop-request(5)"].filter { other in
                other != name.replacing(/\.([15])$/) { "(\($0.1))" }
            }
            let end = try #require(page.text.firstRange(of: "SEE ALSO")?.upperBound)
            for other in others { #expect(page.text[end...].contains(other), "\(other)") }
        }
    }

    /// But for the links, and what stands in the marks of Markdown.
    @Test func `bananadrop-request(5) has each section and each file of the article about requests`() async throws {
        let article = try DocumentPage.named("Requests")
        try await Self.pages { pages in
            let text = try await Self.shown(pages.appendingPathComponent("bananadrop-request.5")).text
            let lines = text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
            let headings = article.prose.map(\.text).filter { $0.hasPrefix("## ") }.map { $0.dropFirst(3).uppercased() }
            let code = article.blocks.flatMap(\.lines).map { $0.trimmingCharacters(in: .whitespaces) }
            #expect(headings.count > 5 && code.count > 50)
            for line in headings + code where !line.isEmpty { #expect(lines.contains(line), "\(line)") }
            for key in article.table("key") {
                let names = (key[0] + key[1]).split { $0 == "`" || $0 == " " }
                for name in names { #expect(text.contains(name), "\(name)") }
            }
            #expect(!text.contains("`") && !text.contains("**") && !text.contains(".md"))
        }
    }

    @Test func `the package has each article, and their links lead to what it has`() async throws {
        try await Self.withMade("articles.py") { folder in
            let paths = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
            let names = Set(paths.map { URL(fileURLWithPath: $0).lastPathComponent })
            let catalogue = DocumentPage.catalogues[0]
            for page in DocumentPage.all where page.path.hasPrefix(catalogue.folder) {
                let name = URL(fileURLWithPath: page.path).lastPathComponent
                #expect(names.contains(name) || name == "\(catalogue.top).md", "\(name)")
            }
            var links = 0
            for path in paths where path.hasSuffix(".md") {
                let file = folder.appendingPathComponent(path)
                let page = DocumentPage(path: path, text: try String(contentsOf: file, encoding: .utf8))
                let place = file.deletingLastPathComponent()
                for link in page.links {
                    links += 1
                    let target = place.appendingPathComponent(link.target).path
                    #expect(FileManager.default.fileExists(atPath: target), "\(path):\(link.number): \(link.target)")
                }
            }
            #expect(links > 30)
        }
    }
}
