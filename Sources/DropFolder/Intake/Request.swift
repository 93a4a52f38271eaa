// SPDX-License-Identifier: Apache-2.0

internal import NanoBanana

/// What a request file asks for.
struct Request: Equatable, Sendable {
    /// What is sent for each variant.
    var edit: EditRequest
    /// How often it is submitted, 1 to 8; each is paid for.
    var variants: Int
    /// Copied to `result.json`; `nil` where the file has none.
    var meta: JSON?
    /// Tells its content from that of others: two files that ask for the same are the same.
    private(set) var fingerprint: Fingerprint

    init(edit: EditRequest, variants: Int, meta: JSON?) {
        self.edit = edit
        self.variants = variants
        self.meta = meta
        fingerprint = Fingerprint(value: 0)
        fingerprint = Fingerprint(of: json.line)
    }
}

extension Request {
    var json: JSON {
        .object([
            "request": .object([
                "model": edit.model.id.json, "prompt": edit.prompt.json,
                "image_urls": .array(edit.images.map(\.text.json)),
                "aspect_ratio": edit.aspectRatio?.rawValue.json, "image_size": edit.imageSize?.rawValue.json,
            ]),
            "variants": .number(variants), "meta": meta,
        ])
    }

    /// Reads what ``json`` wrote into a journal. What was valid when the job was claimed stays so, whatever the
    /// configuration says of models by now.
    init?(journal node: DocumentNode) {
        guard let request = node["request"], let id = request["model"]?.text, let prompt = request["prompt"]?.text,
            let links = request["image_urls"]?.list?.compactMap({ $0.text.flatMap { try? ImageLink($0) } }),
            let variants = node["variants"]?.integer, (1...8).contains(variants)
        else { return nil }
        let size = request["image_size"]?.text.flatMap { ImageSize(rawValue: $0) }
        let model = Model.named(id) ?? Model(id: id, takesImageSize: size != nil)
        let ratio = request["aspect_ratio"]?.text.flatMap { AspectRatio(rawValue: $0) }
        guard
            let edit = try? EditRequest(
                model: model, prompt: prompt, images: links, aspectRatio: ratio, imageSize: size)
        else { return nil }
        self.init(edit: edit, variants: variants, meta: node["meta"]?.json)
    }
}
