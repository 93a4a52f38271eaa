// SPDX-License-Identifier: Apache-2.0

import NanoBanana
import Testing

@testable import Documents
@testable import Requests
@testable import TestSupport

/// What a request's pictures are called, alone, by a lane's defaults and in tables.
struct SaveAsTests {
    private static let long = String(repeating: "x", count: 300)
    private static let wide = String(repeating: "日", count: 100)
    private static let family = "👨‍👩‍👧‍👦"

    static let stems: [String: String?] = [
        "hero": "hero", "{n}": "3", "hero_{N}": "hero_3", "a{n|7}": "a3", "{{n}": "{n}",
        // Nothing leads elsewhere, whatever a note says.
        "../../etc/x": "___.._etc_x", "/etc/passwd": "_etc_passwd", "C:\\x": "C__x", "..": nil, ".": nil, "/": "_",
        // Hidden, or never shown as it is.
        ".hidden": "_hidden", "..a": "__a", "exe\u{202E}gnp": "exe_gnp", "a\u{0}b\u{1B}[2J\u{9B}": "a_b_[2J_",
        "a\nb": "a_b",
        // What Windows cannot open.
        "CON": "CON_", "con.x": "con_.x", "nul{n}": "nul3", "COM{n}": "COM3_", "a<b>c:d\"e|f?g*h": "a_b_c_d_e_f_g_h",
        "end.": "end", "end . .": "end", " hero ": "hero", "Fig. 1": "Fig._1", "": nil, "  ": nil, "...": nil,
        "\u{FEFF}\u{200B}": nil,
        // The ending is the picture's own.
        "hero.png": "hero", "hero.JPG": "hero", "hero.jpeg ": "hero", "hero.png.png": "hero", ".png": nil,
        "hero.v2": "hero.v2", "hero{n}.webp": "hero3", "hero.{n}": "hero.3",
        // 200 bytes, at a character.
        long: String(long.prefix(200)), wide: String(wide.prefix(66)), long + "{n}": String(long.prefix(200)),
        String(repeating: "a", count: 190) + family: String(repeating: "a", count: 190),
        String(repeating: "a", count: 199) + ".bcd": String(repeating: "a", count: 199),
        // A place that nobody has filled: of a journal that somebody else has written.
        "{sku}": nil,
    ]

    @Test(arguments: stems)
    func `a name leads nowhere else, is not hidden, and Windows can open it`(text: String, stem: String?) {
        #expect(SaveAs(text).stem(3) == stem, "\(text)")
        guard let name = SaveAs(text).stem(3) else { return }
        #expect(name.utf8.count <= 201 && SaveAs(PromptTemplate.saying(name)).stem(1) == name)
    }

    @Test func `a clash gets the next number, in any case of letters`() {
        var names = DistinctNames()
        names.take("Kept")
        let given = ["a", "b", "A", "a-2", "a", "kept", "É", "e\u{301}"].map { names.free($0) }
        #expect(given == ["a", "b", "A-2", "a-2-2", "a-3", "kept-2", "É", "e\u{301}-2"])
    }

