// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import NanoBanana

internal import struct SystemPackage.FilePath

/// What each key may hold.
extension RequestForm {
    mutating func take(_ key: RequestKey, _ entry: DocumentNode.Entry) {
        switch key {
        case .prompt: takePrompt(entry)
        case .images: takeImages(entry)
        case .model: takeModel(entry)
        case .aspectRatio: takeRatio(entry)
        case .imageSize:
            size = choice(entry, ImageSize.allCases, read: ImageSize.init(lenient:)).map { ($0, entry.value.place) }
        case .variants: takeVariants(entry)
        case .saveAs: takeSaveAs(entry)
        case .again: takeAgain(entry)
        case .mark: mark = choice(entry, MarkRule.allCases) { MarkRule(rawValue: $0.lowercased()) }
        case .meta:
            if entry.value.entries == nil, !entry.value.isLeftOut {
                report(.wrongType(key: entry.key, expected: "a mapping"), entry.value.place)
            } else if let cut = entry.value.firstText(where: NothingText.isCutOff) {
                report(.cutOff(cut.text ?? ""), cut.place)
            } else {
                meta = entry.value
            }
        }
    }

    private mutating func takePrompt(_ entry: DocumentNode.Entry) {
        guard let items = entry.value.list, !items.isEmpty else { return takeOnePrompt(entry) }
        if tooMany(items, of: entry) { return }
        for item in items { takeOnePrompt(.init(key: entry.key, keyPlace: entry.keyPlace, value: item)) }
    }

    /// More than there could be variants: nobody reads on.
    private mutating func tooMany(_ items: [DocumentNode], of entry: DocumentNode.Entry) -> Bool {
        let limit = RequestRules.variants.upperBound
        guard items.count > limit else { return false }
        report(.tooManyInList(key: entry.key, items.count, limit: limit), entry.value.place)
        return true
    }

    private mutating func takeOnePrompt(_ entry: DocumentNode.Entry) {
        if entry.value.isLeftOut || entry.value.list?.isEmpty == true {
            return report(.blankPrompt, entry.value.place)
        }
        guard let text = entry.value.text else {
            return report(.wrongType(key: entry.key, expected: "text"), entry.value.place)
        }
        // What is to be filled is looked at when it is.
        if let problem = PromptTemplate(text).hasPlaces ? nil : Self.problem(ofPrompt: text, entry.key) {
            report(problem, entry.value.place)
        } else {
            prompts.append((text, entry.value.place))
        }
    }

    /// Why a prompt, as it stands or as it was filled, is nobody's wish.
    static func problem(ofPrompt text: String, _ key: String) -> Finding.Problem? {
        if text.allSatisfy(\.isWhitespace) { return .blankPrompt }
        let nothing = NothingText(text).map { Finding.Problem.nothing(key: key, text, $0) }
        return nothing ?? openQuote(text).map { .openTypographicQuote($0) }
    }

    /// The typographic quote with which a text begins, where none closes it: somebody took it for one that holds text
    /// together, and what stood behind a comma or a `#` is lost.
    private static func openQuote(_ text: String) -> Unicode.Scalar? {
        guard let first = text.unicodeScalars.first, first == "“" || first == "„",
            !text.unicodeScalars.dropFirst().contains(where: { $0 == "”" || $0 == "“" || $0 == "\"" })
        else { return nil }
        return first
    }

    private mutating func takeImages(_ entry: DocumentNode.Entry) {
        let items = entry.value.list ?? [entry.value]
        if entry.value.isLeftOut || items.isEmpty { return report(.missing(entry.key), entry.value.place) }
        let most = reader.rules.mostPictures
        if items.count > most { return report(.tooManyImages(items.count, limit: most), entry.value.place) }
        pictures = (items.count, entry.value.place)
        for item in items {
            guard let text = item.text else {
                report(.wrongType(key: entry.key, expected: "a link or a list of links"), item.place)
                continue
            }
            switch ImageItem(text) {
            case .link(let link):
                if let fault = LinkFault(of: link, reader.rules.linkAddresses, at: reader.now()) {
                    report(.link(text, fault), item.place)
                } else {
                    images.append(link)
                }
            case .file(let file): takeFile(file, text, item.place)
            case .bad(let problem):
                let nothing = NothingText(text).map { Finding.Problem.nothing(key: entry.key, text, $0) }
                report(nothing ?? LinkFault(around: text).map { .link(text, $0) } ?? problem, item.place)
            }
        }
    }

