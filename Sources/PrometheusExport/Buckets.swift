// SPDX-License-Identifier: Apache-2.0

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
