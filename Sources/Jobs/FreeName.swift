// SPDX-License-Identifier: Apache-2.0

/// Finds a free number for a name that may have been taken many times (a nightly `hero.yaml`) in logarithmic time:
/// doubles until a number is free, then halves down to the last that is taken. Pure; trying is the caller's.
package struct FreeName: Equatable, Sendable {
    package private(set) var attempt = 1
    private var taken = 0
    private var free: Int?

    package init() {}

    /// The number just tried is taken. Moves on to the next one to try.
    package mutating func wasTaken() {
        taken = attempt
        if let free, free - taken > 1 {
            attempt = taken + (free - taken) / 2
        } else {
            // Also where somebody took the number that had looked free: on from there.
            free = nil
            attempt = taken * 2
        }
    }

    /// The number just looked at is free. Returns whether it is the one to take; otherwise moves on to a smaller one.
    package mutating func isFree() -> Bool {
        if attempt - taken <= 1 { return true }
        free = attempt
        attempt = taken + (attempt - taken) / 2
        return false
    }
}
