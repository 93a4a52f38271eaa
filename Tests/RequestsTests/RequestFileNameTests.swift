// SPDX-License-Identifier: Apache-2.0

import SystemPackage
import Testing

@testable import Jobs
@testable import Requests
@testable import TestSupport

/// Which names are those of requests.
struct RequestFileNameTests {
    struct Name: Sendable {
        var name: String
        var stem: String?
        var syntax: RequestFileName.Syntax = .yaml
    }

    static let names: [Name] = [
        Name(name: "a.yaml", stem: "a"),
        Name(name: "a.yml", stem: "a"),
        Name(name: "A.B.JSON", stem: "A.B", syntax: .json),
        Name(name: "a.Yaml.TXT", stem: "a"),
        Name(name: "a.txt.yaml", stem: "a.txt"),
        Name(name: "ä ö.ndjson", stem: "ä ö", syntax: .jsonLines),
        Name(name: "a.jsonl", stem: "a", syntax: .jsonLines),
        Name(name: "a.csv", stem: "a", syntax: .csv),
        Name(name: "a.TSV.txt", stem: "a", syntax: .csv),
        Name(name: ".a.yaml", stem: ".a"),
        Name(name: "_a.yaml", stem: "_a"),
        Name(name: ".yaml"), Name(name: "..yaml"), Name(name: "...yaml"), Name(name: "yaml"), Name(name: "a.yaml."),
        Name(name: "a.yaml.txt.txt"), Name(name: "a.txt"), Name(name: ".yaml.txt"), Name(name: "a.xyaml"),
        Name(name: "a.ndjsonx"), Name(name: "a.json "), Name(name: "a"), Name(name: "a."), Name(name: "a.png"),
        Name(name: "_defaults.yaml"), Name(name: "Copy of _Defaults.yaml"), Name(name: "_default.json"),
        Name(name: "journal.jsonl"), Name(name: "Journal.JSONL"), Name(name: "a.\u{212A}ml"),
    ]

    @Test(arguments: names)
    func `a name says by its end what it is`(name: Name) throws {
        let component = try #require(FilePath.Component(name.name))
        let found = RequestFileName(component)
        #expect(found?.stem.string == name.stem)
        if name.stem != nil { #expect(found?.syntax == name.syntax) }
    }

    /// How FilePath takes a name apart.
    private static func slowly(_ name: FilePath.Component) -> FilePath.Component? {
        var rest = FilePath(root: nil, [name])
        if rest.extension?.lowercased() == "txt" { rest.extension = nil }
        guard let ending = rest.extension?.lowercased(),
            ["json", "yaml", "yml", "jsonl", "ndjson", "csv", "tsv"].contains(ending)
        else { return nil }
        rest.extension = nil
        return rest.lastComponent.flatMap { $0.kind == .regular ? $0 : nil }
    }

    @Test func `it is what FilePath says, for whatever names`() {
        var random = SeededRandom(seed: 7)
        let pieces = [
            ".", "..", "a", "ä", " ", "yaml", "YML", "json", "jsonl", "ndJSON", "csv", "tsv", "txt", "TXT", "x", "-",
        ]
        var requests = 0
        for _ in 0..<20_000 {
            let text = (0..<1 + random.index(6)).map { _ in pieces[random.index(pieces.count)] }.joined()
            guard let name = FilePath.Component(text), name.kind == .regular else { continue }
            let found = RequestFileName(name)?.stem
            #expect(found == Self.slowly(name), "\(text)")
            if found != nil { requests += 1 }
        }
        #expect(requests > 500, "\(requests)")
    }
}
