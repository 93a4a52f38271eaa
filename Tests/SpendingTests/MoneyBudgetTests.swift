// SPDX-License-Identifier: Apache-2.0

import SystemPackage
import Testing

@testable import Documents
@testable import Requests
@testable import Spending
@testable import TestSupport

/// The budget of a day, with the day passed in.
struct MoneyBudgetTests {
    private let yesterday: LocalDay
    private let today: LocalDay
    private let tomorrow: LocalDay
    private let acme = Lane(path: "acme")
    private let price = Amount(millionths: 120_000)

    init() throws {
        yesterday = try #require(LocalDay("2026-11-24"))
        today = yesterday.next
        tomorrow = today.next
    }

    private func budget(
        submits: String = "", money: String = "", laneSubmits: String = "", laneMoney: String = ""
    ) throws -> Budget {
        let limits = try DailyLimits(submits: submits, money: money, laneSubmits: laneSubmits, laneMoney: laneMoney)
        return Budget(limits, on: today)
    }

    private func granted(_ verdict: Budget.Verdict) throws -> Budget.Reservation {
        guard case .granted(let reservation) = verdict else {
            throw Refused(verdict: verdict)
        }
        return reservation
    }

    private struct Refused: Error {
        var verdict: Budget.Verdict
    }

    @Test func `without limits everything is granted and counted`() throws {
        var budget = try budget()
        let first = try granted(budget.reserve(lane: acme, submits: 8, price: price, on: today))
        #expect(first == .init(lane: acme, submits: 8, price: price, day: today))
        _ = try granted(budget.reserve(lane: .root, submits: 2, price: nil, on: today))
        let spent = budget.spent(on: today)
        #expect(spent == .init(submits: 10, money: price * 8, submitsWithoutPrice: 2))
        #expect(budget.isFull(lane: acme, on: today) == nil)
    }

    @Test func `a reservation counts at once, and what is full stays full until the day turns`() throws {
        var budget = try budget(submits: "3")
        let full = Limit(owner: .spool, size: .submits(3))
        _ = try granted(budget.reserve(lane: acme, submits: 2, price: price, on: today))
        equal(budget.reserve(lane: .root, submits: 2, price: price, on: today), .full(full))
        #expect(budget.isFull(lane: acme, on: today) == nil)
        _ = try granted(budget.reserve(lane: .root, submits: 1, price: price, on: today))
        #expect(budget.isFull(lane: acme, on: today) == full)
        equal(budget.reserve(lane: .root, submits: 1, price: nil, on: today), .full(full))
        #expect(budget.isFull(lane: acme, on: tomorrow) == nil)
        #expect(budget.spent(on: tomorrow) == .init())
        #expect(budget.spent(on: today).submits == 3)
        _ = try granted(budget.reserve(lane: .root, submits: 3, price: price, on: tomorrow))
        #expect(budget.spent(on: tomorrow).submits == 3)
    }

    @Test func `money may be spent to the last millionth and not beyond`() throws {
        var budget = try budget(money: "0.36")
        let full = Limit(owner: .spool, size: .money(price * 3))
        _ = try granted(budget.reserve(lane: acme, submits: 2, price: price, on: today))
        equal(budget.reserve(lane: acme, submits: 1, price: price + Amount(millionths: 1), on: today), .full(full))
        #expect(budget.isFull(lane: acme, on: today) == nil)
        _ = try granted(budget.reserve(lane: acme, submits: 1, price: price, on: today))
        #expect(budget.isFull(lane: acme, on: today) == full)
    }

    @Test func `a submit without a price costs nothing but is stopped by money that is spent`() throws {
        var budget = try budget(submits: "100", money: "0.12")
        _ = try granted(budget.reserve(lane: acme, submits: 8, price: nil, on: today))
        #expect(budget.spent(on: today) == .init(submits: 8, money: .zero, submitsWithoutPrice: 8))
        _ = try granted(budget.reserve(lane: acme, submits: 1, price: price, on: today))
        let full = Limit(owner: .spool, size: .money(price))
        equal(budget.reserve(lane: acme, submits: 1, price: nil, on: today), .full(full))
        equal(budget.reserve(lane: acme, submits: 1, price: .zero, on: today), .full(full))
    }

