// SPDX-License-Identifier: Apache-2.0

internal import CoreMetrics
internal import Synchronization

/// A count that only grows.
final class Counter: CounterHandler {
    private let total = Atomic<Int64>(0)

    var count: Int64 { total.load(ordering: .relaxed) }

    /// - Parameter amount: from 0; anything else is passed over, since a counter never falls.
    func increment(by amount: Int64) {
        if amount > 0 { total.wrappingAdd(amount, ordering: .relaxed) }
    }

    func reset() { total.store(0, ordering: .relaxed) }
}