    @Test(.timeLimit(.minutes(1)))
    func `a hundred thousand of one name are told apart in no time`() {
        var names = DistinctNames()
        for number in 1...100_000 {
            let name = names.free("a")
            if number == 100_000 { #expect(name == "a-100000") }
        }
    }

    // MARK: In requests

    private static func reader() throws -> RequestReader {
        RequestReader(rules: RequestRules()).at(try #require(Lane(text: "acme/shop")), "hero")
    }

    private static func request(_ text: String, defaults: String = "") throws -> Result<Request, Findings> {
        let reader = try reader()
        let defaults = try RequestDefaults(reading: Array(defaults.utf8), with: reader)
        return Result { () throws(Findings) in
            try reader.read(Array(text.utf8), as: .yaml, defaults: defaults)
        }
    }

    private static let rest = "prompt: x\nurl: https://a.b/c.png\n"

    static let named: [(text: String, defaults: String, names: String?)] = [
        ("", "", nil), ("save_as: hero\n", "", "hero"), ("Save As: 4711\n", "", "4711"),
        ("save_as: \"{meta.sku}_{ratio}_{n}\"\nmeta: {sku: 4711}\naspect_ratio: 9:16\n", "", "4711_9x16_{n}"),
        ("save_as: \"{ratio} {size} {model}\"\n", "", "auto auto nano-banana-pro"),
        ("save_as: \"{size}\"\nimage_size: 2k\n", "", "2K"),
        ("save_as: \"{name}-{lane}-{number}\"\n", "", "hero-acme/shop-1"),
        // A note of one's own counts for all but the picture's number.
        ("save_as: \"{size}{n}{meta.n}\"\nmeta: {size: 42, n: 7}\n", "", "42{n}7"),
        ("save_as: \"{sku|none}_{n|1}\"\n", "", "none_{n|1}"),
        // What a note says is no place.
        ("save_as: \"{sku}\"\nmeta: {sku: '{n}'}\n", "", "{{n}"),
        ("save_as: ' '\n", "", nil), ("save_as:\n", "save_as: lane\n", "lane"),
        ("save_as: own\n", "save_as: lane\n", "own"),
        ("meta: {sku: 1}\n", "save_as: \"{sku}\"\n", "1"),
    ]

    @Test(arguments: named)
    func `places are filled but for the picture's number`(text: String, defaults: String, names: String?) throws {
        let request = try Self.request(text + Self.rest, defaults: defaults).get()
        #expect(request.saveAs?.text == names)
        let read = try JSONDocumentParser.parse(request.journalJSON.line)
        #expect(Request(journal: read)?.saveAs == request.saveAs)
    }

    @Test func `under another name it is the same picture`() throws {
        let requests = try ["", "save_as: a\n", "save_as: b\n"].map { try Self.request($0 + Self.rest).get() }
        #expect(Set(requests.map(\.fingerprint.value)).count == 1)
        #expect(Set(requests.compactMap { $0.source?.value }).count == 1)
    }

    static let mistakes: [(text: String, defaults: String, sentence: String)] = [
        (
            "save_as: ../../etc/x\n", "",
            "line 1, column 10: `save_as` cannot be \"../../etc/x\": it is a name and no place, so leave out `/` and "
                + "`\\`; the pictures come into the folder of the result"
        ),
        (
            "save_as: 'a\\b'\n", "",
            "line 1, column 10: `save_as` cannot be \"a\\b\": it is a name and no place, so leave out `/` and `\\`; "
                + "the pictures come into the folder of the result"
        ),
        (
            "save_as: ..\n", "",
            "line 1, column 10: `save_as` cannot be \"..\": no name comes of it; say something that is no dot and no "
                + "blank, such as `{name}_{n}`"
        ),
        (
            "save_as: [a]\n", "", "line 1, column 10: `save_as` must be text"
        ),
        (
            "meta: {sku: 1}\n", "save_as: \"{sk}_{n}\"\n",
            "line 1, column 1: nothing fills the place `{sk}` of `save_as`; did you mean `{sku}`? there are `{sku}`, "
                + "`{name}`, `{lane}`, `{number}`, `{model}`, `{ratio}`, `{size}` and `{n}`; write `{{` for a brace "
                + "that is meant"
        ),
        (
            "meta: {sku: ' '}\n", "save_as: \"{sku|}\"\n",
            "line 1, column 1: `save_as` cannot be \"{sku|}\": no name comes of it; say something that is no dot and "
                + "no blank, such as `{name}_{n}`"
        ),
    ]

    @Test(arguments: mistakes)
    func `what names no file is a mistake`(text: String, defaults: String, sentence: String) throws {
        guard case .failure(let findings) = try Self.request(text + Self.rest, defaults: defaults) else {
            return #expect(Bool(false))
        }
        equal(findings.all.map(Wording.located), [sentence])
    }

    @Test func `a lane's defaults cannot name a place either`() throws {
        #expect(throws: Findings.self) {
            try RequestDefaults(reading: Array("save_as: a/b\n".utf8), with: try Self.reader())
        }
    }

    // MARK: In tables

    @Test func `a row names its pictures, and its file alone names them alike`() throws {
        let reader = try Self.reader()
        let defaults = try RequestDefaults(
            reading: Array("save_as: \"{sku}_{number}_{ratio}_{n}\"\nprompt: x\n".utf8), with: reader)
        let table = """
            name,image,save as,aspect ratio,meta.sku
            red,https://a.b/1.png,,16:9,4711
            ,https://a.b/2.png,{name}-{sku},,0815
            ,https://a.b/3.png,plain,,
            ,https://a.b/4.png,,,
            """
        guard case .batch(let parts, _) = try reader.content(of: Array(table.utf8), as: .csv, defaults: defaults) else {
            return #expect(Bool(false))
        }
        let names = parts.map { try? $0.request.get().saveAs?.text }
        #expect(names == ["4711_1_16x9_{n}", "2-0815", "plain", nil])
        for (part, name) in zip(parts, names) where name != nil {
            let alone = try RequestReader(rules: RequestRules()).at(.root, "elsewhere").read(
                part.source, as: .json, defaults: defaults)
            #expect(alone.saveAs?.text == name)
        }
        // What else fills it follows from the file itself.
        #expect(String(decoding: parts[0].source, as: UTF8.self).contains("{sku}_1_{ratio}_{n}"))
        guard case .failure(let findings)? = parts.last?.request else { return #expect(Bool(false)) }
        #expect(Wording.located(findings.all[0]).hasPrefix("row 5: nothing fills the place `{sku}` of `save_as`; "))
    }

    @Test(arguments: [("flat", Delivery.flat), ("Parts", .parts), ("''", nil)] as [(String, Delivery?)])
    func `a lane says where a batch's pictures come to`(word: String, delivery: Delivery?) throws {
        let defaults = try RequestDefaults(reading: Array("deliver: \(word)\n".utf8), with: try Self.reader())
        #expect(defaults.deliver == delivery)
        let near = try RequestDefaults(reading: Array("deliver: parts\n".utf8), with: try Self.reader())
        #expect(near.over(defaults).deliver == .parts && defaults.over(near).deliver == delivery ?? .parts)
    }
}
