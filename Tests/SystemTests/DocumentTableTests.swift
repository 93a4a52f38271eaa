// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import Jobs

/// The tables of the documents against what the program says of itself.
@Suite(.watched, .timeLimit(.minutes(15)))
struct DocumentTableTests {
    private struct Setting: Decodable {
        var name: String
        var value: String?
        var needs_restart: Bool
    }

    private struct Settings: Decodable {
        var settings: [Setting]
    }

    /// The settings as they are where nobody has set any.
    private static func settings() async throws -> [Setting] {
        let result = try await Program.run(["config", "--json"], key: nil)
        return try JSONDecoder().decode(Settings.self, from: Data(result.output.utf8)).settings
    }

    @Test func `the table of settings has each with its default, and whether a reload takes it up`() async throws {
        let found = try DocumentPage.named("Settings").table("setting")
        let expected = try await Self.settings().map { setting in
            // A list of its own, below.
            let value = setting.name == "ignore" ? "the list below" : setting.value.map { "`\($0)`" } ?? "none"
            return ["`\(setting.name)`", value, setting.needs_restart ? "restart" : "reload"]
        }
        #expect(found.map { [$0[0], $0[1], $0[4]] } == expected)
        #expect(expected.count > 30)
    }

    @Test func `the document of the settings ends with the tables that the program makes`() async throws {
        let path = try DocumentPage.named("Settings").path
        let file = DocumentPage.root.appendingPathComponent(path)
        let tables = try await Program.run(["settings", "--markdown"]).output
        #expect(try String(contentsOf: file, encoding: .utf8).hasSuffix("\n\n" + tables))
    }

    @Test func `the table of failures is the one that the program makes`() async throws {
        let path = try DocumentPage.named("Failures").path
        let file = DocumentPage.root.appendingPathComponent(path)
        let table = try await Program.run(["failures", "--markdown"]).output
        #expect(FailureCode.allCases.allSatisfy { table.contains("| `\($0.rawValue)` |") })
        #expect(try String(contentsOf: file, encoding: .utf8).contains("\n\n" + table + "\n"))
    }

    /// Some words are both; and a key of a request may be called like a setting, or an event like a code.
    @Test func `each setting and each code of a failure begins a row of exactly one table`() async throws {
        let settings = try await Self.settings().map { "setting `\($0.name)`" }
        let expected = settings + FailureCode.allCases.map { "code `\($0.rawValue)`" }
        let names = Set(expected.compactMap { $0.split(separator: " ").last.map(String.init) })
        let tables = DocumentPage.all.flatMap(\.tables).filter { !["key", "event", "reason"].contains($0.header[0]) }
        let found = tables.flatMap { table in
            table.rows.compactMap { row in names.contains(row[0]) ? "\(table.header[0]) \(row[0])" : nil }
        }
        #expect(found.sorted() == expected.sorted())
    }

    @Test func `the list of names that are passed over is the default`() async throws {
        let names = try DocumentPage.named("Settings").table("name").map { DocumentPage.plain($0[0]) }
        let ignored = try await Self.settings().first { $0.name == "ignore" }
        #expect(names.joined(separator: ", ") == ignored?.value)
    }

    private struct Option: Decodable {
        struct Name: Decodable {
            var name: String
        }

        var names: [Name]?
        var abstract: String?
    }

    private struct Command: Decodable {
        var commandName: String
        var arguments: [Option]?
        var subcommands: [Command]?
    }

    private struct Help: Decodable {
        var command: Command
    }

    /// `from 1s to 1h` of the help is `1s to 1h` of the table.
    @Test func `the table of settings has the ranges of the help`() async throws {
        let result = try await Program.run(["--experimental-dump-help"])
        let help = try JSONDecoder().decode(Help.self, from: Data(result.output.utf8))
        let run = try #require(help.command.subcommands?.first { $0.commandName == "run" })
        var values: [String: String] = [:]
        for row in try DocumentPage.named("Settings").table("setting") { values[DocumentPage.plain(row[0])] = row[2] }
        var ranges = 0
        for option in run.arguments ?? [] {
            guard let name = option.names?.last?.name, let value = values[name], let text = option.abstract,
                let range = Self.range(in: text)
            else { continue }
            ranges += 1
            #expect(value.contains(range), "\(name): \(text)")
        }
        #expect(ranges > 15)
    }

