// SPDX-License-Identifier: Apache-2.0

internal import NanoBanana

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

    /// The link to a published picture; `nil` where the name has a character that does not belong in a link.
    func link(_ name: String) -> ImageLink? {
        try? ImageLink(baseURL.hasSuffix("/") ? baseURL + name : "\(baseURL)/\(name)")
    }
}
