// SPDX-License-Identifier: Apache-2.0

/// The keys of a request file, declared once.
enum RequestKey: String, CaseIterable, Sendable {
    case prompt, images, model
    case aspectRatio = "aspect_ratio"
    case imageSize = "image_size"
    case variants, meta

    /// Other spellings that people and programs use.
    var also: [String] {
        switch self {
        case .images: ["image_urls", "urls", "image", "image_url", "url"]
        case .prompt, .model, .aspectRatio, .imageSize, .variants, .meta: []
        }
    }

    static func named(_ name: String) -> RequestKey? {
        allCases.first { $0.rawValue == name || $0.also.contains(name) }
    }

    static var allSpellings: [String] { allCases.flatMap { [$0.rawValue] + $0.also } }
}
