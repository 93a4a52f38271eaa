// SPDX-License-Identifier: Apache-2.0

internal import NIOHTTP1

/// The pages by their paths. Which one a question is for is decided here, and nothing else is looked at: neither the
/// query nor a body.
public struct PageTable: Sendable {
    /// Makes a page at the moment at which it is asked for.
    public typealias Maker = @Sendable () async -> Page

    enum Decision: Sendable {
        case make(Maker)
        case now(Page)
    }

    private let pages: [String: Maker]

    /// The pages by their paths, such as `/metrics`.
    public init(_ pages: [String: Maker]) {
        self.pages = pages
    }

    func decide(_ method: HTTPMethod, _ uri: String) -> Decision {
        let path = uri.prefix { $0 != "?" }
        guard let maker = pages[String(path)] else { return .now(.notFound) }
        return method == .GET || method == .HEAD ? .make(maker) : .now(.notAllowed)
    }
}
