// SPDX-License-Identifier: Apache-2.0

internal import Foundation

/// A request to edit pictures. It cannot hold one that the vendor's page forbids.
public struct EditRequest: Hashable, Sendable {
    /// The model that does the work.
    public let model: Model
    /// What to do; not blank.
    public let prompt: String
    /// 1 to 10 links, in the order in which the prompt may speak of them.
    public let images: [ImageLink]
    /// `nil` adapts to the pictures. With a single picture it is better left out.
    public let aspectRatio: AspectRatio?
    /// `nil` leaves the choice to the API.
    public let imageSize: ImageSize?

    /// - Parameters:
    ///   - model: the model that does the work, such as ``Model/pro``.
    ///   - prompt: what to do; not blank.
    ///   - images: 1 to 10 links, which the provider fetches.
    ///   - aspectRatio: `nil`, or ``AspectRatio/auto``, adapts to the pictures.
    ///   - imageSize: `nil` leaves it to the API; only for models whose ``Model/takesImageSize`` is true.
    /// - Throws: ``EditRequestError`` where the vendor's page forbids it.
    public init(
        model: Model, prompt: String, images: [ImageLink], aspectRatio: AspectRatio? = nil, imageSize: ImageSize? = nil
    ) throws(EditRequestError) {
        guard !prompt.allSatisfy(\.isWhitespace) else { throw .blankPrompt }
        guard !images.isEmpty else { throw .noImages }
        guard images.count <= 10 else { throw .tooManyImages(images.count) }
        guard imageSize == nil || model.takesImageSize else { throw .imageSizeNotTaken(by: model) }
        self.model = model
        self.prompt = prompt
        self.images = images
        self.aspectRatio = aspectRatio
        self.imageSize = imageSize
    }

    /// The body of the submit, as JSON with sorted keys. `auto` is left out, as the page advises.
    public func encoded() -> [UInt8] {
        let body = Body(
            model: model.id, prompt: prompt, image_urls: images.map(\.text),
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
        var image_urls: [String]
        var aspect_ratio: String?
        var image_size: String?
    }
}

/// Why there can be no such request.
public enum EditRequestError: Error, Equatable, Sendable {
    /// Nothing but white space.
    case blankPrompt
    /// Not one link to a picture.
    case noImages
    /// More than ten; how many.
    case tooManyImages(Int)
    /// The model takes no image size.
    case imageSizeNotTaken(by: Model)
}
