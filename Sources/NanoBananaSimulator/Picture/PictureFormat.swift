// SPDX-License-Identifier: Apache-2.0

/// The width and height of a picture in points.
struct PictureFormat: Equatable, Sendable {
    var width: Int
    var height: Int

    /// The largest whole multiple of the ratio whose area is that of the size's square: 1K is 1024 × 1024 points.
    ///
    /// `auto`, an empty ratio, and none are 1:1; no size is 1K. `nil` for what is not on the vendor's lists.
    init?(ratio: String?, size: String?) {
        let sides = ["1K": 1024, "2K": 2048, "4K": 4096]
        let ratios = ["1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9"]
        guard let side = sides[size.nonEmpty ?? "1K"] else { return nil }
        let word = ratio.nonEmpty == "auto" ? "1:1" : ratio.nonEmpty ?? "1:1"
        guard ratios.contains(word) else { return nil }
        let numbers = word.split(separator: ":").compactMap { Int($0) }
        let step = (Double(side * side) / Double(numbers[0] * numbers[1])).squareRoot()
        (width, height) = (Int(step) * numbers[0], Int(step) * numbers[1])
    }
}

extension String? {
    var nonEmpty: String? { self?.isEmpty == false ? self : nil }
}
