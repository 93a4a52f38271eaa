// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import NanoBanana

/// What an editor shows beside a key of a request file.
extension Wording {
    static func description(of key: RequestKey, _ rules: RequestRules) -> String {
        switch key {
        case .prompt: return "What to do with the pictures. A list: each of them is sent, and paid for."
        case .images:
            return "The pictures to work from, 1 to \(rules.mostPictures): links that begin with https://, or files "
                + "beside the request. Use only one of \(RequestKey.images.spellings.joined(separator: ", "))."
                + (rules.mayLackPictures ? " Left out: the picture is made from the prompt alone." : "")
        case .model:
            let name = rules.defaultModel.usualName
            return "The model that does the work. Left out: \(name)."
        case .aspectRatio: return "Left out, or auto: adapts to the pictures. A list: a picture in each, each paid for."
        case .imageSize:
            let names = rules.models.filter(\.takesImageSize).map { $0.usualName }
            return "Only with \(names.joined(separator: ", ")). Left out: the API chooses."
        case .variants:
            let range = RequestRules.variants
            return
                "How many times the request is sent, \(range.lowerBound) to \(range.upperBound). Each one is paid "
                + "for; all pictures come into one folder. Left out: 1."
        case .saveAs:
            return "How the pictures are called, with places to fill such as {name}, {n}, {ratio} or {meta.sku}; the "
                + "ending is that of the picture. Left out: the request's name and a number."
        case .again:
            return "true: send it and pay for it again, although the same was asked for before. Left out: false."
        case .mark:
            return "\(MarkRule.aiEdited.rawValue): each picture says in its own data that a model made it. Left out: "
                + "\(rules.mark.rawValue)."
        case .meta: return "Anything of your own; it comes back unchanged in result.json."
        }
    }

    static let nameDescription = "The name of this part of the batch; its folder is named after it."
}

/// What is wrong with the setting that names models.
extension Wording {
    static func sentence(_ problem: ModelTableError.Problem) -> String {
        switch problem {
        case .form: "is not of the form API_ID or API_ID = WORDS: an API id has no space, and commas go between two"
        case .unknownWord(let word):
            "has \(quoted(word)), which is no ratio that the API knows, and not of the form pictures:1-10"
        case .notACount(let word): "has \(quoted(word)); how many pictures a model takes is said once, as pictures:1-10"
        case .givenTwice(let name): "gives \(name), which another entry gives, too"
        }
    }
}
