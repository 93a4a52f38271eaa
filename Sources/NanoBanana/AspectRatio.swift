// SPDX-License-Identifier: Apache-2.0

/// The aspect ratios on the vendor's page.
public enum AspectRatio: String, CaseIterable, Hashable, Sendable {
    /// Adapts to the reference pictures, as if none were given.
    case auto
    case square = "1:1"
    case portrait2x3 = "2:3"
    case landscape3x2 = "3:2"
    case portrait3x4 = "3:4"
    case landscape4x3 = "4:3"
    case portrait4x5 = "4:5"
    case landscape5x4 = "5:4"
    case portrait9x16 = "9:16"
    case landscape16x9 = "16:9"
    case landscape21x9 = "21:9"
}
