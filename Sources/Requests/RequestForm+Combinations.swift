// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import NanoBanana

/// How the pictures are called, and what is sent where a request asks for several prompts or ratios.
extension RequestForm {
    /// How its pictures are called; `nil` where it does not say so.
    mutating func names(of model: Model, _ root: DocumentNode.Place?) -> SaveAs? {
        guard let (written, whole) = saveAs else { return nil }
        let place = own(.saveAs, whole) ?? root
        let asked = [
            ("model", model.usualName), (SaveAs.ratio, SaveAs.inName(ratios.first?.value ?? .auto)),
            ("size", size?.value.rawValue ?? AspectRatio.auto.rawValue),
        ]
        let values = PlaceValues(meta: meta, context: context ?? reader.context, asked: asked)
        // Where there are several, it is another one with each picture.
        let ratioStays = ratios.count > 1 && values[SaveAs.ratio] == asked[1].1
        do throws(PromptTemplate.Problem) {
            let text = try PromptTemplate(written).filled(
                limit: RequestRules.filledLimit,
                leaving: { SaveAs.isNumber($0) || ratioStays && $0.lowercased() == SaveAs.ratio }, by: { values[$0] })
            let names = SaveAs(text)
            if names.stem(1, in: ratios.first?.value) == nil { report(.noName(written), place) }
            return names
        } catch {
            switch error {
            case .unfilled(let name): reportUnfilled(name, of: .saveAs, values.names + [SaveAs.number], place)
            case .tooLong(let limit): report(.filledTooLong(key: RequestKey.saveAs.rawValue, limit: limit), place)
            }
            return nil
        }
    }

    /// Each prompt in each ratio.
    func edits(of model: Model) throws(EditRequestError) -> [EditRequest] {
        var edits: [EditRequest] = []
        for (prompt, _) in prompts {
            for ratio in ratios.isEmpty ? [nil] : ratios.map({ Optional($0.value) }) {
                let edit =
                    images.isEmpty
                    ? try EditRequest(model: model, words: prompt, aspectRatio: ratio, imageSize: size?.value)
                    : try EditRequest(
                        model: model, prompt: prompt, images: images, aspectRatio: ratio, imageSize: size?.value)
                edits.append(edit)
            }
        }
        return edits
    }

    /// Each prompt is sent in each ratio, as often as there are variants.
    mutating func checkCombinations(_ root: DocumentNode.Place?) {
        let (inRatios, limit) = (max(ratios.count, 1), RequestRules.variants.upperBound)
        if prompts.count * inRatios * variants > limit {
            report(.tooManyVariants(prompts: prompts.count, ratios: inRatios, variants, limit: limit), root)
        }
        reportTwins(prompts, of: .prompt, root)
        reportTwins(ratios.map { ($0.value.rawValue, $0.place) }, of: .aspectRatio, root)
    }

    private mutating func reportTwins(
        _ values: [(text: String, place: DocumentNode.Place)], of key: RequestKey, _ root: DocumentNode.Place?
    ) {
        for (index, value) in values.enumerated() {
            guard values[..<index].contains(where: { $0.text == value.text }) else { continue }
            report(.sameTwice(key: key.rawValue, value.text), own(key, value.place) ?? root)
        }
    }
}
