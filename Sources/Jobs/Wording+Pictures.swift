// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import NanoBanana

/// The sentences about pictures that do not come.
extension Wording {
    /// Why a picture did not come; without its full stop.
    package static func sentence(_ problem: PictureProblem) -> String {
        switch problem {
        case .gone(let status): "its link does not work (HTTP \(status))"
        case .notAPicture: "its link does not lead to a PNG, JPEG, WebP, GIF or AVIF picture"
        case .truncated(let got): "its download broke off after \(count(got, "byte"))"
        case .tooLarge(let limit): "it is larger than picture-limit (\(size(UInt64(clamping: limit))))"
        case .forbiddenAddress(let address, let name):
            "\(name ?? "its link") leads to \(address), which is not a public Internet address"
        // Whole, so that a person can try it.
        case .badLink(let link): "its link cannot be used: \(Redaction.credentials(link))"
        case .takesEncryptionOff(let link): "its link leads from https to an unencrypted address: \(link)"
        case .tooManyRedirects: "its link redirects too often"
        case .badInline: "the API's answer contains the picture itself, but damaged"
        case .answerLost: "the API's answer contained the picture itself, and response.json has been changed since"
        case .other(let message): message
        }
    }

    static func picture(_ number: Int, _ problem: PictureProblem, _ age: LinkAge) -> Explanation {
        var why = sentence(problem)
        switch problem {
        case .truncated: why += " each time"
        case .gone, .notAPicture, .tooLarge, .forbiddenAddress, .badLink, .takesEncryptionOff, .tooManyRedirects,
            .badInline, .answerLost, .other:
            break
        }
        return Explanation(
            code: .pictureFailed, charge: .yes,
            what: "The work was done and paid for, but picture \(number) could not be fetched: \(why).", details: [],
            next: advice(problem, age) + " Dropping only the request file costs again.", who: whose(problem, age))
    }

    /// What a setting or the network is at fault for.
    private static func whose(_ problem: PictureProblem, _ age: LinkAge) -> FailureCode.Actor {
        switch (problem, age) {
        case (.tooLarge, .young), (.forbiddenAddress(_, .some), .young): .administrator
        case (.gone, _), (.notAPicture, _), (.truncated, _), (.tooLarge, _), (.forbiddenAddress, _), (.badLink, _),
            (.takesEncryptionOff, _), (.tooManyRedirects, _), (.badInline, _), (.answerLost, _), (.other, _):
            .dropper
        }
    }

    /// What helps, and nothing that does not.
    private static func advice(_ problem: PictureProblem, _ age: LinkAge) -> String {
        switch (problem, age) {
        case (.badInline, _), (.answerLost, _):
            "Putting this folder back does not help. response.json is the API's answer as it came, and the picture "
                + "can perhaps be taken out of it by hand. If not, ask the provider for it, with the task id in "
                + "result.json."
        case (.badLink, _), (.takesEncryptionOff, _):
            "Putting this folder back does not help, because the link stays the same. Ask the provider for the "
                + "picture, with the task id in result.json; the answer is in response.json."
        case (_, .old):
            "Links work for about a day, and this one is older, so putting this folder back will probably not help. "
                + "Ask the provider for the picture, with the task id in result.json."
        case (.tooLarge, .young):
            "Ask the administrator to raise picture-limit (without a restart), and put this folder back into "
                + "the inbox within a day: that costs nothing."
        case (.forbiddenAddress(_, let name?), .young):
            "This is a fault of your network, not of the request: ask the administrator to make \(name) lead "
                + "to the Internet, and put this folder back into the inbox within a day: that costs nothing."
        case (.forbiddenAddress(_, nil), .young):
            "bananadrop does not fetch pictures from there. The link is in response.json: ask the provider for the "
                + "picture, with the task id in result.json."
        case (.gone, .young), (.notAPicture, .young), (.truncated, .young), (.tooManyRedirects, .young),
            (.other, .young):
            "Put this folder back into the inbox to fetch what is missing: that costs nothing. The links are in "
                + "response.json and work for about a day."
        }
    }
}