    private static func range(in text: String) -> String? {
        for kind in ["a time from ", "a size from ", "a whole number from "] {
            guard let start = text.firstRange(of: kind)?.upperBound else { continue }
            let range = text[start...].prefix { !".;".contains($0) }
            return range.contains(" to ") ? String(range) : "from \(range)"
        }
        return nil
    }

    @Test func `the table of a request's keys has each spelling that the schema has`() async throws {
        let output = try await Program.run(["schema"]).output
        let schema = try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any]
        let request = (schema?["$defs"] as? [String: Any])?["request"] as? [String: Any]
        let keys = try #require(request?["properties"] as? [String: Any]).keys
        let rows = try DocumentPage.named("Requests").table("key")
        let named = rows.flatMap { row in (row[0] + row[1]).split { $0 == "`" || $0 == " " }.map(String.init) }
        #expect(named.sorted() == keys.sorted())
    }

    @Test func `the package that the documents name is that of the program's version`() async throws {
        let version = try await Program.run(["--version"]).output.trimmingCharacters(in: .whitespacesAndNewlines)
        let words = DocumentPage.all.flatMap(\.blocks).flatMap(\.lines).flatMap { $0.split(separator: " ") }
        let packages = words.filter { $0.contains("bananadrop_") && $0.hasSuffix(".deb") }
        #expect(packages.count > 1)
        for package in packages { #expect(package.contains("bananadrop_\(version)-"), "\(package)") }
    }

    @Test func `the table of exit codes has those of the help`() async throws {
        let help = try await Program.run(["--help"]).output
        let start = try #require(help.firstRange(of: "Exit codes")?.upperBound)
        let numbers = help[start...].prefix { $0 != "U" }.split { !$0.isNumber }.compactMap { Int($0) }
        let codes = try DocumentPage.named("Integration").table("code").compactMap { Int($0[0]) }
        #expect(numbers.count > 5)
        // Of sysexits(3), which has a number, too.
        #expect(Set(numbers).subtracting([3]).subtracting(codes) == [])
        #expect(codes == codes.sorted())
    }

    @Test func `the table of the journal has each event, and when it is on the disk`() throws {
        let words: [JobEvent.Kind.Durability: String] = [
            .before: "before anything else", .soon: "at once", .withNext: "with what follows",
        ]
        let found = try DocumentPage.named("Architecture").table("event").map { [DocumentPage.plain($0[0]), $0[2]] }
        #expect(found == JobEvent.Kind.allCases.map { [$0.rawValue, words[$0.durability] ?? ""] })
    }

    @Test func `the example of a configuration is the one that init makes`() async throws {
        let folder = TestFolder.new()
        defer { try? FileManager.default.removeItem(at: folder) }
        #expect(try await Program.run(["init", folder.path]).code == 0)
        let made = try String(contentsOf: folder.appendingPathComponent("bananadrop.yaml"), encoding: .utf8)
        let example = DocumentPage.root.appendingPathComponent("examples/bananadrop.yaml")
        #expect(try String(contentsOf: example, encoding: .utf8) == made)
    }

    /// A target stands below those that it knows.
    @Test func `the table of targets has all of them, in the order in which they know each other`() throws {
        let package = try String(
            contentsOf: DocumentPage.root.appendingPathComponent("Package.swift"), encoding: .utf8)
        let rows = try DocumentPage.named("Architecture").table("target")
        let targets = rows.flatMap { row in row[0].split(separator: "`").map(String.init).filter { $0 != " " } }
        let folder = DocumentPage.root.appendingPathComponent("Sources")
        let there = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { !$0.hasPrefix(".") }
        #expect(Set(targets) == Set(there))
        // Each target from its name to the name of the next one.
        for part in package.components(separatedBy: "arget(\n            name: \"").dropFirst() {
            let name = String(part.prefix { $0 != "\"" })
            guard let place = targets.firstIndex(of: name) else { continue }
            let list = part.components(separatedBy: "swiftSettings")[0]
            for known in targets where known != name && list.contains("\"\(known)\"") {
                let other = try #require(targets.firstIndex(of: known))
                #expect(other < place, "\(name) knows \(known)")
            }
        }
    }
}
