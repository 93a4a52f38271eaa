// SPDX-License-Identifier: Apache-2.0

/// What submits cost, and how many there may be.
package struct MoneySettings: Sendable {
    /// What each submit costs, as far as the administrator says. Default: nothing is known.
    package var prices = PriceTable()
    /// What may be spent on one local day. Default: no limits.
    package var limits = DailyLimits()
    /// From which cost on one file waits for somebody's word. Default: from none.
    package var approval = ApprovalLimit()
    /// How many requests of the same content may begin within an hour: 0 to 1,000,000, 0 is any number. Default: 5.
    package var repeatLimit = 5

    /// What happens to a request that asks for the very same as one before it. Default: it is held.
    package var repeats = RepeatRule.hold

    /// The defaults.
    package init() {}

    /// Whether a request whose price is not known would slip through.
    package var needsPrices: Bool { limits.limitsMoney || approval.money != nil }
}
