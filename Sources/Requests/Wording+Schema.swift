// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import NanoBanana

/// What an editor shows beside a key of a request file.
extension Wording {
    static func description(of key: RequestKey, _ rules: RequestRules) -> String {
        switch key {
        case .prompt: return "What to do with the pictures."
        case .images:
            return "The pictures to work from, 1 to 10: links that begin with https://, or files beside the "
                + "request. Use only one of \(RequestKey.images.spellings.joined(separator: ", "))."
        case .model:
            let name = rules.defaultModel.soldName ?? rules.defaultModel.id
            return "The model that does the work. Left out: \(name)."
        case .aspectRatio: return "Left out, or auto: adapts to the pictures."
        case .imageSize:
            let names = rules.models.filter(\.takesImageSize).map { $0.soldName ?? $0.id }
            return "Only with \(names.joined(separator: ", ")). Left out: the API chooses."
        case .variants:
            let range = RequestRules.variants
            return
                "How many times the request is sent, \(range.lowerBound) to \(range.upperBound). Each one is paid "
                + "for; all pictures come into one folder. Left out: 1."
        case .again:
            return "true: send it and pay for it again, although the same was asked for before. Left out: false."
        case .meta: return "Anything of your own; it comes back unchanged in result.json."
        }
    }

    static let nameDescription = "The name of this part of the batch; its folder is named after it."
}
