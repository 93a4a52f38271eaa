// SPDX-License-Identifier: Apache-2.0

import Foundation
import NanoBanana
import SystemPackage
import Testing

@testable import Requests
@testable import SpoolTools
@testable import TestSupport

/// What `check` says of a file where it lies.
struct RequestCheckTests {
    /// Runs `body` with a fresh folder and removes it afterwards.
    private static func withFolder(_ body: (URL) throws -> Void) throws {
        let root = FileManager.default.temporaryDirectory.appendingPathComponent("bananadrop-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: root) }
        try body(root)
    }

    private static func write(_ text: String, _ name: String, in folder: URL) throws -> FilePath {
        let file = folder.appendingPathComponent(name)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
        return FilePath(file.path)
    }

    private static var rules: RequestRules {
        var rules = RequestRules()
        rules.sharedLinks = SharedLinks(baseURL: "https://p.q/x")
        return rules
    }

    @Test func `pictures of one's own are there, or not yet`() throws {
        try Self.withFolder { root in
            _ = try Self.write("x", "pics/there.png", in: root)
            let file = try Self.write("prompt: x\nimages: [pics/there.png, not there.png]\n", "a.yaml", in: root)
            let check = RequestCheck(file: file, rules: Self.rules)
            #expect(check.isRight)
            #expect(check.lines[0] == "\(file): the picture \"pics/there.png\" is there")
            let isMissing = "is not there; the request waits for it for a while, then fails"
            #expect(check.lines[1] == "\(file): the picture \"not there.png\" \(isMissing)")
            #expect(
                RequestCheck.page([check]).filter { !$0.isWhitespace }.contains(
                    #""local":[{"file":"pics/there.png","is_there":true},{"file":"notthere.png","is_there":false}]"#))
        }
    }

    @Test func `a folder is a batch where it lies or is to be dropped, or says why it stays`() throws {
        try Self.withFolder { root in
            _ = try Self.write("pictures: each\nfolders: batch\nprompt: On white\n", "photos/_defaults.yaml", in: root)
            func folder(_ name: String) throws -> FilePath {
                let folder = root.appendingPathComponent(name)
                try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
                try Data([UInt8].png()).write(to: folder.appendingPathComponent("a.png"))
                return FilePath(folder.path)
            }
            let photos = FilePath(root.path).appending("photos")
            let spring = RequestCheck(
                file: try folder("spring"), droppedAt: photos.appending("spring"), rules: Self.rules)
            #expect(spring.isRight && spring.lines.contains { $0.hasSuffix("1 submit to pay for") }, "\(spring.lines)")
            let named = try ["again", "Urgent", "PAUSE"].map { name in
                RequestCheck(file: try folder("photos/" + name), rules: Self.rules)
            }
            _ = try Self.write("prompt: In snow\n", "photos/own/_defaults.yaml", in: root)
            for check in named + [RequestCheck(file: try folder("photos/own"), rules: Self.rules)] {
                #expect(!check.isRight && check.lines.count == 1 && check.lines == check.mistakeLines)
                #expect(check.lines[0].contains("it is a lane, and no batch"), "\(check.lines)")
            }
            let original = RequestCheck(file: try folder("photos/originals"), rules: Self.rules)
            #expect(original.mistakeLines.count == 1 && original.lines == original.mistakeLines)
            #expect(RequestCheck.page([original]).contains("earlier job"), "\(RequestCheck.page([original]))")
        }
    }

    @Test func `a picture is what its lane's defaults make of it`() throws {
        try Self.withFolder { root in
            let picture = try Self.write("x", "bottle.png", in: root)
            try Data([UInt8].png()).write(to: root.appendingPathComponent("bottle.png"))
            #expect(RequestCheck(file: picture, rules: Self.rules).mistakes.map(\.finding.problem) == [.pictureAlone])
            _ = try Self.write("pictures: each\nprompt: On white\nmodel: nano-banana\n", "_defaults.yaml", in: root)
            let check = RequestCheck(file: picture, rules: Self.rules)
            #expect(check.isRight && check.applied.map(\.keys) == [["model", "prompt"]])
            #expect(check.lines[1] == "\(picture): the picture \"bottle.png\" is there")
            #expect(check.lines.last?.contains("\"prompt\": \"On white\"") == true)
            _ = try Self.write("pictures: each\n", "_defaults.yaml", in: root)
            let bare = RequestCheck(file: picture, rules: Self.rules)
            #expect(bare.mistakes.map(\.finding.problem) == [.missingInDefaults("prompt")])
            try Data([UInt8].png().dropLast(6)).write(to: root.appendingPathComponent("bottle.png"))
            let half = RequestCheck(file: picture, rules: Self.rules)
            #expect(half.mistakes.map(\.finding.problem) == [.unfit(.cutOff)])
            try Data([UInt8].png()).write(to: root.appendingPathComponent("bottle.png"))
            _ = try Self.write("pictures: [\n", "_defaults.yaml", in: root)
            #expect(RequestCheck(file: picture, rules: Self.rules).mistakes.count == 1)
            let gone = FilePath(root.appendingPathComponent("gone.png").path)
            #expect(RequestCheck(file: gone, rules: Self.rules).isMissing)
        }
    }

    @Test func `a text whose picture is not there names none that nobody has written`() throws {
        try Self.withFolder { root in
            _ = try Self.write("pictures: each\nprompt: On white\n", "_defaults.yaml", in: root)
            let text = try Self.write("With lemons.", "k.txt", in: root)
            let alone = RequestCheck(file: text, rules: Self.rules)
            #expect(alone.isRight && alone.isTextAlone)
            #expect(alone.lines.contains { $0.contains("it is the text of a picture that is not here") })
            #expect(!alone.lines.joined().contains("k.avif") && !RequestCheck.page([alone]).contains("k.avif"))
            #expect(alone.lines.last?.contains("With lemons.") == true)
            try Data([UInt8].png()).write(to: root.appendingPathComponent("k.png"))
            let both = RequestCheck(file: text, rules: Self.rules)
            #expect(both.isRight && both.lines.contains("\(text): the picture \"k.png\" is there"))
            #expect(!both.lines.contains { $0.contains("it is the text of a picture") })
        }
    }

    @Test func `a picture of whose text nobody can tell what it says is not right`() throws {
        try Self.withFolder { root in
            _ = try Self.write("pictures: each\nprompt: On white\n", "_defaults.yaml", in: root)
            let picture = try Self.write("", "bottle.png", in: root)
            try Data([UInt8].png()).write(to: root.appendingPathComponent("bottle.png"))
            #expect(RequestCheck(file: picture, rules: Self.rules).isRight)
            _ = try Self.write("", "bottle.txt", in: root)
            let check = RequestCheck(file: picture, rules: Self.rules)
            #expect(check.mistakes.map(\.finding.problem) == [.doubtfulText(.empty("bottle.txt"))])
        }
    }

    @Test func `outside of a spool only the defaults beside the file count`() throws {
        try Self.withFolder { root in
            _ = try Self.write("variants: 5\nmodel: nano-banana\n", "_defaults.yaml", in: root)
            _ = try Self.write("variants: 3\n", "inbox/_defaults.yaml", in: root)
            let file = try Self.write("prompt: x\nimage: https://a.b/c\n", "inbox/a.yaml", in: root)
            let check = RequestCheck(file: file, rules: Self.rules)
            #expect(check.applied.map(\.keys) == [["variants"]])
            guard case .request(let request) = check.content else {
                Issue.record("no request")
                return
            }
            #expect(request.variants == 3 && request.edit.model == .pro)
        }
    }

    @Test func `a default that a request overrides, or that changes nothing, is not called applied`() throws {
        try Self.withFolder { root in
            _ = try Self.write("variants: 5\nimage_size: 2K\nmodel: nano-banana\n", "_defaults.yaml", in: root)
            let table = "prompt,image,model,variants\nx,https://a.b/c,nano-banana,2\ny,https://a.b/c,nano-banana,1\n"
            let check = RequestCheck(file: try Self.write(table, "a.csv", in: root), rules: Self.rules)
            #expect(check.isRight && check.applied.isEmpty)
        }
    }

    @Test func `a mark that the defaults supply is called applied`() throws {
        try Self.withFolder { root in
            _ = try Self.write("mark: ai-edited\n", "_defaults.yaml", in: root)
            let file = try Self.write("prompt: x\nimage: https://a.b/c\n", "a.yaml", in: root)
            #expect(RequestCheck(file: file, rules: Self.rules).applied.map(\.keys) == [["mark"]])
        }
    }

    @Test(arguments: [
        ("text_wait: 5\n", "how long a picture waits for its text"),
        ("with: https://a.b/c.png\n", "1 picture beside each"),
        ("with: [https://a.b/c.png, back.png]\npictures: each\n", "a request for each picture, 2 pictures beside each"),
        ("pictures: each\nfolders: batch\n", "a request for each picture, a batch for each folder of pictures"),
        ("folders: lanes\n", "that folders are lanes"),
        ("with: []\n", "no pictures beside each"), ("# mine\n", "nothing"),
    ])
    func `defaults are told by all that they supply`(text: String, words: String) throws {
        try Self.withFolder { root in
            let file = try Self.write(text, "_defaults.yaml", in: root)
            #expect(RequestCheck(file: file, rules: Self.rules).lines == ["\(file): supplies \(words)"])
        }
    }

    @Test func `what is missing may stand in the defaults that cannot be read`() throws {
        try Self.withFolder { root in
            let defaults = try Self.write("prompt: y\nvariants: 0\n", "_defaults.yaml", in: root)
            let file = try Self.write("image: https://a.b/c\nseed: 1\n", "a.yaml", in: root)
            let check = RequestCheck(file: file, rules: Self.rules)
            #expect(check.mistakes.map(\.file) == [defaults, file])
            #expect(
                check.lines.map { $0.contains("`variants` cannot be") || $0.contains("no key `seed`") } == [true, true])
        }
    }

    @Test func `what is no request file, or no file, is told as such`() throws {
        try Self.withFolder { root in
            let notes = try Self.write("x", "notes.txt", in: root)
            let names = RequestFileName.endings
            #expect(
                RequestCheck(file: notes, rules: Self.rules).lines == [
                    "\(notes): the name of a request file ends in \(names)"
                ])
            let near = try Self.write("prompt: x\nimage: https://a.b/c\n", "_defaults - Copy.yaml", in: root)
            #expect(
                RequestCheck(file: near, rules: Self.rules).lines == [
                    "\(near): its name looks like a lane's defaults, but those are read only from `_defaults.yaml`; "
                        + "rename it to that, or, if it is a request, give it another name"
                ])
            let folder = try Self.write("x", "folder.yaml/a", in: root).removingLastComponent()
            #expect(
                RequestCheck(file: folder, rules: Self.rules).lines == [
                    "\(folder): this is a folder; one of pictures is a batch only where the `_defaults.yaml` of the folder "
                        + "that it is dropped into says so (`pictures: each` and `folders: batch`)"
                ])
            let missing = RequestCheck(file: FilePath("/nowhere/a.csv"), rules: Self.rules)
            #expect(missing.isMissing && missing.lines == ["/nowhere/a.csv: the file is not there"])
        }
    }
}
