// SPDX-License-Identifier: Apache-2.0

import SystemPackage
import Testing

@testable import Documents
@testable import Jobs
@testable import Spending
@testable import SpoolState
@testable import TestSupport

/// The one value: written, read again, and when it is to be believed.
struct SpoolStateTests {
    private static func reread(_ state: SpoolState) throws -> SpoolState {
        let node = try JSONDocumentParser.parse(state.json.page)
        #expect(try JSONDocumentParser.parse(state.json.line).json == node.json)
        return try #require(SpoolState(node))
    }

    @Test func `what is written is read again, whatever stands in it`() throws {
        var empty = SpoolState(at: Samples.start)
        #expect(try Self.reread(empty) == empty)
        empty.underWay = nil
        empty.stoppedAt = Samples.later
        #expect(try Self.reread(empty) == empty)
        for text in HostileTexts.all {
            let state = SpoolState.full(text)
            // A path ends with the first zero byte.
            if text != "\u{0}" { #expect(try Self.reread(state) == state, "\(text)") }
            // Nor is there anything in it that a terminal acts on.
            let scalars = String(decoding: state.json.page, as: UTF8.self).unicodeScalars
            #expect(scalars.allSatisfy { $0 == "\n" || $0.properties.generalCategory != .control }, "\(text)")
            #expect(!scalars.contains("\u{202E}"))
        }
    }

    @Test func `a page of another version is read as far as it goes`() throws {
        func read(_ text: String) throws -> SpoolState? {
            SpoolState(try JSONDocumentParser.parse(Array(text.utf8)))
        }
        let old = #"{"version": 1, "pid": 7, "at": "2026-11-24T08:15:30.250Z", "waiting": 3, "held": [{"why": "x"}]}"#
        let state = try #require(try read(old))
        #expect(state.pid == 7 && state.queue.count == 3 && state.holds.map(\.why) == ["x"])
        let odd =
            #"{"at": "2026-11-24T08:15:30.250Z", "waiting": "many", "recent": [1], "today": [], "held": {"a": 1}}"#
        #expect(try read(odd) == SpoolState(at: try #require(Timestamp("2026-11-24T08:15:30.250Z"))).unseen)
        for text in ["{}", "[]", #"{"at": 5}"#, "null"] { #expect(try read(text) == nil, "\(text)") }
    }

    @Test func `while there is work it holds for 90 s, while there is none until something happens`() {
        var state = SpoolState(at: Samples.start)
        func after(_ seconds: Int64) -> Timestamp {
            Timestamp(milliseconds: Samples.start.milliseconds + seconds * 1000)
        }
        #expect(state.isFresh(at: after(89)) && !state.isFresh(at: after(90)))
        state.isIdle = true
        #expect(state.freshUntil == nil && state.isFresh(at: after(1_000_000)))
        state.stoppedAt = Samples.start
        #expect(!state.isFresh(at: Samples.start))
    }

    @Test func `its condition is the worst of what there is`() {
        var state = SpoolState(at: Samples.start)
        #expect(state.condition == .notRunning)
        state.pid = 1
        #expect(state.condition == .idle)
        state.queue.unsettled = 1
        #expect(state.condition == .working)
        state.heldCount = 1
        #expect(state.condition == .held)
        state.troubles.disk = "full"
        #expect(state.condition == .paused)
        state.stoppedAt = Samples.start
        #expect(state.condition == .notRunning)
    }

    @Test func `amounts have two digits, and things are counted in words that are right`() {
        #expect(Wording.money(Amount(millionths: 0)) == "0.00")
        #expect(Wording.money(Amount(millionths: 600_000)) == "0.60")
        #expect(Wording.money(Amount(millionths: 125_000)) == "0.125")
        #expect(Wording.words(Budget.Spent(submits: 1)) == "1 submit, 0.00 spent")
        #expect(Wording.list(["a", "b", "c", "d"], of: 9) == "a, b, c and 6 more")
        #expect(Wording.list([], of: 1) == "1 file")
    }

    @Test func `the page of 10,000 results and 1,000 jobs under way is made in 50 ms`() {
        let state = SpoolState.full(jobs: 1_000)
        let clock = ContinuousClock()
        let best = (0..<5).map { _ in
            clock.measure { _ = (state.json.page.count, StatePage(state).page(refresh: 5).count) }
        }.min()
        // Without optimisation it takes several times as long.
        #expect(best ?? .zero < .milliseconds(250))
        #expect(state.json.page.count < 200_000)
        #expect(StatePage(state).page(refresh: 5).count < 200_000)
    }
}

extension SpoolState {
    /// Without the jobs under way.
    fileprivate var unseen: SpoolState {
        var state = self
        state.underWay = nil
        return state
    }
}
