// SPDX-License-Identifier: Apache-2.0

/// Rows of a table that are no requests, and how many there are of each kind.
package struct PassedOver: Equatable, Sendable {
    /// The header again.
    var headers = 0
    /// Nothing but notes and check boxes.
    var notes = 0

    package var count: Int { headers + notes }
}
