// SPDX-License-Identifier: Apache-2.0

import NanoBanana
import Testing

@testable import Documents
@testable import Requests
@testable import TestSupport

/// Prompts with places to fill, alone, in a lane's defaults and in tables.
struct PromptTemplateTests {
    struct Case: Sendable {
        var template: String
        /// `nil` where a place stays unfilled.
        var text: String?
        var values: [String: String] = ["product": "the lamp", "a b": "x", "brace": "{product}"]
    }

    private static let long = String(repeating: "a", count: 65)

    static let cases = [
        Case(template: "no places", text: "no places"),
        Case(template: "", text: ""),
        Case(template: "Put {product} there", text: "Put the lamp there"),
        Case(template: "{product}{ product }", text: "the lampthe lamp"),
        Case(template: "on {surface|white marble}", text: "on white marble"),
        Case(template: "{product|a thing}", text: "the lamp"),
        Case(template: "[{surface|}]", text: "[]"),
        Case(template: "{a b}", text: "x"),
        Case(template: "{surface}", text: nil),
        Case(template: "{{product}", text: "{product}"),
        Case(template: "{{{product}", text: "{the lamp"),
        Case(template: "{{}}", text: "{}}"),
        // What fills a place is text, and is not filled again.
        Case(template: "{brace}", text: "{product}"),
        // Whatever else has braces is text: many write their prompts in JSON.
        Case(template: #"{"subject": {"colour": "red"}}"#, text: #"{"subject": {"colour": "red"}}"#),
        Case(template: "{ } {} {1} {-a} {product", text: "{ } {} {1} {-a} {product"),
        Case(template: "{pro{product}", text: "{prothe lamp"),
        Case(template: "{a\nb}", text: "{a\nb}"),
        Case(template: "\u{7B}\u{FC}bung|\u{E9}}", text: "\u{E9}"),
        Case(template: "{\(long)}", text: "{\(long)}"),
    ]

    @Test(arguments: cases)
    func `a place is a name in braces, and all else is text`(item: Case) {
        let text = try? PromptTemplate(item.template).filled(limit: 1000) { item.values[$0] }
        #expect(text == item.text)
        if let text {
            #expect((try? PromptTemplate(PromptTemplate.saying(text)).filled(limit: 1000) { _ in nil }) == text)
        }
    }

    @Test func `what says a text doubles only the braces that are read as something else`() {
        for text in [#"{"subject": {"colour": "red"}}"#, "{ } {} {1} {product", "no brace"] {
            #expect(PromptTemplate.saying(text) == text)
        }
        #expect(PromptTemplate.saying("{product} {{ {") == "{{product} {{{ {")
        #expect(PromptTemplate.saying("{{}}") == "{{{}}")
    }

    @Test func `what is filled in part is a template of the same text`() throws {
        let values = ["open": "{", "word": "product}", "json": #"{"a": {"b": 1}}"#]
        for (written, text) in [
            ("{open}{product}", "{the lamp"), ("{open}{word} {product}", "{product} the lamp"),
            ("{{{word}", "{product}"), (#"{json} {product}"#, #"{"a": {"b": 1}} the lamp"#), ("{{{open}{open}", "{{{"),
        ] {
            let partly = try PromptTemplate(written).filled(limit: 1000, leaving: { values[$0] == nil }) { values[$0] }
            #expect(try PromptTemplate(partly).filled(limit: 1000) { ["product": "the lamp"][$0] } == text)
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `however many braces there are, it is read in one go`() {
        for text in ["{", "{a", "{{", "{a|", "{a}"] {
            let prompt = String(repeating: text, count: 300_000)
            #expect(!PromptTemplate(prompt).pieces.isEmpty)
        }
    }

    @Test func `what grows beyond a request's size is a mistake, and takes no memory`() {
        let large = String(repeating: "x", count: 500_000)
        let template = PromptTemplate(String(repeating: "{a}", count: 100_000))
        #expect(throws: PromptTemplate.Problem.tooLong(limit: 1 << 20)) {
            _ = try template.filled(limit: 1 << 20) { _ in large }
        }
    }

    // MARK: In requests

    private static func reader(lane: String = "acme/shop", name: String = "hero") throws -> RequestReader {
        RequestReader(rules: RequestRules()).at(try #require(Lane(text: lane)), name)
    }

    private static func prompt(
        _ text: String, defaults: String = "", lane: String = "acme/shop"
    ) throws -> Result<String, Findings> {
        let reader = try reader(lane: lane)
        let defaults = try RequestDefaults(reading: Array(defaults.utf8), with: reader)
        return Result { () throws(Findings) in
            try reader.read(Array(text.utf8), as: .yaml, defaults: defaults).edit.prompt
        }
    }

    private static let url = "url: https://a.b/c.png\n"

    @Test(arguments: [
        ("prompt: Put {product} on {surface}\nmeta: {product: a lamp, Surface: 2}\n", "Put a lamp on 2"),
        ("prompt: \"{meta.product}\"\nmeta: {product: a lamp}\n", "a lamp"),
        ("prompt: \"{name} {lane} {number}\"\n", "hero acme/shop 1"),
        ("prompt: \"{name}\"\nmeta: {name: mine}\n", "mine"),
        ("prompt: \"a {product|thing}\"\nmeta: {product: ' '}\n", "a thing"),
    ])
    func `a request's places are filled from its meta, and from where it lies`(text: String, prompt: String) throws {
        equal(try Self.prompt(text + Self.url).get(), prompt)
    }

    @Test(arguments: [
        ("acme/shop/again", "in acme/shop"), ("acme/Again", "in acme"), ("acme/again/x", "in acme/again/x"),
    ])
    func `in a folder again the lane is the one around it`(lane: String, prompt: String) throws {
        equal(try Self.prompt("prompt: in {lane}\n" + Self.url, lane: lane).get(), prompt)
    }

    @Test func `a lane's prompt is filled by each request`() throws {
        let defaults = "prompt: Put {product} on {surface|white}\n"
        equal(try? Self.prompt("meta: {product: a lamp}\n" + Self.url, defaults: defaults).get(), "Put a lamp on white")
        equal(try? Self.prompt("prompt: plain\n" + Self.url, defaults: defaults).get(), "plain")
    }

    struct Mistake: Sendable {
        var text: String
        var defaults = ""
        var lane = "acme"
        var sentence: String
    }

    static let mistakes = [
        Mistake(
            text: "prompt: Put {prodct} there\nmeta: {product: a lamp}\n",
            sentence: "line 1, column 9: nothing fills the place `{prodct}` of the prompt; did you mean `{product}`? "
                + "there are `{product}`, `{name}`, `{lane}` and `{number}`; write `{{` for a brace that is meant"),
        Mistake(
            text: "meta: {product: {a: b}}\n", defaults: "prompt: Put {product}\n", lane: "",
            sentence: "line 1, column 1: nothing fills the place `{product}` of the prompt; there are "
                + "`{name}` and `{number}`; write `{{` for a brace that is meant"),
        Mistake(
            text: "prompt: \"{prompt}\"\n",
            sentence: "line 1, column 9: \"{prompt}\" is a placeholder that was never filled in: say what to do with "
                + "the pictures, or correct the program that writes the file"),
        Mistake(
            text: "prompt: \"{product}\"\nmeta: {product: None}\n",
            sentence: "line 1, column 9: \"None\" is what a program writes when it has no value: say what to do with "
                + "the pictures"),
        Mistake(
            text: "prompt: \"{product|}\"\n",
            sentence: "line 1, column 9: `prompt` is empty: say what to do with the pictures"),
    ]

    @Test(arguments: mistakes)
    func `a place that nothing fills is a mistake, with the names that there are`(mistake: Mistake) throws {
        let result = try Self.prompt(mistake.text + Self.url, defaults: mistake.defaults, lane: mistake.lane)
        guard case .failure(let findings) = result else { return #expect(Bool(false), "\(result)") }
        equal(findings.all.map(Wording.located), [mistake.sentence])
    }

    // MARK: In tables

    @Test func `a row fills the places of its own prompt or the lane's, and its file alone asks for the same`()
        throws
    {
        let reader = try Self.reader(name: "catalog")
        let defaults = try RequestDefaults(
            reading: Array("prompt: Put {product} on {surface|white} as {number} in {lane}\n".utf8), with: reader)
        let table = """
            name,prompt,image,meta.product,meta.surface
            red,,https://a.b/1.png,a {red} lamp,black
            ,{name}: {product},https://a.b/2.png,a blue lamp,
            ,,https://a.b/3.png,,
            """
        guard case .batch(let parts, _) = try reader.content(of: Array(table.utf8), as: .csv, defaults: defaults) else {
            return #expect(Bool(false))
        }
        let prompts = parts.map { try? $0.request.get().edit.prompt }
        equal(prompts, ["Put a {red} lamp on black as 1 in acme/shop", "2: a blue lamp", nil])
        for (part, prompt) in zip(parts, prompts) where prompt != nil {
            let alone = try RequestReader(rules: RequestRules()).at(.root, "elsewhere").read(part.source, as: .json)
            equal(alone.edit.prompt, prompt)
            equal(alone.fingerprint, try part.request.get().fingerprint)
        }
        guard case .failure(let findings)? = parts.last?.request else { return #expect(Bool(false)) }
        #expect(
            Wording.located(findings.all[0]).hasPrefix("row 4: nothing fills the place `{product}` of the prompt; "))
    }
}
