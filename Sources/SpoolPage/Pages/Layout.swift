// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import HTTPListener
internal import SpoolState

/// What every page has around it.
enum Layout {
    /// Nothing comes from elsewhere, nothing goes elsewhere, and no other page holds this one in a frame. A referrer goes
    /// to nobody but the page itself: browsers that may not name it send forms with `Origin: null`.
    static let headers: [(name: String, value: String)] = [
        ("content-type", "text/html; charset=utf-8"),
        (
            "content-security-policy",
            "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; "
                + "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
        ),
        ("x-content-type-options", "nosniff"), ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"), ("cross-origin-resource-policy", "same-origin"),
        ("cache-control", "no-store"),
    ]

    /// Where somebody is.
    enum Tab: Equatable, Sendable {
        case overview, gallery, other
    }

    /// - Parameters:
    ///   - formToken: of the session; `nil` for whoever has none, who is shown no way around.
    ///   - version: of the state; the page follows it where there is one.
    ///   - back: where a click on a button leads.
    static func page(
        _ status: Int = 200, title: String, _ tab: Tab, formToken: String?, version: String? = nil,
        back: PageLink = .overview, _ content: HTML
    ) -> WebResponse {
        let live: HTML? = version.map { " data-live=\"\($0)\"" }
        let form: HTML? = formToken.map { token in
            """
            <form id="act" method="post" action="/act" hidden><input type="hidden" name="csrf" value="\(token)">\
            <input type="hidden" name="back" value="\(back)"></form>
            """
        }
        let html: HTML = """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>\(title)</title>
            <link rel="icon" href="/icon.svg" type="image/svg+xml">
            <link rel="stylesheet" href="/page.css">
            <script src="/page.js" defer></script>
            </head>
            <body>
            <a class="skip" href="#content">\(Wording.skipToContent)</a>
            <header class="bar"><div class="wide">
            <a class="home" href="/"><img src="/icon.svg" alt="" width="28" height="28">bananadrop</a>
            \(formToken.map { _ in navigation(tab) })
            </div></header>
            <main id="content" class="wide" tabindex="-1"\(live)>
            \(content)
            </main>
            \(form)
            <p id="offline" class="offline" role="status" hidden>\(Wording.offline)</p>
            </body>
            </html>

            """
        return WebResponse(status: status, headers: headers, body: .bytes(html.bytes))
    }

    private static func navigation(_ tab: Tab) -> HTML {
        """
        <nav aria-label="\(Wording.mainNavigation)">
        <a href="/"\(tab == .overview ? current : nil)>\(Wording.overview)</a>
        <a href="/gallery"\(tab == .gallery ? current : nil)>\(Wording.gallery)</a>
        <button form="act" formaction="/logout" class="quiet">\(Wording.logOut)</button>
        </nav>
        """
    }

    private static let current: HTML = " aria-current=\"page\""

    /// A page that says one thing.
    static func message(_ status: Int, _ title: String, _ sentence: String, formToken: String?) -> WebResponse {
        page(
            status, title: title, .other, formToken: formToken,
            "<h1>\(title)</h1>\n<p class=\"notice\">\(sentence)</p>\n<p><a href=\"/\">\(Wording.toOverview)</a></p>")
    }

    /// A local time that programs can read, too.
    static func time(_ moment: Timestamp) -> HTML {
        "<time datetime=\"\(moment.description)\">\(LocalTime(moment).description)</time>"
    }

    /// A button of the page's one form, so that it is the same for everybody who looks.
    ///
    /// - Parameters:
    ///   - label: what it is called where its words alone do not say which job is meant.
    ///   - isNamed: whether everybody sees that.
    static func button(
        _ action: Action, on subject: Action.Subject, label: String? = nil, isNamed: Bool = false
    ) -> HTML {
        let words = Wording.words(for: action)
        let whole = label.map { "\(words): \($0)" }
        let name: HTML? = whole.map { " aria-label=\"\($0)\"" }
        return """
            <button form="act" name="do" value="\(HTML.exact("\(action.rawValue) \(subject.value)"))" \
            class="\(action.isGrave ? "grave" : "plain")"\(name)>\(isNamed ? whole ?? words : words)</button>
            """
    }
}
