// SPDX-License-Identifier: Apache-2.0

/// A model of the API.
public struct Model: Hashable, Sendable {
    /// The API's own name for it, sent as `model`.
    public let id: String
    /// Whether requests for it may carry `image_size`.
    public let takesImageSize: Bool

    /// A model by its API id, for those that the library does not know yet.
    public init(id: String, takesImageSize: Bool) {
        self.id = id
        self.takesImageSize = takesImageSize
    }

    /// Sold as nano-banana-pro.
    public static let pro = Model(id: "gemini-3-pro-image-preview", takesImageSize: true)
    /// Sold as nano-banana.
    public static let flash = Model(id: "gemini-2.5-flash-image", takesImageSize: false)
    /// Sold as nano-banana-2.
    public static let flash2 = Model(id: "gemini-3.1-flash-image-preview", takesImageSize: true)
    /// The models that the vendor sells.
    public static let known = [pro, flash2, flash]

    /// The name under which it is sold, or `nil` for a model that the vendor does not sell.
    public var soldName: String? {
        switch self {
        case .pro: "nano-banana-pro"
        case .flash2: "nano-banana-2"
        case .flash: "nano-banana"
        default: nil
        }
    }

    /// Finds a model by its API id or its sold name; `nil` where there is none.
    public static func named(_ name: String, among models: [Model] = known) -> Model? {
        models.first { $0.id == name || $0.soldName == name }
    }
}

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
