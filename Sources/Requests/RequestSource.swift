// SPDX-License-Identifier: Apache-2.0

internal import Documents

/// What a request's own file asks for, to tell a request that a person has changed from one that is as it was. Pure.
///
/// It goes by what is meant, not by bytes: an editor that puts other line ends, a byte order mark, comments or another
/// order of keys changes nothing, and nor do the defaults of the lane into which the file is put back.
package enum RequestSource {
    /// - Parameter syntax: of a file that holds one request.
    package static func fingerprint(of bytes: [UInt8], as syntax: RequestFileName.Syntax) -> Fingerprint {
        // What is no request any more is another one in any case.
        guard let text = try? DocumentText(bytes).text, let root = root(text, syntax), let entries = root.entries else {
            return Fingerprint(of: bytes)
        }
        return fingerprint(of: entries)
    }

    static func fingerprint(of entries: [DocumentNode.Entry]) -> Fingerprint {
        var members: [JSON.Member] = []
        for entry in entries where !entry.value.isLeftOut {
            let key = RequestKey.named(entry.key.lowercased())
            // Notes are copied; names are given, and marks made, when the pictures have come: none asks for anything.
            if key == .meta || key == .saveAs || key == .mark { continue }
            let value = key == .images && entry.value.list == nil ? .array([asText(entry.value)]) : asText(entry.value)
            members.append(.init(key: key?.rawValue ?? entry.key, value: value))
        }
        return Fingerprint(of: JSON.object(members.sorted { $0.key < $1.key }).line)
    }

    /// `nil` for what is none of one request.
    static func root(_ text: String, _ syntax: RequestFileName.Syntax) -> DocumentNode? {
        switch syntax {
        case .json: try? JSONDocumentParser.parse(Array(text.utf8))
        case .yaml: yaml(YAMLStream.documents(text))
        case .jsonLines, .csv: nil
        }
    }

    private static func yaml(_ documents: [YAMLStream.Document]) -> DocumentNode? {
        guard let only = documents.first, documents.count == 1 else { return nil }
        return try? YAMLDocument.parse(only.text, firstLine: only.line)
    }

    /// `2`, `"2"` and a YAML word are the same.
    private static func asText(_ node: DocumentNode) -> JSON {
        switch node.content {
        case .scalar(let text, _): .string(text)
        case .list(let items): .array(items.map(asText))
        case .map(let entries): .object(entries.map { JSON.Member(key: $0.key, value: asText($0.value)) })
        }
    }
}
