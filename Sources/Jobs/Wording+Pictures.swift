// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import NanoBanana

/// The sentences about pictures that do not come.
extension Wording {
    /// Why a picture did not come; without its full stop.
    package static func sentence(_ problem: PictureProblem) -> String {
        switch problem {
        case .gone(let status): "its link does not work (HTTP \(status))"
        case .notAPicture: "what its link leads to is not a PNG, JPEG, WebP, GIF or AVIF picture"
        case .truncated(let got): "it broke off after \(got) bytes"
        case .tooLarge(let limit): "it is larger than picture-limit, \(limit) bytes"
        case .forbiddenAddress(let address, let name):
            "\(name ?? "its link") leads to \(address), which is not an address of the public Internet"
        // Whole, so that a person can try it.
        case .badLink(let link): "its link cannot be used: \(Redaction.credentials(link))"
        case .takesEncryptionOff(let link): "it leads from https to where nothing is encrypted: \(link)"
        case .tooManyRedirects: "its link leads from one place to the next"
        case .badInline: "it stands in the answer itself, and is not whole there"
        case .answerLost: "it stood in the answer itself, and response.json is not what was written"
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
            next: advice(problem, age) + " Dropping the request file alone costs again.")
    }

    /// What helps, and nothing that does not.
    private static func advice(_ problem: PictureProblem, _ age: LinkAge) -> String {
        switch (problem, age) {
        case (.badInline, _), (.answerLost, _):
            "Putting this folder back does not help. response.json holds the API's answer as it came: the picture may "
                + "be got out of it by hand. If not, ask the provider for it, with the task id in result.json."
        case (.badLink, _), (.takesEncryptionOff, _):
            "Putting this folder back does not help, since the link stays what it is. Ask the provider for the picture, "
                + "with the task id in result.json; the answer is in response.json."
        case (_, .old):
            "Links work for about a day, and this one is older: putting this folder back will hardly help. Ask the "
                + "provider for the picture, with the task id in result.json."
        case (.tooLarge, .young):
            "Have picture-limit raised by whoever runs bananadrop, which needs no restart, and put this folder back "
                + "into the inbox within the day: that costs nothing."
        case (.forbiddenAddress(_, let name?), .young):
            "That is not the request's fault, but this network's: have whoever runs bananadrop see to it that \(name) "
                + "leads to the Internet, and put this folder back into the inbox within the day: that costs nothing."
        case (.forbiddenAddress(_, nil), .young):
            "No picture is fetched from there. The link is in response.json: ask the provider for the picture, with the "
                + "task id in result.json."
        case (.gone, .young), (.notAPicture, .young), (.truncated, .young), (.tooManyRedirects, .young),
            (.other, .young):
            "Put this folder back into the inbox to fetch what is missing, which costs nothing; the links are in "
                + "response.json and work for about a day."
        }
    }
}
