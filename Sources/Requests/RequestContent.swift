// SPDX-License-Identifier: Apache-2.0

/// What a request file holds.
package enum RequestContent: Equatable, Sendable {
    case request(Request)
    /// Many requests in one file, in its order; never empty.
    case batch([BatchPart], PassedOver = PassedOver())
}
