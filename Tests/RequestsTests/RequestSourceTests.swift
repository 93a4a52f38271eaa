// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Requests

/// Whether a request was changed goes by what it asks for: an editor's own ways must not cost money.
struct RequestSourceTests {
    private static let original = "prompt: Softer light\nimages: [https://a.b/c.png]\nvariants: 2\nmeta: {order: 1}\n"

    private static func fingerprint(_ text: String) -> Fingerprint {
        RequestSource.fingerprint(of: Array(text.utf8), as: .yaml)
    }

    static let same: [String] = [
        original.replacing("\n", with: "\r\n"), "\u{FEFF}" + original, original + "\n\n",
        "# tried in November\n" + original, original.replacing("variants: 2", with: "variants: \"2\""),
        "variants: 2\nimages:\n  - https://a.b/c.png\nprompt: \"Softer light\"\n",
        original.replacing("images: [https://a.b/c.png]", with: "image: https://a.b/c.png"),
        original.replacing("prompt:", with: "Prompt:"), original.replacing("order: 1", with: "order: 2"),
        original + "aspect_ratio:\n",
    ]

    @Test(arguments: same)
    func `what an editor does to a file changes nothing`(text: String) {
        #expect(Self.fingerprint(text) == Self.fingerprint(Self.original))
    }

    @Test func `nor does another encoding`() {
        let units = Array(Self.original.utf16).flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
        #expect(RequestSource.fingerprint(of: [0xFF, 0xFE] + units, as: .yaml) == Self.fingerprint(Self.original))
        let json = #"{"variants": 2, "prompt": "Softer light", "images": ["https://a.b/c.png"]}"#
        #expect(RequestSource.fingerprint(of: Array(json.utf8), as: .json) == Self.fingerprint(Self.original))
    }

    static let other: [String] = [
        original.replacing("Softer", with: "softer"), original.replacing("c.png", with: "d.png"),
        original.replacing("variants: 2", with: "variants: 3"), original + "image_size: 2K\n",
        original.replacing("c.png]", with: "c.png, https://a.b/d.png]"), original + "---\n" + original, "", "[",
        original.replacing("prompt", with: "promt"),
    ]

    @Test(arguments: other)
    func `another wish is another request`(text: String) {
        #expect(Self.fingerprint(text) != Self.fingerprint(Self.original))
    }

    @Test func `a request knows it from when it was read, whatever the lane's defaults supply`() throws {
        let reader = RequestReader(rules: RequestRules())
        let own = "prompt: Softer light\n"
        var sources: Set<Fingerprint?> = []
        for size in ["1K", "4K"] {
            let defaults = try RequestDefaults(
                reading: Array("images: https://a.b/c.png\nimage_size: \(size)\n".utf8), with: reader)
            sources.insert(try reader.read(Array(own.utf8), as: .yaml, defaults: defaults).source)
        }
        #expect(sources == [Self.fingerprint(own)])
    }
}
