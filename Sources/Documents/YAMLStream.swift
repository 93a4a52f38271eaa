// SPDX-License-Identifier: Apache-2.0

/// The documents of a YAML text. Pure.
///
/// A line that begins with `---` or `...`, with nothing or white space behind it, is a marker wherever it stands, in
/// quotes and block text too (YAML 1.2, 9.1.2 and the rule `c-forbidden`). So the text can be split before anything in
/// it is understood, and a document that is broken breaks no other.
package enum YAMLStream {
    package struct Document: Equatable, Sendable {
        /// With the marker that begins it and what stands before that, so far as nothing else claims it.
        package var text: String
        /// The number of its first line, from 1.
        package var line: Int
        /// That of the first line in which something stands.
        package var contentLine: Int
    }

    private enum Line {
        case begin, end
        /// Blank, or a comment.
        case nothing
        case directive
        case content
    }

    /// Documents in which something stands.
    ///
    /// - Parameter text: line ends are LF.
    package static func documents(_ text: String) -> [Document] {
        let bytes = Array(text.utf8)
        var documents: [Document] = []
        var open = (start: 0, line: 1, isMarked: false, contentLine: 0)
        var (start, line) = (0, 1)
        func close(at end: Int) {
            guard open.contentLine > 0 else { return }
            let text = String(decoding: bytes[open.start..<end], as: UTF8.self)
            documents.append(Document(text: text, line: open.line, contentLine: open.contentLine))
        }
        while start < bytes.count {
            let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
            let content = bytes[start..<end]
            switch kind(content) {
            case .begin:
                close(at: start)
                // What stands before the first marker belongs to the document that it begins.
                if open.contentLine > 0 || open.isMarked { (open.start, open.line) = (start, line) }
                open.isMarked = true
                open.contentLine = isNothing(content.dropFirst(3)) ? 0 : line
            case .end:
                close(at: start)
                open = (end + 1, line + 1, false, 0)
            case .nothing: break
            case .directive: if open.isMarked, open.contentLine == 0 { open.contentLine = line }
            case .content: if open.contentLine == 0 { open.contentLine = line }
            }
            (start, line) = (end + 1, line + 1)
        }
        close(at: bytes.count)
        return documents
    }

    private static func kind(_ line: ArraySlice<UInt8>) -> Line {
        if line.starts(with: "---".utf8), isMarker(line) { return .begin }
        if line.starts(with: "...".utf8), isMarker(line) { return .end }
        if isNothing(line) { return .nothing }
        return line.first == UInt8(ascii: "%") ? .directive : .content
    }

    private static func isMarker(_ line: ArraySlice<UInt8>) -> Bool {
        line.dropFirst(3).first.map(isBlank) ?? true
    }

    private static func isNothing(_ line: ArraySlice<UInt8>) -> Bool {
        let rest = line.drop(while: isBlank)
        return rest.isEmpty || rest.first == UInt8(ascii: "#")
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
    }
}
