// SPDX-License-Identifier: Apache-2.0

internal import Yams

/// Reads the lite kind of YAML that requests and configurations are written in: plain maps, lists, scalars and block
/// text. Anchors, aliases, tags and merge keys are refused: they are how a small file becomes a large one.
package enum YAMLDocument {
    private static let depthLimit = JSONDocumentParser.depthLimit

    /// - Parameters:
    ///   - text: line ends are LF.
    ///   - firstLine: the number of the line with which it begins.
    package static func parse(_ text: String, firstLine: Int = 1) throws(DocumentError) -> DocumentNode {
        do throws(DocumentError) {
            let root = try root(of: text)
            // `prompt:make it red` alone is valid YAML, and no map.
            if case .scalar(_, .plain) = root.content, let slip = YAMLSlip.first(in: text) { throw slip }
            return firstLine == 1 ? root : root.down(firstLine - 1)
        } catch {
            throw DocumentError(problem: error.problem, place: error.place?.down(firstLine - 1))
        }
    }

    private static func root(of text: String) throws(DocumentError) -> DocumentNode {
        try refuseManyValues(text)
        try refuseOddCharacters(text)
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
            throw YAMLSlip.explained(documentError(error), text)
        } catch {
            throw DocumentError(problem: .syntax("\(error)"), place: nil)
        }
    }

    private static func convert(_ node: Node, depth: Int, isKey: Bool) throws(DocumentError) -> DocumentNode {
        let place = place(of: node)
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

    private static func place(of node: Node) -> DocumentNode.Place {
        .init(line: node.mark?.line ?? 1, column: node.mark?.column ?? 1)
    }

    private static func entry(_ key: Node, _ value: Node, depth: Int) throws(DocumentError) -> DocumentNode.Entry {
        switch key {
        case .sequence, .mapping: throw DocumentError(problem: .keyIsNotText, place: place(of: key))
        case .scalar, .alias: break
        }
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

    /// The library makes a node of some hundred bytes of each value, and cannot be told to stop: what may begin one is
    /// counted before.
    private static func refuseManyValues(_ text: String) throws(DocumentError) {
        let marks = text.utf8.count { byte in
            switch byte {
            case 0x0A, UInt8(ascii: ","), UInt8(ascii: ":"), UInt8(ascii: "["), UInt8(ascii: "{"): true
            default: false
            }
        }
        guard marks > DocumentError.valuesLimit else { return }
        throw DocumentError(problem: .tooManyValues(limit: DocumentError.valuesLimit), place: nil)
    }

    /// Control characters are not allowed in YAML, and the library does not say where one stands. U+0085, U+2028 and
    /// U+2029 are line breaks to it, and to no editor: what is a key would not be what it looks like.
    private static func refuseOddCharacters(_ text: String) throws(DocumentError) {
        guard
            text.utf8.contains(where: {
                $0 < 0x20 && $0 != 0x09 && $0 != 0x0A || $0 == 0x7F || $0 == 0xC2 || $0 == 0xE2
            })
        else { return }
        var (line, column) = (1, 0)
        for scalar in text.unicodeScalars {
            column += 1
            let problem: DocumentError.Problem
            switch scalar.value {
            case 0x0A:
                (line, column) = (line + 1, 0)
                continue
            case 0x85, 0x2028, 0x2029: problem = .oddLineBreak(scalar)
            case 0..<0x09, 0x0B..<0x20, 0x7F..<0xA0: problem = .controlCharacter(scalar)
            default: continue
            }
            throw DocumentError(problem: problem, place: .init(line: line, column: column))
        }
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
        case .scanner(let context, let problem, var mark, _), .parser(let context, let problem, var mark, _),
            .composer(let context, let problem, var mark, _):
            // Where what was not finished begins; the mark itself is where the library gave up, often at the very end.
            let isUnfinished = ["expected ':'", "end of stream", "alphabetic or numeric"].contains {
                problem.contains($0)
            }
            if isUnfinished, let start = context?.mark { mark = start }
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
