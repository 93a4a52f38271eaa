// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import HTTPListener
internal import Jobs
internal import NanoBanana
internal import Requests
internal import Spending
internal import SpoolState
internal import SystemPackage

/// One job: its pictures, what was asked for, what happened and what it cost; of a batch its parts as they come.
enum JobPage {
    static func page(_ view: JobView, formToken: String, version: String, _ prices: PriceTable) -> WebResponse {
        let job = view.job
        return Layout.page(
            title: "\(view.place.name) · bananadrop", .other, formToken: formToken, version: version,
            """
            <p class="crumbs">\(crumbs(view))</p>
            <h1>\(view.place.name)</h1>
            <p class="facts">\(badge(view)) \(Layout.time(job.claimedAt)) <span>\(cost(job, prices))</span></p>
            \(why(view))
            \(JobActions.html(view))
            \(pictures(view))
            \(parts(view))
            \(request(view))
            <section><h2>\(Wording.timelineTitle)</h2>\(Timeline.html(view.events))</section>
            \(files(view))
            """)
    }

    private static func crumbs(_ view: JobView) -> HTML {
        guard view.job.origin.batch != nil, !view.place.parent.isEmpty else {
            return "<a href=\"/gallery\">\(Wording.gallery)</a>"
        }
        let batch = JobPlace(view.place.base, view.place.parent)
        return "<a href=\"/gallery\">\(Wording.gallery)</a> › <a href=\"\(PageLink("/job", batch))\">\(batch.name)</a>"
    }

    private static func badge(_ view: JobView) -> HTML { badge(view.job, isOver: view.place.holdsResults) }

    private static func badge(_ job: Job, isOver: Bool) -> HTML {
        switch job.outcome {
        case .done?: Badge.outcome(isDone: true)
        case .failed?: Badge.outcome(isDone: false)
        case nil: isOver ? Badge.stage(Wording.notBegun) : Badge.stage(stage(job))
        }
    }

    /// In the words of all faces.
    private static func stage(_ job: Job) -> String {
        Wording.words(
            JobLine(
                name: job.origin.jobName, stage: JobStage(job), since: job.claimedAt, awaits: job.awaitedPictures))
    }

    private static func cost(_ job: Job, _ prices: PriceTable) -> String {
        if job.parts != nil { return "" }
        let one = job.request.flatMap { prices.price(of: $0.edit) }
        return Wording.cost(charged: job.submitsCharged, maybe: job.submitsMaybeCharged, each: one)
    }

    private static func why(_ view: JobView) -> HTML? {
        guard case .failed(let why)? = view.job.outcome else { return nil }
        let details: [HTML] = why.details.prefix(50).map { "<li>\($0)</li>" }
        return """
            <section class="notice bad"><p><strong>\(why.what)</strong></p>
            \(details.isEmpty ? nil : "<ul>\(details)</ul>" as HTML)
            <p>\(why.next)</p></section>
            """
    }

    private static func pictures(_ view: JobView) -> HTML? {
        guard view.job.parts == nil else { return nil }
        let prompt = view.job.request?.promptText ?? ""
        let inputs: [HTML] = (view.job.request?.locals ?? []).enumerated().compactMap { index, local in
            guard view.place.holdsResults, local.lane == nil else { return nil }
            let (name, link) = (String(decoding: local.file), PageLink("/input", view.place, number: index + 1))
            return """
                <figure class="in"><img src="\(link)" alt="\(Wording.inputPicture(name))">\
                <figcaption>\(Wording.input(1)): \(name)</figcaption></figure>
                """
        }
        let outputs: [HTML] = view.pictures.compactMap { picture in
            guard let link = view.link(to: picture) else { return nil }
            return """
                <figure class="out"><a href="\(link)"><img src="\(link)" \
                alt="\(Wording.outputPicture(picture.name, prompt))"></a><figcaption>\(picture.name)</figcaption></figure>
                """
        }
        if inputs.isEmpty, outputs.isEmpty { return nil }
        return "<section class=\"large\" aria-label=\"\(Wording.picturesTitle)\">\(inputs)\(outputs)</section>"
    }

    private static func parts(_ view: JobView) -> HTML? {
        guard view.job.parts != nil else { return nil }
        let pages = max(1, (view.partCount + JobView.partsOnPage - 1) / JobView.partsOnPage)
        let cards: [HTML] = view.parts.map { part in
            let shown: HTML =
                part.picture.map { "<img loading=\"lazy\" src=\"\($0)\" alt=\"\">" }
                ?? "<div class=\"blank\"></div>"
            let name = String(decoding: FilePath(root: nil, part.place.path.components.suffix(1)))
            return """
                <li class="card part"><a href="\(PageLink("/job", part.place))">\(shown)<span>\(name)</span></a>
                <p class="facts">\(part.job.map { badge($0, isOver: part.place.holdsResults) })</p></li>
                """
        }
        return """
            <section><h2>\(Wording.partsTitle(view.partCount))</h2><ul class="gallery small">\(cards)</ul>
            \(Pager.html(page: view.page, of: pages) { PageLink("/job", view.place).with("page", $0 == 1 ? "" : "\($0)") })
            </section>
            """
    }

    private static func request(_ view: JobView) -> HTML? {
        guard let request = view.job.request else { return nil }
        let links = request.pictureNames.joined(separator: ", ")
        let rows: [(String, String)] = [
            (Wording.promptTitle, request.promptText), (Wording.imagesTitle, links),
            (Wording.modelTitle, request.edit.model.id),
            (Wording.ratioTitle, ratios(of: request)),
            (Wording.sizeTitle, request.edit.imageSize?.rawValue ?? ""),
            (Wording.variantsTitle, request.variants == 1 ? "" : "\(request.variants)"),
        ]
        let shown: [HTML] = rows.filter { !$0.1.isEmpty }.map { name, value in
            "<dt>\(name)</dt><dd dir=\"auto\">\(HTML.lines(value))</dd>"
        }
        return "<section><h2>\(Wording.requestTitle)</h2><dl class=\"pairs\">\(shown)</dl></section>"
    }

    private static func ratios(of request: Request) -> String {
        request.others.isEmpty
            ? request.edit.aspectRatio?.rawValue ?? "" : request.ratios.map(\.rawValue).joined(separator: ", ")
    }

    private static func files(_ view: JobView) -> HTML? {
        if view.files.isEmpty { return nil }
        let links: [HTML] = view.files.map { name in
            "<li><a href=\"\(PageLink("/file", view.place, name))\">\(String(decoding: name))</a></li>"
        }
        return "<section><h2>\(Wording.filesTitle)</h2><ul class=\"files\">\(links)</ul></section>"
    }
}
