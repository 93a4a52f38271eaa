// SPDX-License-Identifier: Apache-2.0

import SystemPackage
import Testing

@testable import Documents
@testable import Requests
@testable import Spending
@testable import Spool
@testable import SpoolTools
@testable import TestSupport

/// The daily limits: what is read, and what is refused.
struct MoneyLimitTests {
    @Test func `limits of the spool and of lanes are read`() throws {
        let limits = try DailyLimits(
            submits: " 500 ", money: "25.5", laneSubmits: "acme = 100, acme/spring=5 ,a=b/c d/ = 0",
            laneMoney: "acme = 0.5")
        #expect(limits.submits == 500)
        #expect(limits.money == Amount("25.5"))
        #expect(limits.laneSubmits == ["acme": 100, "acme/spring": 5, "a=b/c d": 0])
        #expect(limits.laneMoney == ["acme": Amount(millionths: 500_000)])
    }

    @Test func `blank texts set no limit, and none is not zero`() throws {
        #expect(try DailyLimits(submits: "", money: " ", laneSubmits: ",", laneMoney: "") == DailyLimits())
        #expect(DailyLimits().submits == nil)
        #expect(try DailyLimits(submits: "0", money: "0", laneSubmits: "", laneMoney: "").submits == 0)
    }

    @Test(arguments: [
        ("", "", "", "", false), ("1", "", "a = 1", "", false), ("", "0", "", "", true), ("", "", "", "a = 1", true),
    ])
    func `limits of money are told from those of submits`(
        submits: String, money: String, laneSubmits: String, laneMoney: String, limitsMoney: Bool
    ) throws {
        let limits = try DailyLimits(submits: submits, money: money, laneSubmits: laneSubmits, laneMoney: laneMoney)
        #expect(limits.limitsMoney == limitsMoney)
    }

    private static let refused: [(DailyLimitsError.Part, String, String, DailyLimitsError.Problem)] = [
        (.submits, "ten", "ten", .notASize("ten")),
        (.submits, "+5", "+5", .notASize("+5")),
        (.submits, "-5", "-5", .notASize("-5")),
        (.submits, "1.5", "1.5", .notASize("1.5")),
        (.submits, "1000000001", "1000000001", .notASize("1000000001")),
        (.submits, "99999999999999999999", "99999999999999999999", .notASize("99999999999999999999")),
        (.money, "0,12", "0,12", .notASize("0,12")),
        (.laneSubmits, "acme", "acme", .form),
        (.laneSubmits, "acme = ", "acme =", .notASize("")),
        (.laneSubmits, "acme = 0.5", "acme = 0.5", .notASize("0.5")),
        (.laneSubmits, "= 5", "= 5", .notALane("")),
        (.laneSubmits, "/acme = 5", "/acme = 5", .notALane("/acme")),
        (.laneSubmits, "acme/../x = 5", "acme/../x = 5", .notALane("acme/../x")),
        (.laneSubmits, "./acme = 5", "./acme = 5", .notALane("./acme")),
        (.laneSubmits, ". = 5", ". = 5", .notALane(".")),
        (.laneSubmits, "a\0b = 5", "a\0b = 5", .notALane("a\0b")),
        (.laneSubmits, "acme = 5, acme/ = 6", "acme/ = 6", .givenTwice),
        (.laneSubmits, "M\u{FC}ller = 5, Mu\u{308}ller = 6", "Mu\u{308}ller = 6", .givenTwice),
        (.laneSubmits, "acme = 100 trial = 5", "acme = 100 trial = 5", .form),
        (.laneSubmits, "acme=100\ntrial=5", "acme=100\ntrial=5", .form),
        (.laneMoney, "acme = 1, other = x", "other = x", .notASize("x")),
        (.laneMoney, "acme = 1,5", "5", .form),
    ]

    @Test(arguments: Self.refused)
    func `an entry that is wrong is named, and the setting that it stands in`(
        part: DailyLimitsError.Part, text: String, entry: String, problem: DailyLimitsError.Problem
    ) {
        #expect(throws: DailyLimitsError(part: part, entry: entry, problem: problem)) {
            try DailyLimits(
                submits: part == .submits ? text : "", money: part == .money ? text : "",
                laneSubmits: part == .laneSubmits ? text : "", laneMoney: part == .laneMoney ? text : "")
        }
    }

    // MARK: Lanes that are there, and that are not

    @Test func `a limit holds the folder of that name however its letters are put together`() throws {
        let limits = try DailyLimits(submits: "", money: "", laneSubmits: "M\u{FC}ller = 1", laneMoney: "")
        let (day, lane) = (try #require(LocalDay("2026-11-28")), Lane(path: "Mu\u{308}ller"))
        for spent in [lane, Lane(path: "M\u{FC}ller/deep")] {
            var budget = Budget(limits, on: day)
            budget.seed(lane: spent, price: nil, on: day)
            #expect(budget.isFull(lane: lane, on: day) != nil)
            #expect(budget.isFull(lane: Lane(path: "Muller"), on: day) == nil)
        }
    }

    @Test func `limits for lanes that are not there are found, with the folder that may be meant`() async throws {
        try await Scratch.with { scratch in
            for folder in ["acme ", "shop/Summer", "trail", "Mu\u{308}ller", "there/too"] { try scratch.folder(folder) }
            try scratch.write([], to: "file")
            let names = "Acme = 1, shop/summer = 1, trial = 1, M\u{FC}ller = 1, there = 1, there/too = 1, nowhere/x = 1"
            let limits = try DailyLimits(submits: "", money: "", laneSubmits: names, laneMoney: "file = 1")
            let idle = IdleLimit.all(limits, in: scratch.path)
            #expect(
                idle == [
                    IdleLimit(lane: "Acme", nearest: "acme "), IdleLimit(lane: "file", nearest: nil),
                    IdleLimit(lane: "nowhere/x", nearest: nil), IdleLimit(lane: "shop/summer", nearest: "shop/Summer"),
                    IdleLimit(lane: "trial", nearest: "trail"),
                ])
            #expect(
                idle.first.map(Wording.sentence) == """
                    the limit for lane "Acme" has no effect: the inbox has no such folder; there is "acme "
                    """)
            let symptom = LimitsSymptom(lanes: 8, idle: idle)
            #expect(symptom.level == .warn && LimitsSymptom(lanes: 8, idle: []).level == .ok)
        }
    }
}
