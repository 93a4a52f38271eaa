// SPDX-License-Identifier: Apache-2.0

import NanoBanana
import SystemPackage
import Testing

@testable import Documents
@testable import Jobs
@testable import Requests
@testable import TestSupport

/// The text beside a picture that is a request: what it is called, and what it adds.
struct SidecarTests {
    static let names: [(name: FilePath.Component, stem: String?, syntax: Sidecar.Syntax)] = [
        ("bottle.txt", "bottle", .text), ("bottle.TXT", "bottle", .text), ("bottle.Txt", "bottle", .text),
        ("bottle.tXt", nil, .text), ("bottle.yaml", "bottle", .yaml), ("bottle.YaMl", nil, .text),
        ("bottle.YAML.txt", "bottle", .yaml),
        ("bottle.yml", "bottle", .yaml), ("bottle.JSON", "bottle", .json), ("bottle.yaml.txt", "bottle", .yaml),
        ("a.b.txt", "a.b", .text), ("bottle.png.txt", "bottle.png", .text), (".txt", nil, .text),
        ("..txt", nil, .text), ("bottle.csv", nil, .text), ("bottle.csv.txt", nil, .text), ("bottle.jsonl", nil, .text),
        ("bottle.md", nil, .text), ("_defaults.yaml", nil, .text), ("_defaults.txt", nil, .text),
        ("journal.jsonl", nil, .text),
    ]

    @Test(arguments: names.indices)
    func `its name is the picture's with another ending`(index: Int) {
        let (name, stem, syntax) = Self.names[index]
        let sidecar = Sidecar(name)
        #expect(sidecar?.stem.string == stem && (sidecar == nil || sidecar?.syntax == syntax))
    }

    @Test func `each of the names that are looked for is one, and leads back to the picture`() throws {
        for picture in ["bottle.png", "a.b.JPG", "x.tiff"] as [FilePath.Component] {
            let names = Sidecar.names(beside: picture)
            #expect(names.count == 24 && Set(names).count == 24)
            for name in names {
                let sidecar = try #require(Sidecar(name))
                #expect(sidecar.pictures.contains(picture), "\(name)")
            }
        }
        #expect(Sidecar.names(beside: "bottle.yaml") == [])
        let long = try #require(FilePath.Component(String(repeating: "x", count: 250) + ".png"))
        #expect(Sidecar.names(beside: long).contains { $0.string.utf8.count > 255 }, "such a name is just not there")
    }

    static let requests: [(name: FilePath.Component, text: String, isRequest: Bool)] = [
        ("bottle.yaml", "prompt: x\nimages: https://a.b/c.png\n", true),
        ("bottle.yaml", "prompt: x\nimages: [bottle.png, https://a.b/c.png]\n", false),
        ("bottle.yaml", "prompt: x\nurls: other.png\n", true), ("bottle.yaml", "prompt: x\nvariants: 2\n", false),
        ("bottle.yaml", "- prompt: x\n- prompt: y\n", true), ("bottle.yaml", "prompt: x\n---\nprompt: y\n", true),
        ("bottle.yaml", "prompt: a: b\n", false), ("bottle.yaml", "prompt: a: b\nimages: x.png\n", true),
        ("bottle.yaml", "just words\n", false), ("bottle.json", "{\"prompt\": \"x\"}", false),
        ("bottle.json", "[{\"prompt\": \"x\"}]", true), ("bottle.json", "{\"image\": \"https://a.b/c\"}", true),
        ("bottle.txt", "images: x.png\n", false), ("bottle.yaml", "\0\u{1}", false),
    ]

    @Test(arguments: requests.indices)
    func `what names pictures itself is a request of its own`(index: Int) throws {
        let (name, text, isRequest) = Self.requests[index]
        #expect(try #require(Sidecar(name)).isRequest(Array(text.utf8)) == isRequest, "\(text)")
    }

    // MARK: What it adds

