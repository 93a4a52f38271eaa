// SPDX-License-Identifier: Apache-2.0

/// The resolutions on the vendor's page; only for models whose ``Model/takesImageSize`` is true.
public enum ImageSize: String, CaseIterable, Hashable, Sendable {
    /// About as many points as a square of 1,024 a side.
    case oneK = "1K"
    /// About as many points as a square of 2,048 a side.
    case twoK = "2K"
    /// About as many points as a square of 4,096 a side.
    case fourK = "4K"

    /// Also takes a small `k`, which the API does not. `nil` for any other text.
    public init?(lenient text: String) {
        self.init(rawValue: text.uppercased())
    }
}
