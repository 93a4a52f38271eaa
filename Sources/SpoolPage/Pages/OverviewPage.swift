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
        handles.top = pauses(state)
        handles.job = { job in
            let mayHurry = job.stage == .batch && !state.hurried.contains(job.name)
            return """
                <span class="act"><a href="\(PageLink.underWay.with("name", job.name))" \
                aria-label="\(Wording.details): \(job.name)">\(Wording.details)</a> \
                \(mayHurry ? button(.hurry, job.name) : nil)\(button(.cancel, job.name))</span>
                """
        }
        handles.next = { next in
            // Those of a part stand beside its batch.
            guard next.batch == nil else { return HTML() }
            return """
                <span class="act">\(next.isHurried ? nil : button(.hurry, next.name))\(button(.cancel, next.name))</span>
                """
        }
        handles.held = { held in
            guard held.cost != nil else { return HTML() }
            let names: [HTML] = held.names.map { "\(button(.approve, $0))\(button(.cancel, $0))" }
            return "<span class=\"act\">\(names)</span>"
        }
        handles.failure = { ended in
            guard let place = JobPlace(spool: ended.folder) else { return HTML() }
            return "<p>\(Layout.button(.retry, on: .job(place), label: ended.name))</p>"
        }
        return StatePage(state, prefix: "/").content(handles)
    }

    private static func button(_ action: Action, _ name: String) -> HTML {
        Layout.button(action, on: .name(name), label: name)
    }

    /// For all lanes, and for each that is paused by itself, the one of the two that applies.
    private static func pauses(_ state: SpoolState) -> HTML {
        let isPaused = state.pausedBy.contains { ($0.lane ?? "").isEmpty }
        let lanes = state.pausedBy.compactMap(\.lane).filter { !$0.isEmpty }
        let buttons: [HTML] = lanes.map { lane in
            "\(Layout.button(.goOn, on: .name(lane), label: lane, isNamed: true))"
        }
        return """
            <div class="actions">\(Layout.button(isPaused ? .goOn : .pause, on: .name(""), label: Wording.allLanes))\
            \(buttons)</div>
            """
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
