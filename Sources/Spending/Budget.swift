// SPDX-License-Identifier: Apache-2.0

package import Documents
package import Requests

internal import struct SystemPackage.FilePath

/// What was spent on each local day, and whether more may be on the current one. Pure; the day is passed in.
///
/// A submit whose price is not known counts for the limits of submits and, for those of money, as nothing.
/// A limit of money that is reached stops those as well.
package struct Budget: Sendable {
    /// The right to some submits; they count from the moment it is given.
    package struct Reservation: Equatable, Sendable {
        let lane: Lane
        /// How many; at least 1.
        package let submits: Int
        /// What each of them costs; `nil` where that is not known.
        let price: Amount?
        /// On which day they were counted.
        let day: LocalDay
    }

    package enum Verdict: Equatable, Sendable {
        case granted(Reservation)
        /// Not today.
        case full(Limit)
        /// Not on any day: alone it is more than the limit.
        case neverFits(Limit)
    }

    package struct Spent: Hashable, Sendable {
        package var submits = 0
        /// Of those whose price is known.
        package var money = Amount.zero
        /// How many of the submits have no known price.
        package var submitsWithoutPrice = 0

        package init(submits: Int = 0, money: Amount = .zero, submitsWithoutPrice: Int = 0) {
            (self.submits, self.money, self.submitsWithoutPrice) = (submits, money, submitsWithoutPrice)
        }
    }

    /// What may be spent. May change in the middle of a day: what was spent on it counts for the new ones.
    package var limits: DailyLimits
    private var today: LocalDay
    private(set) var account = Day()
    /// Of other days: a clock that is wrong and set right, in whatever direction, must not open a day's budget a second
    /// time. The one that was touched last is last.
    private var others: [(day: LocalDay, account: Day)] = []

    /// So many other days are kept: a ledger may have months of days to come, where the clock is late.
    private static let memory = 100

    struct Day {
        var spool = Spent()
        /// Of each lane that has spent something, those below it included; by its text, as limits are.
        var lanes: [String: Spent] = [:]

        mutating func change(_ lane: Lane, _ body: (inout Spent) -> Void) {
            body(&spool)
            for lane in lane.chain where !lane.isRoot { body(&lanes[lane.text, default: Spent()]) }
        }
    }

    package init(_ limits: DailyLimits, on day: LocalDay) {
        self.limits = limits
        today = day
    }

    /// Asks for all submits of one request at once.
    ///
    /// - Parameters:
    ///   - submits: at least 1.
    ///   - price: what each of them costs; `nil` where that is not known.
    package mutating func reserve(lane: Lane, submits: Int, price: Amount?, on day: LocalDay) -> Verdict {
        turn(to: day)
        let wanted = Spent(submits: submits, price: price)
        let accounts = accounts(of: lane)
        for account in accounts {
            if let limit = account.refusal(of: wanted, after: Spent()) { return .neverFits(limit) }
        }
        for account in accounts {
            if let limit = account.refusal(of: wanted, after: account.spent) { return .full(limit) }
        }
        account.change(lane) { $0.add(wanted) }
        return .granted(Reservation(lane: lane, submits: submits, price: price, day: today))
    }

    /// Counts a submit that may have been sent already, even beyond the limits.
    package mutating func reserveAnyway(lane: Lane, price: Amount?, on day: LocalDay) -> Reservation {
        turn(to: day)
        account.change(lane) { $0.add(Spent(submits: 1, price: price)) }
        return Reservation(lane: lane, submits: 1, price: price, day: today)
    }

    /// So many submits of the reservation were surely not charged and will not be sent.
    package mutating func giveBack(_ reservation: Reservation, submits: Int) {
        guard reservation.day == today else { return }
        let returned = Spent(submits: min(submits, reservation.submits), price: reservation.price)
        account.change(reservation.lane) { $0.remove(returned) }
    }

    /// So many submits of the reservation were charged, or maybe charged, on `day`: where that is a later day than that
    /// of the reservation they count on it, even beyond its limits.
    package mutating func confirm(_ reservation: Reservation, submits: Int = 1, on day: LocalDay) {
        guard reservation.day != day else { return }
        turn(to: day)
        guard reservation.day != today else { return }
        let charged = Spent(submits: submits, price: reservation.price)
        account.change(reservation.lane) { $0.add(charged) }
    }

    /// Adds what an earlier run of the daemon has spent, even beyond the limits.
    mutating func seed(lane: Lane, submits: Int = 1, price: Amount?, on day: LocalDay) {
        let spent = Spent(submits: submits, price: price)
        if day == today { return account.change(lane) { $0.add(spent) } }
        var other = recall(day)
        other.change(lane) { $0.add(spent) }
        remember(other, of: day)
    }

    /// The limit by which not even one more submit without a price would be let through; `nil` where one would.
    package func isFull(lane: Lane, on day: LocalDay) -> Limit? {
        let budget = turned(to: day)
        let smallest = Spent(submits: 1, price: nil)
        return budget.accounts(of: lane).lazy.compactMap { $0.refusal(of: smallest, after: $0.spent) }.first
    }

    /// What the whole spool has spent on `day`, reservations included.
    package func spent(on day: LocalDay) -> Spent {
        turned(to: day).account.spool
    }

    func turned(to day: LocalDay) -> Budget {
        var budget = self
        budget.turn(to: day)
        return budget
    }

    private mutating func turn(to day: LocalDay) {
        // A clock that is put back a little just after midnight must not open the day's budget a second time. One that
        // is put back by more was wrong before.
        guard day != today, day.next != today else { return }
        remember(account, of: today)
        account = recall(day)
        today = day
    }

    private mutating func remember(_ account: Day, of day: LocalDay) {
        others.append((day, account))
        if others.count > Self.memory { others.removeFirst() }
    }

    private mutating func recall(_ day: LocalDay) -> Day {
        guard let index = others.firstIndex(where: { $0.day == day }) else { return Day() }
        return others.remove(at: index).account
    }

    /// The spool's, then those of the lane and the lanes above it that have limits, the outermost first.
    private func accounts(of lane: Lane) -> [Account] {
        let spool = Account(owner: .spool, submits: limits.submits, money: limits.money, spent: account.spool)
        if limits.laneSubmits.isEmpty, limits.laneMoney.isEmpty { return [spool] }
        return [spool]
            + lane.chain.compactMap { lane in
                let (submits, money) = (limits.laneSubmits[lane.text], limits.laneMoney[lane.text])
                if submits == nil, money == nil { return nil }
                return Account(
                    owner: .lane(lane), submits: submits, money: money, spent: account.lanes[lane.text] ?? Spent())
            }
    }
}

/// What a lane, or the whole spool, may spend and has spent.
private struct Account {
    let owner: Limit.Owner
    let submits: Int?
    let money: Amount?
    let spent: Budget.Spent

    /// The limit that does not let `wanted` through once `spent` is gone; `nil` where all do.
    func refusal(of wanted: Budget.Spent, after spent: Budget.Spent) -> Limit? {
        if let submits, spent.submits + wanted.submits > submits {
            return Limit(owner: owner, size: .submits(submits))
        }
        if let money, spent.money >= money || spent.money + wanted.money > money {
            return Limit(owner: owner, size: .money(money))
        }
        return nil
    }
}

extension Budget.Spent {
    init(submits: Int, price: Amount?) {
        self.init(
            submits: submits, money: (price ?? .zero) * submits, submitsWithoutPrice: price == nil ? submits : 0)
    }

    mutating func add(_ other: Self) {
        submits += other.submits
        money = money + other.money
        submitsWithoutPrice += other.submitsWithoutPrice
    }

    fileprivate mutating func remove(_ other: Self) {
        submits = max(submits - other.submits, 0)
        money = money - other.money
        submitsWithoutPrice = max(submitsWithoutPrice - other.submitsWithoutPrice, 0)
    }
}
