// SPDX-License-Identifier: Apache-2.0

package import Documents
package import NanoBanana

/// A link to a published picture that the command which published it has printed. It may be signed, and so run out. Pure.
package struct PrintedLink: Equatable, Sendable {
    package let link: ImageLink
    package let printedAt: Timestamp

    package init(_ link: ImageLink, at time: Timestamp) {
        (self.link, printedAt) = (link, time)
    }

    /// The longest link that is taken, in bytes: signed ones have two or three thousand.
    package static let longest = 8 << 10
    /// How long a link that does not say when it runs out is taken for good.
    private static let usualLife: Int64 = 3_600_000
    /// How long before its end a link is no longer sent: the API may fetch the picture later.
    private static let reserve: Int64 = 600_000

    /// Whether a submit may be sent with it at that moment.
    package func isGood(at now: Timestamp) -> Bool {
        guard let end = SignedLink.end(of: link) else {
            return now.milliseconds < printedAt.milliseconds + Self.usualLife
        }
        // Or a link of a few minutes would never be good.
        let reserve = min(Self.reserve, (end.milliseconds - printedAt.milliseconds) / 2)
        return now.milliseconds < end.milliseconds - reserve
    }
}

extension PrintedLink {
    /// What a command's output comes to.
    package enum Reading: Equatable, Sendable {
        /// Nothing, or nothing that anybody would read.
        case nothing
        case link(ImageLink)
        /// Its last line, which does not begin as a link does.
        case words(String)
        /// Its last line, which does, and is none that could be sent.
        case bad(String, Problem)
    }

    /// Why a line is no link. Facts only; the sentences are in ``Wording``.
    package enum Problem: Equatable, Sendable {
        case tooLong
        case malformed
        case fault(LinkFault)
    }

    /// Reads the last line with something in it.
    package static func read(_ output: [UInt8], _ addresses: AddressPolicy, at now: Timestamp) -> Reading {
        let lines = output.split { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }
        let last = lines.last { line in line.contains { !" \t".utf8.contains($0) } }
        guard let last else { return .nothing }
        let line = String(decoding: last, as: UTF8.self)
        let words = line.drop { " \t".contains($0) }
        guard ["http://", "https://"].contains(where: { words.prefix($0.count).lowercased() == $0 }) else {
            return last.count > longest ? .nothing : .words(line)
        }
        if last.count > longest { return .bad(line, .tooLong) }
        guard String(validating: last, as: UTF8.self) != nil, let link = try? ImageLink(line) else {
            return .bad(line, .malformed)
        }
        return LinkFault(of: link, addresses, at: now).map { .bad(line, .fault($0)) } ?? .link(link)
    }
}

extension Request {
    /// The same with these links to its own pictures, in their order, where there are some: what is sent in the end.
    package func linked(to links: [ImageLink?]) -> Request {
        func link(for image: ImageLink) -> ImageLink {
            guard let index = locals.firstIndex(where: { $0.isAt(image) }), links.indices.contains(index) else {
                return image
            }
            return links[index] ?? image
        }
        var request = self
        request.edit = edit.linked(to: link)
        request.others = others.map { $0.linked(to: link) }
        return request
    }

    /// Whether it cannot be sent before a command prints a link.
    package var hasLinksToBePrinted: Bool { edit.images.contains(where: SharedLinks.isToBePrinted) }

    /// The link to one of its own pictures, as far as it was known when it was read.
    package func link(to local: LocalPicture) -> ImageLink? { edit.images.first { local.isAt($0) } }
}
