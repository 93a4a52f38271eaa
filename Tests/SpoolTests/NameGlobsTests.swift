// SPDX-License-Identifier: Apache-2.0

import Glibc
import Requests
import SystemPackage
import Testing

@testable import Spool
@testable import TestSupport

/// Globs that are made ready say what `fnmatch(3)` says.
struct NameGlobsTests {
    private static let pieces = [
        "*", "?", ".", "a", "B", "~", "#", "[ab]", "\\*", "ä", "part", "TMP", "(", "-", "\u{212A}", "]", "$",
    ]

    private static func text(_ most: Int, from pieces: [String], _ random: inout SeededRandom) -> String {
        (0..<random.index(most + 1)).map { _ in pieces[random.index(pieces.count)] }.joined()
    }

    /// `FNM_CASEFOLD`, which Swift does not see.
    private static let ignoringCase: CInt = 1 << 4

    private static func fnmatch(_ glob: String, _ name: FilePath.Component) -> Bool {
        name.withPlatformString { Glibc.fnmatch(glob, $0, ignoringCase) == 0 }
    }

    @Test func `any glob matches any name as it does there`() {
        var random = SeededRandom(seed: 11)
        let signs = ["*", "?", "[ab]", "\\*"]
        let names = Self.pieces.filter { !signs.contains($0) } + ["A", "b", "PART", "tmp", "*", "?"]
        var matched = 0
        for _ in 0..<4_000 {
            let glob = Self.text(4, from: Self.pieces, &random)
            guard let name = FilePath.Component(Self.text(4, from: names, &random)) else { continue }
            let found = name.withBytes { NameGlobs([glob]).match($0) }
            #expect(found == Self.fnmatch(glob, name), "\(glob) and \(name)")
            if found { matched += 1 }
        }
        // Of so many some do, or this would prove little.
        #expect(matched > 50)
    }

    @Test func `of many globs one is enough`() throws {
        let globs = NameGlobs(IgnoredNames.table.map(\.glob))
        for pattern in IgnoredNames.table {
            let name = pattern.glob.replacing("*", with: "x").replacing("?", with: "y")
            #expect(try #require(FilePath.Component(name)).withBytes(globs.match), "\(pattern.glob)")
        }
        #expect(!FilePath.Component("hero.yaml").withBytes(globs.match))
        #expect(!FilePath.Component("hero.yaml").withBytes(NameGlobs([]).match))
    }

    @Test func `a name has one verdict, the first that holds`() throws {
        for (name, verdict) in [
            ("hero.yaml", IgnoredNames.Verdict.request), ("hero.png", .other), ("_defaults.yaml", .ignored),
            ("_Defaults.yaml", .other), ("hero.yaml~", .ignored), ("hero.Conflict.yaml", .conflictCopy),
            ("Größe.csv", .request), ("Größe (Konflikt 1).csv", .conflictCopy), ("journal.jsonl", .other),
            ("img_0001.json", .request), ("Copy of _default.yaml", .other),
        ] {
            #expect(IgnoredNames.standard.verdict(on: try #require(FilePath.Component(name))) == verdict, "\(name)")
        }
    }
}
