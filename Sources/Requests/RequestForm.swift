// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import NanoBanana

/// A request while it is read, key by key; collects every finding instead of stopping at the first.
struct RequestForm {
    enum Kind: Equatable, Sendable {
        case request
        /// Of a batch. Its `name` is not for the form.
        case part
        /// The defaults of a lane. Its own keys are not for the form.
        case defaults
    }

    let kind: Kind
    let reader: RequestReader
    private let defaults: [RequestKey: DocumentNode.Entry]
    /// The picture that is the request; `nil` for one in words.
    let picture: DroppedPicture?
    /// What its lane adds to it.
    private let added: [AddedPicture]
    private var seen: [RequestKey: String] = [:]
    /// Keys to which the request itself gives a value, right or wrong.
    private var given: Set<RequestKey> = []
    /// Keys that a misspelt one surely stands for: to call them missing as well would be one mistake told twice.
    private var misspelt: Set<RequestKey> = []
    private(set) var findings: [Finding] = []

    /// Each is sent in each of the ratios.
    var prompts: [(text: String, place: DocumentNode.Place)] = []
    /// What the text beside a picture adds to each prompt.
    private var addition: String?
    var images: [ImageLink] = []
    var locals: [LocalPicture] = []
    var model: Model?
    /// How many it names, right or wrong.
    var pictures: (count: Int, place: DocumentNode.Place)?
    var ratios: [(value: AspectRatio, place: DocumentNode.Place)] = []
    var size: (value: ImageSize, place: DocumentNode.Place)?
    var variants = 1
    var saveAs: (text: String, place: DocumentNode.Place)?
    var isAgain = false
    var mark: MarkRule?
    var meta: DocumentNode?
    /// Of a part.
    var context: PlaceValues.Context?

    init(
        _ kind: Kind, reader: RequestReader, defaults: RequestDefaults = .none, picture: DroppedPicture? = nil
    ) {
        self.kind = kind
        self.picture = picture
        added = picture == nil ? [] : defaults.with ?? []
        self.reader = reader
        let known = defaults.entries.compactMap { entry in RequestKey.named(entry.key).map { ($0, entry) } }
        self.defaults = Dictionary(known) { nearest, _ in nearest }
    }

    mutating func fill(from entries: [DocumentNode.Entry]) {
        for entry in entries {
            // Nobody reads on, and to look for what each might have been meant as takes its time.
            if findings.count >= Findings.enough { return }
            guard let key = RequestKey.named(entry.key) else {
                reportUnknown(entry)
                continue
            }
            if let other = seen.updateValue(entry.key, forKey: key) {
                report(.sameKey(other, entry.key), entry.keyPlace)
                continue
            }
            // What is blank is left out where something else fills it in, and otherwise for the key to judge.
            if Self.isBlank(key, entry.value), kind == .defaults || defaults[key] != nil { continue }
            given.insert(key)
            take(key, entry)
        }
    }

    /// What a part calls itself; `nil` where it does not.
    mutating func name(_ entry: DocumentNode.Entry) -> String? {
        if entry.value.isLeftOut { return nil }
        guard let text = entry.value.text else {
            report(.wrongType(key: entry.key, expected: "text"), entry.value.place)
            return nil
        }
        if !text.allSatisfy(\.isWhitespace) { return text }
        report(.blankName, entry.value.place)
        return nil
    }

    /// Takes the words of the text beside a picture.
    mutating func add(_ text: String) {
        let (words, start) = (text.trimmed, DocumentNode.Place(line: 1, column: 1))
        if words.isEmpty {
            report(.blankText, start)
        } else if KeyLine.keys(in: words).contains(.prompt) {
            report(.textIsRequest, start)
        } else if let nothing = NothingText(words) {
            report(.nothing(key: RequestKey.prompt.rawValue, words, nothing), start)
        } else {
            addition = words
        }
    }

    /// The finished request, or every finding in the order of the file.
    ///
    /// - Parameter root: where the request begins; `nil` where no text says it.
    consuming func request(at root: DocumentNode.Place?) throws(Findings) -> Request {
        takeDefaults()
        if let picture { take(picture) }
        added.forEach { take($0) }
        if let addition {
            let alone = [(text: addition, place: DocumentNode.Place(line: 1, column: 1))]
            prompts = prompts.isEmpty ? alone : prompts.map { ($0.text + "\n" + addition, $0.place) }
        }
        let model = self.model ?? reader.rules.defaultModel
        let range = reader.rules.pictures(for: model)
        for key in [RequestKey.prompt, .images] where seen[key] == nil && defaults[key] == nil {
            let isNeeded = key == .prompt ? addition == nil : picture == nil && range.lowerBound > 0
            if isNeeded, !misspelt.contains(key) {
                report(picture == nil ? .missing(key.rawValue) : .missingInDefaults(key.rawValue), root)
            }
        }
        checkWhatTheModelTakes(model, range)
        for index in prompts.indices { fillPrompt(index, root) }
        checkCombinations(root)
        let names = names(of: model, root)
        guard findings.isEmpty, !prompts.isEmpty else { throw Findings(all: findings) }
        do {
            let edits = try edits(of: model)
            var request = Request(
                edit: edits[0], others: Array(edits.dropFirst()), variants: variants * edits.count, meta: meta?.json,
                locals: locals)
            request.isAgain = isAgain
            request.saveAs = names
            request.mark = mark ?? reader.rules.mark
            return request
        } catch {
            preconditionFailure("the form lets no request through that the API forbids: \(error)")
        }
    }

