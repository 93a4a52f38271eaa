// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import HTTPListener
internal import SpoolState

/// What is going on: what `status` and `STATUS.html` say, and what can be done about it.
enum OverviewPage {
    /// - Parameter outcome: what came of the click that led here.
    static func page(
        _ content: HTML, _ outcome: ActionDoor.Outcome?, formToken: String, version: String
    ) -> WebResponse {
        Layout.page(
            title: "bananadrop", .overview, formToken: formToken, version: version,
            "\(outcome.map(said))\n\(content)")
    }

    private static func said(_ outcome: ActionDoor.Outcome) -> HTML {
        switch outcome {
        case .done(let sentence): "<p class=\"notice good\" role=\"status\">\(sentence)</p>"
        case .refused(let sentence): "<p class=\"notice bad\" role=\"alert\">\(sentence)</p>"
        }
    }

    /// The same for everybody who looks.
    static func content(_ state: SpoolState) -> HTML {
        var handles = StatePage.Handles()
        handles.top = """
            <div class="actions">\(Layout.button(.pause, on: .name(""), label: Wording.allLanes))\
            \(Layout.button(.goOn, on: .name(""), label: Wording.allLanes))</div>
            """
        handles.job = { job in
            """
            <span class="act"><a href="\(PageLink.underWay.with("name", job.name))" \
            aria-label="\(Wording.details): \(job.name)">\(Wording.details)</a> \
            \(Layout.button(.cancel, on: .name(job.name), label: job.name))</span>
            """
        }
        handles.failure = { ended in
            guard let place = JobPlace(spool: ended.folder) else { return HTML() }
            return "<p>\(Layout.button(.retry, on: .job(place), label: ended.name))</p>"
        }
        return StatePage(state, prefix: "/").content(handles)
    }
}

/// The overview's content, made once for all who look, and not before somebody does.
struct OverviewState: Sendable {
    private var state: SpoolState?
    private var made: HTML?

    mutating func take(_ state: SpoolState) {
        self.state = state
        made = nil
    }

    var content: HTML {
        mutating get {
            if let made { return made }
            guard let state else { return "<h1>\(Wording.overview)</h1><p>\(Wording.starting)</p>" }
            let content = OverviewPage.content(state)
            made = content
            return content
        }
    }
}
