// SPDX-License-Identifier: Apache-2.0

import NanoBanana
import SystemPackage
import Testing

@testable import Documents
@testable import DropFolder
@testable import FileIO
@testable import Jobs
@testable import Requests
@testable import Spending
@testable import Spool
@testable import TestSupport

/// What was spent, and what was asked for, counts once, whoever tells of it and how often.
@Suite(.idleLimit, .zoneStays)
struct SpendingGateTests {
    private static func settings(limit: Int) -> MoneySettings {
        var settings = MoneySettings()
        settings.repeatLimit = limit
        return settings
    }

    @Test func `a day that two ask for at once is read into the account once`() async throws {
        try await Scratch.with { scratch in
            try scratch.folder("processing")
            let ledger = Ledger(in: scratch.path.appending("ledger"))
            let early = try #require(LocalTime("2026-03-05 12:00:00"))
            ledger.add([
                LedgerLine(
                    time: early, event: .submitted(price: nil), job: "hero", lane: .root, variant: 1, model: "m",
                    task: TaskID("t-1"), request: Fingerprint(value: 1))
            ])
            try ledger.flush()
            // The clock was wrong when the daemon began, and is set back now.
            let spendingGate = SpendingGate(
                Self.settings(limit: 5), at: try #require(LocalTime("2026-11-25 12:00:00")).moment)
            let another: (LedgerLine) -> Void = { _ in _ = try? spendingGate.read(ledger, backTo: early.day) }
            try spendingGate.read(ledger, backTo: early.day, also: another)
            #expect(spendingGate.spent(at: early.moment).submits == 1)
        }
    }

    @Test func `a submit of which nobody has heard counts, even beyond the limit, until it is known to cost nothing`()
        throws
    {
        var settings = MoneySettings()
        settings.limits = try DailyLimits(submits: "1", money: "", laneSubmits: "", laneMoney: "")
        let spendingGate = SpendingGate(settings, at: Samples.start)
        let request = try Samples.request()
        let asked = Asked(request, named: "hero", in: .root)
        let unheard = (0..<2).map { _ in
            spendingGate.setAside(announced: request, asked, in: .root, at: Samples.start)
        }
        #expect(spendingGate.spent(at: Samples.start).submits == 2)
        #expect(spendingGate.hold(.root, at: Samples.start) != nil)
        unheard[0].wasCharged(at: Samples.start)
        #expect(spendingGate.spent(at: Samples.start).submits == 2)
        unheard[1].giveBack()
        #expect(spendingGate.spent(at: Samples.start).submits == 1)
        // Its file may lie in the inbox again, where a power cut has undone the claim.
        guard case .hold(let hold) = spendingGate.begin(request, asked, in: .root, consent: false, at: Samples.start),
            case .repeated = hold.reason
        else {
            Issue.record("the same file is no repetition")
            return
        }
    }

    @Test func `the same picture once more is held, whatever its lane adds to it`() throws {
        var rules = RequestRules()
        rules.sharedLinks = SharedLinks(baseURL: "https://p.q/x")
        let reader = RequestReader(rules: rules)
        let lane = Lane(path: "shop")
        let text = "pictures: each\nwith: back.png\nprompt: x\n"
        let defaults = try RequestDefaults(reading: Array(text.utf8), with: reader).lying(in: lane)
        let picture = DroppedPicture(name: "bottle.png", kind: .png, content: Fingerprint(value: 1))
        let spendingGate = SpendingGate(Self.settings(limit: 5), at: Samples.start)
        var holds: [Hold.Reason] = []
        for _ in 1...2 {
            guard case .request(let request) = try reader.content(of: picture, defaults: defaults) else { continue }
            let asked = Asked(request, named: "shop/bottle", in: lane)
            switch spendingGate.begin(request, asked, in: lane, consent: false, at: Samples.start) {
            case .hold(let hold): holds.append(hold.reason)
            default: #expect(holds.isEmpty)
            }
        }
        #expect(holds == [.repeated(.sameName("shop/bottle", since: Samples.start))])
    }

    @Test func `what goes on after a restart is known to the guard, and counted once`() throws {
        let spendingGate = SpendingGate(Self.settings(limit: 2), at: Samples.start)
        let request = try Samples.request()
        let row = Asked(request, named: "catalog/001", in: .root)
        for _ in 1...3 { spendingGate.recall(row, at: Samples.start) }
        let again = Asked(request, named: "catalog (1)/001", in: .root)
        let copy = Asked(content: Fingerprint(value: 9), name: "catalog (1)")
        let hold = spendingGate.begin(batch: copy, rows: [again], consent: false, at: Samples.start)
        guard case .repeated(.copy)? = hold?.reason else {
            Issue.record("a copy of a table whose rows have begun is not held")
            return
        }
        let other = Asked(request, named: "other", in: .root)
        guard case .go = spendingGate.begin(request, other, in: .root, consent: false, at: Samples.start) else {
            Issue.record("one begin is no loop")
            return
        }
    }
}
