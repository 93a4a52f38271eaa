// SPDX-License-Identifier: Apache-2.0

import SystemPackage
import Testing

@testable import Intake
@testable import Requests
@testable import SpoolState

/// Thousands of files that are no requests: what the page and the log say of them.
struct LeftAloneSummaryTests {
    private typealias Summary = LeftAloneSummary<String>

    private static func summary(_ files: [(path: String, why: String)]) -> Summary {
        Summary(files.map { .init(path: FilePath($0.path), reason: $0.why) })
    }

    @Test func `a folder full of them hides nothing of what else there is`() {
        let many = (0..<15_000).map { (path: "oops/sub\($0 % 300)/f\($0).xyz", why: "name") }
        let others = [("acme/notes.txt", "name"), ("zebra.txt", "name"), ("oops/link", "symlink")]
        let summary = Self.summary(many + others)
        #expect(summary.count == 15_003)
        let named = summary.named.map(\.path)
        #expect(named.count == 13 && named.contains("acme/notes.txt") && named.contains("zebra.txt"))
        #expect(named.contains("oops/link") && named.contains("oops/sub0/f0.xyz"))
        #expect(named == named.sorted { $0.string < $1.string })
        #expect(summary.rest == [.init(folder: "oops", reason: "name", count: 14_990)])
        #expect(summary.others == 0)
    }

    @Test func `however many folders and reasons there are, the page stays short and counts all`() {
        let summary = Self.summary((0..<9000).map { (path: "lane\($0 % 500)/\($0)", why: "reason \($0 % 3)") })
        #expect(summary.named.count == Summary.names)
        #expect(summary.rest.count == Summary.rests)
        #expect(summary.named.count + summary.rest.reduce(0) { $0 + $1.count } + summary.others == 9000)
        #expect(summary.count == 9000)
    }

    @Test func `few are all named`() {
        let summary = Self.summary((0..<10).map { (path: "acme/\($0)", why: "name") })
        #expect(summary.named.count == 10 && summary.rest == [] && summary.others == 0)
        #expect(Summary().count == 0 && Summary().named == [])
    }

    @Test func `the log names some in each folder, and counts the rest by folder`() {
        let start = ContinuousClock.now
        var news = LeftAloneNews()
        let oops = (0..<1000).count { _ in news.names(oneIn: Lane(path: "oops/deep"), at: start) }
        #expect(oops == LeftAloneNews.perFolder)
        let isNamed = news.names(oneIn: .root, at: start)
        #expect(isNamed)
        for _ in 0..<20 { _ = news.names(oneIn: .root, at: start) }
        #expect(
            news.takeSums() == [.init(folder: "oops", count: 990), .init(folder: FilePath(), count: 11)])
        #expect(news.takeSums() == [])
        let later = start.advanced(by: LeftAloneNews.window)
        let isNamedLater = news.names(oneIn: Lane(path: "oops/deep"), at: later)
        #expect(isNamedLater)
    }

    @Test func `one file in each of thousands of folders is a few dozen lines, too`() {
        let start = ContinuousClock.now
        var news = LeftAloneNews()
        let named = (0..<5000).count { news.names(oneIn: Lane(path: FilePath("lane\($0)")), at: start) }
        #expect(named == LeftAloneNews.atOnce)
        let sums = news.takeSums()
        #expect(sums.count == LeftAloneNews.sums + 1 && sums.last?.folder == nil)
        #expect(sums.reduce(0) { $0 + $1.count } == 5000 - named)
    }
}
