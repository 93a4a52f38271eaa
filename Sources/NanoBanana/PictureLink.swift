// SPDX-License-Identifier: Apache-2.0

/// Where a finished picture can be fetched, without the key and for about a day; or the picture itself.
public struct PictureLink: Hashable, Sendable {
    /// The link as the API gave it, however it is spelt. Where the picture stands in the answer itself, that: a `data:`
    /// link, or base64 alone.
    public let url: String
    /// The API's name for the file, usually `output.png` whatever the picture is; `nil` where it gives none.
    public let fileName: String?

    /// A link and the file name that came with it.
    public init(url: String, fileName: String? = nil) {
        self.url = url
        self.fileName = fileName
    }
}

extension PictureLink: CustomStringConvertible, CustomReflectable {
    /// Where it leads, such as `PictureLink(https://a.example/1.png?***)`, or how long what stands in the answer is. An
    /// error that holds links is printed, and goes into logs: a link may be signed, and a picture is megabytes long.
    public var description: String { "PictureLink(\(shown))" }
    /// The same, with the file name.
    public var customMirror: Mirror { Mirror(self, children: ["url": shown, "fileName": fileName as Any]) }

    private var shown: String {
        isInline ? "inline, \(url.utf8.count) bytes" : Redaction.links(String(url.prefix(200)))
    }
}

extension PictureLink {
    /// Whether it is the picture itself.
    public var isInline: Bool { InlinePicture.isOne(url) }

    /// The host that it names, in lower case; `nil` where it names none, so that the API's own is meant.
    public var host: String? {
        guard !isInline, let base = Self.nowhere else { return nil }
        let host = PictureAddress(url, relativeTo: base)?.host
        return host == Self.noHost ? nil : host
    }

    /// A name that cannot be one (RFC 6761, 6.4).
    private static let noHost = "api.invalid"
    private static let nowhere = PictureAddress(base: "http://\(noHost)")
}