    private static func read(
        _ name: FilePath.Component, _ text: String, defaults: String = "prompt: On white.\nimage_size: 2K\n"
    ) throws -> Request {
        try read(name, Array(text.utf8), defaults: defaults)
    }

    private static func read(
        _ name: FilePath.Component, _ bytes: [UInt8], defaults: String = "prompt: On white.\nimage_size: 2K\n"
    ) throws -> Request {
        var rules = RequestRules()
        rules.sharedLinks = SharedLinks(baseURL: "https://p.q/x")
        let reader = RequestReader(rules: rules).at(Samples.acme, "bottle")
        let picture = DroppedPicture(name: "bottle.png", kind: .png, content: Fingerprint(of: [1]))
        let content = try reader.content(
            of: picture, beside: SidecarText(try #require(Sidecar(name)), bytes),
            defaults: try RequestDefaults(reading: Array(("pictures: each\n" + defaults).utf8), with: reader))
        guard case .request(let request) = content else { throw Findings(.batch) }
        return request
    }

    @Test func `words are added to the lane's prompt, and are the prompt where it has none`() throws {
        #expect(try Self.read("bottle.txt", "With lemons.\r\n").edit.prompt == "On white.\nWith lemons.")
        #expect(try Self.read("bottle.txt", "\u{FEFF}Two\nlines\n", defaults: "").edit.prompt == "Two\nlines")
        let utf16: [UInt8] = [0xFF, 0xFE] + "Läuft".utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
        #expect(try Self.read("bottle.txt", utf16).edit.prompt == "On white.\nLäuft")
        #expect(
            try Self.read("bottle.txt", "Call it {name}.", defaults: "prompt: On {colour|white}.\n").edit.prompt
                == "On white.\nCall it bottle.")
    }

    @Test func `keys replace those of the lane's defaults, and the picture stays the first`() throws {
        let yaml = "prompt: In the snow\nvariants: 3\nimages: [bottle.png, https://a.b/snow.png]\n"
        for (name, text) in [
            ("bottle.yaml", yaml), ("bottle.yaml.txt", yaml),
            (
                "bottle.json",
                #"{"prompt": "In the snow", "variants": 3, "images": ["bottle.png", "https://a.b/snow.png"]}"#
            ),
        ] as [(FilePath.Component, String)] {
            let request = try Self.read(name, text)
            #expect(request.edit.prompt == "In the snow" && request.variants == 3)
            #expect(request.edit.imageSize?.rawValue == "2K", "it says nothing of that")
            #expect(request.locals.map(\.file) == ["bottle.png"])
            #expect(request.edit.images.count == 2 && request.edit.images[1].text == "https://a.b/snow.png")
        }
    }

    @Test func `with another text it is another request, and written otherwise the same`() throws {
        let one = try Self.read("bottle.yaml", "prompt: x\nvariants: 2\n")
        #expect(try Self.read("bottle.yaml", "# note\nvariants: 2\nprompt: 'x'\n").source == one.source)
        #expect(try Self.read("bottle.yaml", "prompt: y\nvariants: 2\n").source != one.source)
        #expect(try Self.read("bottle.txt", "x").source == Self.read("bottle.txt", "x\r\n").source)
        #expect(try Self.read("bottle.txt", "x").source != Self.read("bottle.txt", "y").source)
        #expect(try Self.read("bottle.txt", "x").source != Fingerprint(of: [1]))
    }

