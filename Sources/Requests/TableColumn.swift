// SPDX-License-Identifier: Apache-2.0

internal import Documents

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
        } else if RequestKey.isSame(text, RequestKey.partName) {
            self = .name
        } else if let key = RequestKey.named(text), key != .meta {
            self = .key(key)
        } else if RequestKey.named(Self.withoutNumber(text)) == .images {
            self = .key(.images)
        } else {
            return nil
        }
    }

    /// `image_2` and `Image 2` → `image`.
    private static func withoutNumber(_ header: String) -> String {
        var rest = header[...]
        while rest.last?.isASCII == true, rest.last?.isNumber == true { rest.removeLast() }
        return String(rest)
    }
}
