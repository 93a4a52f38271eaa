// SPDX-License-Identifier: Apache-2.0

internal import Requests

/// One of the ``DailyLimits``: whose it is, of what, and how much.
package struct Limit: Hashable, Sendable {
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
