// SPDX-License-Identifier: Apache-2.0

/// Pages by their paths. Which one a question is for is decided here, and nothing else is looked at: neither the query
/// nor a body.
package struct PageTable: Sendable {
    /// Makes a page at the moment at which it is asked for.
    package typealias Maker = @Sendable () async -> WebResponse

    private let pages: [String: Maker]

    /// The pages by their paths, such as `/metrics`.
    package init(_ pages: [String: Maker]) {
        self.pages = pages
    }

    /// The same without these.
    package func without(_ paths: Set<String>) -> PageTable {
        PageTable(pages.filter { !paths.contains($0.key) })
    }

    /// `nil` where it has no such page.
    package func answer(to request: WebRequest) async -> WebResponse? {
        guard let maker = pages[String(request.path)] else { return nil }
        return request.method == "GET" || request.method == "HEAD" ? await maker() : .notAllowed
    }
}
