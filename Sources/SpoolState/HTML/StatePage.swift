// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import Jobs
internal import Spending

internal import struct SystemPackage.FilePath

/// The state of a spool as a page for a browser: `STATUS.html`, and the pieces of the page over HTTP. It needs no script
/// and nothing from elsewhere. Pure.
package struct StatePage: Sendable {
    let state: SpoolState
    /// Where the spool's folders lie for who reads it.
    let prefix: StaticString

    package init(_ state: SpoolState, prefix: StaticString = "./") {
        (self.state, self.prefix) = (state, prefix)
    }

    /// The whole of it, in UTF-8.
    ///
    /// - Parameter refresh: after how many seconds the browser is to look again; `nil` where somebody else sees to that.
    package func page(refresh: Int?) -> [UInt8] {
        let title = Wording.capitalized(Wording.word(state.condition))
        return HTML.document(title, [Self.style], refresh: refresh, body: body)
    }

    /// What stands between the page's head and its end.
    package var body: HTML { header + .tag("main", [:], sections(Handles())) + footer }

    /// What can be clicked, where there is somebody who carries it out.
    package struct Handles: Sendable {
        /// Below the first lines.
        package var top = HTML()
        /// Behind a job under way.
        package var job: @Sendable (JobLine) -> HTML = { _ in HTML() }
        /// Behind one that waits.
        package var next: @Sendable (SpoolState.Queue.Next) -> HTML = { _ in HTML() }
        /// Behind what is held.
        package var held: @Sendable (SpoolState.Held) -> HTML = { _ in HTML() }
        /// Below what has failed.
        package var failure: @Sendable (Ended) -> HTML = { _ in HTML() }

        /// None.
        package init() {}
    }

    /// The same without a page's head and foot, for a page that has its own.
    package func content(_ handles: Handles) -> HTML {
        .tag("div", ["class": "state \(name(of: state.condition))"], headline) + handles.top + sections(handles)
    }

    private func sections(_ handles: Handles) -> HTML {
        [tiles, troubles(handles), underWay(handles), failures(handles), results, waiting(handles), money, leftAlone]
            .joined
    }

    // MARK: The top

    private var header: HTML {
        .tag(
            "header", ["class": "top \(name(of: state.condition))"],
            .tag("p", ["class": "brand"], .text("bananadrop")), headline)
    }

    private var headline: HTML {
        let condition = Wording.capitalized(Wording.word(state.condition))
        return .tag("h1", [:], .tag("span", ["class": "dot", "aria-hidden": "true"]), .text(condition))
            + .tag("p", ["class": "lead"], .text(Wording.lead(state)))
    }

    private func name(of condition: Condition) -> String {
        switch condition {
        case .notRunning, .paused: "is-bad"
        case .held: "is-held"
        case .working: "is-working"
        case .idle: "is-idle"
        }
    }

    private var tiles: HTML {
        let tiles: [(String, String)] = [
            ("waiting", "\(state.queue.count)"), ("under way", state.underWay.map { "\($0.count)" } ?? "?"),
            ("held", "\(state.heldCount)"), ("done since the start", "\(state.doneSinceStart)"),
            ("failed since the start", "\(state.failedSinceStart)"),
            ("spent today", Wording.money(state.today.spent.money)),
        ]
        return .tag(
            "dl", ["class": "tiles"],
            tiles.map { label, value in
                HTML.tag("div", [:], .tag("dt", [:], .text(label)), .tag("dd", [:], .text(value)))
            }.joined)
    }

    private func troubles(_ handles: Handles) -> HTML {
        let lines = state.troubled
        if lines.isEmpty { return HTML() }
        return section(
            "trouble", "What stands in the way",
            .tag(
                "ul", ["class": "troubles"],
                lines.map { line, held in
                    HTML.tag("li", [:], .text(Wording.capitalized(line) + "."), held.map(handles.held) ?? HTML())
                }.joined))
    }

    // MARK: Work

    private func underWay(_ handles: Handles) -> HTML {
        guard let underWay = state.underWay, underWay.count > 0 else { return HTML() }
        let more = underWay.count - underWay.jobs.count
        return section(
            "work", "Under way",
            .tag("ul", ["class": "jobs"], underWay.jobs.map { line(of: $0, handles) }.joined),
            more > 0 ? .tag("p", ["class": "faint"], .text("and \(more) more")) : HTML())
    }

    private func line(of job: JobLine, _ handles: Handles) -> HTML {
        var text = (state.hurried.contains(job.name) ? Wording.hurried + "; " : "") + Wording.words(job)
        if job.stage != .batch, let progress = job.progress { text += ", \(progress.done) of \(progress.of)" }
        let expected = job.expected.map { HTML.text(", back at about ") + time($0) } ?? HTML()
        let bar = job.progress.map { progress in
            HTML.tag(
                "progress",
                ["max": max(progress.of, 1), "value": min(progress.done, progress.of), "aria-label": "\(job.name)"])
        }
        return .tag(
            "li", [:], .tag("strong", [:], .text(job.name)), bar ?? HTML(),
            .tag("span", ["class": "faint"], .text(text + "; since "), time(job.since), expected, coming(job)),
            handles.job(job))
    }

    private func coming(_ job: JobLine) -> HTML {
        job.coming.map { .text("; \(Wording.comingLies) \(Wording.shownPath($0))") } ?? HTML()
    }

    private func waiting(_ handles: Handles) -> HTML {
        let queue = state.queue
        if queue.count == 0, queue.unsettled == 0, queue.awaitingText == 0, state.hurried.isEmpty { return HTML() }
        var content = HTML()
        if !queue.next.isEmpty {
            let names = queue.next.map { HTML.tag("li", [:], .text(Wording.words($0)), handles.next($0)) }
            content += .tag("ol", ["class": "next"], names.joined)
            let more = queue.count - queue.next.count
            if more > 0 { content += .tag("p", ["class": "faint"], .text("and \(more) more behind them")) }
        }
        if !state.hurried.isEmpty {
            let names = Wording.list(state.hurried, of: state.hurried.count)
            content += .tag("p", [:], .text("\(Wording.capitalized(Wording.hurried)) by somebody: \(names)"))
        }
        if queue.lanes.count > 1 {
            let lanes = queue.lanes.map { "\($0.files) in \(Wording.lane($0.name))" }.joined(separator: ", ")
            content += .tag("p", ["class": "faint"], .text(lanes))
        }
        if queue.unsettled > 0 {
            let names = Wording.list(queue.unsettledNames, of: queue.unsettled)
            content += .tag("p", [:], .text("Still being written, and taken when that is over: \(names)"))
        }
        if queue.awaitingText > 0 {
            let names = Wording.list(queue.awaitingTextNames, of: queue.awaitingText)
            content += .tag("p", [:], .text("\(Wording.capitalized(Wording.awaitingText)): \(names)"))
        }
        return section("waiting", "Waiting for their turn", content)
    }

    // MARK: What came back

    private func failures(_ handles: Handles) -> HTML {
        let failed = state.recent.compactMap { ended in ended.failure.map { card(of: ended, $0, handles) } }
        if failed.isEmpty { return HTML() }
        return section("failures", "Failed last", .tag("ul", ["class": "failures"], failed.joined))
    }

    private var results: HTML {
        let done = state.recent.filter { $0.failure == nil }.map(card)
        if done.isEmpty { return HTML() }
        return section("results", "Came back last", .tag("ul", ["class": "cards"], done.joined))
    }

    private func card(of ended: Ended) -> HTML {
        .tag(
            "li", ["class": "card"], thumbnails(of: ended), title(of: ended),
            .tag("p", ["class": "faint"], .text(Wording.words(ended) + " · "), time(ended.at)))
    }

    private func card(of ended: Ended, _ failure: Ended.Failure, _ handles: Handles) -> HTML {
        let error = HTML.Link(ended.folder.appending("error.txt"), prefix: prefix)
        return .tag(
            "li", ["class": "card failed"], title(of: ended),
            .tag("p", [:], .tag("span", ["class": "code"], .text(failure.code)), .text(" " + failure.what)),
            .tag("details", [:], .tag("summary", [:], .text("What to do")), .tag("p", [:], .text(failure.next))),
            thumbnails(of: ended),
            .tag(
                "p", ["class": "faint"], time(ended.at), .text(" · \(Wording.charged(ended.charged)) · "),
                .tag("a", ["href": error], .text("error.txt"))), handles.failure(ended))
    }

    private func title(of ended: Ended) -> HTML {
        .tag("h3", [:], .tag("a", ["href": HTML.Link(ended.folder, prefix: prefix)], .text(ended.name)))
    }

    /// Only what a browser shows as a picture and never runs, by its name.
    static func isShown(_ name: String) -> Bool {
        let shown: Set = ["png", "jpg", "jpeg", "webp", "gif"]
        return name.split(separator: ".").last.map { shown.contains($0.lowercased()) } ?? false
    }

    private func thumbnails(of ended: Ended) -> HTML {
        let pictures = ended.pictures.map { name in
            (name: name, link: HTML.Link(ended.folder.pushing(FilePath(name)), prefix: prefix))
        }
        return Self.thumbnails(pictures, most: 4)
    }

    /// Those that a browser shows, each leading to its picture.
    static func thumbnails(_ pictures: [(name: String, link: HTML.Link)], most: Int = .max) -> HTML {
        let shown = pictures.filter { isShown($0.name) }
        if shown.isEmpty { return HTML() }
        return .tag(
            "div", ["class": shown.count == 1 ? "thumbs one" : "thumbs"],
            shown.prefix(most).map { picture in
                let attributes: KeyValuePairs<StaticString, any HTML.AttributeValue> = [
                    "src": picture.link, "alt": picture.name, "loading": "lazy", "decoding": "async",
                ]
                return HTML.tag("a", ["href": picture.link], HTML.void("img", attributes))
            }.joined)
    }

    // MARK: Money, and what stays

    private var money: HTML {
        let today = state.today
        var content = HTML.tag("p", [:], .text(Wording.capitalized(Wording.words(today.spent)) + "."))
        if !today.limits.isEmpty {
            content += .tag("ul", ["class": "limits"], today.limits.map(line).joined)
        }
        if !today.lanes.isEmpty {
            let rows = today.lanes.prefix(20).map { lane in
                HTML.tag(
                    "tr", [:], .tag("th", ["scope": "row"], .text(Wording.lane(lane.name))),
                    .tag("td", [:], .text("\(lane.spent.submits)")),
                    .tag("td", [:], .text(Wording.money(lane.spent.money))))
            }
            let head = HTML(
                markup: "<tr><th scope=\"col\">lane</th><th scope=\"col\">submits</th><th scope=\"col\">spent</th></tr>"
            )
            content += .tag("table", [:], .tag("thead", [:], head), .tag("tbody", [:], rows.joined))
        }
        return section("money", "Today", content)
    }

    private func line(of limit: LimitLeft) -> HTML {
        let percent = Int((min(max(limit.share, 0), 1) * 100).rounded())
        return .tag(
            "li", [:], .text(Wording.name(limit)),
            .tag(
                "meter",
                ["min": 0, "max": 100, "high": 80, "optimum": 0, "value": percent, "aria-label": Wording.name(limit)]),
            .tag("span", ["class": "faint"], .text(Wording.left(limit))))
    }

    private var leftAlone: HTML {
        if state.leftAlone.count == 0 { return HTML() }
        let groups = state.leftAlone.byReason(named: SpoolState.namesLimit).map { group in
            let names = group.names.map { Wording.shownPath($0) }
            return HTML.tag(
                "li", [:], .tag("strong", [:], .text(Wording.list(names, of: group.count))), .text(": \(group.reason)"))
        }
        let others = state.leftAlone.others
        return section(
            "left", "Left alone in the inbox: \(state.leftAlone.count)",
            .tag("p", ["class": "faint"], .text("These files are not requests. They stay as they are.")),
            .tag("ul", [:], groups.joined, others > 0 ? .tag("li", [:], .text("and \(others) more")) : HTML()))
    }

    private var footer: HTML {
        .tag(
            "footer", [:],
            .tag(
                "p", [:], .text("As of "), time(state.at, whole: true), .text(" (\(Wording.zone(at: state.at))). "),
                .text(Wording.freshness(state))),
            .tag(
                "p", [:], .text("How to ask for a picture, try again, and stop a request: "),
                .tag("a", ["href": HTML.Link("HOW-TO.txt", prefix: prefix)], .text("HOW-TO.txt")), .text(".")))
    }

    // MARK: Pieces

    private func section(_ id: String, _ title: String, _ content: HTML...) -> HTML {
        .tag(
            "section", ["id": id, "aria-labelledby": "h-\(id)"], .tag("h2", ["id": "h-\(id)"], .text(title)),
            content.joined)
    }

    private func time(_ moment: Timestamp, whole: Bool = false) -> HTML {
        let words = whole ? Wording.clock(moment) : Wording.clock(moment, near: state.at)
        return .tag("time", ["datetime": moment.description], .text(words))
    }
}
