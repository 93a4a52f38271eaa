// SPDX-License-Identifier: Apache-2.0

import SystemPackage
import Testing

@testable import DropFolder

/// The daily limits: what is read, and what is refused.
struct MoneyLimitTests {
    @Test func `limits of the spool and of lanes are read`() throws {
        let limits = try DailyLimits(
            submits: " 500 ", money: "25.5", laneSubmits: "acme = 100, acme/spring=5 ,a=b/c d/ = 0",
            laneMoney: "acme = 0.5")
        #expect(limits.submits == 500)
        #expect(limits.money == Amount("25.5"))
        let lanes = [Lane(path: "acme"): 100, Lane(path: "acme/spring"): 5, Lane(path: "a=b/c d"): 0]
        #expect(limits.laneSubmits == lanes)
        #expect(limits.laneMoney == [Lane(path: "acme"): Amount(millionths: 500_000)])
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
}
