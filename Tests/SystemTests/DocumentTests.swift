// SPDX-License-Identifier: Apache-2.0

import Foundation
import NanoBananaSimulator
import Testing

/// The documents say what is true: each block in them is of a kind that is tried, and is tried.
@Suite(.watched, .timeLimit(.minutes(15)))
struct DocumentTests {
    /// Own pictures are published somewhere, as far as a check wants to know.
    private static let published = [
        "BANANADROP_PUBLISH_DIRECTORY": "/srv/www/drop",
        "BANANADROP_PUBLISH_BASE_URL": "https://cdn.example.com/drop",
    ]

    @Test(arguments: DocumentPage.all)
    func `each file in it is right, and each command prints what stands there`(page: DocumentPage) async throws {
        #expect(page.isWhole, "the last block has no end")
        try await withSimulator { _, base in
            try await DocumentWorld.with(base) { world in
                for block in page.blocks { try await Self.check(block, world) }
                let script = DocumentScript(page)
                if script.isEmpty { return }
                let (code, output) = try await world.run(script.text(in: world))
                let differences = script.differences(in: world.shown(output), page)
                for difference in differences { Issue.record("\(difference)") }
                #expect(code == 0 || !differences.isEmpty)
            }
        }
    }

    /// Writes the file of a block and has the program read it.
    private static func check(_ block: DocumentPage.Block, _ world: DocumentWorld) async throws {
        func ends(with code: Int32, _ arguments: [String], _ environment: [String: String] = published) async throws {
            let result = try await Program.run(arguments, environment: environment)
            #expect(result.code == code, "line \(block.line): \(result.output) \(result.errors)")
        }
        switch DocumentKind(block.info) {
        case .request(let file, let isMistaken)?:
            try await ends(with: isMistaken ? 65 : 0, ["check", world.write(block, as: file)])
        case .defaults(let file)?: try await ends(with: 0, ["check", world.write(block, as: file)])
        case .configuration(let file, let isMistaken)?:
            try await ends(with: isMistaken ? 78 : 0, ["config", "--config", world.write(block, as: file)], [:])
        case .file(let name)?: _ = try world.write(block, as: name)
        case .commands?, .session?, .sample?, .shown?: break
        case nil: Issue.record("line \(block.line): there is no kind of block \"\(block.info)\"")
        }
    }

    @Test func `what cannot run here stands in some document`() {
        let commands = DocumentPage.all.flatMap(\.blocks).flatMap { block -> [String] in
            switch DocumentKind(block.info) {
            case .commands?: block.lines
            case .session?: DocumentCommand.all(in: block.lines).map(\.text)
            case .request?, .defaults?, .configuration?, .file?, .sample?, .shown?, nil: []
            }
        }
        #expect(commands.count > 50, "the documents are where they are looked for")
        #expect(Set(DocumentKind.reasons(in: commands)) == Set(DocumentKind.notRunHere.keys))
        let languages = DocumentPage.all.flatMap(\.blocks).filter { DocumentKind($0.info) == .shown }.map(\.info)
        #expect(Set(languages) == Set(DocumentKind.notTried.keys))
    }

