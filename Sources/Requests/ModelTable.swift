// SPDX-License-Identifier: Apache-2.0

internal import Documents
package import NanoBanana

/// The models that requests may name: those that the library knows, and those of a setting. Pure.
package enum ModelTable {
    /// Reads a setting such as `gemini-4-image = nano-banana-4 1K 2K 1:1 16:9 pictures:1-14, other-model`: for each API id
    /// the words that say what it is sold as, and which sizes, which ratios and how many pictures it takes. Left out are
    /// no name, no size, every ratio, and 1 to 10 pictures.
    ///
    /// What stands there replaces what the library knows of that id, and takes a sold name from whatever had it. An id alone
    /// says nothing new of one that is known.
    package static func models(_ text: String) throws(ModelTableError) -> [Model] {
        var models: [Model] = []
        for entry in SettingEntry.all(in: text) {
            let model = try model(entry)
            if entry.name == nil, Model.named(model.id) != nil || models.contains(model) { continue }
            for name in [model.id] + model.soldNames where Model.named(name, among: models) != nil {
                throw ModelTableError(entry: entry.text, problem: .givenTwice(name))
            }
            models.append(model)
        }
        let taken = Set(models.flatMap { [$0.id] + $0.soldNames })
        let others = Model.known.filter { !taken.contains($0.id) }.map { known in
            Model(
                id: known.id, soldNames: known.soldNames.filter { !taken.contains($0) }, sizes: known.sizes,
                ratios: known.ratios, pictures: known.pictures)
        }
        return others + models
    }

    private static func model(_ entry: SettingEntry) throws(ModelTableError) -> Model {
        let id = entry.name ?? entry.value
        // A comma between sizes begins another entry.
        guard !id.isEmpty, !id.contains(where: \.isWhitespace), ImageSize(lenient: id) == nil, !id.contains(":") else {
            throw ModelTableError(entry: entry.text, problem: .form)
        }
        var (names, sizes, ratios): ([String], [ImageSize], [AspectRatio]) = ([], [], [])
        var pictures: ClosedRange<Int>?
        for word in entry.name == nil ? [] : entry.value.split(whereSeparator: \.isWhitespace) {
            if let size = ImageSize(lenient: String(word)) {
                sizes.append(size)
            } else if let ratio = AspectRatio(rawValue: String(word)) {
                ratios.append(ratio)
            } else if let count = word.wholeSuffix(behind: "pictures:") {
                guard pictures == nil, let range = range(count) else {
                    throw ModelTableError(entry: entry.text, problem: .notACount(String(word)))
                }
                pictures = range
            } else if word.contains(":") || word.first?.isNumber == true {
                throw ModelTableError(entry: entry.text, problem: .unknownWord(String(word)))
            } else {
                names.append(String(word))
            }
        }
        return Model(
            id: id, soldNames: names, sizes: sizes, ratios: ratios.isEmpty ? AspectRatio.allCases : ratios,
            pictures: pictures ?? 1...Model.mostPictures)
    }

    /// `1-14`, or `3` for 1 to 3. More than a hundred is surely a slip, and would be a request of many pages.
    private static func range(_ text: Substring) -> ClosedRange<Int>? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        let (least, most) = parts.count == 1 ? (1, parts[0]) : (parts[0], parts.last ?? nil)
        guard parts.count <= 2, let least, let most, least >= 0, most >= max(least, 1), most <= 100 else { return nil }
        return least...most
    }
}

/// Why a text is no table of models.
package struct ModelTableError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What is wrong with an entry.
    package enum Problem: Equatable, Sendable {
        /// It is not of the form `API_ID` or `API_ID = WORDS`.
        case form
        /// A word that is no name, no size, no ratio and no count of pictures.
        case unknownWord(String)
        /// No count such as `pictures:1-10`, or a second one.
        case notACount(String)
        /// An earlier entry has the same id or name.
        case givenTwice(String)
    }

    /// The entry as it was given.
    package let entry: String
    package let problem: Problem

    /// What is wrong with the entry, and what it should be.
    package var description: String { "\(Wording.quoted(entry)) \(Wording.sentence(problem))" }
}

extension Substring {
    fileprivate func wholeSuffix(behind start: String) -> Substring? {
        hasPrefix(start) ? dropFirst(start.count) : nil
    }
}
