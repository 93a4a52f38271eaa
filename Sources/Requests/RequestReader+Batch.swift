// SPDX-License-Identifier: Apache-2.0

internal import Documents

/// Many requests in one file. A part that cannot be read fails alone, where it is sure where it begins and ends.
extension RequestReader {
    /// One or several YAML documents.
    func documents(_ text: String, _ defaults: RequestDefaults) throws(Findings) -> RequestContent {
        let documents = YAMLStream.documents(text)
        guard let first = documents.first else { throw Findings(.document(.empty)) }
        if documents.count == 1 {
            let root = try yaml(first)
            return try content(of: root, traps: YAMLTraps(first.text, firstLine: first.line), defaults)
        }
        var parts: [BatchPart] = []
        for document in documents {
            try Self.check(parts.count, at: .init(line: document.line, column: 1))
            parts.append(part(of: document, parts.count + 1, defaults))
        }
        return .batch(parts)
    }

    private func part(of document: YAMLStream.Document, _ number: Int, _ defaults: RequestDefaults) -> BatchPart {
        do throws(Findings) {
            let traps = YAMLTraps(document.text, firstLine: document.line)
            return part(try yaml(document), number, traps, before: traps.end, defaults)
        } catch {
            return BatchPart(
                name: nil, line: document.contentLine, source: Array(document.text.utf8), sourceSyntax: .yaml,
                request: .failure(error))
        }
    }

    /// The items of a list at the root of a file.
    func parts(
        _ items: [DocumentNode], at place: DocumentNode.Place, _ traps: YAMLTraps?, _ defaults: RequestDefaults
    ) throws(Findings) -> [BatchPart] {
        if items.isEmpty { throw Findings(.noParts, place) }
        // A list of words or numbers is no batch that has gone wrong, but something else.
        guard items.contains(where: { $0.entries != nil }) else { throw Findings(.noKeys, place) }
        if items.count > RequestRules.partsLimit {
            try Self.check(RequestRules.partsLimit, at: items[RequestRules.partsLimit].place)
        }
        return items.indices.map { index in
            let end = index + 1 < items.count ? items[index + 1].place.line : traps?.end ?? 0
            return part(items[index], index + 1, traps, before: end, defaults)
        }
    }

    /// JSON Lines: a value a line.
    func lines(_ text: String, _ defaults: RequestDefaults) throws(Findings) -> [BatchPart] {
        var parts: [BatchPart] = []
        let bytes = Array(text.utf8)
        var (start, number) = (0, 1)
        while start < bytes.count {
            let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
            let line = bytes[start..<end]
            if !line.allSatisfy({ $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }) {
                try Self.check(parts.count, at: .init(line: number, column: 1))
                parts.append(part(ofLine: line, number, parts.count + 1, defaults))
            }
            (start, number) = (end + 1, number + 1)
        }
        if parts.isEmpty { throw Findings(.document(.empty)) }
        return parts
    }

    private func part(
        ofLine line: ArraySlice<UInt8>, _ lineNumber: Int, _ number: Int, _ defaults: RequestDefaults
    ) -> BatchPart {
        do throws(Findings) {
            guard line.count <= RequestRules.sizeLimit else {
                throw Findings(.partTooLarge(limit: RequestRules.sizeLimit), .init(line: lineNumber, column: 1))
            }
            return part(try json(line, line: lineNumber), number, nil, before: 0, defaults)
        } catch {
            return BatchPart(name: nil, line: lineNumber, source: Array(line), request: .failure(error))
        }
    }

    /// The rows of a table.
    func rows(_ text: String, _ defaults: RequestDefaults) throws(Findings) -> RequestContent {
        var table = try RequestTable(Array(text.utf8))
        for key in [RequestKey.prompt, .images] where !defaults.keys.contains(key) {
            if key == .prompt || !rules.mayLackPictures { try table.require(key) }
        }
        var parts: [BatchPart] = []
        while var row = try table.next() {
            try Self.check(parts.count, at: row.place)
            // Where there is a column for them, a row without any has forgotten them: it asks for no picture of words
            // alone, nor does it when it is put back by itself, whatever the settings say by then.
            table.sayNoPictures(in: &row)
            var part = part(
                row.entries, parts.count + 1, at: row.place, row.problems, asWritten: row.record.source, defaults)
            part.request = part.request.mapError { Findings(all: $0.all.map { table.located($0, in: row) }) }
            parts.append(part)
        }
        if parts.isEmpty { throw Findings(.table(.noRows), table.place) }
        return .batch(parts, table.passedOver)
    }

    private static func check(_ count: Int, at place: DocumentNode.Place) throws(Findings) {
        guard count < RequestRules.partsLimit else {
            throw Findings(.tooManyParts(limit: RequestRules.partsLimit), place)
        }
    }