    @Test func `what is more than a whole limit never fits, even where another limit is full today`() throws {
        var budget = try budget(submits: "4", money: "1", laneMoney: "acme = 0.3")
        let fourAtOnce = budget.reserve(lane: .root, submits: 4, price: price, on: today)
        _ = try granted(fourAtOnce)
        equal(
            budget.reserve(lane: acme, submits: 3, price: price, on: today),
            .neverFits(Limit(owner: .lane(acme), size: .money(Amount(millionths: 300_000)))))
        equal(
            budget.reserve(lane: .root, submits: 5, price: nil, on: today),
            .neverFits(Limit(owner: .spool, size: .submits(4))))
        #expect(budget.spent(on: today).submits == 4)
    }

    @Test(arguments: [("0", "", Limit.Size.submits(0)), ("", "0", .money(.zero))])
    func `a limit of zero lets nothing through, today or ever`(submits: String, money: String, size: Limit.Size) throws
    {
        var budget = try budget(submits: submits, money: money)
        let limit = Limit(owner: .spool, size: size)
        equal(budget.reserve(lane: acme, submits: 1, price: nil, on: today), .neverFits(limit))
        #expect(budget.isFull(lane: acme, on: today) == limit)
    }

    @Test func `the limit of a lane covers the lanes below it and no others`() throws {
        var budget = try budget(laneSubmits: "acme = 3, acme/spring = 2")
        let spring = Lane(path: "acme/spring")
        let deep = Lane(path: "acme/spring/eu/print")
        let ofSpring = Limit(owner: .lane(spring), size: .submits(2))
        let ofAcme = Limit(owner: .lane(acme), size: .submits(3))
        _ = try granted(budget.reserve(lane: deep, submits: 2, price: price, on: today))
        equal(budget.reserve(lane: spring, submits: 1, price: price, on: today), .full(ofSpring))
        #expect(budget.isFull(lane: deep, on: today) == ofSpring)
        #expect(budget.isFull(lane: acme, on: today) == nil)
        _ = try granted(budget.reserve(lane: Lane(path: "acme/autumn"), submits: 1, price: price, on: today))
        #expect(budget.isFull(lane: Lane(path: "acme/winter"), on: today) == ofAcme)
        #expect(budget.isFull(lane: spring, on: today) == ofAcme)
        for other in [Lane.root, Lane(path: "acme2"), Lane(path: "x/acme"), Lane(path: "spring")] {
            #expect(budget.isFull(lane: other, on: today) == nil)
            _ = try granted(budget.reserve(lane: other, submits: 1, price: price, on: today))
        }
        _ = try granted(budget.reserve(lane: deep, submits: 2, price: price, on: tomorrow))
    }

    @Test func `a refusal counts nowhere`() throws {
        var budget = try budget(laneSubmits: "acme = 5, acme/spring = 1")
        let spring = Lane(path: "acme/spring")
        _ = try granted(budget.reserve(lane: spring, submits: 1, price: price, on: today))
        for _ in 0..<10 { _ = budget.reserve(lane: spring, submits: 1, price: price, on: today) }
        #expect(budget.spent(on: today).submits == 1)
        _ = try granted(budget.reserve(lane: acme, submits: 4, price: price, on: today))
    }

    @Test func `what is given back may be spent again, by lane, money and number`() throws {
        var budget = try budget(submits: "4", money: "0.48", laneSubmits: "acme = 4", laneMoney: "acme = 0.48")
        let reservation = try granted(budget.reserve(lane: acme, submits: 4, price: price, on: today))
        #expect(budget.isFull(lane: acme, on: today) != nil)
        budget.giveBack(reservation, submits: 3)
        #expect(budget.spent(on: today) == .init(submits: 1, money: price, submitsWithoutPrice: 0))
        let again = try granted(budget.reserve(lane: acme, submits: 3, price: nil, on: today))
        budget.giveBack(again, submits: 99)
        #expect(budget.spent(on: today) == .init(submits: 1, money: price, submitsWithoutPrice: 0))
    }

    @Test func `what was reserved yesterday does not lessen what today has spent`() throws {
        var budget = try budget(submits: "2")
        let old = try granted(budget.reserve(lane: acme, submits: 2, price: price, on: today))
        _ = try granted(budget.reserve(lane: acme, submits: 2, price: price, on: tomorrow))
        budget.giveBack(old, submits: 2)
        #expect(budget.spent(on: tomorrow).submits == 2)
    }

