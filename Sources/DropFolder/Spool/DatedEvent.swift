// SPDX-License-Identifier: Apache-2.0

/// A line of a journal: what, and when.
struct DatedEvent: Equatable, Sendable {
    var event: JobEvent
    var at: Timestamp
}
