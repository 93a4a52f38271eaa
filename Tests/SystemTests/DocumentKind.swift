// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// What a block of a document is, by the words behind its fence. There is no other kind: whatever stands in a document
/// is tried.
enum DocumentKind: Equatable, Sendable {
    /// `yaml request hero.yaml`, `csv catalog.csv`: a request file, which `check` reads. With `mistake` it has one.
    case request(file: String?, isMistaken: Bool)
    /// `yaml defaults acme/_defaults.yaml`: a lane's defaults, which `check` reads.
    case defaults(file: String?)
    /// `yaml config metrics.yaml`: settings, which `config` reads. With `mistake` it has one.
    case configuration(file: String?, isMistaken: Bool)
    /// `make Makefile`: a file for the commands that follow.
    case file(String)
    /// `sh`: commands, each of which ends well.
    case commands
    /// `console`: commands behind `$ `, and what they print.
    case session
    /// `swift`: a use of the library; see ``DocumentSampleTests``.
    case sample
    /// What is only looked at; see ``notTried``.
    case shown

    /// `nil` where there is no such kind.
    init?(_ info: String) {
        var words = info.split(separator: " ").map(String.init)
        guard let language = words.first else { return nil }
        words.removeFirst()
        switch (language, words.first) {
        case ("yaml", "request"), ("json", "request"):
            self = Self.withFile(words.dropFirst()) { .request(file: $0, isMistaken: $1) }
        case ("csv", _), ("jsonl", _): self = Self.withFile(words[...]) { .request(file: $0, isMistaken: $1) }
        case ("yaml", "defaults"): self = Self.withFile(words.dropFirst()) { file, _ in .defaults(file: file) }
        case ("yaml", "config"):
            self = Self.withFile(words.dropFirst()) { .configuration(file: $0, isMistaken: $1) }
        case ("make", let file?), ("ini", let file?): self = .file(file)
        case ("sh", nil): self = .commands
        case ("console", nil): self = .session
        case ("swift", nil): self = .sample
        case (_, nil) where Self.notTried[language] != nil: self = .shown
        default: return nil
        }
    }

    private static func withFile(_ words: ArraySlice<String>, _ kind: (String?, Bool) -> Self) -> Self {
        kind(words.last { $0 != "mistake" }, words.contains("mistake"))
    }

    /// What the file is called where the block gives it no name.
    static func usualName(_ info: String) -> String {
        switch info.split(separator: " ").prefix(2).joined(separator: " ") {
        case "yaml request": "request.yaml"
        case "yaml defaults": "_defaults.yaml"
        case "yaml config": "bananadrop.yaml"
        case let kind where kind.hasPrefix("json "): "request.json"
        case let kind where kind.hasPrefix("jsonl"): "requests.jsonl"
        default: "requests.csv"
        }
    }

    /// Languages of blocks that no test tries, and why.
    static let notTried = [
        "text": "a drawing, lines of a log, or a line for another server",
        "ini": "lines that go into a unit of the package; SystemdBootTests boots it with them",
    ]

    /// How commands begin that cannot run here, and why. A block with one of them is run elsewhere, or stands in
    /// ``neverRun``.
    static let notRunHere = [
        "sudo": "it changes the machine; SystemdBootTests has one",
        "systemctl": "there is no service here; SystemdBootTests has one",
        "journalctl": "there is no service here; SystemdBootTests has one",
        "Tests/run.sh": "it runs this test",
        "swift": "it builds",
        "bananadrop run": "it goes on without end; DocumentEndlessTests ends it",
        "bananadrop simulate": "it goes on without end; DocumentEndlessTests ends it",
        "inotifywait": "it goes on without end; DocumentEndlessTests ends it",
    ]

    /// The blocks that no test runs as they stand, and why.
    static let neverRun: [(place: DocumentPlace, why: String)] = [
        (DocumentPlace(page: "Installing", line: "swift build"), "it takes minutes; Tests/run.sh builds the same"),
        (DocumentPlace(page: "Installing", line: "sudo rsync"), "it takes a second machine"),
        (DocumentPlace(page: "Reliability", line: "Tests/run.sh"), "it runs this test"),
    ]

    /// How the commands of a block begin that cannot run here.
    static func reasons(in commands: [String]) -> [String] {
        notRunHere.keys.filter { start in
            commands.contains { $0 == start || $0.hasPrefix(start + " ") }
        }
    }
}

/// A block of a document, named so that it is found again when lines have moved.
struct DocumentPlace: Hashable, Sendable, CustomTestStringConvertible {
    var page: String
    /// How one of its lines begins.
    var line: String

    var testDescription: String { "\(page): \(line)" }

    /// The only one.
    var block: DocumentPage.Block {
        get throws {
            let found = try DocumentPage.named(page).blocks.filter { $0.lines.contains { $0.hasPrefix(line) } }
            try #require(found.count == 1, "\(testDescription): \(found.count) blocks")
            return found[0]
        }
    }
}

/// A command of a `console` block, and what the document says that it prints.
struct DocumentCommand: Equatable, Sendable {
    var text: String
    var output: [String] = []

    static func all(in lines: [String]) -> [DocumentCommand] {
        lines.reduce(into: []) { commands, line in
            if line.hasPrefix("$ ") {
                commands.append(DocumentCommand(text: String(line.dropFirst(2))))
            } else if !commands.isEmpty {
                commands[commands.count - 1].output.append(line)
            }
        }
    }

    /// Whether it prints that. `…` stands for any text in a line, and alone for any lines.
    func prints(_ lines: [String]) -> Bool {
        Self.fits(Self.trimmed(output)[...], Self.trimmed(lines)[...])
    }

    private static func trimmed(_ lines: [String]) -> [String] {
        var lines = lines.map { line in String(line.reversed().drop { $0.isWhitespace }.reversed()) }
        while lines.last == "" { lines.removeLast() }
        return lines
    }

    private static func fits(_ expected: ArraySlice<String>, _ found: ArraySlice<String>) -> Bool {
        guard let first = expected.first else { return found.isEmpty }
        if first == "…" {
            return (0...found.count).contains { fits(expected.dropFirst(), found.dropFirst($0)) }
        }
        guard let line = found.first, fits(first, line) else { return false }
        return fits(expected.dropFirst(), found.dropFirst())
    }

    private static func fits(_ expected: String, _ found: String) -> Bool {
        let parts = expected.components(separatedBy: "…")
        guard parts.count > 1, let head = parts.first, let tail = parts.last else { return expected == found }
        guard found.hasPrefix(head), found.dropFirst(head.count).hasSuffix(tail) else { return false }
        var rest = found.dropFirst(head.count).dropLast(tail.count)
        for part in parts.dropFirst().dropLast() {
            guard let place = rest.firstRange(of: part) else { return false }
            rest = rest[place.upperBound...]
        }
        return true
    }
}
