// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// A way in which a request comes into an inbox: a tool as Debian has it, used as people use it.
struct Dropper: Sendable, CustomTestStringConvertible {
    var name: String
    /// How long after the tool has ended the request may be submitted at the latest.
    var within = Duration.seconds(2)
    /// What the daemon is told by `--settle`. A tool that closes its file and goes on later stays well below it, however
    /// busy the machine is.
    var settle = "0.25s"
    /// How many lines of padding, of 100 bytes each, stand in the middle of the request.
    var padding = 3
    /// What stays in the inbox beside folders, other than what lies in hidden ones.
    var leaves: [String] = []
    /// Whether there is anything to take.
    var isTaken = true
    /// For bash, which ends at the first command that fails. `$work` is a folder that holds the request, `hero.yaml`;
    /// `$inbox` is where it is to go, under the same name, in any lane.
    var script: String

    var testDescription: String { name }

    static let links = 8

    /// A request that is valid, and cheaper, wherever it is cut off behind its first link.
    func request(_ prompt: String) -> Data {
        let links = (1...Self.links).map { "  - https://example.com/\($0).png" }
        let filling = Array(repeating: "# " + String(repeating: "x", count: 97), count: padding)
        let lines = ["prompt: \(prompt)", "images:"] + links.prefix(4) + filling + links.dropFirst(4)
        return Data((lines + ["image_size: 4K", ""]).joined(separator: "\n").utf8)
    }
}
