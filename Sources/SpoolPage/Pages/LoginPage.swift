// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import HTTPListener
internal import SpoolState

/// Where the token is asked for.
enum LoginPage {
    enum Trouble: Sendable {
        case wrongToken, tooManyTries
    }

    static func page(to link: PageLink, _ trouble: Trouble? = nil) -> WebResponse {
        let said: HTML? = trouble.map { "<p class=\"notice bad\" role=\"alert\">\(Wording.sentence($0))</p>" }
        let status =
            switch trouble {
            case nil: 200
            case .wrongToken: 403
            case .tooManyTries: 429
            }
        var page = Layout.page(
            status, title: Wording.loginTitle, .other, formToken: nil,
            """
            <section class="card login">
            <h1>\(Wording.loginTitle)</h1>
            \(said)
            <form method="post" action="/login">
            <label for="token">\(Wording.token)</label>
            <input id="token" name="token" type="password" autocomplete="current-password" required autofocus \
            aria-describedby="token-hint">
            <p id="token-hint" class="faint">\(Wording.tokenHint)</p>
            <input type="hidden" name="to" value="\(link)">
            <button>\(Wording.logIn)</button>
            </form>
            </section>
            """)
        if trouble == .tooManyTries { page.headers.append(("retry-after", "60")) }
        return page
    }
}
