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

/// The page of a batch that is under way.
struct ComingPageTests {
    private static func batch(_ file: FilePath.Component = "catalog.csv", parts: Int) throws -> Job {
        var batch = Job(claimed: Origin(lane: Samples.acme, file: file), at: Samples.start)
        _ = try batch.apply(.split(parts: parts), at: Samples.start)
        return batch
    }

    private static let bill = Bill(charged: 1, maybeCharged: 0, money: "0.12")

    private static func part(_ folder: FilePath.Component, _ text: String, fails: Bool = false) throws
        -> BatchSummary.Part
    {
        let edit = try EditRequest(
            model: .pro, prompt: text, images: [ImageLink("https://a.b/my%20lamp.png?sig=secret")])
        let request = Request(edit: edit, variants: 1, meta: nil)
        if fails {
            let (job, _) = try Samples.job(after: [.read(request)])
            let why = Wording.explain(.refused(code: 400, message: text))
            return .init(folder: folder, job: job, outcome: .failed(why))
        }
        let (job, _) = try Samples.job(after: [
            .read(request), .submitting(variant: 0), .submitted(variant: 0, Samples.task),
            .answered(variant: 0, Answer(pictures: [PictureLink(url: "https://p/1")], response: [1])),
            .fetched(variant: 0, [Samples.picture]),
        ])
        return .init(folder: folder, job: job, outcome: .done)
    }

    private static func text(_ page: ComingPage) -> String {
        String(decoding: page.page(at: Samples.later), as: UTF8.self)
    }

    @Test func `it has what is over by now, in the order of the batch, and looks again`() throws {
        var page = ComingPage(of: try Self.batch(parts: 4))
        for folder: FilePath.Component in ["003-blue", "001-red"] {
            page.add(try Self.part(folder, "A lamp"), Self.bill)
        }
        page.add(try Self.part("002-odd", "A cup", fails: true), Bill(charged: 0, maybeCharged: 0))
        let text = Self.text(page)
        for words in [
            "acme/catalog", "2 of 4 parts are done, 1 failed. The others are on their way.", "A lamp", "my lamp.png",
            "src=\"./001-red/hero-1.png\"", "href=\"./003-blue\"", "Charged: 1 submit (0.12).",
            "http-equiv=\"refresh\"",
        ] {
            #expect(text.contains(words), "\(words)")
        }
        // Nothing of a part that failed lies there.
        #expect(!text.contains("href=\"./002-odd\"") && text.contains("002-odd"))
        #expect(!text.contains("secret") && !text.contains("https:"))
        let places = ["001-red", "003-blue"].compactMap { text.range(of: "<h3><a href=\"./\($0)\"")?.lowerBound }
        #expect(places.count == 2 && places[0] < places[1])
    }

    @Test func `a part that went on is shown as it ended last`() throws {
        var page = ComingPage(of: try Self.batch(parts: 2))
        page.add(try Self.part("001", "A lamp", fails: true), Self.bill)
        page.add(try Self.part("001", "A lamp"), Self.bill)
        let text = Self.text(page)
        #expect(text.contains("1 of 2 parts is done. The others are on their way."))
        #expect(!text.contains("id=\"failures\""))
    }

    @Test func `it has the same tags, whatever strangers write`() throws {
        func tags(_ text: String) throws -> [Substring] {
            var page = ComingPage(of: try Self.batch(FilePath.Component(text + ".csv") ?? "x.csv", parts: 2))
            page.add(try Self.part("001", text), Self.bill)
            page.add(try Self.part("002", text, fails: true), Self.bill)
            return Self.text(page).split(separator: "<").dropFirst().map { $0.prefix { $0 != ">" } }
        }
        let plain = try tags("lamp")
        for text in HostileTexts.all where !text.allSatisfy(\.isWhitespace) && text != "\u{0}" {
            #expect(try tags(text) == plain, "\(text)")
        }
    }

    @Test func `of a text that would fill the page there is the beginning`() throws {
        let long = String(repeating: "lamp-", count: 10_000)
        var page = ComingPage(of: try Self.batch(parts: 2))
        page.add(try Self.part("001", long), Self.bill)
        page.add(try Self.part("002", long, fails: true), Self.bill)
        let text = Self.text(page)
        #expect(text.utf8.count < 50_000 && text.contains("lamp-lamp-") && text.contains("lamp- …"))
    }

    @Test func `more parts than anybody looks at are counted`() throws {
        var page = ComingPage(of: try Self.batch(parts: 2000))
        for number in 1...(BatchPage.limit + 5) {
            page.add(try Self.part(ResultNames.part(number, of: 2000, called: nil), "lamp"), Self.bill)
        }
        let text = Self.text(page)
        #expect(text.contains("1005 of 2000 parts are done.") && text.contains("and 5 more in this folder."))
        #expect(text.components(separatedBy: "<li class=\"card\"").count - 1 == BatchPage.limit)
    }
}
