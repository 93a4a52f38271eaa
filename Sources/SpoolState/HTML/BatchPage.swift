// SPDX-License-Identifier: Apache-2.0

internal import Documents
package import Jobs
internal import Requests

package import struct SystemPackage.FilePath

/// A batch that came back, as a page for a browser: what went in beside what came out, what it cost, and why a part
/// failed. It opens from the batch's own folder, and needs no script and nothing from elsewhere. Pure.
package struct BatchPage: Sendable {
    private let summary: BatchSummary
    private let bills: [Bill]
    private let originals: [FilePath.Component: [FilePath.Component]]

    /// So many parts of each kind are shown, since a browser shows no more in one page as quickly as one looks.
    static let limit = 1000
    /// So many of a part's mistakes; its `error.txt` has all of them.
    private static let detailsLimit = 5

    /// - Parameters:
    ///   - bills: those of the parts, in their order.
    ///   - originals: the pictures of one's own that lie in the folders of parts, by their names there.
    package init(
        _ summary: BatchSummary, bills: [Bill], originals: [FilePath.Component: [FilePath.Component]] = [:]
    ) {
        (self.summary, self.bills, self.originals) = (summary, bills, originals)
    }

    private typealias Entry = (part: BatchSummary.Part, bill: Bill)

    /// The whole of it, in UTF-8.
    package var page: [UInt8] {
        let all = zip(summary.parts, bills).map { Entry(part: $0, bill: $1) }
        let (failed, done) = (all.filter { $0.part.reason != nil }, all.filter { $0.part.reason == nil })
        let body: HTML = """
            \(header(done: done.count, failed: failed.count))<main>\
            \(section("failures", Wording.failedParts(failed.count), "failures", failed))\
            \(section("results", Wording.doneParts(done.count), "parts", done))\(notBegun)\(leftOut)</main>\(footer)
            """
        return HTML.document(summary.batch.origin.jobName, [StatePage.style, ResultPair.style], body: body)
    }

    private func header(done: Int, failed: Int) -> HTML {
        let condition: StaticString = failed + summary.notBegun.count == 0 ? "top is-idle" : "top is-bad"
        let money = summary.bill.map { ". " + Wording.cost($0) } ?? ""
        return .tag(
            "header", ["class": "\(condition)"], .tag("p", ["class": "brand"], .text("bananadrop")),
            .tag(
                "h1", [:], .tag("span", ["class": "dot", "aria-hidden": "true"]), .text(summary.batch.origin.jobName)),
            .tag(
                "p", ["class": "lead"],
                .text(Wording.lead(done: done, failed: failed, notBegun: summary.notBegun.count) + money + ".")))
    }

    private func section(_ id: String, _ title: String, _ list: String, _ entries: [Entry]) -> HTML {
        if entries.isEmpty { return HTML() }
        let more = entries.count - Self.limit
        return .tag(
            "section", ["id": id, "aria-labelledby": "h-\(id)"], .tag("h2", ["id": "h-\(id)"], .text(title)),
            .tag("ul", ["class": list], entries.prefix(Self.limit).map(card).joined),
            more > 0 ? .tag("p", ["class": "faint"], .text(Wording.moreParts(more))) : HTML())
    }

    private func card(_ entry: Entry) -> HTML {
        let (part, bill) = entry
        var card = ResultPair(
            link: HTML.Link(FilePath(root: nil, [part.folder])), title: String(decoding: part.folder))
        card.prompt = part.prompt
        card.reason = part.reason.map { why in
            .init(code: why.code, what: why.what, details: Array(why.details.prefix(Self.detailsLimit)), next: why.next)
        }
        // Those that came along; links by their names: nothing is loaded from elsewhere.
        let own = part.job.origin.isPicture ? [FilePath(root: nil, [part.folder, part.job.origin.keptName])] : []
        card.originals = Self.pictures(
            own
                + originals[part.folder, default: []].map {
                    FilePath(root: nil, [part.folder, JobFileNames.originals, $0])
                })
        card.inputs = part.job.request?.pictureNames ?? []
        card.isOfWordsAlone = part.job.request?.isOfWordsAlone ?? false
        card.pictures = Self.pictures(part.pictures.map { FilePath($0) })
        card.notes = [Wording.cost(bill) + "."]
        return card.html
    }

    private static func pictures(_ paths: [FilePath]) -> [ResultPair.Picture] {
        paths.map { path in (path.lastComponent.map { String(decoding: $0) } ?? "", HTML.Link(path)) }
    }

    private var notBegun: HTML {
        if summary.notBegun.isEmpty { return HTML() }
        let names = summary.notBegun.prefix(Self.limit).map { HTML.tag("li", [:], .text(String(decoding: $0))) }
        return .tag(
            "section", ["id": "not-begun", "aria-labelledby": "h-not-begun"],
            .tag("h2", ["id": "h-not-begun"], .text(Wording.notBegunParts(summary.notBegun.count))),
            .tag("ul", [:], names.joined))
    }

    private var leftOut: HTML {
        if summary.leftOut.isEmpty { return HTML() }
        let sentence = Wording.leftInFolder(summary.leftOut.map { String(decoding: $0) })
        return .tag("p", ["class": "faint"], .text(Wording.capitalized(sentence) + "."))
    }

    private var footer: HTML {
        let table = HTML.Link(FilePath(root: nil, [BatchSummary.tableName]))
        return """
            <footer><p>\(Wording.clock(summary.finishedAt)) · <a href="\(table.attributeText)">batch.csv</a> \
            \(Wording.tableSays)</p></footer>
            """
    }
}
