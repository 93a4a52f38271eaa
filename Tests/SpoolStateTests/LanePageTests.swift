// SPDX-License-Identifier: Apache-2.0

import SystemPackage
import Testing

@testable import Documents
@testable import Jobs
@testable import SpoolState
@testable import TestSupport

/// The page of a lane in its folder below `done/`.
struct LanePageTests {
    private static func result(
        _ folder: String, text: String = "a lamp", failed: Bool = false, parts: Int? = nil, originals: [String] = []
    ) -> LaneResult {
        let failure = failed ? Ended.Failure(code: "refused", what: text, next: text) : nil
        let ended = Ended(
            name: text, folder: FilePath(folder), at: Samples.later, pictures: [text + ".png"], pictureCount: 3,
            parts: parts, failure: failure, charged: .yes)
        return LaneResult(
            ended, prompt: parts == nil ? text : nil, inputs: [text], originals: originals,
            cost: parts == nil ? Bill(charged: 2, maybeCharged: 0, money: "0.24") : nil)
    }

    private static func page(_ folder: String, _ results: [LaneResult]) -> String {
        String(decoding: LanePage(of: FilePath(folder), results).page, as: UTF8.self)
    }

    @Test func `it says what went in, what came out, what it cost, and why something failed`() {
        let page = Self.page(
            "acme/spring",
            [
                Self.result("failed/acme/spring/cup", text: "no cups", failed: true),
                Self.result("done/acme/spring/hero", originals: ["originals/own.png"]),
            ])
        for text in [
            "<h1><span class=\"dot\" aria-hidden=\"true\"></span>acme/spring</h1>",
            "Came back last: 1 done, 1 failed.", "a lamp", "href=\"./hero\"", "src=\"./hero/a%20lamp.png\"",
            "src=\"./hero/originals/own.png\"", "2 pictures more. Charged: 2 submits (0.24).", "no cups",
            "href=\"../../../failed/acme/spring/cup\"", "This page shows the last 100 results", "href=\"./\"",
        ] {
            #expect(page.contains(text), "\(text)")
        }
        #expect(!page.contains("<script") && !page.contains("http:") && !page.contains("https:"))
    }

    @Test func `links lead to what lies beside it by name, and elsewhere by way of the spool`() {
        let root = Self.page("", [Self.result("done/hero"), Self.result("failed/cup", failed: true)])
        #expect(
            root.contains("href=\"./hero\"") && root.contains("href=\"../failed/cup\"") && root.contains("</span>done<")
        )
        // A lane whose own folder could not be used has its results in another one.
        let beside = Self.page("acme-2", [Self.result("done/acme-2/hero"), Self.result("done/acme/cup")])
        #expect(beside.contains("href=\"./hero\"") && beside.contains("href=\"../../done/acme/cup\""))
        let batch = Self.page("", [Self.result("done/catalog", parts: 12)])
        #expect(batch.contains("href=\"./catalog/index.html\"") && batch.contains("12 parts."))
        // What somebody has written into the daemon's own file leads nowhere else.
        let odd = Self.page(
            "", [Self.result("/etc/../../x", originals: ["../../../etc/passwd.png", "http://e.vil/a.png"])])
        #expect(!odd.contains("../..") && !odd.contains("href=\"/") && !odd.contains("http:"))
    }

    @Test func `it has the same tags, whatever strangers write`() {
        let tags = { (page: String) in page.split(separator: "<").dropFirst().map { $0.prefix { $0 != ">" } } }
        let names = { (tags: [Substring]) in tags.map { $0.prefix { $0 != " " } } }
        func page(_ text: String) -> String {
            Self.page(
                "acme",
                [Self.result("done/acme/x", text: text), Self.result("failed/acme/y", text: text, failed: true)])
        }
        let plain = names(tags(page("lamp")))
        for text in HostileTexts.all where !text.contains("/") && !text.contains("\0") && !text.isEmpty {
            #expect(names(tags(page(text))) == plain, "\(text)")
        }
    }

    @Test func `it shows so many, and no more`() {
        let page = Self.page("", (0..<150).map { Self.result("done/job\($0)") })
        #expect(page.contains("href=\"./job99\"") && !page.contains("href=\"./job100\""))
        #expect(page.components(separator: "<li class=\"card\"") == LanePage.limit)
    }

    @Test func `what it shows is kept, and read again as it was`() {
        let results = [
            Self.result("done/a", text: "<b>\u{202E}\n\"", originals: ["originals/own.png"]),
            Self.result("failed/b", failed: true), Self.result("done/c", parts: 3),
        ]
        #expect(LaneResult.all(in: LaneResult.file(of: results)) == results)
        let long = LaneResult(results[0].ended, prompt: String(repeating: "x", count: 5000), inputs: [], cost: nil)
        #expect(long.prompt == String(repeating: "x", count: 600) + " …")
        #expect(LaneResult.all(in: LaneResult.file(of: [long])).first?.prompt?.hasPrefix("xxx") == true)
        let rubbish = [
            "", "{", "[]", "{\"version\":1}", "{\"version\":2,\"results\":[{}]}",
            "{\"version\":1,\"results\":[1,{},{\"ended\":3},{\"ended\":{\"job\":\"x\",\"folder\":\"/x\",\"at\":\"2026\"}}]}",
        ]
        for text in rubbish { #expect(LaneResult.all(in: Array(text.utf8)) == []) }
    }

    @Test func `a page that is ours is known by its beginning`() {
        let page = LanePage(of: FilePath("acme"), []).page
        #expect(HTML.isOurs(Array(page.prefix(HTML.headLength))))
        #expect(!HTML.isOurs(Array("<!DOCTYPE html><title>my own</title>".utf8)) && !HTML.isOurs([]))
    }
}

extension String {
    fileprivate func components(separator: String) -> Int {
        split(separator: separator, omittingEmptySubsequences: false).count - 1
    }
}
