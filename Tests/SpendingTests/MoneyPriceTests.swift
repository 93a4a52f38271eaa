// SPDX-License-Identifier: Apache-2.0

import NanoBanana
import Testing

@testable import Spending

/// The table of prices: what it knows, and what it refuses.
struct MoneyPriceTests {
    private static let other = Model(id: "other-model")
    private static let models = Model.known + [other]

    private static func edit(_ model: Model, _ size: ImageSize? = nil) throws -> EditRequest {
        try EditRequest(model: model, prompt: "x", images: [try ImageLink("https://a.b/c")], imageSize: size)
    }

    @Test func `the price of model and size comes before that of the model, and no price is a guess`() throws {
        let table = try PriceTable(
            "nano-banana-pro 4k = 0.24 ,gemini-3-pro-image-preview=0.12,\n\tnano-banana  =  0.04, ", models: Self.models
        )
        #expect(table.price(of: try Self.edit(.pro, .fourK)) == Amount("0.24"))
        #expect(table.price(of: try Self.edit(.pro, .twoK)) == Amount("0.12"))
        #expect(table.price(of: try Self.edit(.pro)) == Amount("0.12"))
        #expect(table.price(of: try Self.edit(.flash)) == Amount("0.04"))
        #expect(table.price(of: try Self.edit(Self.other)) == nil)
        #expect(!table.isEmpty)
    }

    @Test func `a price for one size says nothing of the others, nor of a request without a size`() throws {
        let table = try PriceTable("nano-banana-pro 4K = 0.24")
        #expect(table.price(of: try Self.edit(.pro, .oneK)) == nil)
        #expect(table.price(of: try Self.edit(.pro)) == nil)
    }

    @Test func `a free model has a price`() throws {
        #expect(try PriceTable("nano-banana = 0").price(of: try Self.edit(.flash)) == .zero)
    }

    @Test(arguments: ["", "  ", " , ,"])
    func `a blank text is an empty table`(text: String) throws {
        #expect(try PriceTable(text) == PriceTable())
        #expect(PriceTable().isEmpty)
        #expect(PriceTable().price(of: try Self.edit(.pro)) == nil)
    }

    private static let refused: [(String, String, PriceTableError.Problem)] = [
        ("nano-banana", "nano-banana", .form),
        ("= 3", "= 3", .form),
        ("nano-banana 4K now = 3", "nano-banana 4K now = 3", .form),
        ("nano-banana = 1 = 2", "nano-banana = 1 = 2", .form),
        ("nano-banana = 0,12", "12", .form),
        ("nano-banana-por=1", "nano-banana-por=1", .unknownModel("nano-banana-por", nearest: "nano-banana-pro")),
        ("other-modle = 1", "other-modle = 1", .unknownModel("other-modle", nearest: "other-model")),
        ("nano-banana = 1, dall-e = 2", "dall-e = 2", .unknownModel("dall-e", nearest: nil)),
        ("nano-banana-pro 8K = 1", "nano-banana-pro 8K = 1", .unknownSize("8K")),
        ("nano-banana 4K = 1", "nano-banana 4K = 1", .sizeNotTaken(.fourK, by: .flash)),
        ("nano-banana =", "nano-banana =", .notAPrice("")),
        ("nano-banana = -1", "nano-banana = -1", .notAPrice("-1")),
        ("nano-banana = 1 EUR", "nano-banana = 1 EUR", .notAPrice("1 EUR")),
        ("nano-banana = 1, gemini-2.5-flash-image = 1", "gemini-2.5-flash-image = 1", .givenTwice),
        ("nano-banana-pro 4K = 1, nano-banana-pro 4k = 2", "nano-banana-pro 4k = 2", .givenTwice),
    ]

    @Test(arguments: Self.refused)
    func `an entry that is wrong is named`(text: String, entry: String, problem: PriceTableError.Problem) {
        #expect(throws: PriceTableError(entry: entry, problem: problem)) {
            try PriceTable(text, models: Self.models)
        }
    }
}