    /// - Parameter root: where the request begins; what fills a place of a lane's prompt belongs there.
    private mutating func fillPrompt(_ index: Int, _ root: DocumentNode.Place?) {
        let (written, whole) = prompts[index]
        let template = PromptTemplate(written)
        if template.isPlain { return }
        let (place, key) = (own(.prompt, whole) ?? root, RequestKey.prompt.rawValue)
        let values = PlaceValues(meta: meta, context: context ?? reader.context)
        do throws(PromptTemplate.Problem) {
            let text = try template.filled(limit: RequestRules.filledLimit) { values[$0] }
            // The same whichever way it is written: what is corrected and dropped alone has its braces doubled.
            let ways = [text, PromptTemplate.saying(text)]
            if let problem = ways.lazy.compactMap({ Self.problem(ofPrompt: $0, key) }).first { report(problem, place) }
            prompts[index] = (text, whole)
        } catch {
            switch error {
            case .unfilled(let name):
                // Nothing but places: whoever has written it did not mean ours.
                if let nothing = NothingText(written) { return report(.nothing(key: key, written, nothing), place) }
                reportUnfilled(name, of: .prompt, values.names, place)
            case .tooLong(let limit): report(.filledTooLong(key: key, limit: limit), place)
            }
        }
    }

    mutating func reportUnfilled(
        _ name: String, of key: RequestKey, _ names: [String], _ place: DocumentNode.Place?
    ) {
        let nearest = NearestName.of(name, among: names)
        report(.unfilledPlace(name, key: key.rawValue, names: names, nearest: nearest), place)
    }

    private mutating func checkWhatTheModelTakes(_ model: Model, _ range: ClosedRange<Int>) {
        if let pictures, !range.contains(pictures.count) {
            report(.imagesNotTaken(pictures.count, model: model.usualName, range), own(.images, pictures.place))
        }
        for ratio in ratios where ratio.value != .auto && !model.ratios.contains(ratio.value) {
            let others = model.ratios.map(\.rawValue)
            let place = own(.aspectRatio, ratio.place)
            report(.ratioNotTaken(ratio.value.rawValue, model: model.usualName, others: others), place)
        }
        guard let size, !model.sizes.contains(size.value) else { return }
        // A size that the request did not ask for is not worth a failure.
        guard given.contains(.imageSize) else { return self.size = nil }
        let others = model.sizes.map(\.rawValue)
        report(.sizeNotTaken(size.value.rawValue, model: model.id, others: others), size.place)
    }

    /// `nil` where it is in another file, which is the defaults'.
    func own(_ key: RequestKey, _ place: DocumentNode.Place) -> DocumentNode.Place? {
        given.contains(key) ? place : nil
    }

    /// Their places are those of another file.
    private mutating func takeDefaults() {
        let own = findings.count
        for key in RequestKey.allCases where !given.contains(key) {
            if let entry = defaults[key] { take(key, entry) }
        }
        for index in findings.indices.dropFirst(own) { findings[index].place = nil }
    }

    mutating func report(_ problem: Finding.Problem, _ place: DocumentNode.Place?) {
        findings.append(Finding(problem: problem, place: place))
    }

    private mutating func reportUnknown(_ entry: DocumentNode.Entry) {
        if kind == .request, RequestKey.isSame(entry.key, RequestKey.partName) {
            return report(.nameOfRequest, entry.keyPlace)
        }
        if RequestKey.isSame(entry.key, RequestKey.asWritten) { return report(.asWritten, entry.keyPlace) }
        if kind != .defaults, let key = RequestDefaults.LaneKey(named: entry.key) {
            return report(.ofLane(key.rawValue), entry.keyPlace)
        }
        if let (spelling, odd) = RequestKey.spelling(hiddenIn: entry.key) {
            if let key = RequestKey.named(spelling) { misspelt.insert(key) }
            return report(.oddKey(spelling, odd), entry.keyPlace)
        }
        let further =
            switch kind {
            case .request: [String]()
            case .part: [RequestKey.partName]
            case .defaults: RequestDefaults.LaneKey.allCases.map(\.rawValue)
            }
        let nearest = NearestName.of(entry.key, among: RequestKey.allSpellings + further)
        if let meant = nearest.flatMap(RequestKey.named) { misspelt.insert(meant) }
        report(.unknownKey(entry.key, nearest: nearest), entry.keyPlace)
    }

    /// Whether a value says nothing: something else may fill it in.
    static func isBlank(_ key: RequestKey, _ value: DocumentNode) -> Bool {
        if value.isLeftOut { return true }
        switch key {
        case .prompt: return value.text.map { $0.allSatisfy(\.isWhitespace) } ?? value.list?.isEmpty ?? false
        case .images: return value.list?.isEmpty ?? false
        case .saveAs: return value.scalarText.map { $0.allSatisfy(\.isWhitespace) } ?? false
        case .aspectRatio: return value.list?.isEmpty ?? false
        case .model, .imageSize, .variants, .again, .mark, .meta: return false
        }
    }
}
