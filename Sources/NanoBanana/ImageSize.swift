// SPDX-License-Identifier: Apache-2.0

/// The resolutions on the vendor's page; only for models whose ``Model/takesImageSize`` is true.
public enum ImageSize: String, CaseIterable, Hashable, Sendable {
    case oneK = "1K"
    case twoK = "2K"
    case fourK = "4K"

    /// Also takes a small `k`, which the API does not.
    public init?(lenient text: String) {
        self.init(rawValue: text.uppercased())
    }
}
