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

/// A clock that was wrong when the ledger was read pays for nothing more on the day that is then the right one.
@Suite(.zoneStays)
struct MoneyClockTests {
    private static func settings() throws -> MoneySettings {
        var settings = MoneySettings()
        settings.limits = try DailyLimits(submits: "2", money: "", laneSubmits: "", laneMoney: "")
        return settings
    }

    @Test(arguments: [60, -60])
    func `what was spent on the right day is known before anything is paid on it`(daysOff: Int) async throws {
        try await Scratch.with { scratch in
            let right = try #require(Timestamp("2026-11-28T12:00:00.000Z"))
            let wrong = Timestamp(milliseconds: right.milliseconds + Int64(daysOff) * 86_400_000)
            let ledger = Ledger(in: scratch.path)
            ledger.add(
                (1...2).map { number in
                    LedgerLine(
                        time: LocalTime(right), event: .submitted(price: nil), job: "job\(number)", lane: .root,
                        variant: 1,
                        model: "m", task: TaskID("t-\(number)"), request: Fingerprint(value: UInt64(number)))
                })
            try ledger.flush()

            let spendingGate = SpendingGate(try Self.settings(), at: wrong)
            try spendingGate.read(ledger, backTo: LocalDay(wrong), isFirst: true)
            let request = try Samples.request()
            var verdict = spendingGate.goOn(request, in: .root, at: right)
            // A clock that was ahead has left out the day; one that was late has read the days to come.
            if daysOff > 0 {
                #expect(verdict == .unread(LocalDay(right)))
                try spendingGate.read(ledger, backTo: LocalDay(right))
                verdict = spendingGate.goOn(request, in: .root, at: right)
            }
            guard case .hold(let hold) = verdict, case .limit = hold.reason else {
                Issue.record("\(verdict)")
                return
            }
            #expect(hold.until == LocalDay(right).end)
        }
    }
}
