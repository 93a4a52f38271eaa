// SPDX-License-Identifier: Apache-2.0

package import Documents
package import Jobs
internal import Requests

internal import struct SystemPackage.FilePath

/// What is done of a batch that is under way, as a page for a browser that looks again by itself. It grows with the parts:
/// each is put into words once, and little more than its words is kept. It needs no script and nothing from elsewhere. Pure.
package struct ComingPage: Sendable {
    /// How the parts of one kind are shown.
    private struct Section {
        var folders: Set<FilePath.Component> = []
        /// No more than ``BatchPage/limit``.
        var cards: [FilePath.Component: HTML] = [:]

        mutating func set(_ folder: FilePath.Component, _ card: HTML?) {
            guard let card else {
                folders.remove(folder)
                cards[folder] = nil
                return
            }
            folders.insert(folder)
            if cards.count < BatchPage.limit || cards[folder] != nil { cards[folder] = card }
        }

        /// In the order of the batch.
        var shown: HTML {
            cards.sorted { String(decoding: $0.key) < String(decoding: $1.key) }.map(\.value).joined
        }
    }

    /// How soon a browser looks again, in seconds.
    package static let refresh = 5

    private let name: String
    private let parts: Int
    private var done = Section()
    private var failed = Section()

    /// - Parameter batch: which was split.
    package init(of batch: Job) {
        (name, parts) = (batch.origin.jobName, batch.parts ?? 0)
    }

    /// A part is over; it may have been before, and gone on since.
    package mutating func add(_ part: BatchSummary.Part, _ bill: Bill) {
        var card = ResultPair(part, bill).shortened
        // Nothing but its pictures lies here.
        if !part.pictures.isEmpty { card.link = HTML.Link(FilePath(root: nil, [part.folder])) }
        let html = card.html
        done.set(part.folder, part.reason == nil ? html : nil)
        failed.set(part.folder, part.reason == nil ? nil : html)
    }

    /// The whole of it, in UTF-8.
    package func page(at time: Timestamp) -> [UInt8] {
        let lead = Wording.comingLead(done: done.folders.count, failed: failed.folders.count, of: parts)
        let body: HTML = """
            <header class="top is-working"><p class="brand">bananadrop</p>\
            <h1><span class="dot" aria-hidden="true"></span>\(name)</h1><p class="lead">\(lead)</p></header><main>\
            \(section("results", Wording.doneParts(done.folders.count), "parts", done))\
            \(section("failures", Wording.failedParts(failed.folders.count), "failures", failed))</main>\
            <footer><p>\(Wording.clock(time)) · \(Wording.comingEnds)</p></footer>
            """
        return HTML.document(name, [StatePage.style, ResultPair.style], refresh: Self.refresh, body: body)
    }

    private func section(_ id: String, _ title: String, _ list: String, _ section: Section) -> HTML {
        if section.folders.isEmpty { return HTML() }
        let more = section.folders.count - section.cards.count
        return .tag(
            "section", ["id": id, "aria-labelledby": "h-\(id)"], .tag("h2", ["id": "h-\(id)"], .text(title)),
            .tag("ul", ["class": list], section.shown),
            more > 0 ? .tag("p", ["class": "faint"], .text(Wording.moreComing(more))) : HTML())
    }
}
