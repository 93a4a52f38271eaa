// SPDX-License-Identifier: Apache-2.0

internal import CoreMetrics
internal import Synchronization

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
