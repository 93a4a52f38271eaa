// SPDX-License-Identifier: Apache-2.0

extension Duration {
    /// Whole milliseconds; what is less is dropped.
    package var milliseconds: Int64 {
        components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
    }
}
