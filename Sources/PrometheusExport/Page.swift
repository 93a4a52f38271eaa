// SPDX-License-Identifier: Apache-2.0

/// What a question over HTTP is answered with.
public struct Page: Equatable, Sendable {
    /// By RFC 9110.
    public var status: Int
    /// What kind of text it is.
    public var contentType: String
    /// The text.
    public var body: String

    /// A page.
    public init(status: Int, contentType: String, body: String) {
        self.status = status
        self.contentType = contentType
        self.body = body
    }

    /// One line of plain text.
    public static func line(_ status: Int, _ text: String) -> Page {
        Page(status: status, contentType: "text/plain; charset=utf-8", body: text + "\n")
    }

    static let notFound = line(404, "not found")
    static let notAllowed = line(405, "GET and HEAD only")
}
