// SPDX-License-Identifier: Apache-2.0

import NanoBanana
import Testing

@testable import Documents
@testable import Requests

/// The setting `models`, and what a request for one of them may say.
struct ModelTableTests {
    @Test func `an entry says what a model is sold as and what it takes, and all but the id may be left out`() throws {
        let text = "new = nano-4 nano-four 2k 1K 1:1 16:9 pictures:0-14, plain , few = pictures:3"
        let models = try ModelTable.models(text)
        #expect(models.map(\.id) == Model.known.map(\.id) + ["new", "plain", "few"])
        let new = try #require(Model.named("nano-four", among: models))
        #expect(new.id == "new" && new.soldNames == ["nano-4", "nano-four"] && new.sizes == [.oneK, .twoK])
        #expect(new.ratios == [.square, .landscape16x9] && new.pictures == 0...14)
        let plain = try #require(Model.named("plain", among: models))
        #expect(plain.sizes.isEmpty && plain.ratios == AspectRatio.allCases && plain.pictures == 1...10)
        #expect(Model.named("few", among: models)?.pictures == 1...3)
        #expect(try ModelTable.models(" ").map(\.id) == Model.known.map(\.id))
    }

    @Test func `a known model is described anew, and a sold name goes over to another id`() throws {
        let models = try ModelTable.models("gemini-2.5-flash-image = nano-banana 1K, gemini-9 = nano-banana-2")
        #expect(models.count == Model.known.count + 1)
        #expect(Model.named("nano-banana", among: models)?.sizes == [.oneK])
        #expect(Model.named("nano-banana-2", among: models)?.id == "gemini-9")
        #expect(Model.named(Model.flash2.id, among: models)?.soldName == nil)
        // An id alone, or a sold name, says nothing new.
        let same = try ModelTable.models("gemini-3-pro-image-preview, nano-banana-2, own, own")
        #expect(same.map(\.id) == Model.known.map(\.id) + ["own"])
        #expect(same.first?.sizes == ImageSize.allCases)
    }

    @Test(arguments: [
        ("a b", ModelTableError.Problem.form), ("= x", .form), ("a = 8:9", .unknownWord("8:9")),
        ("a = n 1K, 2K", .form), ("a = n, 1:1", .form), ("a = 8K", .unknownWord("8K")),
        ("a = 16x9", .unknownWord("16x9")),
        ("a = pictures:2-1", .notACount("pictures:2-1")), ("a = pictures:0", .notACount("pictures:0")),
        ("a = pictures:1-101", .notACount("pictures:1-101")), ("a = pictures:", .notACount("pictures:")),
        ("a = pictures:1-2-3", .notACount("pictures:1-2-3")), ("a = pictures:1 pictures:2", .notACount("pictures:2")),
        ("a = x, a = y", .givenTwice("a")), ("a = x, b = x", .givenTwice("x")), ("a = b, b", .givenTwice("b")),
    ])
    func `an entry that says something else is an error`(text: String, problem: ModelTableError.Problem) {
        #expect {
            try ModelTable.models(text)
        } throws: { error in
            (error as? ModelTableError)?.problem == problem && !"\(error)".isEmpty
        }
    }

    private static func rules(_ models: String, allowsTextToImage: Bool = false) throws -> RequestRules {
        var rules = RequestRules(models: try ModelTable.models(models))
        rules.allowsTextToImage = allowsTextToImage
        return rules
    }

    private static func read(_ text: String, _ rules: RequestRules) -> Result<Request, Findings> {
        let reader = RequestReader(rules: rules, now: { Timestamp(milliseconds: 0) })
        return Result { () throws(Findings) in try reader.read(Array(text.utf8), as: .json) }
    }

    private static let link = #""url":"https://a.b/c.png""#

    @Test(arguments: [
        (#"{"prompt":"x","model":"m","aspect_ratio":"1:1","image_size":"2K",\#(link)}"#, []),
        (#"{"prompt":"x","model":"m","aspect_ratio":"auto",\#(link)}"#, []),
        (
            #"{"prompt":"x","model":"m","aspect_ratio":"9:16",\#(link)}"#,
            ["`aspect_ratio` 9:16 does not go with m: it takes 1:1"]
        ),
        (
            #"{"prompt":"x","model":"m","image_size":"4K",\#(link)}"#,
            ["`image_size` 4K does not go with n: it takes 1K or 2K"]
        ),
        (
            #"{"prompt":"x","model":"m","urls":["https://a.b/1.png","https://a.b/2.png","https://a.b/3.png"]}"#,
            ["3 pictures do not go with m: it takes 1 to 2"]
        ),
    ])
    func `a request may say what its model takes, and nothing else`(text: String, sentences: [String]) throws {
        let rules = try Self.rules("n = m 1K 2K 1:1 pictures:1-2")
        switch Self.read(text, rules) {
        case .success: #expect(sentences == [])
        case .failure(let findings): #expect(findings.all.map { Wording.sentence($0.problem) } == sentences)
        }
    }

    @Test func `a request has no pictures where its model makes them from words and the settings allow it`() throws {
        let alone = #"{"prompt":"x"}"#
        #expect(throws: Findings.self) { try Self.read(alone, Self.rules("")).get() }
        let allowed = try Self.rules("edits", allowsTextToImage: true)
        #expect(try Self.read(alone, allowed).get().edit.images == [])
        #expect(throws: Findings.self) { try Self.read(#"{"prompt":"x","model":"edits"}"#, allowed).get() }
        // The key is there: somebody meant to give some.
        #expect(throws: Findings.self) { try Self.read(#"{"prompt":"x","images":[]}"#, allowed).get() }
        #expect(throws: Findings.self) { try Self.read(#"{"prompt":"x","image":null}"#, allowed).get() }
        #expect(try Self.read(#"{"prompt":"x",\#(Self.link)}"#, allowed).get().edit.images.count == 1)
    }

    @Test func `a row that has forgotten its pictures asks for none of words, nor when it is put back`() throws {
        let rules = try Self.rules("", allowsTextToImage: true)
        let reader = RequestReader(rules: rules, now: { Timestamp(milliseconds: 0) })
        let table = Array("name,prompt,image\na,x,https://a.b/c.png\nb,y,\n".utf8)
        guard case .batch(let parts, _) = try reader.content(of: table, as: .csv) else {
            Issue.record("no batch")
            return
        }
        #expect(parts.map { (try? $0.request.get()) != nil } == [true, false])
        #expect(throws: Findings.self) { try reader.read(parts[1].source, as: parts[1].sourceSyntax) }
        guard case .batch(let words, _) = try reader.content(of: Array("name,prompt\na,x\n".utf8), as: .csv) else {
            Issue.record("no batch")
            return
        }
        #expect(try words.first?.request.get().edit.images == [])
    }

    @Test func `a request stays what it is in the journal, whatever the settings say of its model by then`() throws {
        let rules = try Self.rules("n = m 2K pictures:0-14", allowsTextToImage: true)
        for text in [#"{"prompt":"x","model":"m","image_size":"2K"}"#, #"{"prompt":"x","model":"m",\#(Self.link)}"#] {
            let request = try Self.read(text, rules).get()
            let line = request.journalJSON.line
            let again = Request(journal: try JSONDocumentParser.parse(line))
            #expect(again == request)
        }
    }

    @Test func `the schema says the same`() throws {
        let page = String(
            decoding: RequestSchema(rules: try Self.rules("n = m 2K 1:1 pictures:0-14", allowsTextToImage: true)).page,
            as: UTF8.self)
        #expect(page.contains("\"maxItems\": 14") && page.contains("\"not\""))
    }
}
