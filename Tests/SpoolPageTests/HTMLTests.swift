// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import SpoolState

/// Whatever strangers write stays text.
struct HTMLTests {
    struct Text: Sendable {
        var text: String
        var shown: String
    }

    private static let texts = [
        Text(text: "plain", shown: "plain"),
        Text(text: "<img src=x onerror=alert(1)>", shown: "&lt;img src=x onerror=alert(1)&gt;"),
        Text(text: "\" onmouseover=\"x", shown: "&quot; onmouseover=&quot;x"),
        Text(text: "' & \u{0}", shown: "&#39; &amp; U+0000"),
        Text(text: "</title><script>x</script>", shown: "&lt;/title&gt;&lt;script&gt;x&lt;/script&gt;"),
        Text(text: "&lt;b&gt;", shown: "&amp;lt;b&amp;gt;"),
        Text(text: "gnp.\u{202E}exe", shown: "gnp.U+202Eexe"),
        Text(text: "e\u{301} ü 猫", shown: "e\u{301} ü 猫"),
        Text(text: "a\nb", shown: "aU+000Ab"),
        Text(text: "\u{1B}[31m", shown: "U+001B[31m"),
        Text(text: "<\u{338}", shown: "&lt;\u{338}"),
    ]

    @Test(arguments: texts)
    func `a text that is put in is escaped, in content and in values`(text: Text) {
        let html: HTML = "<p title=\"\(text.text)\">\(text.text)</p>"
        #expect(String(decoding: html.bytes, as: UTF8.self) == "<p title=\"\(text.shown)\">\(text.shown)</p>")
    }

    @Test func `lines stay lines, and each is escaped`() {
        let html = HTML.lines("<a>\r\nb\n\n\u{202E}c")
        #expect(String(decoding: html.bytes, as: UTF8.self) == "&lt;a&gt;\nb\n\nU+202Ec")
    }

    @Test func `markup that is put in stays markup, and nothing is nothing`() {
        let part: HTML = "<b>\("<")</b>"
        let none: HTML? = nil
        let html: HTML = "\(part)\(none)\([part, part])\(7)"
        #expect(String(decoding: html.bytes, as: UTF8.self) == "<b>&lt;</b><b>&lt;</b><b>&lt;</b>7")
    }
}
