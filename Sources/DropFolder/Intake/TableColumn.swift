// SPDX-License-Identifier: Apache-2.0

/// What the cells below a header's name are. Pure.
enum TableColumn: Equatable, Sendable {
    case key(RequestKey)
    /// What the part calls itself.
    case name
    /// An entry of `meta`, with the key as it is written in the header.
    case meta(String)
    /// Without a name: must be empty.
    case blank

    /// `nil` where the name is not known.
    init?(_ header: String) {
        let text = header.trimmed
        if text.isEmpty {
            self = .blank
        } else if text.lowercased().hasPrefix("meta."), text.count > "meta.".count {
            self = .meta(String(text.dropFirst("meta.".count)))
        } else {
            let key = Self.asKey(text)
            if key == RequestKey.partName {
                self = .name
            } else if let key = RequestKey.named(key), key != .meta {
                self = .key(key)
            } else if RequestKey.named(Self.withoutNumber(key)) == .images {
                self = .key(.images)
            } else {
                return nil
            }
        }
    }

    /// `Aspect Ratio` → `aspect_ratio`.
    static func asKey(_ header: String) -> String {
        String(header.lowercased().map { $0.isWhitespace || $0 == "-" ? "_" : $0 })
    }

    /// `image_2` and `image2` → `image`.
    private static func withoutNumber(_ key: String) -> String {
        var rest = key[...]
        while rest.last?.isASCII == true, rest.last?.isNumber == true { rest.removeLast() }
        if rest.endIndex != key.endIndex, rest.last == "_" { rest.removeLast() }
        return String(rest)
    }
}
