// SPDX-License-Identifier: Apache-2.0

internal import FoundationEssentials

/// A submit as the vendor's page describes it, checked as the vendor would.
struct SubmitBody: Equatable, Sendable {
    /// Why the vendor would refuse it.
    struct Fault: Error, Equatable {
        var message: String
    }

    var model: String
    var prompt: String
    var images: [String]
    var ratio: String?
    var size: String?
    var format: PictureFormat

    private static let modelsWithSize: Set = [
        "gemini-3-pro-image-preview", "nano-banana-pro", "gemini-3.1-flash-image-preview", "nano-banana-2",
    ]
    private static let models = modelsWithSize.union(["gemini-2.5-flash-image", "nano-banana"])

    private struct Raw: Decodable {
        var model: String?
        var prompt: String?
        var image_urls: [String]?
        var aspect_ratio: String?
        var image_size: String?
    }

    /// - Parameter hasPictures: whether it came by the address for requests with pictures, or by that for words alone.
    init(_ body: [UInt8], withPictures hasPictures: Bool) throws(Fault) {
        guard let raw = try? JSONDecoder().decode(Raw.self, from: Data(body)) else {
            throw Fault(message: "invalid request body")
        }
        guard let model = raw.model, Self.models.contains(model) else { throw Fault(message: "model is not supported") }
        guard let prompt = raw.prompt, !prompt.allSatisfy(\.isWhitespace) else {
            throw Fault(message: "prompt is required")
        }
        let images = raw.image_urls ?? []
        guard images.isEmpty != hasPictures else {
            throw Fault(message: hasPictures ? "image_urls is required" : "image_urls is not supported")
        }
        guard images.count <= 10 else { throw Fault(message: "image_urls: at most 10") }
        for image in images where !(image.hasPrefix("http://") || image.hasPrefix("https://")) {
            throw Fault(message: "image_urls: only links are supported")
        }
        if raw.image_size.nonEmpty != nil, !Self.modelsWithSize.contains(model) {
            throw Fault(message: "image_size is not supported by \(model)")
        }
        guard let format = PictureFormat(ratio: raw.aspect_ratio, size: raw.image_size) else {
            throw Fault(message: "aspect_ratio or image_size is not supported")
        }
        (self.model, self.prompt, self.images, self.format) = (model, prompt, images, format)
        (ratio, size) = (raw.aspect_ratio.nonEmpty, raw.image_size.nonEmpty)
    }

    /// The links of a body that may be refused.
    static func links(in body: [UInt8]) -> [String] {
        (try? JSONDecoder().decode(Raw.self, from: Data(body)))?.image_urls ?? []
    }

    /// The prompt of a body that may be refused, for the ledger and the markers in it.
    static func prompt(in body: [UInt8]) -> String {
        (try? JSONDecoder().decode(Raw.self, from: Data(body)))?.prompt ?? ""
    }
}
