// SPDX-License-Identifier: Apache-2.0

internal import Documents

package import struct SystemPackage.FilePath

/// A piece of a page. Its tags are literals of this program, and everything else comes in as text or as the value of an
/// attribute, through one door that escapes: no name, prompt or message of a stranger becomes markup. Pure.
package struct HTML: Sendable {
    package private(set) var bytes: [UInt8] = []

    /// Nothing.
    package init() {}

    /// Markup of our own.
    package init(markup: StaticString) {
        bytes = markup.withUTF8Buffer { Array($0) }
    }

    /// What anybody may have written. What cannot be seen, and would turn the line around, is shown by its number.
    package static func text(_ text: String) -> HTML {
        var html = HTML()
        html.appendEscaped(text)
        return html
    }

    /// An element. A value of an attribute is text, and one that leads somewhere is a ``Link``.
    package static func tag(
        _ name: StaticString, _ attributes: KeyValuePairs<StaticString, any AttributeValue> = [:], _ content: HTML...
    ) -> HTML {
        var html = opening(name, attributes)
        for piece in content { html += piece }
        return html + HTML(markup: "</") + HTML(markup: name) + HTML(markup: ">")
    }

    /// An element that has nothing in it and no end.
    package static func void(
        _ name: StaticString, _ attributes: KeyValuePairs<StaticString, any AttributeValue> = [:]
    ) -> HTML { opening(name, attributes) }

    private static func opening(
        _ name: StaticString, _ attributes: KeyValuePairs<StaticString, any AttributeValue>
    ) -> HTML {
        var html = HTML(markup: "<") + HTML(markup: name)
        for (key, value) in attributes {
            html += HTML(markup: " ") + HTML(markup: key) + HTML(markup: "=\"")
            html.appendEscaped(value.attributeText)
            html += HTML(markup: "\"")
        }
        return html + HTML(markup: ">")
    }

    /// What comes back with a click, to the last character: what cannot be seen stands there by its number, which a
    /// browser reads as the character.
    package static func exact(_ text: String) -> HTML {
        var html = HTML()
        for scalar in text.unicodeScalars {
            if Wording.visible(scalar) == String(Character(scalar)) {
                html.appendEscaped(String(Character(scalar)))
            } else {
                html.bytes += "&#\(scalar.value);".utf8
            }
        }
        return html
    }

    private mutating func appendEscaped(_ text: String) {
        for byte in Wording.line(text).utf8 {
            switch byte {
            case UInt8(ascii: "&"): bytes += "&amp;".utf8
            case UInt8(ascii: "<"): bytes += "&lt;".utf8
            case UInt8(ascii: ">"): bytes += "&gt;".utf8
            case UInt8(ascii: "\""): bytes += "&quot;".utf8
            case UInt8(ascii: "'"): bytes += "&#39;".utf8
            case UInt8(ascii: "`"): bytes += "&#96;".utf8
            default: bytes.append(byte)
            }
        }
    }

    package static func + (left: HTML, right: HTML) -> HTML {
        var html = left
        html += right
        return html
    }

    package static func += (left: inout HTML, right: HTML) {
        left.bytes += right.bytes
    }
}

extension HTML {
    /// What may stand as the value of an attribute.
    package protocol AttributeValue: Sendable {
        var attributeText: String { get }
    }

    /// Where something leads: a path below the page, which no name makes a scheme, another host or a folder above.
    package struct Link: AttributeValue {
        package let attributeText: String

        /// - Parameters:
        ///   - prefix: where the spool lies for who reads the page.
        ///   - path: relative to the spool.
        package init(_ path: FilePath, prefix: StaticString = "./") {
            var text = "\(prefix)"
            let names = path.components.filter { $0.kind == .regular }
            text += names.map { $0.withPlatformString(Self.encoded) }.joined(separator: "/")
            attributeText = text
        }

        /// - Parameters:
        ///   - path: relative to a folder above the page.
        ///   - count: how many folders that is above it.
        package init(_ path: FilePath, up count: Int) {
            let below = HTML.Link(path, prefix: "")
            attributeText = String(repeating: "../", count: count) + below.attributeText
        }

        /// Each byte that is not one of RFC 3986's unreserved characters, by its number: a name is bytes.
        private static func encoded(_ name: UnsafePointer<CChar>) -> String {
            var (text, next) = ("", name)
            while next.pointee != 0 {
                let byte = UInt8(bitPattern: next.pointee)
                let scalar = Unicode.Scalar(byte)
                if byte < 0x80,
                    scalar.properties.isAlphabetic || scalar.properties.numericType != nil
                        || "-._~".unicodeScalars.contains(scalar)
                {
                    text.unicodeScalars.append(scalar)
                } else {
                    text += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
                }
                next += 1
            }
            return text
        }
    }
}

extension String: HTML.AttributeValue {
    package var attributeText: String { self }
}

extension Int: HTML.AttributeValue {
    package var attributeText: String { String(self) }
}

extension Sequence<HTML> {
    package var joined: HTML { reduce(into: HTML()) { $0 += $1 } }
}
