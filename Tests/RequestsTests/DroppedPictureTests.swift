// SPDX-License-Identifier: Apache-2.0

import NanoBanana
import SystemPackage
import Testing

@testable import Documents
@testable import Jobs
@testable import Requests
@testable import TestSupport

/// A picture that is a request by itself: what its lane's defaults make of it.
struct DroppedPictureTests {
    private static func defaults(_ text: String) throws(Findings) -> RequestDefaults {
        try RequestDefaults(reading: Array(text.utf8), with: RequestReader(rules: RequestRules()))
    }

    private static func picture(
        _ name: FilePath.Component = "bottle.png", _ content: String = "a", kind: PictureKind = .png
    ) -> DroppedPicture {
        DroppedPicture(name: name, kind: kind, content: Fingerprint(of: Array(content.utf8)))
    }

    private static func read(
        _ text: String, _ picture: DroppedPicture = picture(), isShared: Bool = true
    ) throws -> Request {
        var rules = RequestRules()
        rules.sharedLinks = isShared ? SharedLinks(baseURL: "https://p.q/x") : nil
        let content = try RequestReader(rules: rules).content(of: picture, defaults: try defaults(text))
        guard case .request(let request) = content else { throw Findings(.batch) }
        return request
    }

    private static func sentences(_ body: () throws -> Request) throws -> [String] {
        do {
            let request = try body()
            Issue.record("read as \(request)")
            return []
        } catch let findings as Findings {
            return findings.all.map(Wording.located)
        }
    }

    // MARK: The lane's word

    @Test(arguments: [("each", DroppedPictures.each), ("Each", .each), ("none", .leftAlone)])
    func `a lane says in one word what becomes of pictures`(word: String, meant: DroppedPictures) throws {
        #expect(try Self.defaults("pictures: \(word)\n").pictures == meant)
        #expect(try Self.defaults("prompt: x\n").pictures == nil)
        #expect(try Self.defaults("pictures:\n").pictures == nil)
    }

    @Test func `the nearest folder's word counts`() throws {
        let (each, none) = (try Self.defaults("pictures: each\n"), try Self.defaults("pictures: none\nprompt: x\n"))
        #expect(none.over(each).pictures == .leftAlone)
        #expect(each.over(none).pictures == .each)
        #expect(try Self.defaults("prompt: x\n").over(each).pictures == .each)
    }

    static let mistakes = [
        ("pictures: all\n", "line 1, column 11: `pictures` cannot be \"all\"; it must be one of each or none"),
        (
            "pictures: eech\n",
            "line 1, column 11: `pictures` cannot be \"eech\"; did you mean `each`? it must be one of each or none"
        ),
        ("pictures: [each]\n", "line 1, column 11: `pictures` must be one of each, none"),
        ("picturs: each\n", "line 1, column 1: there is no key `picturs`; did you mean `pictures`?"),
        (
            "pictures: each\nPictures: none\n",
            "line 2, column 1: `pictures` and `Pictures` mean the same; keep one of them"
        ),
    ]

    @Test(arguments: mistakes)
    func `a slip in it is a mistake of the defaults`(text: String, sentence: String) {
        do throws(Findings) {
            Issue.record("read as \(try Self.defaults(text))")
        } catch {
            #expect(error.all.map(Wording.located) == [sentence])
        }
    }

    @Test func `a file with another mistake is known to speak of pictures`() {
        #expect(RequestDefaults.mayWantPictures(Array("modl: x\npictures: each\n".utf8)))
        #expect(RequestDefaults.mayWantPictures(Array("\"Pictures\": [".utf8)))
        #expect(!RequestDefaults.mayWantPictures(Array("modl: x\nimages: https://a.b/c\n".utf8)))
    }

    // MARK: What it asks for

    @Test func `the picture comes first, and all else from the defaults`() throws {
        let text = """
            pictures: each
            prompt: On white
            images: [https://a.b/logo.png, https://a.b/light.png]
            model: nano-banana
            aspect_ratio: 1:1
            variants: 3
            meta: {shop: a}
            priority: 7
            """
        let request = try Self.read(text)
        #expect(request.edit.prompt == "On white" && request.edit.model == .flash && request.variants == 3)
        let local = try #require(request.locals.first)
        #expect(request.locals.count == 1 && local.file == "bottle.png" && local.content != nil)
        let links = ["https://p.q/x/" + local.name, "https://a.b/logo.png", "https://a.b/light.png"]
        #expect(request.edit.images.map(\.text) == links)
        #expect(request.edit.aspectRatio?.rawValue == "1:1" && request.meta != nil)
        #expect(request.source == Self.picture().content)
        #expect(request.isAllTold)
    }

