// SPDX-License-Identifier: Apache-2.0

internal import FileIO
internal import Requests

/// Keeps the files small together that are read and parsed at one time: each takes some ten times its size in memory until
/// that is done, and whoever drops several of the largest must not end the daemon. Blocking.
package final class ParsingRoom: Sendable {
    /// For all of the process.
    package static let shared = ParsingRoom(limit: 2 * RequestRules.batchSizeLimit)

    private let limit: Int
    private let taken = ConditionLock(0)

    /// - Parameter limit: in bytes. A file that is larger by itself goes alone.
    init(limit: Int) {
        self.limit = limit
    }

    /// Waits until the file finds room. ``leave(_:)`` takes the same number.
    package func enter(_ bytes: Int) {
        taken.wait { taken -> ConditionLock<Int>.Look<Void> in
            guard taken == 0 || taken + bytes <= limit else { return .sleep }
            taken += bytes
            return .found(())
        }
    }

    package func leave(_ bytes: Int) {
        taken.change { taken in
            taken -= bytes
            return .all
        }
    }
}
