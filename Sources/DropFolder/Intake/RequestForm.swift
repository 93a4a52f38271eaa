// SPDX-License-Identifier: Apache-2.0

internal import NanoBanana

/// A request while it is read, key by key; collects every finding instead of stopping at the first.
struct RequestForm {
    private let rules: RequestRules
    private let root: DocumentNode.Place
    private var seen: [RequestKey: String] = [:]
    /// Keys that a misspelt one surely stands for: to call them missing as well would be one mistake told twice.
    private var misspelt: Set<RequestKey> = []
    private var findings: [Finding] = []

    private var prompt: String?
    private var images: [ImageLink] = []
    private var model: Model?
    private var ratio: AspectRatio?
    private var size: (value: ImageSize, place: DocumentNode.Place)?
    private var variants = 1
    private var meta: JSON?

    init(rules: RequestRules, root: DocumentNode.Place) {
        self.rules = rules
        self.root = root
    }

    mutating func fill(from entries: [DocumentNode.Entry]) {
        for entry in entries {
            guard let key = RequestKey.named(entry.key) else {
                let nearest = NearestName.of(entry.key, among: RequestKey.allSpellings)
                if let meant = nearest.flatMap(RequestKey.named) { misspelt.insert(meant) }
                report(.unknownKey(entry.key, nearest: nearest), entry.keyPlace)
                continue
            }
            if let other = seen.updateValue(entry.key, forKey: key) {
                report(.sameKey(other, entry.key), entry.keyPlace)
                continue
            }
            take(key, entry)
        }
    }

    /// The finished request, or every finding in the order of the file.
    consuming func request() throws(Findings) -> Request {
        for key in [RequestKey.prompt, .images] where seen[key] == nil && !misspelt.contains(key) {
            report(.missing(key.rawValue), root)
        }
        let model = self.model ?? rules.defaultModel
        if let size, !model.takesImageSize { report(.sizeNotTaken(model: model.id), size.place) }
        guard findings.isEmpty, let prompt else { throw Findings(all: findings) }
        do {
            let edit = try EditRequest(
                model: model, prompt: prompt, images: images, aspectRatio: ratio, imageSize: size?.value)
            return Request(edit: edit, variants: variants, meta: meta)
        } catch {
            preconditionFailure("the form lets no request through that the API forbids: \(error)")
        }
    }

    private mutating func report(_ problem: Finding.Problem, _ place: DocumentNode.Place?) {
        findings.append(Finding(problem: problem, place: place))
    }

    private mutating func take(_ key: RequestKey, _ entry: DocumentNode.Entry) {
        switch key {
        case .prompt: takePrompt(entry)
        case .images: takeImages(entry)
        case .model: takeModel(entry)
        case .aspectRatio: ratio = choice(entry, AspectRatio.allCases, read: AspectRatio.init(rawValue:))
        case .imageSize:
            size = choice(entry, ImageSize.allCases, read: ImageSize.init(lenient:)).map { ($0, entry.value.place) }
        case .variants: takeVariants(entry)
        case .meta:
            if entry.value.entries == nil, !isLeftOut(entry.value) {
                report(.wrongType(key: entry.key, expected: "a mapping"), entry.value.place)
            } else {
                meta = entry.value.json
            }
        }
    }

    /// `key:` with nothing behind it, `null`, or empty text: as if the key were not there.
    private func isLeftOut(_ node: DocumentNode) -> Bool {
        guard case .scalar(let text, let kind) = node.content else { return false }
        return kind == .null || text.isEmpty || (kind == .plain && (text == "~" || text == "null"))
    }

    private mutating func takePrompt(_ entry: DocumentNode.Entry) {
        guard let text = entry.value.text else {
            if isLeftOut(entry.value) {
                report(.blankPrompt, entry.value.place)
            } else {
                report(.wrongType(key: entry.key, expected: "text"), entry.value.place)
            }
            return
        }
        if text.allSatisfy(\.isWhitespace) || isLeftOut(entry.value) {
            report(.blankPrompt, entry.value.place)
        } else {
            prompt = text
        }
    }

    private mutating func takeImages(_ entry: DocumentNode.Entry) {
        let items = entry.value.list ?? [entry.value]
        if isLeftOut(entry.value) || items.isEmpty { return report(.missing(entry.key), entry.value.place) }
        if items.count > 10 { return report(.tooManyImages(items.count), entry.value.place) }
        for item in items {
            guard let text = item.text else {
                report(.wrongType(key: entry.key, expected: "a link or a list of links"), item.place)
                continue
            }
            do {
                images.append(try ImageLink(text))
            } catch {
                report(.badLink(text, error), item.place)
            }
        }
    }

    private mutating func takeModel(_ entry: DocumentNode.Entry) {
        if isLeftOut(entry.value) { return }
        guard let name = entry.value.text else {
            return report(.wrongType(key: entry.key, expected: "text"), entry.value.place)
        }
        model = Model.named(name, among: rules.models)
        if model == nil {
            let allowed = rules.models.map { $0.soldName ?? $0.id }
            let nearest = NearestName.of(name, among: allowed + rules.models.map(\.id))
            report(.notOnList(key: entry.key, value: name, allowed: allowed, nearest: nearest), entry.value.place)
        }
    }

    private mutating func choice<Value: RawRepresentable<String>>(
        _ entry: DocumentNode.Entry, _ all: [Value], read: (String) -> Value?
    ) -> Value? {
        if isLeftOut(entry.value) { return nil }
        let allowed = all.map(\.rawValue)
        // A number is no type error here: JSON's 2 and YAML's 2 are both simply not on the list.
        guard case .scalar(let text, _) = entry.value.content else {
            report(.wrongType(key: entry.key, expected: "one of " + allowed.joined(separator: ", ")), entry.value.place)
            return nil
        }
        if let value = read(text) { return value }
        let nearest = NearestName.of(text, among: allowed)
        report(.notOnList(key: entry.key, value: text, allowed: allowed, nearest: nearest), entry.value.place)
        return nil
    }

    private mutating func takeVariants(_ entry: DocumentNode.Entry) {
        if isLeftOut(entry.value) { return }
        if let number = entry.value.integer, RequestRules.variants.contains(number) {
            variants = number
        } else if case .scalar(let text, _) = entry.value.content {
            report(.notANumber(key: entry.key, value: text, RequestRules.variants), entry.value.place)
        } else {
            report(.wrongType(key: entry.key, expected: "a whole number"), entry.value.place)
        }
    }
}