    /// What the steps of the boot take out of the documents: `block Installing 'sudo tee'`.
    private static var booted: [DocumentPlace] {
        get throws {
            let folder = DocumentPage.root.appendingPathComponent("Tests/systemd")
            let scripts = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            // The one that defines it shows how it is used.
            return try scripts.filter { $0.lastPathComponent != "machine.sh" }.flatMap { script in
                try String(contentsOf: script, encoding: .utf8).matches(of: /block (\w+) '([^']+)'/).map { match in
                    DocumentPlace(page: String(match.1), line: String(match.2))
                }
            }
        }
    }

    @Test func `each block that cannot run here runs somewhere else, or is declared`() throws {
        let elsewhere = try Self.booted + DocumentEndlessTests.all.map(\.place) + DocumentKind.neverRun.map(\.place)
        let found = try elsewhere.map { place in "\(place.page):\(try place.block.line)" }
        let expected = DocumentPage.all.flatMap { page in
            page.blocks.filter { block in
                switch DocumentKind(block.info) {
                case .commands?: !DocumentKind.reasons(in: block.lines).isEmpty
                case .session?: !DocumentKind.reasons(in: DocumentCommand.all(in: block.lines).map(\.text)).isEmpty
                case .shown?: block.info == "ini"
                case .request?, .defaults?, .configuration?, .file?, .sample?, nil: false
                }
            }.map { block in "\(page.name):\(block.line)" }
        }
        #expect(found.sorted() == expected.sorted())
        #expect(DocumentKind.neverRun.count == 3)
        #expect(DocumentPage.all.flatMap(\.blocks).count { $0.info == "text" } == 11)
    }

    @Test func `links lead to files that are there`() {
        #expect(DocumentPage.all.flatMap(\.links).count > 50)
        let dead: [String] = DocumentPage.all.flatMap(\.deadLinks)
        #expect(dead == [])
        let page = DocumentPage(path: "README.md", text: "[a](LICENSE) and [b](Sources/Nowhere.md), <doc:Nothing>\n")
        #expect(page.deadLinks == ["README.md:1: Sources/Nowhere.md", "README.md:1: Nothing.md"])
    }

    @Test func `the README is read in five minutes`() throws {
        #expect(try DocumentPage.named("README").lineCount <= 150)
    }

    @Test func `each article stands on the page that leads to all of them`() throws {
        for catalogue in DocumentPage.catalogues {
            let links = Set(try DocumentPage.named(catalogue.top).links.map(\.target))
            let pages = DocumentPage.all.filter { $0.path.hasPrefix(catalogue.folder) }
            #expect(pages.count > 1)
            for page in pages {
                let name = URL(fileURLWithPath: page.path).lastPathComponent
                #expect(links.contains(name) || name == "\(catalogue.top).md")
            }
        }
    }

    /// A test that is named as a proof is there.
    @Test func `each test that a document names is there`() throws {
        let tests = DocumentPage.root.appendingPathComponent("Tests")
        let paths = FileManager.default.enumerator(atPath: tests.path)?.compactMap { $0 as? String } ?? []
        let known = Set(paths.map { URL(fileURLWithPath: $0).deletingPathExtension().lastPathComponent })
        let words = DocumentPage.all.flatMap(\.prose).flatMap { $0.text.components(separatedBy: "`") }
        let named = Set(words.filter { $0.hasSuffix("Tests") && $0.allSatisfy(\.isLetter) })
        #expect(named.count > 50)
        #expect(named.subtracting(known) == [])
    }

    /// Names that the code had once: whoever looks for them finds nothing.
    @Test(arguments: DocumentPage.all)
    func `no old names are left`(page: DocumentPage) {
        let old: Set = [
            "Workshop", "LiveJob", "Purse", "Admission", "SharedAhead", "Census", "Resumption", "LeftJobs",
            "FirstQuestions", "ForeignFiles", "LeftFile", "Departure", "StopSignal", "SettleDesk", "WorkTimesBook",
            "Litter", "Neighbourhood", "Vitals", "Readings", "Exposition",
        ]
        for (number, text) in page.prose {
            let words = Set(text.split { !$0.isLetter }.map(String.init))
            #expect(words.isDisjoint(with: old), "\(page.path):\(number)")
        }
    }

    @Test func `four blanks make no block that nobody tries`() {
        for page in DocumentPage.all {
            for (previous, line) in zip(page.prose, page.prose.dropFirst()) where line.text.hasPrefix("    ") {
                #expect(!previous.text.isEmpty, "\(page.path):\(line.number)")
            }
        }
    }
}

/// That what the tests of the documents see would be seen.
struct DocumentReadingTests {
    @Test(arguments: [
        ("yaml request", true), ("yaml request mistake a.yaml", true), ("json request", true), ("csv", true),
        ("yaml config", true), ("sh", true), ("console", true), ("text", true), ("make Makefile", true),
        ("", false), ("yaml", false), ("json", false), ("bash", false), ("sh elsewhere", false), ("make", false),
    ])
    func `a block is of a known kind or of none`(info: String, isKnown: Bool) {
        #expect((DocumentKind(info) != nil) == isKnown)
    }

    private static let printed: [(expected: [String], found: [String], fits: Bool)] = [
        (["a"], ["a"], true), (["a"], ["b"], false), (["a"], ["a", "b"], false), (["a", "b"], ["a"], false),
        (["a …"], ["a 17"], true), (["a … c"], ["a 17 c"], true), (["a … c"], ["a 17"], false),
        (["…"], [], true), (["…"], ["a", "b"], true), (["a", "…", "d"], ["a", "b", "c", "d"], true),
        (["a", "…", "d"], ["a", "b", "c"], false), (["a…b…c"], ["a1b2c"], true), (["a…b…c"], ["a12c"], false),
        (["a  "], ["a", "", ""], true),
    ]

    @Test(arguments: printed)
    func `what a command prints fits what the document says, or does not`(
        expected: [String], found: [String], fits: Bool
    ) {
        #expect(DocumentCommand(text: "x", output: expected).prints(found) == fits)
    }

    @Test func `a command that prints something else, fails, or never runs is told`() {
        let text = "```console\n$ one\n1\n$ two\n2\n```\n```sh\nthree\n```\n```sh\nfour\n```\n"
        let page = DocumentPage(path: "x.md", text: text)
        let script = DocumentScript(page)
        let output = "\n\u{1E}0\n1\n\n\u{1E}1\n3\n\n\u{1E}2\nbad\n"
        let found = script.differences(in: output, page).map { difference in
            difference.split(separator: "\n").prefix(2).joined(separator: " ")
        }
        #expect(found == ["x.md:1: two prints:", "x.md:7: three ended badly:", "x.md:10: four did not run"])
    }

    @Test func `a table is read by its first header`() {
        let page = DocumentPage(path: "x.md", text: "| a | b |\n|---|---|\n| `c` | d |\n| e | f |\n\n| g | h |\n")
        #expect(page.table("a") == [["`c`", "d"], ["e", "f"]])
        #expect(page.table("z") == [])
    }
}
