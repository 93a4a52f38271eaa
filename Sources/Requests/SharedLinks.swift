// SPDX-License-Identifier: Apache-2.0

package import NanoBanana

/// Where published pictures can be fetched from.
package struct SharedLinks: Equatable, Sendable {
    /// An http or https link to a folder, with or without a slash at its end.
    package let baseURL: String

    /// `nil` where it is no link to a folder: no http or https link, or one with a query or a fragment.
    package init?(baseURL: String) {
        guard (try? ImageLink(baseURL)) != nil, !baseURL.contains(where: { "?#".contains($0) || $0.isWhitespace })
        else { return nil }
        self.baseURL = baseURL
    }

    /// Where the command that publishes a picture prints its link: until then nobody knows it. What stands in a request
    /// meanwhile leads nowhere (RFC 2606), and says why.
    package static let toBePrinted = SharedLinks(known: "https://printed-by-publish-command.invalid")

    /// Whether a link only holds the place of one that is still to be printed.
    package static func isToBePrinted(_ link: ImageLink) -> Bool { link.text.hasPrefix(toBePrinted.baseURL + "/") }

    private init(known baseURL: String) {
        self.baseURL = baseURL
    }

    /// The link to a published picture; `nil` where the name has a character that does not belong in a link.
    package func link(_ name: String) -> ImageLink? {
        try? ImageLink(baseURL.hasSuffix("/") ? baseURL + name : "\(baseURL)/\(name)")
    }
}
