// SPDX-License-Identifier: Apache-2.0

internal import SpoolState

/// What the page itself consists of, the same for everybody.
enum Asset: String, CaseIterable, Sendable {
    case style = "page.css"
    case script = "page.js"
    case icon = "icon.svg"
    /// What a browser asks for by itself where a picture stands alone.
    case favicon = "favicon.ico"

    var contentType: String {
        switch self {
        case .style: "text/css; charset=utf-8"
        case .script: "text/javascript; charset=utf-8"
        case .icon, .favicon: "image/svg+xml"
        }
    }

    var bytes: [UInt8] {
        switch self {
        case .style: StatePage.style.withUTF8Buffer { Array($0) } + PackageResources.page_css
        case .script: PackageResources.page_js
        case .icon, .favicon: Array(Self.banana.utf8)
        }
    }

    private static let banana = """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><path d="M7 4c1 10 6 17 19 18 1 3-1 5-4 6C10 29 \
        3 19 5 5z" fill="#f2b705" stroke="#5c4300" stroke-width="1.5" stroke-linejoin="round"/></svg>
        """
}
