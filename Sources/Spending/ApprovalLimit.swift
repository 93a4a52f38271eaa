// SPDX-License-Identifier: Apache-2.0

package import Jobs
package import Requests

/// From which cost on one file waits for somebody's word, as the administrator says. Pure.
package struct ApprovalLimit: Hashable, Sendable {
    /// Money that it may cost without one. `nil`: any.
    package var money: Amount?
    /// The same in submits.
    package var submits: Int?

    /// No limit.
    package init() {}

    /// Whether that is more than may be spent without a word.
    package func isExceeded(by cost: Budget.Spent) -> Bool {
        (money.map { cost.money > $0 } ?? false) || (submits.map { cost.submits > $0 } ?? false)
    }
}

extension PriceTable {
    /// What all of these requests cost together.
    package func cost(of requests: [Request]) -> Budget.Spent {
        requests.reduce(into: Budget.Spent()) { cost, request in
            cost.add(Budget.Spent(submits: request.variants, price: price(of: request.edit)))
        }
    }
}

extension Budget.Spent {
    /// What a person lets it cost, where they say so now.
    package var approval: Approval { Approval(submits: submits, money: money == .zero ? nil : money.description) }

    /// Whether it was approved before: that much, or more.
    package func isCovered(by approval: Approval?) -> Bool {
        guard let approval, submits <= approval.submits else { return false }
        return money <= (approval.money.flatMap(Amount.init(_:)) ?? .zero)
    }
}
