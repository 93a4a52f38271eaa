// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import FileIO
internal import Jobs
internal import NanoBanana
internal import Requests
internal import Spool
internal import SystemPackage

/// A result as the gallery shows it: what `result.json` or `batch.json` says. Pure but for its reading.
struct ResultCard: Equatable, Sendable {
    /// What went in.
    enum Input: Equatable, Sendable {
        /// A link, by the name at its end.
        case link(String)
        /// A picture of one's own: its number in the request, from 1, and its name.
        case own(Int, String)
    }

    var place: JobPlace
    var isDone: Bool
    /// As it was written: `2026-11-30T07:18:00.000Z`.
    var finishedAt: String
    var prompt: String
    /// How many others its variants were asked for with.
    var furtherPrompts: Int
    var model: String
    /// Names in the folder, or below it for a batch.
    var pictures: [String]
    var inputs: [Input]
    var submitsCharged: Int
    var submitsMaybeCharged: Int
    /// Why it failed, and what to do.
    var reason: [String]
    /// How many parts it has; `nil` where it is no batch.
    var parts: (done: Int, failed: Int)?

    static func == (left: ResultCard, right: ResultCard) -> Bool {
        left.place == right.place && left.finishedAt == right.finishedAt && left.isDone == right.isDone
    }

    /// A prompt is looked through so far, in characters.
    private static let promptLimit = 2000
    private static let picturesLimit = 8

    /// `nil` where the bytes are no such summary.
    init?(_ bytes: [UInt8], at place: JobPlace) {
        guard let page = try? JSONDocumentParser.parse(bytes), let outcome = page["outcome"]?.text else { return nil }
        self.place = place
        isDone = outcome == "done"
        finishedAt = page["finished_at"]?.text ?? ""
        let request = page["request"]
        let first = request?["prompt"]?.text ?? ""
        prompt = String(first.prefix(Self.promptLimit))
        let ofVariants = (page["variants"]?.list ?? []).compactMap { $0["prompt"]?.text }
        furtherPrompts = Set(ofVariants).subtracting([first]).count
        model = request?["model"]?.text ?? ""
        let own = (page["pictures"]?.list ?? []).compactMap { $0["name"]?.text }
        let parts = page["parts"]?.list
        let ofParts = (parts ?? []).lazy.flatMap { $0["pictures"]?.list ?? [] }.compactMap(\.text)
        pictures = Array((own + ofParts.prefix(Self.picturesLimit)).prefix(Self.picturesLimit))
        inputs = (request?["image_urls"]?.list ?? []).compactMap(\.text).map { .link(Self.lastPart(of: $0)) }
        submitsCharged = page["submits_charged"]?.integer ?? 0
        submitsMaybeCharged = page["submits_maybe_charged"]?.integer ?? 0
        let why = page["reason"]
        reason = [why?["what"]?.text, why?["next"]?.text].compactMap(\.self)
        self.parts = parts.map { _ in (page["parts_done"]?.integer ?? 0, page["parts_failed"]?.integer ?? 0) }
    }

    /// With pictures of one's own by their names.
    mutating func name(_ locals: [LocalPicture]) {
        for (index, local) in locals.enumerated() {
            let name = String(decoding: local.file)
            guard let place = inputs.firstIndex(of: .link(local.name)) else { continue }
            // What the lane adds to each is named, and not shown with each.
            inputs[place] = local.lane == nil ? .own(index + 1, name) : .link(name)
        }
    }

    /// What tells a person which picture it was; a signature behind a `?` is nobody's business.
    static func lastPart(of link: String) -> String {
        let path = link.prefix { $0 != "?" && $0 != "#" }
        let last = path.split(separator: "/").last.map(String.init) ?? link
        return PercentCoding.decoded(last).map { String(decoding: $0, as: UTF8.self) } ?? last
    }

    func holds(_ words: [String]) -> Bool {
        let text = (place.name + "\n" + prompt).lowercased()
        return words.allSatisfy { text.contains($0) }
    }

    var summaryLink: PageLink { PageLink("/job", place) }
}

extension ResultFiles {
    private static let summaryLimit = 16 << 20

    /// Blocking; `nil` where it is gone, or no result.
    func card(_ place: JobPlace) -> ResultCard? {
        guard let folder = try? open(place) else { return nil }
        for name in PublishedResult.fileNames {
            guard let bytes = try? Self.small(name, in: folder, limit: Self.summaryLimit),
                var card = ResultCard(bytes, at: place)
            else { continue }
            // Most requests have none of their own, and need no look into their journals.
            if card.inputs.contains(where: \.mayBeOwn),
                let job = (try? Journal.read(in: folder)).flatMap({ (try? JournalText($0))?.job })
            {
                card.name(job.request?.locals ?? [])
            }
            return card
        }
        return nil
    }
}

extension ResultCard.Input {
    /// Pictures of one's own are published under 32 hexadecimal digits.
    fileprivate var mayBeOwn: Bool {
        switch self {
        case .link(let name): name.prefix { $0.isHexDigit }.utf8.count == 32
        case .own: true
        }
    }
}
