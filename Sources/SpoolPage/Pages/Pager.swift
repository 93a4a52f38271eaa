// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import SpoolState

/// The way to the pages before and behind this one.
enum Pager {
    /// `nil` where there is but one.
    static func html(page: Int, of count: Int, _ link: (Int) -> PageLink) -> HTML? {
        guard count > 1 else { return nil }
        let newer: HTML? = page > 1 ? "<a rel=\"prev\" href=\"\(link(page - 1))\">\(Wording.previousPage)</a>" : nil
        let older: HTML? = page < count ? "<a rel=\"next\" href=\"\(link(page + 1))\">\(Wording.nextPage)</a>" : nil
        return """
            <nav class="pager" aria-label="\(Wording.pages)">\(newer)<span>\(Wording.page(page, of: count))</span>\
            \(older)</nav>
            """
    }
}

/// A word that tells how it stands, by its colour as well.
enum Badge {
    static func outcome(isDone: Bool) -> HTML {
        isDone
            ? "<span class=\"badge good\">\(Wording.done)</span>"
            : "<span class=\"badge bad\">\(Wording.failed)</span>"
    }

    static func stage(_ words: String) -> HTML { "<span class=\"badge busy\">\(words)</span>" }
}
