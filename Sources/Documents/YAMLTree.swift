// SPDX-License-Identifier: Apache-2.0

/// The value that the events of one document make. Pure.
///
/// What is valid YAML and not read here is kept in mind rather than thrown: a text that is no YAML at all is told first.
struct YAMLTree {
    /// A list or map that is not yet at its end.
    private struct Open {
        var place: DocumentNode.Place
        var isMap: Bool
        var items: [DocumentNode] = []
        var entries: [DocumentNode.Entry] = []
        /// The key whose value comes next; without a name where it is refused.
        var key: (name: String?, place: DocumentNode.Place)?

        var awaitsKey: Bool { isMap && key == nil }
    }

    /// What is accepted here goes into a journal as JSON and must be readable there.
    private static let depthLimit = JSONDocumentParser.depthLimit - 2
    private static let textTags: Set = ["!", "tag:yaml.org,2002:str"]

    private(set) var root: DocumentNode?
    /// The first thing that is not read here.
    private var refusal: DocumentError?
    private var open: [Open] = []
    private var values = 0

    /// Takes the next event within the document.
    mutating func add(_ event: YAMLEvent) throws(DocumentError) {
        if case .end = event.kind { return try close() }
        let isKey = open.last?.awaitsKey == true
        if !isKey { values += 1 }
        if values > DocumentError.valuesLimit {
            throw DocumentError(problem: .tooManyValues(limit: DocumentError.valuesLimit), place: nil)
        }
        if isKey, event.isContainer { refuse(.keyIsNotText, event.place) }
        if event.hasAnchor { refuse(.anchor, event.place) }
        if event.isContainer, open.count >= Self.depthLimit {
            throw refusal ?? DocumentError(problem: .nestedTooDeep(limit: Self.depthLimit), place: event.place)
        }
        switch event.kind {
        case .scalar(let text, let isPlain):
            refuseTag(event, mayBeText: isKey || !isPlain)
            if isKey, isPlain, text == "<<" { refuse(.mergeKey, event.place) }
            put(DocumentNode(content: .scalar(text, isPlain ? .plain : .text), place: event.place))
        case .alias:
            // Without an anchor it is a text that begins with `*`, behind which anything may stand.
            guard refusal?.problem == .anchor else { throw DocumentError(problem: .alias, place: event.place) }
            put(DocumentNode(content: .list([]), place: event.place))
        case .listStart, .mapStart:
            refuseTag(event, mayBeText: false)
            let isMap = if case .mapStart = event.kind { true } else { false }
            open.append(Open(place: event.place, isMap: isMap))
        case .end, .streamStart, .streamEnd, .documentStart, .documentEnd: break
        }
    }

    /// When all events are there.
    func whole() throws(DocumentError) -> DocumentNode {
        if let refusal { throw refusal }
        guard let root else { throw DocumentError(problem: .empty, place: nil) }
        return root
    }

    private mutating func close() throws(DocumentError) {
        guard let closed = open.popLast() else { return }
        if closed.isMap { try refuseKeysTwice(closed.entries) }
        put(DocumentNode(content: closed.isMap ? .map(closed.entries) : .list(closed.items), place: closed.place))
    }

    private mutating func put(_ node: DocumentNode) {
        guard !open.isEmpty else {
            root = node
            return
        }
        let last = open.count - 1
        if open[last].awaitsKey {
            open[last].key = (node.text, node.place)
        } else if let key = open[last].key.take() {
            guard let name = key.name else { return }
            open[last].entries.append(.init(key: name, keyPlace: key.place, value: node))
        } else {
            open[last].items.append(node)
        }
    }

    private mutating func refuse(_ problem: DocumentError.Problem, _ place: DocumentNode.Place) {
        refusal = refusal ?? DocumentError(problem: problem, place: place)
    }

    /// - Parameter mayBeText: that it is text is so without the tag.
    private mutating func refuseTag(_ event: YAMLEvent, mayBeText: Bool) {
        guard let tag = event.tag, !(mayBeText && Self.textTags.contains(tag)) else { return }
        refuse(.tag, event.place)
    }

    /// At the first place of the first such key by name.
    private func refuseKeysTwice(_ entries: [DocumentNode.Entry]) throws(DocumentError) {
        var known: Set<String> = []
        let twice = entries.lazy.map(\.key).filter { !known.insert($0).inserted }.min()
        guard let twice, let first = entries.first(where: { $0.key == twice }) else { return }
        throw DocumentError(problem: .duplicateKey(first.key), place: first.keyPlace)
    }
}
