// SPDX-License-Identifier: Apache-2.0

/// One of the ``DailyLimits``: whose it is, of what, and how much.
struct Limit: Hashable, Sendable {
    enum Owner: Hashable, Sendable {
        case spool
        /// The lane together with all lanes below it.
        case lane(Lane)
    }

    enum Size: Hashable, Sendable {
        case submits(Int)
        case money(Amount)
    }

    let owner: Owner
    let size: Size
}
