// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import Jobs
internal import Requests

package import struct SystemPackage.FilePath

/// What came back in a lane last, as a page for a browser, in the lane's folder below `done/`: what went in beside what came
/// out, what it cost, and why something failed. It needs no script and nothing from elsewhere. Pure.
package struct LanePage: Sendable {
    /// So many results are shown; all of them lie in the folder.
    package static let limit = 100

    /// The lane's folder, relative to `done/`; empty for `done/` itself.
    private let folder: FilePath
    private let results: [LaneResult]

    /// - Parameter results: the last first.
    package init(of folder: FilePath, _ results: [LaneResult]) {
        (self.folder, self.results) = (folder, results.prefix(Self.limit).map(\.self))
    }

    /// The whole of it, in UTF-8.
    package var page: [UInt8] {
        let failed = results.filter { $0.ended.failure != nil }
        let done = results.filter { $0.ended.failure == nil }
        let body: HTML = """
            <header class="top is-idle"><p class="brand">bananadrop</p>\
            <h1><span class="dot" aria-hidden="true"></span>\(title)</h1>\
            <p class="lead">\(Wording.laneLead(done: done.count, failed: failed.count))</p></header><main>\
            \(section("failures", Wording.failedLast, "failures", failed))\
            \(section("results", Wording.cameBackLast, "parts", done))</main>\
            <footer><p>\(Wording.lastResults(Self.limit)) <a href="./">\(Wording.laneFolder)</a></p></footer>
            """
        return HTML.document(title, [StatePage.style, ResultPair.style], body: body)
    }

    private var title: String { folder.isEmpty ? "done" : Wording.shownPath(folder) }

    private func section(_ id: String, _ title: String, _ list: String, _ results: [LaneResult]) -> HTML {
        if results.isEmpty { return HTML() }
        return .tag(
            "section", ["id": id, "aria-labelledby": "h-\(id)"], .tag("h2", ["id": "h-\(id)"], .text(title)),
            .tag("ul", ["class": list], results.map(card).joined))
    }

    private func card(_ result: LaneResult) -> HTML {
        let ended = result.ended
        let name = ended.folder.lastComponent.map { String(decoding: $0) } ?? ended.name
        var card = ResultPair(link: link(ended, FilePath()), title: name)
        card.prompt = result.prompt
        card.reason = ended.failure.map { .init(code: $0.code, what: $0.what, details: [], next: $0.next) }
        card.originals = thumbnails(result.originals, of: ended)
        card.pictures = thumbnails(ended.pictures, of: ended)
        card.inputs = result.inputs
        card.isOfWordsAlone = result.prompt != nil && result.inputs.isEmpty
        let more = ended.pictureCount - ended.pictures.count
        card.notes = [
            ended.parts.map { Wording.count($0, "part") + "." }, more > 0 ? Wording.morePictures(more) : nil,
            result.cost.map { Wording.cost($0) + "." }, Wording.clock(ended.at),
        ].compactMap(\.self)
        if ended.parts != nil { card.page = link(ended, FilePath(root: nil, [JobFileNames.batchPage])) }
        return card.html
    }

    private func thumbnails(_ names: [String], of ended: Ended) -> [ResultPair.Picture] {
        names.map { name in
            let path = FilePath(name)
            return (path.lastComponent.map { String(decoding: $0) } ?? "", link(ended, path))
        }
    }

    /// From the page: to what lies beside it by its name, so that the folder may be shared alone; to what has failed by way of
    /// the spool.
    private func link(_ ended: Ended, _ path: FilePath) -> HTML.Link {
        var beside = ended.folder
        if beside.removePrefix(FilePath("done").pushing(folder)), beside.components.count == 1 {
            return HTML.Link(beside.pushing(path))
        }
        return HTML.Link(ended.folder.pushing(path), up: folder.components.count + 1)
    }
}
