// SPDX-License-Identifier: Apache-2.0

/// Reads the lite kind of YAML that requests and configurations are written in: plain maps, lists, scalars and block
/// text. Anchors, aliases, tags and merge keys are refused: they are how a small file becomes a large one.
package enum YAMLDocument {
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
        try refuseOddCharacters(text)
        var native = text
        let root = native.withUTF8 { bytes in Result { () throws(DocumentError) in try read(bytes) } }
        do throws(DocumentError) { return try root.get() } catch { throw YAMLSlip.explained(error, text) }
    }

    private static func read(_ bytes: UnsafeBufferPointer<UInt8>) throws(DocumentError) -> DocumentNode {
        guard !bytes.isEmpty else { throw DocumentError(problem: .empty, place: nil) }
        var events = try YAMLEvents(bytes)
        var tree = YAMLTree()
        while true {
            let event = try events.next()
            switch event.kind {
            case .documentStart where tree.root != nil:
                throw DocumentError(problem: .severalDocuments, place: event.place)
            case .streamStart, .documentStart, .documentEnd: continue
            case .streamEnd: return try tree.whole()
            case .listStart, .mapStart, .end, .alias, .scalar: try tree.add(event)
            }
        }
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
}
