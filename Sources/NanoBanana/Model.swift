// SPDX-License-Identifier: Apache-2.0

/// A model of the API, and what requests for it may say. Two are the same that have the same ``id``.
public struct Model: Sendable {
    /// The API's own name for it, sent as `model`.
    public let id: String
    /// The names under which it is sold, the usual one first; none where the vendor does not sell it.
    public let soldNames: [String]
    /// The sizes that it takes as `image_size`, the smallest first; none where it takes no such thing.
    public let sizes: [ImageSize]
    /// The ratios that it takes as `aspect_ratio`.
    public let ratios: [AspectRatio]
    /// How many reference pictures it takes; from 0 where it makes pictures from words alone.
    public let pictures: ClosedRange<Int>

    /// The most pictures that a request may have, as the vendor's page says.
    public static let mostPictures = 10

    /// A model by its API id, for those that the library does not know yet.
    ///
    /// - Parameters:
    ///   - id: the API's own name for it.
    ///   - soldNames: further names by which ``named(_:among:)`` finds it.
    ///   - sizes: what it takes as `image_size`.
    ///   - ratios: what it takes as `aspect_ratio`.
    ///   - pictures: how many reference pictures it takes.
    public init(
        id: String, soldNames: [String] = [], sizes: [ImageSize] = [], ratios: [AspectRatio] = AspectRatio.allCases,
        pictures: ClosedRange<Int> = 1...mostPictures
    ) {
        (self.id, self.soldNames, self.ratios, self.pictures) = (id, soldNames, ratios, pictures)
        self.sizes = ImageSize.allCases.filter(sizes.contains)
    }

    /// Sold as nano-banana-pro.
    public static let pro = Model(
        id: "gemini-3-pro-image-preview", soldNames: ["nano-banana-pro"], sizes: ImageSize.allCases,
        pictures: 0...mostPictures)
    /// Sold as nano-banana.
    public static let flash = Model(
        id: "gemini-2.5-flash-image", soldNames: ["nano-banana"], pictures: 0...mostPictures)
    /// Sold as nano-banana-2.
    public static let flash2 = Model(
        id: "gemini-3.1-flash-image-preview", soldNames: ["nano-banana-2"], sizes: ImageSize.allCases,
        pictures: 0...mostPictures)
    /// The models that the vendor sells.
    public static let known = [pro, flash2, flash]

    /// The usual name under which it is sold; `nil` for a model that the vendor does not sell.
    public var soldName: String? { soldNames.first }

    /// What people call it: its sold name, or else its id.
    public var usualName: String { soldName ?? id }

    /// Whether requests for it may carry `image_size`.
    public var takesImageSize: Bool { !sizes.isEmpty }

    /// Finds a model by its API id or one of its sold names; `nil` where there is none.
    public static func named(_ name: String, among models: [Model] = known) -> Model? {
        models.first { $0.id == name || $0.soldNames.contains(name) }
    }
}

extension Model: Hashable {
    /// By their ids.
    public static func == (left: Model, right: Model) -> Bool { left.id == right.id }
    /// By its id.
    public func hash(into hasher: inout Hasher) { hasher.combine(id) }
}

/// The resolutions on the vendor's page; a model takes those in its ``Model/sizes``.
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
