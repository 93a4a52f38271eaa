// SPDX-License-Identifier: Apache-2.0

import SystemPackage
import Testing

@testable import SpoolPage
@testable import SpoolState

/// What the gallery shows of a result.
struct ResultCardTests {
    /// The prompts of a request's variants, as `result.json` has them: only where they are not all the same request.
    private static let prompts: [(ofVariants: [String?], shown: String?)] = [
        ([nil], nil), ([], nil), (["red", "red"], nil), (["red", "blue"], "and 1 more prompt"),
        (["red", "blue", "green"], "and 2 more prompts"), (["red", "blue", "red", "blue"], "and 1 more prompt"),
        ([nil, "blue"], "and 1 more prompt"),
    ]

    @Test(arguments: prompts.indices)
    func `of several prompts the first is shown, and how many there are more`(index: Int) throws {
        let (ofVariants, shown) = Self.prompts[index]
        let variants = ofVariants.map { prompt in
            prompt.map { "{\"outcome\":\"done\",\"prompt\":\"\($0)\"}" } ?? "{\"outcome\":\"done\"}"
        }
        let text = """
            {"outcome":"done","request":{"prompt":"red"},"variants":[\(variants.joined(separator: ","))]}
            """
        let card = try #require(ResultCard(Array(text.utf8), at: JobPlace(.done, "hero")))
        #expect(card.prompt == "red")
        let html = String(decoding: GalleryPage.card(card).bytes, as: UTF8.self)
        #expect(html.contains("<p class=\"prompt\" dir=\"auto\">red</p>"))
        if let shown {
            #expect(html.contains("<p class=\"faint\">\(shown)</p>"))
        } else {
            #expect(!html.contains(" more prompt"))
        }
    }
}
