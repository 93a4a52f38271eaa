// SPDX-License-Identifier: Apache-2.0

/// How many submits were charged, and how much that was where prices are known. Pure.
package struct Bill: Equatable, Sendable {
    package var charged: Int
    package var maybeCharged: Int
    /// What the charged submits cost; `nil` where a price is not known, or nothing was charged.
    package var money: String?
    /// What those cost that may have been charged.
    package var moneyMaybe: String?

    package init(charged: Int, maybeCharged: Int, money: String? = nil, moneyMaybe: String? = nil) {
        (self.charged, self.maybeCharged) = (charged, maybeCharged)
        (self.money, self.moneyMaybe) = (money, moneyMaybe)
    }

    /// Without prices.
    package init(of job: Job) {
        self.init(charged: job.submitsCharged, maybeCharged: job.submitsMaybeCharged)
    }
}
