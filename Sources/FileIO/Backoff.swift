// SPDX-License-Identifier: Apache-2.0

/// Growing waits with jitter: `first * 2^(attempt - 1)`, at most `limit`, times 0.8 to 1.2. Pure.
///
/// With 5 s and 5 min: 5 s, 10 s, 20 s, 40 s, 80 s, 160 s, then 5 min each.
package struct Backoff: Equatable, Sendable {
    package var first: Duration
    package var limit: Duration

    package init(first: Duration, limit: Duration) {
        self.first = first
        self.limit = limit
    }

    /// - Parameters:
    ///   - attempt: from 1.
    ///   - random: 0 to 1.
    package func wait(attempt: Int, random: Double) -> Duration {
        let grown = first * (1 << min(max(attempt - 1, 0), 30))
        return min(grown, limit) * Int(800 + 400 * random) / 1000
    }
}
