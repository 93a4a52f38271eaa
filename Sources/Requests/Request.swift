// SPDX-License-Identifier: Apache-2.0

package import Documents
package import NanoBanana

internal import struct SystemPackage.FilePath

/// What a request file asks for.
package struct Request: Equatable, Sendable {
    /// What is sent for the first variant, and for all where nothing else is asked for.
    package var edit: EditRequest
    /// What is sent for others: the same with another prompt, or in another ratio.
    package var others: [EditRequest]
    /// How often it is submitted in all, 1 to 8; each is paid for.
    package var variants: Int
    /// Copied to `result.json`; `nil` where the file has none. Packed.
    package var meta: JSON?
    /// The pictures of one's own among them, each once; their links in ``edit`` lead to what is published.
    package var locals: [LocalPicture]
    /// Whether it is meant to be paid for once more, though the same was asked for before. Not part of its content.
    package var isAgain = false
    /// How its pictures are called; `nil` where the file's name says it. Not part of its content: under another name it
    /// would be the same picture.
    package var saveAs: SaveAs?
    /// What is written into its pictures when they have come. Not part of its content either.
    package var mark = MarkRule.none
    /// Tells its content from that of others: two files that ask for the same are the same.
    package private(set) var fingerprint: Fingerprint
    /// What its own file asked for, without the lane's defaults: see ``RequestSource``. `nil` where nobody will ask.
    package var source: Fingerprint?

    init(
        edit: EditRequest, others: [EditRequest] = [], variants: Int, meta: JSON?, locals: [LocalPicture] = []
    ) {
        self.edit = edit
        self.others = others
        self.variants = variants
        self.meta = meta?.packed
        self.locals = locals
        fingerprint = Fingerprint(value: 0)
        // Names of published pictures are random: each reading of the same file makes others.
        fingerprint = Fingerprint(of: json(images: edit.images.map(imageAsAsked), local: nil).line)
    }

    /// What is sent for a variant, from 0: each prompt in each ratio, and then all of them once more.
    package func edit(of variant: Int) -> EditRequest {
        let place = variant % (1 + others.count)
        return place == 0 ? edit : others[place - 1]
    }

    /// Each once, in its order.
    package var prompts: [String] { distinct(\.prompt) }

    /// All of them, for people.
    package var promptText: String { prompts.joined(separator: "\n") }

    /// Each once, in its order; `auto` where none is asked for.
    package var ratios: [AspectRatio] { distinct { $0.aspectRatio ?? .auto } }

    /// How often each prompt is sent in each ratio.
    package var copies: Int { max(variants / (1 + others.count), 1) }

    /// Whether it comes to the same price as another.
    package func costsTheSame(as other: Request) -> Bool {
        edit.model == other.edit.model && edit.imageSize == other.edit.imageSize && variants == other.variants
    }

    private func distinct<Value: Hashable>(_ value: (EditRequest) -> Value) -> [Value] {
        var known: Set<Value> = []
        return ([edit] + others).map(value).filter { known.insert($0).inserted }
    }

    /// Whether a picture is to be made without any to work from.
    package var isOfWordsAlone: Bool { edit.images.isEmpty }

    /// Whether its fingerprint tells all that it asks for: pictures that a request names may be others under the same
    /// names. What its lane adds is meant to be the same for each picture, and is told by its place.
    package var isAllTold: Bool { locals.allSatisfy { !$0.isNamed } }

    /// What tells a person which pictures they are: the names of one's own, and what stands at the end of a link. A
    /// signature behind a `?` is nobody's business.
    package var pictureNames: [String] {
        edit.images.map { link in
            if let local = local(of: link) { return String(decoding: local.file) }
            let parts = LinkParts(link)
            return parts.path.last.map { LinkParts.decoded($0.utf8[...]) } ?? parts.host
        }
    }

    /// The prompt, or the list of them, as a request file has it: see ``PromptTemplate``.
    package var promptAsWritten: JSON {
        let texts = prompts.map { PromptTemplate.saying($0).json }
        return texts.count == 1 ? texts[0] : .array(texts)
    }

    /// The ratio, or the list of them, as a request file has it.
    package var ratioAsWritten: JSON {
        let texts = ratios.map(\.rawValue.json)
        return texts.count == 1 ? texts[0] : .array(texts)
    }

    /// The pictures as a request file names them; `nil` where the name of one of one's own is no text.
    package var imagesAsWritten: [String]? {
        let texts = edit.images.map { link in
            local(of: link).map { String(validating: $0.file) } ?? link.text
        }
        return texts.contains(nil) ? nil : texts.compactMap(\.self)
    }

    private func local(of link: ImageLink) -> LocalPicture? {
        locals.first { $0.isAt(link) }
    }

    /// A link as it was given, or what a link to a published picture stands for: the bytes where those are known, so
    /// that the same picture under another name is the same; or else the file, and the lane that adds it.
    private func imageAsAsked(_ link: ImageLink) -> JSON {
        guard let local = local(of: link) else { return link.text.json }
        if let content = local.content { return .object(["content": content.description.json]) }
        return .object(["lane": local.lane.map { NameText.json($0.path) }, "file": NameText.json(local.file)])
    }
}

