// SPDX-License-Identifier: Apache-2.0

/// The aspect ratios on the vendor's page: width to height.
public enum AspectRatio: String, CaseIterable, Hashable, Sendable {
    /// Adapts to the reference pictures, as if none were given.
    case auto
    /// As wide as high.
    case square = "1:1"
    /// 2 wide, 3 high.
    case portrait2x3 = "2:3"
    /// 3 wide, 2 high.
    case landscape3x2 = "3:2"
    /// 3 wide, 4 high.
    case portrait3x4 = "3:4"
    /// 4 wide, 3 high.
    case landscape4x3 = "4:3"
    /// 4 wide, 5 high.
    case portrait4x5 = "4:5"
    /// 5 wide, 4 high.
    case landscape5x4 = "5:4"
    /// 9 wide, 16 high: a phone held upright.
    case portrait9x16 = "9:16"
    /// 16 wide, 9 high: a screen.
    case landscape16x9 = "16:9"
    /// 21 wide, 9 high: a cinema.
    case landscape21x9 = "21:9"
}
