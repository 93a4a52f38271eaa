// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// A request to edit pictures, or to make one from words alone. It cannot hold one that the vendor's page forbids, or
/// that its model does not take.
public struct EditRequest: Hashable, Sendable {
    /// The model that does the work.
    public let model: Model
    /// What to do; not blank.
    public let prompt: String
    /// The links, in the order in which the prompt may speak of them; none where a picture is made from words.
    public private(set) var images: [ImageLink]
    /// `nil` adapts to the pictures. With a single picture it is better left out.
    public let aspectRatio: AspectRatio?
    /// `nil` leaves the choice to the API.
    public let imageSize: ImageSize?

    /// - Parameters:
    ///   - model: the model that does the work, such as ``Model/pro``.
    ///   - prompt: what to do; not blank.
    ///   - images: links, which the provider fetches: at least one, and as many as the model takes, see
    ///     ``Model/pictures``.
    ///   - aspectRatio: `nil`, or ``AspectRatio/auto``, adapts to the pictures.
    ///   - imageSize: `nil` leaves it to the API; else one of the model's ``Model/sizes``.
    /// - Throws: ``EditRequestError`` where the vendor's page forbids it.
    public init(
        model: Model, prompt: String, images: [ImageLink], aspectRatio: AspectRatio? = nil, imageSize: ImageSize? = nil
    ) throws(EditRequestError) {
        guard !images.isEmpty else { throw .imagesNotTaken(0, by: model) }
        try self.init(model, prompt, images, aspectRatio, imageSize)
    }

    /// A picture that is made from words alone, where the model does that: see ``Model/pictures``.
    ///
    /// - Throws: ``EditRequestError`` where the model does not.
    public init(
        model: Model, words prompt: String, aspectRatio: AspectRatio? = nil, imageSize: ImageSize? = nil
    ) throws(EditRequestError) {
        try self.init(model, prompt, [], aspectRatio, imageSize)
    }

    private init(
        _ model: Model, _ prompt: String, _ images: [ImageLink], _ aspectRatio: AspectRatio?, _ imageSize: ImageSize?
    ) throws(EditRequestError) {
        guard !prompt.allSatisfy(\.isWhitespace) else { throw .blankPrompt }
        guard model.pictures.contains(images.count) else { throw .imagesNotTaken(images.count, by: model) }
        if let imageSize, !model.sizes.contains(imageSize) { throw .imageSizeNotTaken(imageSize, by: model) }
        if let aspectRatio, aspectRatio != .auto, !model.ratios.contains(aspectRatio) {
            throw .aspectRatioNotTaken(aspectRatio, by: model)
        }
        self.model = model
        self.prompt = prompt
        self.images = images
        self.aspectRatio = aspectRatio
        self.imageSize = imageSize
    }

    /// The same with other links to its pictures.
    package func linked(to change: (ImageLink) -> ImageLink) -> EditRequest {
        var request = self
        request.images = images.map(change)
        return request
    }

    /// The same, as an answer to it is to be read that may repeat these links as well. Not to be sent.
    package func repeated(with links: Set<ImageLink>) -> EditRequest {
        var request = self
        request.images += links.subtracting(images).sorted { $0.text < $1.text }
        return request
    }

    /// Where the submit goes, below the API's address: pictures made from words alone have an address of their own.
    var path: String { images.isEmpty ? "/api/gemini/nano-banana" : "/api/gemini/nano-banana-edit" }

    /// The body of the submit, as JSON with sorted keys. `auto` is left out, as the page advises.
    public func encoded() -> [UInt8] {
        let body = Body(
            model: model.id, prompt: prompt, image_urls: images.isEmpty ? nil : images.map(\.text),
            aspect_ratio: aspectRatio == .auto ? nil : aspectRatio?.rawValue, image_size: imageSize?.rawValue)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return Array(try encoder.encode(body))
        } catch {
            preconditionFailure("strings always encode: \(error)")
        }
    }

    private struct Body: Encodable {
        var model: String
        var prompt: String
        var image_urls: [String]?
        var aspect_ratio: String?
        var image_size: String?
    }
}

/// Why there can be no such request.
public enum EditRequestError: Error, Equatable, Sendable {
    /// Nothing but white space.
    case blankPrompt
    /// The model takes more pictures, or fewer: see ``Model/pictures``.
    case imagesNotTaken(Int, by: Model)
    /// The model takes no such size: see ``Model/sizes``.
    case imageSizeNotTaken(ImageSize, by: Model)
    /// The model takes no such ratio: see ``Model/ratios``.
    case aspectRatioNotTaken(AspectRatio, by: Model)
}
