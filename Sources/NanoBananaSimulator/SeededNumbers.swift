// SPDX-License-Identifier: Apache-2.0

/// Chances that can be had again: SplitMix64.
struct SeededNumbers: RandomNumberGenerator, Sendable {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }

    /// One of the faults, as likely as it is given, or none.
    mutating func pick<Fault: Hashable>(_ chances: [Fault: Double]) -> Fault? {
        if chances.isEmpty { return nil }
        var left = Double.random(in: 0..<1, using: &self)
        // A dictionary has no order; without one the same seed would give another run.
        for (fault, chance) in chances.sorted(by: { "\($0.key)" < "\($1.key)" }) {
            left -= chance
            if left < 0 { return fault }
        }
        return nil
    }
}
