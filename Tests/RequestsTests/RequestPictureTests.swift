// SPDX-License-Identifier: Apache-2.0

import NanoBanana
import SystemPackage
import Testing

@testable import Jobs
@testable import Requests
@testable import TestSupport

/// Pictures of one's own: their names, their links, and what a journal keeps of them.
struct RequestPictureTests {
    private static func read(_ text: String) throws -> Request {
        var rules = RequestRules()
        rules.sharedLinks = SharedLinks(baseURL: "https://p.q/x/")
        return try RequestReader(rules: rules).read(Array(text.utf8), as: .yaml)
    }

    @Test(arguments: ["https://p.q/x", "https://p.q/x/", "http://127.0.0.1:8080"])
    func `a link to a folder is one with or without a slash`(base: String) throws {
        let links = try #require(SharedLinks(baseURL: base) as SharedLinks?)
        let slash = base.hasSuffix("/") ? "" : "/"
        #expect(links.link("a.png")?.text == base + slash + "a.png")
    }

    @Test(arguments: ["", "p.q/x", "ftp://p.q", "https://", "https://p.q/x?y=", "https://p.q/x#y", "https://p.q/x y"])
    func `what is no link to a folder is refused`(base: String) {
        #expect((SharedLinks(baseURL: base) as SharedLinks?) == nil)
    }

    @Test func `nobody can guess the name of what is published`() throws {
        var names: Set<String> = []
        for _ in 0..<100 {
            let local = try #require(try Self.read("prompt: x\nimages: [pics/a.PNG, ./pics/a.PNG]\n").locals.first)
            #expect(local.file == "pics/a.PNG")
            #expect(local.name.utf8.count == 36 && local.name.hasSuffix(".png"))
            #expect(local.name.dropLast(4).allSatisfy { $0.isHexDigit && !$0.isUppercase })
            names.insert(local.name)
        }
        #expect(names.count == 100)
    }

    @Test func `two files that ask for the same are the same, whatever the published names`() throws {
        let text = "prompt: x\nimages: [a.png, https://a.b/c.png]\n"
        let (one, two) = (try Self.read(text), try Self.read(text))
        #expect(one.edit.images != two.edit.images)
        #expect(one.fingerprint == two.fingerprint)
        #expect(try Self.read("prompt: x\nimages: [b.png, https://a.b/c.png]\n").fingerprint != one.fingerprint)
        #expect(try Self.read("prompt: x\nimages: [https://a.b/c.png, a.png]\n").fingerprint != one.fingerprint)
    }

    @Test func `a journal keeps the names, so that a restart publishes under the same`() throws {
        let request = try Self.read("prompt: x\nimages: [a.png, 'b c.webp', a.png]\n")
        #expect(request.locals.map(\.file) == ["a.png", "b c.webp"])
        #expect(request.edit.images.map(\.text) == [0, 1, 0].map { "https://p.q/x/" + request.locals[$0].name })
        let line = JobEvent.read(request).line(at: Samples.start)
        #expect(JobEvent.read(line.dropLast())?.event == .read(request))
    }

    @Test(arguments: ["../a.png", "/a.png", "a/../../b.png", ""])
    func `a journal that leads out of the request's folder is not believed`(file: String) throws {
        let request = try Self.read("prompt: x\nimage: inside.png\n")
        let line = String(decoding: JobEvent.read(request).line(at: Samples.start).dropLast(), as: UTF8.self)
        let changed = line.split(separator: "inside.png").joined(separator: file)
        #expect(changed != line)
        #expect(JobEvent.read(Array(changed.utf8)[...]) == nil)
    }
}
