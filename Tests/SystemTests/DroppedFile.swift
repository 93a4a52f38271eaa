// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A request that a test drops, and what is to come back for it.
struct DroppedFile: Sendable {
    /// Below the inbox. The last part is no other file's.
    var path: String
    var prompt: String
    var variants = 1

    var name: String { path.split(separator: "/").last.map(String.init) ?? path }

    /// As the log names it: the path without the ending, in quotes where there is a space.
    var job: String {
        let name = path.split(separator: ".").first.map(String.init) ?? path
        return name.contains(" ") ? "\"\(name)\"" : name
    }

    var content: String {
        if name.hasSuffix(".json") {
            return #"{"prompt":"\#(prompt)","url":"https://example.com/bottle.png","variants":\#(variants)}"#
        }
        return TestSpool.request("\"\(prompt)\"", more: variants == 1 ? "" : "variants: \(variants)\n")
    }

    /// The same as it lies on the disk, or the picture that is the request.
    var bytes: Data { name.hasSuffix(".png") ? PNGFile.small : Data(content.utf8) }
}