extension Request {
    /// What is sent, and what goes with it.
    package var json: JSON { json(source: nil) }

    /// The same for a journal, which also keeps what the file itself asked for.
    package var journalJSON: JSON { json(source: source?.description.json) }

    private func json(source: JSON?) -> JSON {
        json(
            images: edit.images.map(\.text.json), local: locals.isEmpty ? nil : .array(locals.map(\.json)),
            saveAs: saveAs?.text.json, source: source)
    }

    private func json(images: [JSON], local: JSON?, saveAs: JSON? = nil, source: JSON? = nil) -> JSON {
        .object([
            "request": .object([
                "model": edit.model.id.json, "prompt": edit.prompt.json, "image_urls": .array(images),
                "aspect_ratio": edit.aspectRatio?.rawValue.json, "image_size": edit.imageSize?.rawValue.json,
            ]),
            "others": others.isEmpty
                ? nil
                : .array(
                    others.map {
                        .object(["prompt": $0.prompt.json, "aspect_ratio": $0.aspectRatio?.rawValue.json])
                    }),
            "variants": .number(variants), "save_as": saveAs, "mark": mark == .none ? nil : mark.rawValue.json,
            "meta": meta, "local": local, "source": source,
        ])
    }

    /// Reads what ``journalJSON`` wrote. What was valid when the job was claimed stays so, whatever the
    /// configuration says of models by now.
    package init?(journal node: DocumentNode) {
        guard let request = node["request"], let id = request["model"]?.text,
            let texts = request["image_urls"]?.list, let variants = node["variants"]?.integer,
            (1...8).contains(variants)
        else { return nil }
        let links = texts.compactMap { $0.text.flatMap { try? ImageLink($0) } }
        // Without one of its pictures it would be another request.
        guard links.count == texts.count else { return nil }
        let places = node["local"]?.list ?? []
        let locals = places.compactMap(LocalPicture.init(journal:))
        guard locals.count == places.count else { return nil }
        let size = request["image_size"]?.text.flatMap { ImageSize(rawValue: $0) }
        let model = Model(
            id: id, soldNames: Model.named(id)?.soldNames ?? [], sizes: ImageSize.allCases, pictures: 0...Int.max)
        func edit(_ node: DocumentNode) -> EditRequest? {
            guard let prompt = node["prompt"]?.text else { return nil }
            let ratio = node["aspect_ratio"]?.text.flatMap { AspectRatio(rawValue: $0) }
            return links.isEmpty
                ? try? EditRequest(model: model, words: prompt, aspectRatio: ratio, imageSize: size)
                : try? EditRequest(model: model, prompt: prompt, images: links, aspectRatio: ratio, imageSize: size)
        }
        let further = node["others"]?.list ?? []
        let others = further.compactMap(edit)
        guard let first = edit(request), others.count == further.count else { return nil }
        self.init(edit: first, others: others, variants: variants, meta: node["meta"]?.json, locals: locals)
        saveAs = node["save_as"]?.text.map(SaveAs.init)
        mark = node["mark"]?.text.flatMap(MarkRule.init) ?? .none
        source = node["source"]?.text.flatMap(Fingerprint.init)
    }
}