    static let mistakes: [(name: FilePath.Component, bytes: [UInt8], sentence: String)] = [
        ("bottle.txt", [UInt8](repeating: 0x61, count: 16_385), "in \"bottle.txt\": it is longer than 16 KiB; "),
        ("bottle.txt", Array(" \n".utf8), "line 1, column 1: in \"bottle.txt\": nothing is written in it; "),
        ("bottle.txt", .png(), "in \"bottle.txt\": this is not text"),
        ("bottle.txt", Array("a\0b".utf8), "in \"bottle.txt\": "),
        ("bottle.txt", Array("{\\rtf1 x}".utf8), "in \"bottle.txt\": "),
        ("bottle.txt", Array("prompt: x\n".utf8), "line 1, column 1: in \"bottle.txt\": `prompt:` is a key"),
        ("bottle.txt", Array("{\"prompt\": 1}".utf8), "line 1, column 1: in \"bottle.txt\": `prompt:` is a key"),
        ("bottle.txt", Array("undefined".utf8), "line 1, column 1: in \"bottle.txt\": "),
        ("bottle.yaml", Array("promt: x\n".utf8), "line 1, column 1: in \"bottle.yaml\": there is no key `promt`"),
        ("bottle.yaml", Array("variants: 99\n".utf8), "line 1, column 11: in \"bottle.yaml\": `variants`"),
        (
            "bottle.yaml", Array("just words\n".utf8),
            "line 1, column 1: in \"bottle.yaml\": a request is a list of keys"
        ),
        (
            "bottle.yaml", Array("- prompt: x\n".utf8),
            "line 1, column 1: in \"bottle.yaml\": this file may hold only one"
        ),
        ("bottle.yaml", Array("pictures: each\n".utf8), "line 1, column 1: in \"bottle.yaml\": `pictures` belongs in"),
        ("bottle.json", Array("{".utf8), "line 1, column 2: in \"bottle.json\": "),
    ]

    @Test(arguments: mistakes.indices)
    func `what is wrong with it is said of it`(index: Int) throws {
        let (name, bytes, sentence) = Self.mistakes[index]
        do {
            Issue.record("read as \(try Self.read(name, bytes))")
        } catch let findings as Findings {
            let all = findings.all.map(Wording.located)
            #expect(all.count == 1 && all[0].hasPrefix(sentence), "\(all)")
        }
    }

    @Test func `what is wrong with the defaults is not said of it`() throws {
        do {
            Issue.record("read as \(try Self.read("bottle.txt", "x", defaults: "prompt: \"{nothing}\"\n"))")
        } catch let findings as Findings {
            #expect(findings.all.map(Wording.located).map { $0.contains("bottle.txt") } == [false])
        }
    }

    // MARK: The lane's word

    static let waits: [(text: String, wait: Duration?)] = [
        ("5", .seconds(5)), ("5s", .seconds(5)), ("0", .zero), ("0s", .zero), ("3600", .seconds(3_600)), ("", nil),
    ]

    @Test(arguments: waits.indices)
    func `the lane says how long it waits, in seconds`(index: Int) throws {
        let reader = RequestReader(rules: RequestRules())
        func defaults(_ text: String) throws -> RequestDefaults {
            try RequestDefaults(reading: Array(text.utf8), with: reader)
        }
        let own = try defaults("text_wait: \(Self.waits[index].text)\n")
        #expect(own.textWait == Self.waits[index].wait)
        #expect(own.over(try defaults("Text-Wait: 7\n")).textWait == Self.waits[index].wait ?? .seconds(7))
        for wrong in ["3601", "-1", "1.5", "1m", "soon", "[1]"] {
            #expect(throws: Findings.self) { try defaults("text_wait: \(wrong)\n") }
        }
    }

    @Test func `a journal keeps its name`() throws {
        let event = JobEvent.claimed(Samples.origin, text: "bottle.txt")
        let line = event.line(at: Samples.start)
        #expect(JobEvent.read(line.dropLast())?.event == event)
        #expect(try JournalText(Samples.sealed(line)).job?.text == "bottle.txt")
        #expect(
            JobEvent.claimed(Samples.origin).line(at: Samples.start).count < line.count, "nothing where there is none")
    }

    @Test func `a name that the result has itself is not kept`() {
        for (name, kept) in [
            ("bottle.txt", "bottle.txt"), ("error.txt", "text.txt"), ("Error.TXT", "text.txt"),
            ("pay-again.txt", "text.txt"), ("result.json", "text.json"), ("response-2.JSON", "text.json"),
        ] as [(FilePath.Component, FilePath.Component)] {
            #expect(Origin.keptName(ofText: name) == kept)
        }
    }
}
