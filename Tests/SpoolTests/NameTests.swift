// SPDX-License-Identifier: Apache-2.0

import NanoBanana
import SystemPackage
import Testing

@testable import Documents
@testable import Jobs
@testable import Requests
@testable import Spool

/// Names of request files, of what is ignored, and of results.
struct NameTests {
    @Test(arguments: [
        ("hero.yaml", "hero"), ("hero.yml", "hero"), ("hero.json", "hero"), ("HERO.YAML", "HERO"),
        ("hero.yaml.txt", "hero"), ("a.b.c.json", "a.b.c"), ("hero.json.txt", "hero"),
        ("list.csv", "list"), ("list.TSV", "list"), ("list.csv.txt", "list"), ("list.jsonl", "list"),
        ("list.ndjson.txt", "list"), ("my journal.jsonl", "my journal"),
    ])
    func `a request's name has a stem`(name: String, stem: String) throws {
        let file = try #require(FilePath.Component(name))
        #expect(RequestFileName(file)?.stem.string == stem)
    }

    @Test(arguments: [
        "hero.txt", "hero", "hero.yaml.bak", "journal.jsonl", "Journal.JSONL", ".yaml", ".csv", "yaml", "hero.txt.txt",
    ])
    func `other names are not a request's`(name: String) throws {
        let file = try #require(FilePath.Component(name))
        #expect(RequestFileName(file) == nil)
    }

    @Test(arguments: [
        ".hidden.yaml", "a.part", "a.yaml.crdownload", "~$a.yaml", "a.yaml~", "#a.yaml#", ".a.yaml.swp", "4913",
        "._a.yaml", ".DS_Store", "Thumbs.db", "desktop.ini", ".goutputstream-X", "@eaDir", ".stfolder", "__MACOSX",
        ".a.yaml.AbCdEf", "a.idlk", ".syncthing.a.yaml.tmp", "~syncthing~a.yaml.tmp",
    ])
    func `names that programs leave behind are ignored`(name: String) throws {
        #expect(IgnoredNames.standard.matches(try #require(FilePath.Component(name))))
    }

    @Test(arguments: ["hero.yaml", "a b.json", "-rf.yml", "tmp.yaml", "part.json"])
    func `a request's name is not ignored`(name: String) throws {
        #expect(!IgnoredNames.standard.matches(try #require(FilePath.Component(name))))
    }

    @Test(arguments: [
        "hero", String(repeating: "x", count: 250), String(repeating: "ü", count: 125),
        "e" + String(repeating: "\u{301}", count: 60),
    ])
    func `every name that is made fits a file system and is whole text`(stem: String) throws {
        let stem = try #require(FilePath.Component(stem))
        let names = [
            ResultNames.picture(1, of: stem, kind: .jpeg), ResultNames.picture(80, of: stem, kind: .avif),
            ResultNames.folder(stem, attempt: 12_345).string, ResultNames.job(stem, unique: .max).string,
        ]
        for name in names {
            #expect(name.utf8.count <= 255)
            #expect(!name.contains("\u{FFFD}"))
            #expect(!name.hasPrefix("."))
        }
        #expect(ResultNames.isJob(ResultNames.job(stem, unique: 77), of: stem))
        #expect(ResultNames.isPicture(ResultNames.picture(12, of: stem, kind: .png), of: stem))
        #expect(!ResultNames.isPicture("other-1.png", of: stem))
    }

    static let portable: [String: String] = [
        "hero": "hero", "Müller": "Müller", "a b.c": "a b.c", "hero ": "hero_", "hero.": "hero_", "hero. .": "hero___",
        "hero: two": "hero_ two", "what?": "what_", "a\"b": "a_b", "x|y": "x_y", "a<b>c*d\\e": "a_b_c_d_e",
        "a\u{1}b\u{7F}": "a_b_", "CON": "CON_", "con": "con_", "nul.v2": "nul_.v2", "COM1": "COM1_", "lpt9": "lpt9_",
        "COM¹": "COM¹_", "CONTACT": "CONTACT", "COM": "COM", "COM10": "COM10", "CONOUT$": "CONOUT$_",
        "AUX .a": "AUX _.a",
        " hero": " hero", "日本": "日本",
    ]

    @Test(arguments: portable)
    func `a result's name is one that Windows can open`(name: String, expected: String) throws {
        let name = try #require(FilePath.Component(name))
        let folder = ResultNames.folder(name, attempt: 1)
        #expect(folder.string == expected)
        #expect(ResultNames.folder(name, attempt: 2).string == expected + "-2")
        let picture = ResultNames.picture(1, of: name, kind: .png)
        #expect(picture == expected + "-1.png")
        #expect(ResultNames.isPicture(picture, of: name))
        #expect(
            Lane(path: FilePath(root: nil, ["a", name, "b"])).published.path == FilePath(root: nil, ["a", folder, "b"]))
    }

    @Test(arguments: [
        ("again", ""), ("acme/again", "acme"), ("acme/AGAIN", "acme"), ("again/acme", "again/acme"),
        ("acme/again/spring", "acme/again/spring"), ("acme/again2", "acme/again2"), ("", ""),
    ])
    func `what is paid for again comes back where the first round did`(lane: String, published: String) {
        let lane = Lane(path: FilePath(lane))
        #expect(lane.published.path == FilePath(published))
        #expect(lane.isAgain == (lane.published != lane))
    }

    @Test func `a name that is no text stays its bytes, but for those that Windows cannot open`() throws {
        let name = try #require(Self.component([0xE9, 0x3F, 0xFF, 0x20]))
        #expect(PortableName.of(name) == Self.component([0xE9, 0x5F, 0xFF, 0x5F]))
    }

    private static func component(_ bytes: [UInt8]) -> FilePath.Component? {
        (bytes.map { CChar(bitPattern: $0) } + [0]).withUnsafeBufferPointer { text in
            text.baseAddress.flatMap { FilePath(platformString: $0).lastComponent }
        }
    }

    @Test func `a free number is found in few tries, and one that is taken is never given`() {
        for taken in [0, 1, 2, 3, 10, 999, 100_000] {
            var name = FreeName()
            var tries = 0
            while true {
                tries += 1
                if name.attempt <= taken {
                    name.wasTaken()
                } else if name.isFree() {
                    break
                }
            }
            #expect(name.attempt == taken + 1)
            #expect(tries < 50)
        }
    }

    @Test(arguments: [
        ("promt", "prompt"), ("max-inflight", "max-in-flight"), ("Images", "images"), ("promp", "prompt"),
        ("imgaes", "images"), ("rpompt", "prompt"),
    ])
    func `the nearest word is what was meant`(word: String, meant: String) {
        #expect(NearestName.of(word, among: ["prompt", "images", "max-in-flight"]) == meant)
    }

    @Test func `a word that is near to nothing has no nearest`() {
        #expect(NearestName.of("seed", among: ["prompt", "images"]) == nil)
    }

    @Test(arguments: [
        ("result.json", "request.json"), ("RESPONSE.JSON", "request.json"), ("response-2.json", "request.json"),
        ("response-x.yaml", "response-x.yaml"), ("hero.yaml", "hero.yaml"), ("response-x.json", "response-x.json"),
    ])
    func `a request keeps its name but for those that the answer needs`(name: String, kept: String) throws {
        let origin = Origin(lane: .root, file: try #require(FilePath.Component(name)))
        #expect(origin.keptName.string == kept)
    }
}
