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

/// The last number that was said.
final class Gauge: RecorderHandler {
    private let bits = Atomic<UInt64>(0)

    var value: Double { Double(bitPattern: bits.load(ordering: .relaxed)) }

    func record(_ value: Int64) { record(Double(value)) }

    func record(_ value: Double) { bits.store(value.bitPattern, ordering: .relaxed) }
}

/// A histogram. A lock rather than an atomic for each bucket: the page is to show counts and sum of one moment.
final class Histogram: TimerHandler, RecorderHandler {
    private let state: Mutex<Buckets>

    /// - Parameter bounds: see ``Declaration/Kind/histogram(bounds:)``.
    init(_ bounds: [Double]) {
        state = Mutex(Buckets(bounds))
    }

    var buckets: Buckets { state.withLock { $0 } }

    func record(_ value: Int64) { record(Double(value)) }

    func record(_ value: Double) { state.withLock { $0.observe(value) } }

    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }
}

/// What was observed, counted by size. Pure.
struct Buckets: Equatable, Sendable {
    /// The upper bounds, which belong to their buckets, growing; what is beyond the last one is counted, too.
    private let bounds: [Double]
    /// A count for each bound and one for what is beyond: not cumulative.
    private var counts: [Int64]
    private var sum = 0.0

    init(_ bounds: [Double]) {
        self.bounds = bounds
        counts = Array(repeating: 0, count: bounds.count + 1)
    }

    /// What is not a number is not counted: it has no size.
    mutating func observe(_ value: Double) {
        if value.isNaN { return }
        counts[bounds.firstIndex { value <= $0 } ?? bounds.count] += 1
        sum += value
    }

    /// Each bucket holds all that the ones before it hold, and `+Inf` is all there is.
    func samples(_ labels: [Family.Label]) -> [Family.Sample] {
        var total: Int64 = 0
        var samples: [Family.Sample] = []
        for (bound, count) in zip(bounds + [.infinity], counts) {
            total += count
            let bucket = labels + [Family.Label("le", TextFormat.number(bound))]
            samples.append(Family.Sample(suffix: "_bucket", Double(total), bucket))
        }
        samples.append(Family.Sample(suffix: "_sum", sum, labels))
        samples.append(Family.Sample(suffix: "_count", Double(total), labels))
        return samples
    }
}
