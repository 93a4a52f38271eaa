// SPDX-License-Identifier: Apache-2.0

package import Documents
internal import NanoBanana

/// The sentences about values that say nothing, and about links that lead to no picture.
extension Wording {
    static func sentence(_ nothing: NothingText, _ text: String, _ key: String) -> String {
        let wanted = RequestKey.named(key) == .prompt ? "say what to do with the pictures" : "give links to pictures"
        return switch nothing {
        case .noLetter: "\(name(key)) is \(quoted(text)), which contains no word: \(wanted)"
        case .word: "\(quoted(text)) is what a program writes when it has no value: \(wanted)"
        case .unfilled:
            "\(quoted(text)) is a placeholder that was never filled in: \(wanted), or correct the program that "
                + "writes the file"
        }
    }

    static func sentence(_ fault: LinkFault, _ link: String) -> String {
        let link = quoted(Redaction.credentials(link))
        return switch fault {
        case .escaped(let spelling, let meant): "the link \(link) contains `\(spelling)`; write `\(meant)`"
        case .surrounded(let works):
            "\(link) contains some of the text around the link; the link itself is "
                + "\(quoted(Redaction.credentials(works)))"
        case .unreachable(let host):
            "\(link) leads to \(shown(host)), which only your own network can open, not the API; publish the "
                + "picture elsewhere, or name the picture's file instead"
        case .ranOut(let end): "\(link) expired at \(hour(end)); get a new link"
        case .page(let page): "\(link) \(sentence(page))"
        case .notAPicture(let ending): "\(link) leads to a .\(line(ending)) file, not to a picture"
        case .shortened: "\(link) is cut off at its end, the way pages shorten long links; copy the whole link"
        case .unfilled(let part):
            "\(link) contains \(quoted(part)), which a program writes when it has no value; correct the program that "
                + "writes the file"
        }
    }

    /// Why what a publish command has printed is no link to send, behind the line.
    package static func sentence(_ problem: PrintedLink.Problem, _ line: String) -> String {
        switch problem {
        case .tooLong: "a line of more than \(size(UInt64(PrintedLink.longest))), too long for a link"
        case .malformed: "\(printed(line)), and that is no link"
        // What it says of the link may repeat it.
        case .fault(let fault): Redaction.links("a link that cannot be sent: \(sentence(fault, Redaction.links(line)))")
        }
    }

    /// A line that a command has printed, in quotes, without what is nobody's business.
    package static func printed(_ line: String) -> String {
        // Before it is cut: half of an address does not look like one.
        let shown = Redaction.links(line).unicodeScalars.prefix(200).map(visible).joined()
        return "\"\(shown)\""
    }

    private static func sentence(_ page: SharePage) -> String {
        switch page {
        case .works(let site, let link): "leads to a page of \(site), not to a picture; write \(line(link))"
        case .ownLink(let site, let example):
            "leads to a page of \(site), not to a picture; open it, choose \"Copy image address\", and write that link"
                + (example.map { ", such as \($0)" } ?? "")
        case .noLink(let site):
            "leads to a page of \(site), which offers no link to the picture itself; publish the picture elsewhere, "
                + "or name the picture's file instead"
        }
    }

    /// By the machine's clock, to the minute.
    package static func hour(_ moment: Timestamp) -> String { String(LocalTime(moment).description.dropLast(3)) }
}