    private mutating func takeFile(_ file: FilePath, _ text: String, _ place: DocumentNode.Place) {
        if kind == .defaults { return report(.badImage(text, .inDefaults), place) }
        // It comes first in any case.
        if let picture, file == FilePath(root: nil, [picture.name]) { return }
        let known = locals.first { $0.file == file }
        guard let shared = reader.rules.sharedLinks,
            let local = known ?? LocalPicture(file: file, token: reader.token()), let link = shared.link(local.name)
        else { return report(.badImage(text, .notShared), place) }
        if known == nil { locals.append(local) }
        images.append(link)
    }

    /// The picture itself comes first, before those that the defaults add to each.
    mutating func take(_ picture: DroppedPicture) {
        let local = LocalPicture(picture, token: reader.token())
        guard let link = reader.rules.sharedLinks?.link(local.name) else {
            return report(.badImage(String(decoding: picture.name), .notShared), nil)
        }
        locals.insert(local, at: 0)
        images.insert(link, at: 0)
        pictures = ((pictures?.count ?? 0) + 1, pictures?.place ?? .init(line: 1, column: 1))
    }

    /// One that the lane adds comes last.
    mutating func take(_ added: AddedPicture) {
        pictures = ((pictures?.count ?? 0) + 1, pictures?.place ?? .init(line: 1, column: 1))
        switch added {
        case .link(let link): images.append(link)
        case .file(let name, let lane):
            guard let shared = reader.rules.sharedLinks,
                let local = LocalPicture(beside: lane, name, token: reader.token()),
                let link = shared.link(local.name)
            else { return report(.badImage(String(decoding: name), .notShared), nil) }
            locals.append(local)
            images.append(link)
        }
    }

    /// The links and files of a lane's `with`.
    mutating func added(_ entry: DocumentNode.Entry) -> [AddedPicture]? {
        let items = entry.value.list ?? [entry.value]
        // One more is dropped.
        let most = reader.rules.mostPictures
        if items.count >= most {
            report(.tooManyAdded(items.count, limit: most), entry.value.place)
            return nil
        }
        return items.compactMap { item in
            guard let text = item.text else {
                report(.wrongType(key: entry.key, expected: "a link, a picture's name, or a list of them"), item.place)
                return nil
            }
            switch ImageItem(text) {
            case .link(let link):
                guard let fault = LinkFault(of: link, reader.rules.linkAddresses, at: reader.now()) else {
                    return .link(link)
                }
                report(.link(text, fault), item.place)
            case .file(let file):
                if let name = file.lastComponent, file.components.count == 1 { return .file(name, in: .root) }
                report(.badImage(text, .notBesideDefaults), item.place)
            case .bad(let problem): report(problem, item.place)
            }
            return nil
        }
    }

    private mutating func takeModel(_ entry: DocumentNode.Entry) {
        if entry.value.isLeftOut { return }
        guard let name = entry.value.text else {
            return report(.wrongType(key: entry.key, expected: "text"), entry.value.place)
        }
        model = Model.named(name, among: reader.rules.models)
        if model == nil {
            let allowed = reader.rules.models.map { $0.usualName }
            reportNotOnList(entry, name, allowed, further: reader.rules.models.map(\.id))
        }
    }

    private mutating func takeRatio(_ entry: DocumentNode.Entry) {
        guard let items = entry.value.list else { return takeOneRatio(entry) }
        if tooMany(items, of: entry) { return }
        for item in items { takeOneRatio(.init(key: entry.key, keyPlace: entry.keyPlace, value: item)) }
    }

    private mutating func takeOneRatio(_ entry: DocumentNode.Entry) {
        if let text = entry.value.scalarText, RatioText(text) == .time {
            return report(.ratioAsTime(text), entry.value.place)
        }
        let read = { (text: String) -> AspectRatio? in
            if case .ratio(let ratio) = RatioText(text) { ratio } else { nil }
        }
        if let ratio = choice(entry, AspectRatio.allCases, read: read) { ratios.append((ratio, entry.value.place)) }
    }

