// SPDX-License-Identifier: Apache-2.0

import Foundation
import SystemPackage
import Testing

@testable import Documents
@testable import Jobs
@testable import SpoolState
@testable import TestSupport

/// The page for a browser: what strangers write is never markup, and nothing comes from elsewhere. A parser that others
/// wrote says the same in `StatusPageTests`.
struct StatePageTests {
    private static func page(_ state: SpoolState, refresh: Int? = 5) -> String {
        String(decoding: StatePage(state).page(refresh: refresh), as: UTF8.self)
    }

    /// All tags of a page, without what lies between.
    private static func tags(_ page: String) -> [Substring] {
        page.split(separator: "<").dropFirst().map { $0.prefix { $0 != ">" } }
    }

    @Test func `it has the same tags, whatever strangers write`() {
        let names = { (page: String) in Self.tags(page).map { $0.prefix { $0 != " " } } }
        let plain = names(Self.page(.full("hero")))
        #expect(plain.count > 100)
        for text in HostileTexts.all where text != "\u{0}" {
            let tags = names(Self.page(.full(text)))
            // A name that is no name of a picture, or of a folder, makes no link: fewer, and never others.
            #expect(Set(tags).isSubset(of: Set(plain)), "\(text)")
            #expect(tags.count <= plain.count)
        }
    }

    @Test func `every link leads below the folder of the page`() {
        for text in HostileTexts.all {
            for tag in Self.tags(Self.page(.full(text))) {
                for name in ["href", "src"] {
                    guard let start = tag.range(of: " \(name)=\"")?.upperBound else { continue }
                    let link = tag[start...].prefix { $0 != "\"" }
                    #expect(link == "data:," || link.hasPrefix("./"), "\(link)")
                    #expect(!link.contains("/../") && !link.contains(":") || link == "data:,", "\(link)")
                }
            }
        }
    }

    @Test func `a picture that waits for its text is work, and is said to wait for it`() {
        var state = SpoolState(at: Samples.start)
        state.pid = 1
        (state.queue.awaitingText, state.queue.awaitingTextNames) = (1, ["shop/bottle.png"])
        #expect(state.condition == .working)
        #expect(Self.page(state).contains("Waits for the text that may come beside it: shop/bottle.png"))
    }

    @Test func `names are shown as they are written`() {
        #expect(Self.page(.full("<img onerror=1>")).contains("&lt;img onerror=1&gt;"))
        #expect(Self.page(.full("\u{202E}gnp")).contains("U+202Egnp"))
    }

    @Test(
        arguments: [
            ("done/a b/ü.png", "./done/a%20b/%C3%BC.png"), ("done/%41?#.png", "./done/%2541%3F%23.png"),
            ("../etc", "./etc"), ("done/./x", "./done/x"), ("/etc/passwd", "./etc/passwd"),
        ])
    func `a path becomes a link by its bytes`(path: String, link: String) {
        #expect(HTML.Link(FilePath(path)).attributeText == link)
    }

    @Test func `pictures are shown that a browser never runs, and no others`() {
        let page = Self.page(.full("hero"))
        #expect(page.contains("<img src=\"./done/hero/hero.png\" alt=\"hero.png\""))
        #expect(!page.contains("x.svg"))
    }

    @Test func `it looks again by itself only where it is a file`() {
        #expect(Self.page(.full()).contains("<meta http-equiv=\"refresh\" content=\"5\">"))
        #expect(!Self.page(.full(), refresh: nil).contains("http-equiv=\"refresh\""))
        #expect(!Self.page(.full()).contains("<script"))
    }

    @Test func `it says how the spool is, in each case`() {
        var state = SpoolState(at: Samples.start)
        #expect(Self.page(state).contains("Not running"))
        state.pid = 1
        #expect(Self.page(state).contains("Everything that was dropped has come back."))
        state.underWay?.count = 1
        #expect(Self.page(state).contains("1 job under way, 0 waiting."))
        state.heldCount = 1
        #expect(Self.page(state).contains("Something is held"))
    }
}
