// SPDX-License-Identifier: Apache-2.0

internal import CYaml

/// What stands in a YAML text, one after the other, as libyaml tells it.
struct YAMLEvents: ~Copyable {
    /// libyaml holds its address, so it must not move.
    private let parser: UnsafeMutablePointer<yaml_parser_t>

    /// - Parameter bytes: UTF-8, at least one, which outlive this.
    init(_ bytes: UnsafeBufferPointer<UInt8>) throws(DocumentError) {
        parser = .allocate(capacity: 1)
        guard yaml_parser_initialize(parser) == 1 else {
            parser.deallocate()
            throw DocumentError.outOfMemory
        }
        // Otherwise a byte order mark would decide.
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        yaml_parser_set_input_string(parser, bytes.baseAddress, bytes.count)
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
    }

    mutating func next() throws(DocumentError) -> YAMLEvent {
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else { throw DocumentError(parser.pointee) }
        defer { yaml_event_delete(&event) }
        return YAMLEvent(event)
    }
}

struct YAMLEvent {
    enum Kind {
        case streamStart, streamEnd, documentStart, documentEnd
        case listStart, mapStart
        /// Of the list or map that was begun last.
        case end
        case alias
        case scalar(String, isPlain: Bool)
    }

    var kind: Kind
    var place: DocumentNode.Place
    var hasAnchor = false
    /// As it was written, resolved by the directives.
    var tag: String?

    var isContainer: Bool {
        switch kind {
        case .listStart, .mapStart: true
        case .streamStart, .streamEnd, .documentStart, .documentEnd, .end, .alias, .scalar: false
        }
    }

    fileprivate init(_ event: yaml_event_t) {
        place = .init(event.start_mark)
        let (anchor, tag): (UnsafeMutablePointer<yaml_char_t>?, UnsafeMutablePointer<yaml_char_t>?)
        switch event.type {
        case YAML_STREAM_START_EVENT: (kind, anchor, tag) = (.streamStart, nil, nil)
        case YAML_DOCUMENT_START_EVENT: (kind, anchor, tag) = (.documentStart, nil, nil)
        case YAML_DOCUMENT_END_EVENT: (kind, anchor, tag) = (.documentEnd, nil, nil)
        case YAML_SEQUENCE_START_EVENT:
            (kind, anchor, tag) = (.listStart, event.data.sequence_start.anchor, event.data.sequence_start.tag)
        case YAML_MAPPING_START_EVENT:
            (kind, anchor, tag) = (.mapStart, event.data.mapping_start.anchor, event.data.mapping_start.tag)
        case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: (kind, anchor, tag) = (.end, nil, nil)
        case YAML_ALIAS_EVENT: (kind, anchor, tag) = (.alias, nil, nil)
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            let text = Self.text(UnsafeBufferPointer(start: scalar.value, count: scalar.length))
            kind = .scalar(text, isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE)
            (anchor, tag) = (scalar.anchor, scalar.tag)
        default: (kind, anchor, tag) = (.streamEnd, nil, nil)
        }
        hasAnchor = anchor != nil
        self.tag = tag.map { String(cString: $0) }
    }

    /// A byte order mark comes along where files are put together, or text is copied; it is no part of the text.
    private static func text(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
        let mark = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        return String(decoding: bytes.dropFirst(mark), as: UTF8.self)
    }
}

extension DocumentError {
    /// Why libyaml cannot go on, in its words.
    fileprivate init(_ parser: yaml_parser_t) {
        guard let words = parser.problem else {
            self = .outOfMemory
            return
        }
        let problem = String(cString: words)
        self.problem = .syntax(problem)
        // Of a fault in the encoding it knows an offset alone.
        guard parser.error != YAML_READER_ERROR else { return }
        // Where what was not finished begins; the other place is where it gave up, often at the very end.
        let isUnfinished = ["expected ':'", "end of stream", "alphabetic or numeric"].contains(where: problem.contains)
        place = .init(isUnfinished && parser.context != nil ? parser.context_mark : parser.problem_mark)
    }

    fileprivate static let outOfMemory = DocumentError(problem: .syntax("out of memory"))
}

extension DocumentNode.Place {
    fileprivate init(_ mark: yaml_mark_t) { self.init(line: Int(mark.line) + 1, column: Int(mark.column) + 1) }
}
