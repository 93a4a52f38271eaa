// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import NanoBanana

/// What an editor shows beside a key of a request file.
extension Wording {
    static func description(of key: RequestKey, _ rules: RequestRules) -> String {
        switch key {
        case .prompt: return "What to do with the pictures."
        case .images:
            return "The pictures to work from: one or up to 10. Links that begin with https://, or files beside the "
                + "request. Give one of \(RequestKey.images.spellings.joined(separator: ", "))."
        case .model:
            let name = rules.defaultModel.soldName ?? rules.defaultModel.id
            return "Who does the work; left out: \(name)."
        case .aspectRatio: return "Left out, or auto: adapts to the pictures."
        case .imageSize:
            let names = rules.models.filter(\.takesImageSize).map { $0.soldName ?? $0.id }
            return "Only with \(names.joined(separator: ", ")). Left out: the API chooses."
        case .variants:
            let range = RequestRules.variants
            return
                "How often the request is sent, \(range.lowerBound) to \(range.upperBound); each one is paid for, all "
                + "land in one folder. Left out: 1."
        case .again:
            return "Whether it is to be paid for once more, though the same was asked for before. Left out: false."
        case .meta: return "Anything of your own; comes back in result.json as it is."
        }
    }

    static let nameDescription = "What this part of the batch is called: its folder is named after it."
}
