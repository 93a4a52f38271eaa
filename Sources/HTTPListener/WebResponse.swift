// SPDX-License-Identifier: Apache-2.0

/// What a question over HTTP is answered with.
package struct WebResponse: Sendable {
    /// What follows the head.
    package enum Body: Sendable {
        /// All of it.
        case bytes([UInt8])
        /// So many bytes, a piece at a time; `nil` is the end. It is asked for the next piece when the one before has
        /// left.
        case stream(length: Int, next: @Sendable () async throws -> [UInt8]?)
        /// Pieces as they come, until the other side has enough (server-sent events).
        case events(AsyncStream<[UInt8]>)
    }

    /// By RFC 9110.
    package var status: Int
    /// Beside those that every answer has.
    package var headers: [(name: String, value: String)]
    /// See there.
    package var body: Body

    /// An answer.
    package init(status: Int, headers: [(name: String, value: String)] = [], body: Body) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// A text.
    package init(status: Int, contentType: String, body: String) {
        self.init(status: status, headers: [("content-type", contentType)], body: .bytes(Array(body.utf8)))
    }

    /// One line of plain text.
    package static func line(_ status: Int, _ text: String) -> WebResponse {
        WebResponse(status: status, contentType: "text/plain; charset=utf-8", body: text + "\n")
    }

    package static let notFound = line(404, "not found")
    static let tooLarge = line(413, "this is more than a form has")

    /// The method is none that the page knows.
    package static let notAllowed: WebResponse = {
        var answer = line(405, "GET and HEAD only")
        answer.headers.append(("allow", "GET, HEAD"))
        return answer
    }()

    /// The whole body as a text; `nil` where it comes in pieces.
    package var text: String? {
        switch body {
        case .bytes(let bytes): String(decoding: bytes, as: UTF8.self)
        case .stream, .events: nil
        }
    }
}