    mutating func choice<Value: RawRepresentable<String>>(
        _ entry: DocumentNode.Entry, _ all: [Value], read: (String) -> Value?
    ) -> Value? {
        if entry.value.isLeftOut { return nil }
        let allowed = all.map(\.rawValue)
        // A number is no type error here: JSON's 2 and YAML's 2 are both simply not on the list.
        guard let text = entry.value.scalarText else {
            report(.wrongType(key: entry.key, expected: "one of " + allowed.joined(separator: ", ")), entry.value.place)
            return nil
        }
        let value = read(text)
        if value == nil { reportNotOnList(entry, text, allowed) }
        return value
    }

    private mutating func reportNotOnList(
        _ entry: DocumentNode.Entry, _ value: String, _ allowed: [String], further: [String] = []
    ) {
        if value.hasTypographicQuotes { return report(.typographicQuotes(value), entry.value.place) }
        let nearest = NearestName.of(value, among: allowed + further)
        report(.notOnList(key: entry.key, value: value, allowed: allowed, nearest: nearest), entry.value.place)
    }

    private mutating func takeVariants(_ entry: DocumentNode.Entry) {
        if entry.value.isLeftOut { return }
        if let number = wholeNumber(entry, RequestRules.variants) { variants = number }
    }

    private mutating func takeSaveAs(_ entry: DocumentNode.Entry) {
        if Self.isBlank(.saveAs, entry.value) { return }
        guard let text = entry.value.scalarText else {
            return report(.wrongType(key: entry.key, expected: "text"), entry.value.place)
        }
        if SaveAs.leadsElsewhere(text) { return report(.nameOfPlace(text), entry.value.place) }
        saveAs = (text, entry.value.place)
    }

    private mutating func takeAgain(_ entry: DocumentNode.Entry) {
        if entry.value.isLeftOut { return }
        guard case .scalar(let text, _) = entry.value.content else {
            return report(.wrongType(key: entry.key, expected: "true or false"), entry.value.place)
        }
        switch text.lowercased() {
        // As YAML, spreadsheets and people write it.
        case "true", "yes", "1": isAgain = true
        case "false", "no", "0": isAgain = false
        default: reportNotOnList(entry, text, ["true", "false"])
        }
    }

    /// A time in whole seconds, with or without the unit: `5`, `5s`.
    mutating func seconds(_ entry: DocumentNode.Entry, _ range: ClosedRange<Int>) -> Int? {
        if let text = entry.value.text?.trimmed, text.hasSuffix("s"), let number = Int(text.dropLast()),
            range.contains(number)
        {
            return number
        }
        return wholeNumber(entry, range)
    }

    mutating func wholeNumber(_ entry: DocumentNode.Entry, _ range: ClosedRange<Int>) -> Int? {
        if let number = entry.value.integer, range.contains(number) { return number }
        if let text = entry.value.text, text.hasTypographicQuotes {
            report(.typographicQuotes(text), entry.value.place)
        } else if let text = entry.value.scalarText {
            report(.notANumber(key: entry.key, value: text, range), entry.value.place)
        } else {
            report(.wrongType(key: entry.key, expected: "a whole number"), entry.value.place)
        }
        return nil
    }

    /// What a lane wants to be told of, in the words of the setting: a list, or a text with commas.
    mutating func events(_ entry: DocumentNode.Entry) -> Set<NotificationEvent>? {
        guard reader.rules.lanesMayNotify else {
            report(.mayNotNotify, entry.keyPlace)
            return nil
        }
        var words: [String] = []
        for item in entry.value.list ?? [entry.value] {
            guard let text = item.text else {
                report(.wrongType(key: entry.key, expected: "all, none, or a list of events"), item.place)
                return nil
            }
            words += entry.value.list == nil ? NotificationEvent.words(of: text) : [text]
        }
        do throws(NotificationEvent.UnknownWord) {
            return try NotificationEvent.chosen(by: words)
        } catch {
            let allowed = NotificationEvent.chosen.map(\.rawValue) + ["all", "none"]
            // `all` beside others is no event.
            let isWhole = allowed.contains(error.word)
            let value = isWhole ? words.joined(separator: ", ") : error.word
            let nearest = isWhole ? nil : NearestName.of(value, among: allowed)
            report(.notOnList(key: entry.key, value: value, allowed: allowed, nearest: nearest), entry.value.place)
            return nil
        }
    }
}
