// SPDX-License-Identifier: Apache-2.0

internal import Yams

/// Reads the lite kind of YAML that requests and configurations are written in: plain maps, lists, scalars and block
/// text. Anchors, aliases, tags and merge keys are refused: they are how a small file becomes a large one.
enum YAMLDocument {
    private static let depthLimit = JSONDocumentParser.depthLimit

    /// - Parameter text: line ends are LF.
    static func parse(_ text: String) throws(DocumentError) -> DocumentNode {
        try refuseManyAliases(text)
        do {
            // The encoding is named since its default is read from the process environment.
            let parser = try Yams.Parser(yaml: text, resolver: .basic, encoding: .utf8)
            // Nodes hold their anchors weakly; only the parser keeps them alive.
            return try withExtendedLifetime(parser) {
                guard let root = try parser.singleRoot() else { throw DocumentError(problem: .empty, place: nil) }
                return try convert(root, depth: 0, isKey: false)
            }
        } catch let error as DocumentError {
            throw error
        } catch let error as YamlError {
            throw explained(documentError(error), text)
        } catch {
            throw DocumentError(problem: .syntax("\(error)"), place: nil)
        }
    }

    private static func convert(_ node: Node, depth: Int, isKey: Bool) throws(DocumentError) -> DocumentNode {
        let place = DocumentNode.Place(line: node.mark?.line ?? 1, column: node.mark?.column ?? 1)
        // Anchors come before their aliases, so this walk meets an anchor before it could follow an alias.
        if node.anchor != nil { throw DocumentError(problem: .anchor, place: place) }
        // What is accepted here goes into a journal as JSON and must be readable there.
        let isContainer = node.scalar == nil
        if isContainer, depth >= depthLimit - 2 {
            throw DocumentError(problem: .nestedTooDeep(limit: depthLimit - 2), place: place)
        }
        switch node {
        case .alias: throw DocumentError(problem: .alias, place: place)
        case .scalar(let scalar):
            let kind: DocumentNode.Scalar = scalar.style == .plain ? .plain : .text
            // The library says of quoted and block text itself that it is text.
            try refuseTag(scalar.tag, place, mayBeResolved: isKey || kind == .text)
            return DocumentNode(content: .scalar(scalar.string, kind), place: place)
        case .sequence(let sequence):
            try refuseTag(sequence.tag, place, mayBeResolved: isKey)
            var items: [DocumentNode] = []
            for item in sequence { items.append(try convert(item, depth: depth + 1, isKey: false)) }
            return DocumentNode(content: .list(items), place: place)
        case .mapping(let mapping):
            try refuseTag(mapping.tag, place, mayBeResolved: isKey)
            var entries: [DocumentNode.Entry] = []
            for (key, value) in mapping { entries.append(try entry(key, value, depth: depth + 1)) }
            return DocumentNode(content: .map(entries), place: place)
        }
    }

    private static func entry(_ key: Node, _ value: Node, depth: Int) throws(DocumentError) -> DocumentNode.Entry {
        let key = try convert(key, depth: depth, isKey: true)
        guard case .scalar(let name, let kind) = key.content else {
            throw DocumentError(problem: .keyIsNotText, place: key.place)
        }
        if name == "<<", kind == .plain { throw DocumentError(problem: .mergeKey, place: key.place) }
        return .init(key: name, keyPlace: key.place, value: try convert(value, depth: depth, isKey: false))
    }

    /// A key's tag may have been resolved to "text" while the library looked for duplicates; any other was written.
    private static func refuseTag(
        _ tag: Tag, _ place: DocumentNode.Place, mayBeResolved: Bool
    ) throws(DocumentError) {
        let resolved = ["!", "tag:yaml.org,2002:str", "tag:yaml.org,2002:seq", "tag:yaml.org,2002:map"]
        guard tag.rawValue.isEmpty || (mayBeResolved && resolved.contains(tag.rawValue)) else {
            throw DocumentError(problem: .tag, place: place)
        }
    }

    /// YAML forbids tabs in indentation, and the library's message for it does not say "tab": where reading failed and
    /// a tab stands in the indentation at or before that place, the tab is what to name.
    private static func explained(_ error: DocumentError, _ text: String) -> DocumentError {
        guard case .syntax = error.problem else { return error }
        let lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, content) in lines.prefix(error.place?.line ?? lines.count).enumerated() {
            let indentation = content.prefix { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
            guard let tab = indentation.firstIndex(of: UInt8(ascii: "\t")) else { continue }
            let column = content.distance(from: content.startIndex, to: tab) + 1
            return DocumentError(problem: .tabIndentation, place: .init(line: index + 1, column: column))
        }
        return error
    }

    /// The library hashes keys while it reads, and a key made of aliases of aliases takes time that doubles with each.
    /// Words that look like an alias are common in prompts (`*bold*`); many of them beside an anchor are not.
    private static func refuseManyAliases(_ text: String) throws(DocumentError) {
        var aliases = 0
        var anchor: DocumentNode.Place?
        var line = 1
        var column = 0
        var previous = UInt8(ascii: "\n")
        for byte in text.utf8 {
            column += 1
            if " \n[{,:?-".utf8.contains(previous) {
                if byte == UInt8(ascii: "*") { aliases += 1 }
                if byte == UInt8(ascii: "&"), anchor == nil { anchor = .init(line: line, column: column) }
            }
            if byte == UInt8(ascii: "\n") { (line, column) = (line + 1, 0) }
            previous = byte
        }
        if let anchor, aliases > 16 { throw DocumentError(problem: .anchor, place: anchor) }
    }

    private static func documentError(_ error: YamlError) -> DocumentError {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            let place = DocumentNode.Place(line: mark.line, column: mark.column)
            if problem.contains("another document") { return DocumentError(problem: .severalDocuments, place: place) }
            if problem.contains("undefined alias") { return DocumentError(problem: .alias, place: place) }
            return DocumentError(problem: .syntax(problem), place: place)
        case .duplicatedKeysInMapping(let keys, let context):
            let place = DocumentNode.Place(line: context.mark.line, column: context.mark.column)
            return DocumentError(problem: .duplicateKey(keys.first ?? ""), place: place)
        case .reader(let problem, _, _, _): return DocumentError(problem: .syntax(problem), place: nil)
        case .no, .memory, .writer, .emitter, .representer, .dataCouldNotBeDecoded:
            return DocumentError(problem: .syntax("\(error)"), place: nil)
        }
    }
}