    @Test func `a charge on the day of its reservation is counted once`() throws {
        var budget = try budget(submits: "2")
        let reservation = try granted(budget.reserve(lane: acme, submits: 2, price: price, on: today))
        budget.confirm(reservation, on: today)
        budget.confirm(reservation, on: today)
        #expect(budget.spent(on: today) == .init(submits: 2, money: price * 2, submitsWithoutPrice: 0))
    }

    @Test func `a charge after midnight counts on the new day, even beyond the limit`() throws {
        var budget = try budget(submits: "2", laneMoney: "acme = 0.24")
        let old = try granted(budget.reserve(lane: acme, submits: 2, price: price, on: today))
        budget.confirm(old, on: today)
        budget.confirm(old, on: tomorrow)
        #expect(budget.spent(on: tomorrow) == .init(submits: 1, money: price, submitsWithoutPrice: 0))
        _ = try granted(budget.reserve(lane: acme, submits: 1, price: price, on: tomorrow))
        budget.confirm(old, on: tomorrow)
        #expect(budget.spent(on: tomorrow).submits == 3)
        equal(
            budget.reserve(lane: acme, submits: 1, price: nil, on: tomorrow),
            .full(Limit(owner: .spool, size: .submits(2))))
    }

    @Test func `a charge that is told of late counts on its own day`() throws {
        var budget = try budget(submits: "2")
        let old = try granted(budget.reserve(lane: acme, submits: 2, price: price, on: today))
        _ = try granted(budget.reserve(lane: acme, submits: 1, price: price, on: tomorrow))
        budget.confirm(old, on: today)
        #expect(budget.spent(on: tomorrow).submits == 1)
    }

    @Test func `after a restart the charges of each day count on it, even beyond the limits`() throws {
        var budget = try budget(submits: "2", money: "1", laneSubmits: "acme = 9")
        budget.seed(lane: acme, price: price, on: yesterday)
        budget.seed(lane: acme, price: price, on: today)
        budget.seed(lane: acme, submits: 2, price: nil, on: today)
        budget.seed(lane: acme, price: price, on: tomorrow)
        #expect(budget.spent(on: today) == .init(submits: 3, money: price, submitsWithoutPrice: 2))
        #expect(budget.isFull(lane: .root, on: today) == Limit(owner: .spool, size: .submits(2)))
        #expect(budget.spent(on: tomorrow) == .init(submits: 1, money: price))
    }

    @Test func `a clock that was wrong and is set right opens no day a second time`() throws {
        var budget = try budget(submits: "2")
        let full = Limit(owner: .spool, size: .submits(2))
        let days = [today, tomorrow.next, tomorrow.next.next.next, try #require(LocalDay("2020-01-01"))]
        for day in days { _ = try granted(budget.reserve(lane: acme, submits: 2, price: price, on: day)) }
        for day in days + days.reversed() {
            #expect(budget.isFull(lane: .root, on: day) == full)
            equal(budget.reserve(lane: acme, submits: 1, price: price, on: day), .full(full))
        }
    }

    @Test func `of what the ledger tells each day keeps its own`() throws {
        // As at a start with a clock that is wrong by a day.
        var budget = try budget(submits: "3")
        for _ in 0..<3 { budget.seed(lane: acme, price: price, on: yesterday.next.next.next) }
        #expect(budget.spent(on: today).submits == 0)
        #expect(budget.isFull(lane: .root, on: tomorrow.next) == Limit(owner: .spool, size: .submits(3)))
    }

    @Test func `a clock put back over midnight opens no day twice, one that was wrong by days goes on`() throws {
        var budget = try budget(submits: "1")
        _ = try granted(budget.reserve(lane: acme, submits: 1, price: price, on: today))
        let full = Limit(owner: .spool, size: .submits(1))
        equal(budget.reserve(lane: acme, submits: 1, price: price, on: yesterday), .full(full))
        equal(budget.reserve(lane: acme, submits: 1, price: price, on: today), .full(full))
        let longAgo = try #require(LocalDay("2026-10-01"))
        _ = try granted(budget.reserve(lane: acme, submits: 1, price: price, on: longAgo))
    }

    @Test func `a reservation made while the clock is put back belongs to the day that is counted`() throws {
        var budget = try budget(submits: "3")
        let reservation = try granted(budget.reserve(lane: acme, submits: 1, price: price, on: yesterday))
        #expect(reservation.day == today)
        budget.confirm(reservation, on: yesterday)
        #expect(budget.spent(on: today).submits == 1)
        budget.giveBack(reservation, submits: 1)
        #expect(budget.spent(on: today).submits == 0)
    }
}
