// SPDX-License-Identifier: Apache-2.0

import Foundation
import NanoBanana
import SystemPackage
import Testing

@testable import Documents
@testable import Jobs
@testable import Requests
@testable import SpoolState
@testable import TestSupport

/// The page in a batch's folder.
struct BatchPageTests {
    private static let batch = Job(claimed: Origin(lane: Samples.acme, file: "catalog.csv"), at: Samples.start)

    /// - Parameter text: what a stranger has written, wherever one can.
    private static func summary(_ text: String, done: Int = 1) throws -> BatchSummary {
        let edit = try EditRequest(
            model: .pro, prompt: text, images: [ImageLink("https://a.b/my%20lamp.png?sig=secret")])
        let (job, _) = try Samples.job(after: [.read(Request(edit: edit, variants: 1, meta: nil))])
        let why = Wording.explain(.refused(code: 400, message: text))
        let parts = (0..<done).map { number in
            BatchSummary.Part(folder: FilePath.Component("00\(number)-x") ?? "x", job: job, outcome: .done)
        }
        var summary = BatchSummary(
            batch: batch, parts: parts + [.init(folder: "999-y", job: job, outcome: .failed(why), unreadPrompt: text)],
            notBegun: ["888-z"], finishedAt: Samples.later)
        summary.bill = Bill(charged: 2, maybeCharged: 1, money: "0.24", moneyMaybe: "0.12")
        return summary
    }

    private static func page(_ summary: BatchSummary, originals: [FilePath.Component: [FilePath.Component]] = [:])
        -> String
    {
        let bills = summary.parts.map { _ in Bill(charged: 1, maybeCharged: 0, money: "0.12") }
        return String(decoding: BatchPage(summary, bills: bills, originals: originals).page, as: UTF8.self)
    }

    @Test func `it says what went in, what came out, what it cost, and why a part failed`() throws {
        let page = Self.page(try Self.summary("A lamp"), originals: ["000-x": ["lamp.png"]])
        for text in [
            "acme/catalog",
            "1 part done, 1 failed, 1 not begun. Charged: 2 submits (0.24); perhaps charged: 1 submit (0.12).",
            "A lamp", "my lamp.png", "href=\"./000-x\"", "src=\"./000-x/originals/lamp.png\"",
            "Charged: 1 submit (0.12).",
            "888-z", "href=\"./batch.csv\"", "The API refused the request (code 400): &quot;A lamp&quot;.",
        ] {
            #expect(page.contains(text), "\(text)")
        }
        #expect(!page.contains("secret") && !page.contains("https:"))
    }

    @Test func `it has the same tags, whatever strangers write`() throws {
        let tags = { (page: String) in page.split(separator: "<").dropFirst().map { $0.prefix { $0 != ">" } } }
        let plain = tags(Self.page(try Self.summary("lamp")))
        for text in HostileTexts.all where !text.allSatisfy(\.isWhitespace) && text != "\u{0}" {
            #expect(tags(Self.page(try Self.summary(text))) == plain, "\(text)")
        }
    }

    @Test func `more parts than anybody looks at are counted`() throws {
        let page = Self.page(try Self.summary("lamp", done: BatchPage.limit + 5))
        #expect(page.contains("and 5 more: batch.csv has all of them."))
        #expect(page.components(separatedBy: "<li class=\"card\"").count - 1 == BatchPage.limit)
    }

    @Test(arguments: [
        (Bill(charged: 0, maybeCharged: 0), "Nothing was charged"),
        (Bill(charged: 1, maybeCharged: 0), "Charged: 1 submit"),
        (Bill(charged: 0, maybeCharged: 2, moneyMaybe: "1"), "Perhaps charged: 2 submits (1)"),
    ])
    func `what it cost is said in words`(bill: Bill, words: String) {
        #expect(Wording.cost(bill) == words)
    }
}