    @Test func `what the lane adds comes last, from the folder that says so`() throws {
        let above = try Self.defaults("pictures: each\nwith: [https://a.b/light.png, back.png]\nprompt: x\n")
            .lying(in: Lane(path: "shop"))
        let own = try Self.defaults("images: https://a.b/logo.png\n").lying(in: Lane(path: "shop/spring"))
        var rules = RequestRules()
        rules.sharedLinks = SharedLinks(baseURL: "https://p.q/x")
        let content = try RequestReader(rules: rules).content(of: Self.picture(), defaults: own.over(above))
        guard case .request(let request) = content else { throw Findings(.batch) }
        #expect(request.locals.map(\.file) == ["bottle.png", "back.png"])
        #expect(request.locals.map(\.lane) == [nil, Lane(path: "shop")])
        #expect(request.locals.map(\.isNamed) == [false, false])
        #expect(request.edit.images.count == 4 && request.edit.images[2].text == "https://a.b/light.png")
        #expect(request.edit.images[3].text == "https://p.q/x/" + request.locals[1].name)
        let line = JobEvent.read(request).line(at: Samples.start)
        #expect(JobEvent.read(line.dropLast())?.event == .read(request))
        // The nearest folder counts, and an empty list is one, too.
        #expect(try Self.defaults("with: []\n").over(above).with == [])
    }

    static let wrongAdditions = [
        ("with: ../back.png\n", "is somewhere else"), ("with: props/back.png\n", "is in another folder"),
        ("with: notes.txt\n", "is neither a link nor a picture's name"),
        ("with: [1, [2]]\n", "`with` must be a link, a picture's name, or a list of them"),
        ("with: back.tiff\n", "is a kind of picture that is not accepted"), ("with: ftp://a.b/c.png\n", "`ftp:` link"),
        (
            "with: [\((0..<10).map { "\($0).png" }.joined(separator: ", "))]\n",
            "10 pictures are too many: with the one that is dropped the API takes 10"
        ),
    ]

    @Test(arguments: wrongAdditions)
    func `a slip in what it adds is a mistake of the defaults`(text: String, words: String) {
        do throws(Findings) {
            Issue.record("read as \(try Self.defaults(text))")
        } catch {
            #expect(error.all.contains { Wording.located($0).contains(words) }, "\(error.all.map(Wording.located))")
        }
    }

    @Test func `it is published as its bytes are, whatever its name says`() throws {
        let request = try Self.read("pictures: each\nprompt: x\n", Self.picture("photo.TIF", kind: .jpeg))
        #expect(request.locals.first?.name.hasSuffix(".jpg") == true)
        #expect(request.locals.first?.name.utf8.count == 36)
    }

