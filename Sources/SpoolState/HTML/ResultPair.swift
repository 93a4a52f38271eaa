// SPDX-License-Identifier: Apache-2.0

internal import Documents

/// One result on a page for a browser: what went in beside what came out. Pure.
struct ResultPair {
    typealias Picture = (name: String, link: HTML.Link)

    struct Reason {
        var code: String
        var what: String
        var details: [String]
        var next: String
    }

    /// Where it lies; `nil` where there is nothing to look at yet.
    var link: HTML.Link?
    var title: String
    var prompt: String?
    /// Why it failed.
    var reason: Reason?
    /// Pictures of one's own that came along.
    var originals: [Picture] = []
    /// What tells which pictures went in.
    var inputs: [String] = []
    var isOfWordsAlone = false
    var pictures: [Picture] = []
    /// A page of its own.
    var page: HTML.Link?
    /// Below all.
    var notes: [String] = []

    /// A page of a hundred is no book.
    private static let textLimit = 600

    /// The beginning of a long text.
    static func beginning(_ text: String) -> String {
        let scalars = text.unicodeScalars
        if scalars.count <= textLimit { return text }
        return String(String.UnicodeScalarView(scalars.prefix(textLimit))) + " …"
    }

    /// The same with no more than the beginning of each long text.
    var shortened: ResultPair {
        var pair = self
        pair.prompt = prompt.map(Self.beginning)
        pair.reason = reason.map { why in
            Reason(
                code: why.code, what: Self.beginning(why.what), details: why.details.map(Self.beginning),
                next: Self.beginning(why.next))
        }
        return pair
    }

    static let style: StaticString = """
        .parts{list-style:none;padding:0;display:grid;gap:.8rem}
        .pair{display:grid;grid-template-columns:minmax(0,1fr) minmax(0,1fr);gap:.8rem;align-items:start}
        .pair h4{margin:0 0 .3rem;font-size:.85rem;font-weight:400;color:var(--faint)}
        .pair .thumbs img{aspect-ratio:auto;object-fit:contain}
        .prompt{white-space:pre-wrap}

        """

    var html: HTML {
        let why = reason.map { why in
            HTML.tag("p", [:], .tag("span", ["class": "code"], .text(why.code)), .text(" " + why.what))
                + why.details.map { HTML.tag("p", [:], .text($0)) }.joined + .tag("p", [:], .text(why.next))
        }
        let pair: HTML = """
            <div class="pair"><div><h4>what went in</h4>\(StatePage.thumbnails(originals))\(names)</div>\
            <div><h4>what came back</h4>\(StatePage.thumbnails(pictures))</div></div>
            """
        return .tag(
            "li", ["class": reason == nil ? "card" : "card failed"],
            .tag("h3", [:], link.map { HTML.tag("a", ["href": $0], .text(title)) } ?? .text(title)),
            prompt.map { HTML.tag("p", ["class": "prompt"], .lines($0)) } ?? HTML(), why ?? HTML(),
            page.map { HTML.tag("p", [:], .tag("a", ["href": $0], .text(Wording.wholeBatch))) } ?? HTML(), pair,
            .tag("p", ["class": "faint"], .text(notes.joined(separator: " "))))
    }

    private var names: HTML {
        if isOfWordsAlone { return .tag("p", ["class": "faint"], .text(Wording.noPicture)) }
        return inputs.isEmpty ? HTML() : .tag("p", ["class": "faint"], .text(inputs.joined(separator: ", ")))
    }
}
