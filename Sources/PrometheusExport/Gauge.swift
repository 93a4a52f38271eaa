// SPDX-License-Identifier: Apache-2.0

internal import CoreMetrics
internal import Synchronization

/// The last number that was said.
final class Gauge: RecorderHandler {
    private let bits = Atomic<UInt64>(0)

    var value: Double { Double(bitPattern: bits.load(ordering: .relaxed)) }

    func record(_ value: Int64) { record(Double(value)) }

    func record(_ value: Double) { bits.store(value.bitPattern, ordering: .relaxed) }
}
