// SPDX-License-Identifier: Apache-2.0

internal import Documents
package import NanoBanana

/// What one submit costs, as the administrator says: the API does not tell its prices. Pure.
package struct PriceTable: Equatable, Sendable {
    private struct Key: Hashable {
        var model: String
        /// `nil` stands for every size that has no entry of its own.
        var size: ImageSize?
    }

    private var prices: [Key: Amount] = [:]

    /// No price is known.
    package init() {}

    /// Reads a setting such as `nano-banana-pro 4K = 0.24, nano-banana-pro = 0.12`: `MODEL = PRICE` or
    /// `MODEL SIZE = PRICE`, separated by commas. A blank text is an empty table.
    ///
    /// - Parameter models: those that a request may name; an entry gives an API id or a sold name.
    package init(_ text: String, models: [Model] = Model.known) throws(PriceTableError) {
        var earlier: [Key: Amount] = [:]
        for entry in SettingEntry.all(in: text) {
            let key = try Self.key(entry, models)
            guard let price = Amount(entry.value) else {
                throw PriceTableError(entry: entry.text, problem: .notAPrice(entry.value))
            }
            guard prices.updateValue(price, forKey: key) == nil else {
                throw PriceTableError(entry: entry.text, problem: .givenTwice)
            }
            // A sold name may have gone over to another id since a job that waits was read: it costs the same.
            if let name = entry.name?.split(whereSeparator: \.isWhitespace).first, let known = Model.named(String(name))
            {
                earlier[Key(model: known.id, size: key.size)] = price
            }
        }
        prices.merge(earlier) { own, _ in own }
    }

    private static func key(_ entry: SettingEntry, _ models: [Model]) throws(PriceTableError) -> Key {
        let words = (entry.name ?? "").split(whereSeparator: \.isWhitespace).map(String.init)
        guard words.count == 1 || words.count == 2 else { throw PriceTableError(entry: entry.text, problem: .form) }
        guard let model = Model.named(words[0], among: models) else {
            let nearest = NearestName.of(words[0], among: models.flatMap { [$0.usualName, $0.id] })
            throw PriceTableError(entry: entry.text, problem: .unknownModel(words[0], nearest: nearest))
        }
        guard words.count == 2 else { return Key(model: model.id) }
        guard let size = ImageSize(lenient: words[1]) else {
            throw PriceTableError(entry: entry.text, problem: .unknownSize(words[1]))
        }
        guard model.sizes.contains(size) else {
            throw PriceTableError(entry: entry.text, problem: .sizeNotTaken(size, by: model))
        }
        return Key(model: model.id, size: size)
    }

    /// Whether no price is known: then a limit of money limits nothing.
    package var isEmpty: Bool { prices.isEmpty }

    /// What one submit of the request costs: the price of its model and size, or else that of its model in any size.
    /// `nil` means that it is not known, never that it is free.
    package func price(of edit: EditRequest) -> Amount? {
        let sized = edit.imageSize.flatMap { prices[Key(model: edit.model.id, size: $0)] }
        return sized ?? prices[Key(model: edit.model.id)]
    }

    /// The models, each with its size where only some sizes have a price, for which none is known.
    package func missing(among models: [Model]) -> [String] {
        models.flatMap { model -> [String] in
            let name = model.usualName
            if prices[Key(model: model.id)] != nil { return [] }
            guard model.takesImageSize else { return [name] }
            let sizes = model.sizes.filter { prices[Key(model: model.id, size: $0)] == nil }
            // A request that names no size has a price only where the model itself has.
            return sizes.count == model.sizes.count
                ? [name] : ["\(name) without a size"] + sizes.map { "\(name) \($0.rawValue)" }
        }
    }
}
