// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import HTTPListener
internal import SpoolState
internal import SystemPackage

/// The newest results, with what went in beside what came out.
enum GalleryPage {
    static func page(_ query: GalleryQuery, _ found: RecentResults.Found, formToken: String, version: String)
        -> WebResponse
    {
        let isFiltered = !query.words.isEmpty || query.kind != .all
        let empty = isFiltered ? Wording.nothingFound : Wording.noResultsYet
        let cards: HTML =
            found.cards.isEmpty
            ? "<p class=\"empty\">\(empty)</p>"
            : "<ul class=\"gallery\">\(found.cards.map { Self.card($0) })</ul>"
        return Layout.page(
            title: "\(Wording.gallery) · bananadrop", .gallery, formToken: formToken, version: version,
            """
            <h1>\(Wording.gallery)</h1>
            \(search(query))
            <p class="faint" role="status">\(Wording.results(found.count, isCut: found.isCut))</p>
            \(cards)
            \(Pager.html(page: query.page, of: pages(found.count)) { query.link(page: $0) })
            """)
    }

    private static func pages(_ count: Int) -> Int {
        max(1, (count + RecentResults.cardsOnPage - 1) / RecentResults.cardsOnPage)
    }

    private static func search(_ query: GalleryQuery) -> HTML {
        let kinds: [HTML] = GalleryQuery.Kind.allCases.map { kind in
            let selected: HTML? = kind == query.kind ? " selected" : nil
            return "<option value=\"\(kind.rawValue)\"\(selected)>\(Wording.words(for: kind))</option>"
        }
        return """
            <form class="search" role="search" method="get" action="/gallery">
            <label for="words">\(Wording.searchFor)</label>
            <input id="words" type="search" name="q" value="\(query.words)" maxlength="200">
            <label for="kind">\(Wording.outcome)</label>
            <select id="kind" name="kind">\(kinds)</select>
            <button>\(Wording.search)</button>
            </form>
            """
    }

    static func card(_ card: ResultCard) -> HTML {
        let reason: HTML? = card.reason.first.map { "<p class=\"why\">\($0)</p>" }
        let prompt: HTML? =
            card.prompt.isEmpty ? nil : "<p class=\"prompt\" dir=\"auto\">\(HTML.lines(card.prompt))</p>"
        let further: HTML? =
            card.furtherPrompts == 0 ? nil : "<p class=\"faint\">\(Wording.furtherPrompts(card.furtherPrompts))</p>"
        let time: HTML? = Timestamp(card.finishedAt).map { "\(Layout.time($0))" }
        return """
            <li class="card \(card.isDone ? "done" : "failed")">
            \(pictures(card))
            <h2><a href="\(card.summaryLink)">\(card.place.name)</a></h2>
            <p class="facts">\(Badge.outcome(isDone: card.isDone)) \(parts(card)) \(time)</p>
            \(reason)
            \(prompt)
            \(further)
            </li>
            """
    }

    /// A batch has as many inputs as parts, and a request that could not be read has none: what came stands alone.
    private static func pictures(_ card: ResultCard) -> HTML {
        guard !card.inputs.isEmpty else { return "<div class=\"pictures alone\">\(outputs(card))</div>" }
        return """
            <div class="pictures">\(inputs(card))<span class="arrow" aria-hidden="true">→</span>\(outputs(card))</div>
            """
    }

    private static func parts(_ card: ResultCard) -> HTML? {
        card.parts.map { "<span>\(Wording.parts(done: $0.done, failed: $0.failed))</span>" }
    }

    /// The first picture of one's own, or else the names of the links: pages elsewhere are not asked for anything.
    private static func inputs(_ card: ResultCard) -> HTML {
        for case .own(let number, let name) in card.inputs {
            return """
                <figure class="in"><img loading="lazy" src="\(PageLink("/input", card.place, number: number))" \
                alt="\(Wording.inputPicture(name))"><figcaption>\(Wording.input(card.inputs.count))</figcaption></figure>
                """
        }
        let names = card.inputs.map(\.name).filter { !$0.isEmpty }
        let text = names.prefix(3).joined(separator: ", ")
        return """
            <figure class="in"><div class="blank"><span>\(text)</span></div>\
            <figcaption>\(Wording.input(card.inputs.count))</figcaption></figure>
            """
    }

    private static func outputs(_ card: ResultCard) -> HTML {
        let links = card.pictures.compactMap { name in PageLink(pictureNamed: name, in: card.place).map { (name, $0) } }
        guard let (name, link) = links.first else {
            return "<figure class=\"out\"><div class=\"blank\"><span>\(Wording.noPicture)</span></div></figure>"
        }
        let caption = Wording.pictures(card.pictures.count)
        let alt = Wording.outputPicture(name, card.prompt)
        return """
            <figure class="out"><a href="\(card.summaryLink)"><img loading="lazy" src="\(link)" alt="\(alt)"></a>\
            <figcaption>\(caption)</figcaption></figure>
            """
    }
}

extension ResultCard.Input {
    var name: String {
        switch self {
        case .link(let name), .own(_, let name): name
        }
    }
}