    @Test func `what is missing is to be added to the defaults`() throws {
        #expect(
            try Self.sentences { try Self.read("pictures: each\n") } == [
                "`prompt` is missing: add `prompt: …` to the lane's `_defaults.yaml`, which says what to do with each "
                    + "picture"
            ])
    }

    @Test func `where nothing is published it is told so`() throws {
        let found = try Self.sentences { try Self.read("pictures: each\nprompt: x\n", isShared: false) }
        #expect(found.count == 1 && found[0].hasPrefix("\"bottle.png\" is a file, but the API takes only links; "))
        #expect(found[0].contains("publish-directory"))
    }

    @Test(arguments: ["prompt: x\n", "prompt: x\npictures: none\n", ""])
    func `in a lane that does not say so it is no request`(text: String) throws {
        #expect(try Self.sentences { try Self.read(text) } == [Wording.pictureAlone])
    }

    @Test func `with as many links as the API takes there is one picture too many`() throws {
        let links = (0..<10).map { "https://a.b/\($0).png" }.joined(separator: ", ")
        let found = try Self.sentences { try Self.read("pictures: each\nprompt: x\nimages: [\(links)]\n") }
        #expect(found == ["11 pictures do not go with nano-banana-pro: it takes 1 to 10"])
    }

    // MARK: What tells it from others

    @Test func `the same picture is the same under any name, and another is another`() throws {
        let text = "pictures: each\nprompt: x\n"
        let one = try Self.read(text)
        #expect(try Self.read(text, Self.picture("other.png")).fingerprint == one.fingerprint)
        #expect(try Self.read(text, Self.picture("bottle.png", "b")).fingerprint != one.fingerprint)
        #expect(try Self.read(text + "variants: 2\n").fingerprint != one.fingerprint)
    }

    private static func adding(
        _ with: String, in lane: FilePath = "shop", beside text: SidecarText? = nil
    ) throws -> Request {
        let own = try Self.defaults("pictures: each\nwith: \(with)\nprompt: x\n").lying(in: Lane(path: lane))
        var rules = RequestRules()
        rules.sharedLinks = SharedLinks(baseURL: "https://p.q/x")
        let content = try RequestReader(rules: rules).content(of: picture(), beside: text, defaults: own)
        guard case .request(let request) = content else { throw Findings(.batch) }
        return request
    }

    @Test func `what the lane adds is told by its place, and what a text names is not told`() throws {
        let one = try Self.adding("back.png")
        #expect(one.isAllTold)
        #expect(try Self.adding("back.png").fingerprint == one.fingerprint)
        #expect(try Self.adding("front.png").fingerprint != one.fingerprint)
        #expect(try Self.adding("back.png", in: "other").fingerprint != one.fingerprint)
        let sidecar = try #require(Sidecar("bottle.yaml"))
        let text = SidecarText(sidecar, Array("images: [bottle.png, own.png]\n".utf8))
        let named = try Self.adding("back.png", beside: text)
        #expect(named.locals.map(\.isNamed) == [false, true, false] && !named.isAllTold)
    }

    @Test func `a journal keeps what it is`() throws {
        let request = try Self.read("pictures: each\nprompt: x\nimages: https://a.b/logo.png\n")
        let line = JobEvent.read(request).line(at: Samples.start)
        #expect(JobEvent.read(line.dropLast())?.event == .read(request))
    }

    // MARK: Names and kinds

    static let names: [(FilePath.Component, String?)] = [
        ("bottle.png", "bottle"), ("A.B.JPG", "A.B"), ("a.png.webp", "a.png"), ("scan.tiff", "scan"), ("a.heic", "a"),
        (".png", nil), ("..png", nil), ("...png", nil), ("a.png.txt", nil), ("png", nil), ("a.pngx", nil),
    ]

    @Test(arguments: names.indices)
    func `a picture's name is without its ending that of its job`(index: Int) {
        let (name, stem) = Self.names[index]
        #expect(PictureName.stem(of: name)?.string == stem)
        let origin = Origin(lane: .root, file: name)
        #expect(origin.isPicture == (stem != nil))
        if let stem { #expect(origin.stem.string == stem) }
    }

    @Test func `a name that a result would have is not kept`() throws {
        #expect(Origin(lane: .root, file: "bottle-1.png").keptName == "bottle-1.png")
        // So long that its end is cut from what is named after it.
        let name = try #require(FilePath.Component(String(repeating: "x", count: 249) + "-1.png"))
        let origin = Origin(lane: .root, file: name)
        #expect(ResultNames.picture(1, of: origin.stem, kind: .png) == name.string)
        #expect(origin.keptName == "request.png")
    }

    static let folders: [(lane: FilePath, file: FilePath.Component, isOfItsName: Bool)] = [
        ("shop/bottle", "bottle.png", true), ("shop/bottle", "bottle-1.png", true),
        ("shop/bottle - Copy", "bottle-12.png", true), ("cat/001-red", "001-red-1.png", true),
        ("shop", "bottle-1.png", false), ("shop/bottle", "bottles-1.png", false), ("bottle", "lamp.png", false),
        ("shop/catalog", "catalog-failed.csv", true), ("shop/catalog", "catalog-failed.yaml", false),
    ]

    @Test(arguments: folders.indices)
    func `a result's picture, or table, is known by the folder that it comes back in`(index: Int) {
        let item = Self.folders[index]
        let origin = Origin(lane: Lane(path: item.lane), file: item.file)
        #expect(origin.liesInFolderOfItsName == item.isOfItsName)
    }

    struct Kind: Sendable {
        var bytes: [UInt8]
        var fault: PictureFault

        init(_ bytes: [UInt8], _ fault: PictureFault) { (self.bytes, self.fault) = (bytes, fault) }
        init(_ text: String, _ fault: PictureFault) { self.init(Array(text.utf8), fault) }
    }

    static let kinds: [Kind] = [
        Kind("\0\0\0\u{18}ftypheic", .kind("HEIC")), Kind("\0\0\0\u{18}ftypmif1", .kind("HEIC")),
        Kind([0x49, 0x49, 0x2A, 0, 8], .kind("TIFF")), Kind([0x4D, 0x4D, 0, 0x2A], .kind("TIFF")),
        Kind("8BPS", .kind("PSD")), Kind("BM6", .kind("BMP")), Kind("%PDF-1.7", .kind("PDF")),
        Kind("<?xml version=\"1.0\"?><svg xmlns", .kind("SVG")), Kind([0xFF, 0x0A, 1], .kind("JPEG XL")),
        Kind("\0\0\0\u{18}ftypmp42", .notAPicture), Kind("prompt: x", .notAPicture), Kind([UInt8](), .notAPicture),
    ]

    @Test(arguments: kinds.indices)
    func `what the API does not take is named`(index: Int) {
        #expect(PictureFault(signature: Self.kinds[index].bytes) == Self.kinds[index].fault)
    }
}
