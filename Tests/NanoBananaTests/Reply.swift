// SPDX-License-Identifier: Apache-2.0

/// What the server does once a request has arrived.
enum Reply: Sendable {
    case send(String)
    /// Sends the bytes, which may be none, and closes.
    case sendAndClose(String)
    /// Sends the bytes, and closes so much later.
    case sendAndCloseLater(String, milliseconds: Int)
    /// Says nothing and keeps the connection open.
    case silence
    /// Sends the bytes, then one more each 20 ms for as long as the connection lasts.
    case drip(String)

    /// Sends what need not be text, and perhaps closes.
    case bytes([UInt8], closing: Bool)
    /// Sends the bytes, then the others again and again, as fast as they are read, for as long as the connection lasts.
    case flood(String, then: String)

    /// A whole HTTP answer; the connection stays open.
    static func http(_ status: Int, _ body: String = "", headers: [String] = []) -> Reply {
        let lines = ["HTTP/1.1 \(status) Status", "Content-Length: \(body.utf8.count)"] + headers
        return .send(lines.joined(separator: "\r\n") + "\r\n\r\n" + body)
    }
}
