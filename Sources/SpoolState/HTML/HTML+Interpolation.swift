// SPDX-License-Identifier: Apache-2.0

/// Markup as it reads: `"<p title=\"\(title)\">\(text)</p>"`. A literal stands in the source, and nothing that comes while
/// the program runs is one; what is put into it goes through the same door as everything else. An attribute's value stands
/// in double quotes.
extension HTML: ExpressibleByStringInterpolation {
    /// A `StaticString` is a literal.
    package init(stringLiteral markup: StaticString) { self.init(markup: markup) }

    /// The literal's parts as they are, and what stands between them escaped.
    package init(stringInterpolation: StringInterpolation) { self = stringInterpolation.html }

    /// What a literal is put together from.
    package struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var html = HTML()

        /// See the protocol.
        package init(literalCapacity: Int, interpolationCount: Int) {}

        package mutating func appendLiteral(_ markup: StaticString) { html += HTML(markup: markup) }
        package mutating func appendInterpolation(_ text: String) { html += .text(text) }
        package mutating func appendInterpolation(_ number: Int) { html += .text(String(number)) }
        package mutating func appendInterpolation(_ html: HTML) { self.html += html }
        package mutating func appendInterpolation(_ html: HTML?) { if let html { self.html += html } }
        package mutating func appendInterpolation(_ all: [HTML]) { for html in all { self.html += html } }
    }

    /// A text of several lines, such as a prompt, which stay lines.
    package static func lines(_ text: String) -> HTML {
        var html = HTML()
        // Of bytes: as characters, a line break of Windows is another one.
        let lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            if index > 0 { html += HTML(markup: "\n") }
            let bytes = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
            html += .text(String(decoding: bytes, as: UTF8.self))
        }
        return html
    }
}

extension HTML {
    /// By what is told that a page is ours, and may be written anew. It stands before anything of a stranger's.
    private static let generator: StaticString = "<meta name=\"generator\" content=\"bananadrop\">"
    /// How much of a page is enough for that.
    package static let headLength = 512

    /// - Parameter head: how a page begins.
    package static func isOurs(_ head: [UInt8]) -> Bool { head.firstRange(of: HTML(markup: generator).bytes) != nil }

    /// A whole page that needs no script and loads nothing from elsewhere, in UTF-8.
    ///
    /// - Parameter refresh: after how many seconds the browser is to look again; `nil` where it need not.
    static func document(_ title: String, _ styles: [StaticString], refresh: Int? = nil, body: HTML) -> [UInt8] {
        // Whoever reads it by `file:` has no server that says so.
        let policy =
            "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' file: data:; base-uri 'none'; "
            + "form-action 'none'"
        let again = refresh.map { HTML.void("meta", ["http-equiv": "refresh", "content": $0]) }
        let page: HTML = """
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8">\(HTML(markup: generator))\
            <meta http-equiv="Content-Security-Policy" content="\(policy)">\
            <meta name="viewport" content="width=device-width, initial-scale=1">\
            <meta name="color-scheme" content="light dark">\
            <meta name="referrer" content="no-referrer"><link rel="icon" href="data:,">\
            \(again)<title>\(title) · bananadrop</title><style>\(styles.map { HTML(markup: $0) })</style></head>\
            <body>\(body)</body></html>

            """
        return page.bytes
    }
}
