// SPDX-License-Identifier: Apache-2.0

package import Documents

/// One of the ``DailyLimits``, and what is left of it today.
package struct LimitLeft: Equatable, Sendable {
    /// So many submits, or so much money.
    package enum Size: Equatable, Sendable {
        case submits(Int)
        case money(Amount)
    }

    /// That of the setting: `daily-money`, `lane-daily-submits`.
    package var name: String
    /// `nil` for one of the whole spool.
    package var lane: String?
    package var size: Size
    package var left: Size

    package init(name: String, lane: String?, size: Size, left: Size) {
        (self.name, self.lane, self.size, self.left) = (name, lane, size, left)
    }

    /// How the names of those end that limit money.
    package static let money = "daily-money"
    static let submits = "daily-submits"

    /// What share of it is spent, from 0 to 1.
    package var share: Double {
        switch (size, left) {
        case (.submits(let size), .submits(let left)) where size > 0: 1 - Double(left) / Double(size)
        case (.money(let size), .money(let left)) where size > .zero:
            1 - Double(left.millionths) / Double(size.millionths)
        case (.submits, _), (.money, _): 1
        }
    }
}

extension LimitLeft.Size: CustomStringConvertible {
    package init?(_ text: String, isMoney: Bool) {
        if isMoney {
            guard let amount = Amount(text) else { return nil }
            self = .money(amount)
        } else {
            guard let count = Int(text) else { return nil }
            self = .submits(count)
        }
    }

    package var description: String {
        switch self {
        case .submits(let count): "\(count)"
        case .money(let amount): "\(amount)"
        }
    }
}

extension Budget {
    /// What was spent on one day, reservations included, and what may be.
    package struct Overview: Equatable, Sendable {
        package var spent = Spent()
        /// The lanes below the inbox that have spent something, those that spent most first; those below a lane count
        /// for it, too.
        package var lanes: [(name: String, spent: Spent)] = []
        package var limits: [LimitLeft] = []

        package static func == (left: Self, right: Self) -> Bool {
            left.spent == right.spent && left.limits == right.limits
                && left.lanes.elementsEqual(right.lanes) { $0.name == $1.name && $0.spent == $1.spent }
        }
    }

    /// - Parameter most: how many lanes, and how many limits of lanes.
    package func overview(on day: LocalDay, most: Int) -> Overview {
        let account = turned(to: day).account
        let lanes = account.lanes.sorted { left, right in
            (right.value.money, right.value.submits, left.key) < (left.value.money, left.value.submits, right.key)
        }
        return Overview(
            spent: account.spool, lanes: lanes.prefix(most).map { ($0.key, $0.value) },
            limits: limits.left(of: account.spool, nil)
                + limits.lanes.prefix(most).flatMap { limits.left(of: account.lanes[$0] ?? Spent(), $0) })
    }
}

extension DailyLimits {
    /// What is left of the spool's own limits, or of a lane's.
    fileprivate func left(of spent: Budget.Spent, _ lane: String?) -> [LimitLeft] {
        let (prefix, submits, money) =
            lane.map { ("lane-", laneSubmits[$0], laneMoney[$0]) } ?? ("", submits, money)
        var all: [LimitLeft] = []
        if let money {
            all.append(
                LimitLeft(
                    name: prefix + LimitLeft.money, lane: lane, size: .money(money), left: .money(money - spent.money)))
        }
        if let submits {
            all.append(
                LimitLeft(
                    name: prefix + LimitLeft.submits, lane: lane, size: .submits(submits),
                    left: .submits(max(submits - spent.submits, 0))))
        }
        return all
    }
}
