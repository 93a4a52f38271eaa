// SPDX-License-Identifier: Apache-2.0

package import Documents
internal import NanoBanana

/// The sentences about values that say nothing, and about links that lead to no picture.
extension Wording {
    static func sentence(_ nothing: NothingText, _ text: String, _ key: String) -> String {
        let wanted = RequestKey.named(key) == .prompt ? "say what to do with the pictures" : "give links to pictures"
        return switch nothing {
        case .noLetter: "`\(shown(key))` is \(quoted(text)), in which no word stands: \(wanted)"
        case .word: "\(quoted(text)) is what a program writes where it has nothing: \(wanted)"
        case .unfilled:
            "\(quoted(text)) is a place that nothing was filled into: \(wanted), or correct the program that writes "
                + "the file"
        }
    }

    static func sentence(_ fault: LinkFault, _ link: String) -> String {
        let link = quoted(Redaction.credentials(link))
        return switch fault {
        case .escaped(let spelling, let meant): "`\(spelling)` stands in the link \(link); write `\(meant)`"
        case .surrounded(let works):
            "\(link) has something of the text around it; the link is \(quoted(Redaction.credentials(works)))"
        case .unreachable(let host):
            "\(link) leads to \(shown(host)), which only your own network can open and the API cannot; publish the "
                + "picture, or name the file itself"
        case .ranOut(let end): "\(link) was good until \(hour(end)); get a new link"
        case .page(let page): "\(link) \(sentence(page))"
        case .notAPicture(let ending): "\(link) leads to a .\(line(ending)) file and to no picture"
        case .shortened: "\(link) is cut off at its end, as pages show long links; copy the link itself"
        case .unfilled(let part):
            "\(link) holds \(quoted(part)), which a program writes where it has nothing; correct the program that writes "
                + "the file"
        }
    }

    private static func sentence(_ page: SharePage) -> String {
        switch page {
        case .works(let site, let link): "leads to a page of \(site) and to no picture; write \(line(link))"
        case .ownLink(let site, let example):
            "leads to a page of \(site) and to no picture; open it, choose \"Copy image address\", and write that link"
                + (example.map { ", such as \($0)" } ?? "")
        case .noLink(let site):
            "leads to a page of \(site), which gives no link to the picture itself; publish the picture elsewhere, or name "
                + "the file itself"
        }
    }

    /// By the machine's clock, to the minute.
    package static func hour(_ moment: Timestamp) -> String { String(LocalTime(moment).description.dropLast(3)) }
}
