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
        var card = ResultPair(entry.part, entry.bill)
        card.link = HTML.Link(FilePath(root: nil, [entry.part.folder]))
        // Those that came along.
        let job = entry.part.job
        let own = job.origin.isPicture ? [FilePath(root: nil, [entry.part.folder, job.origin.keptName])] : []
        card.originals = ResultPair.pictures(
            own
                + originals[entry.part.folder, default: []].map {
                    FilePath(root: nil, [entry.part.folder, JobFileNames.originals, $0])
                })
        return card.html
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
        let late = Set(summary.cameLate)
        let others = summary.leftOut.filter { !late.contains($0) }
        var sentences: [String] = []
        if !others.isEmpty { sentences.append(Wording.leftInFolder(others)) }
        if !late.isEmpty { sentences.append(Wording.cameLate(summary.cameLate)) }
        return sentences.map { HTML.tag("p", ["class": "faint"], .text(Wording.capitalized($0) + ".")) }.joined
    }

    private var footer: HTML {
        let table = HTML.Link(FilePath(root: nil, [BatchSummary.tableName]))
        return """
            <footer><p>\(Wording.clock(summary.finishedAt)) · <a href="\(table.attributeText)">batch.csv</a> \
            \(Wording.tableSays)</p></footer>
            """
    }
}

extension ResultPair {
    /// So many of a part's mistakes; its `error.txt` has all of them.
    private static let detailsLimit = 5

    /// A part of a batch, on a page in the batch's folder.
    init(_ part: BatchSummary.Part, _ bill: Bill) {
        self.init(title: String(decoding: part.folder))
        prompt = part.prompt
        reason = part.reason.map { why in
            .init(code: why.code, what: why.what, details: Array(why.details.prefix(Self.detailsLimit)), next: why.next)
        }
        // By their names: nothing is loaded from elsewhere.
        inputs = part.job.request?.pictureNames ?? []
        isOfWordsAlone = part.job.request?.isOfWordsAlone ?? false
        pictures = Self.pictures(part.pictures.map { FilePath($0) })
        notes = [Wording.cost(bill) + "."]
    }

    static func pictures(_ paths: [FilePath]) -> [Picture] {
        paths.map { path in (path.lastComponent.map { String(decoding: $0) } ?? "", HTML.Link(path)) }
    }
}
