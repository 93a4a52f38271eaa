// SPDX-License-Identifier: Apache-2.0

/// Why a request has to stay in the inbox for now, and until when.
struct Hold: Hashable, Sendable {
    enum Reason: Hashable, Sendable {
        /// A limit of the day is reached.
        case limit(Limit)
        /// The same content has begun so many times within the last hour: a loop, perhaps.
        case repeated(Int)
    }

    var reason: Reason
    var until: Timestamp
}
