// SPDX-License-Identifier: Apache-2.0

package import Documents

/// A line of a journal: what, and when.
package struct DatedEvent: Equatable, Sendable {
    package var event: JobEvent
    package var at: Timestamp
}