    /// - Parameter end: the number of the line with which the next part begins.
    private func part(
        _ node: DocumentNode, _ number: Int, _ traps: YAMLTraps?, before end: Int, _ defaults: RequestDefaults
    ) -> BatchPart {
        guard let entries = node.entries else {
            return BatchPart(
                name: nil, line: node.place.line, source: node.json.readable,
                request: .failure(Findings(.notAMap, node.place)))
        }
        let trapped = traps?.all(in: entries, before: end) ?? []
        let text = trapped.isEmpty ? "" : traps?.text(node.place.line..<max(end, node.place.line + 1)) ?? ""
        return part(entries, number, at: node.place, trapped, asWritten: text, defaults)
    }

    /// - Parameter problems: by which what was read is not what was meant.
    private func part(
        _ entries: [DocumentNode.Entry], _ number: Int, at place: DocumentNode.Place, _ problems: [Finding],
        asWritten: String,
        _ defaults: RequestDefaults
    ) -> BatchPart {
        var form = RequestForm(.part, reader: self, defaults: defaults)
        var entries = entries
        var name: String?
        if let index = entries.firstIndex(where: { RequestKey.isSame($0.key, RequestKey.partName) }) {
            name = form.name(entries.remove(at: index))
        }
        let request = Result { () throws(Findings) in
            if !problems.isEmpty { throw Findings(all: form.findings + problems) }
            form.context = context.map { .init(lane: $0.lane, name: name ?? String(number), number: number) }
            form.fill(from: entries)
            return try form.request(at: place)
        }
        // The first line of several: without it the rest is still JSON.
        let text = problems.isEmpty ? [] : [JSON.Member(key: RequestKey.asWritten, value: asWritten.json)]
        var members = text + entries.map { JSON.Member(key: $0.key, value: $0.asGiven) }
        var filled: [RequestKey: JSON] = [:]
        if problems.isEmpty {
            for key in [RequestKey.prompt, .saveAs] {
                filled[key] = filledByPart(key, entries, form.context, defaults)
            }
        }
        filled[.prompt] = Self.filledPrompt(of: try? request.get(), entries, defaults) ?? filled[.prompt]
        for (key, value) in filled {
            members.removeAll { RequestKey.named($0.key) == key }
            members.insert(JSON.Member(key: key.rawValue, value: value), at: key == .prompt ? 0 : members.count)
        }
        return BatchPart(
            name: name, line: place.line, source: JSON.object(members).readable, showsText: !problems.isEmpty,
            request: request)
    }

    /// The prompt of a part whose places are filled: alone, its file has neither its number nor the name that filled them.
    /// `nil` where there are none.
    private static func filledPrompt(
        of request: Request?, _ entries: [DocumentNode.Entry], _ defaults: RequestDefaults
    ) -> JSON? {
        guard let request, let written = written(.prompt, entries, defaults) else { return nil }
        let texts = (written.list ?? [written]).compactMap(\.text)
        if texts.allSatisfy({ PromptTemplate($0).isPlain }) { return nil }
        return request.promptAsWritten
    }

    /// What else has places, with those filled of which only the batch knows; `nil` where there are none. What a person
    /// may still correct stays to be filled.
    private func filledByPart(
        _ key: RequestKey, _ entries: [DocumentNode.Entry], _ context: PlaceValues.Context?, _ defaults: RequestDefaults
    ) -> JSON? {
        // Given twice it is a mistake, and stays one.
        guard let written = Self.written(key, entries, defaults), let context,
            entries.count(where: { RequestKey.named($0.key) == key }) < 2
        else { return nil }
        let values = PlaceValues(meta: Self.written(.meta, entries, defaults), context: context)
        var isOfPart = false
        let texts = (written.list ?? [written]).compactMap { item -> JSON? in
            let text = key == .prompt ? item.text : item.scalarText
            guard let template = text.map(PromptTemplate.init) else { return nil }
            isOfPart = isOfPart || template.placeNames.contains { values.ofPart($0) != nil }
            let filled = try? template.filled(
                limit: RequestRules.filledLimit, leaving: { values.ofPart($0) == nil }, by: values.ofPart)
            return filled?.json
        }
        guard isOfPart, texts.count == written.list?.count ?? 1 else { return nil }
        return written.list == nil ? texts[0] : .array(texts)
    }

    /// What a part says, or its lane for it.
    private static func written(
        _ key: RequestKey, _ entries: [DocumentNode.Entry], _ defaults: RequestDefaults
    ) -> DocumentNode? {
        [entries, defaults.entries].lazy.compactMap { entries in
            entries.first { RequestKey.named($0.key) == key && !RequestForm.isBlank(key, $0.value) }?.value
        }.first
    }
}

extension DocumentNode.Entry {
    /// As a request in JSON has it. Scalars are text to a request, whatever YAML or JSON would make of the word.
    fileprivate var asGiven: JSON {
        switch RequestKey.named(key) {
        case .prompt, .images, .model, .aspectRatio, .imageSize, .variants, .saveAs, .again, .mark: value.asText
        case .meta, nil: value.json
        }
    }
}

extension DocumentNode {
    fileprivate var asText: JSON {
        switch content {
        case .scalar(let text, .plain): isLeftOut ? .null : .string(text)
        case .list(let items): .array(items.map(\.asText))
        case .scalar, .map: json
        }
    }
}
