// SPDX-License-Identifier: Apache-2.0

/// What the stand-in does with a request: decided by ``SimulatedAPI``, carried out by the routes.
enum Reply: Equatable, Sendable {
    case json(status: Int, String, retryAfter: Int?)
    case html(status: Int, String)
    case picture([UInt8])
    /// The connection is closed without an answer.
    case drop
    /// The first half of a picture, then the connection is closed.
    case cutShort([UInt8])
    /// A picture in pieces, so many milliseconds in all.
    case slowPicture([UInt8], Int)
    /// A picture without end.
    case endless([UInt8])

    static func json(_ text: String, status: Int = 200) -> Reply { .json(status: status, text, retryAfter: nil) }
}
