// SPDX-License-Identifier: Apache-2.0

package import NanoBanana
internal import Requests

package import struct SystemPackage.FilePath

/// The names that a result gets. Pure.
package enum ResultNames {
    /// `NAME_MAX` of Linux's file systems, in bytes.
    package static let limit = 255

    /// `hero-1.png`. A stem too long for it is cut at a character.
    package static func picture(_ number: Int, of stem: FilePath.Component, kind: PictureKind) -> String {
        joined(String(decoding: PortableName.of(stem)), "-\(number).\(kind.fileExtension)")
    }

    /// Whether a file in a job's folder has a picture's name: one that was being fetched when the daemon ended.
    package static func isPicture(_ name: String, of stem: FilePath.Component) -> Bool {
        PictureKind.allCases.contains { kind in
            let ending = ".\(kind.fileExtension)"
            guard name.hasSuffix(ending), let dash = name.lastIndex(of: "-") else { return false }
            let digits = name[name.index(after: dash)...].dropLast(ending.count)
            return Int(digits).map { picture($0, of: stem, kind: kind) == name } ?? false
        }
    }

    /// The folder's name on the n-th try: `hero`, `hero-2`, `hero-3`.
    package static func folder(_ stem: FilePath.Component, attempt: Int) -> FilePath.Component {
        numbered(PortableName.of(stem), attempt: attempt)
    }

    /// The table of a batch's rows that are to be corrected: `catalog-failed.csv`. `nil` where no table was dropped, and where
    /// the one that was has that name, in any case of letters: some file systems do not tell them apart.
    package static func failedRows(of origin: Origin) -> FilePath.Component? {
        guard !origin.isFolder, RequestFileName(origin.file)?.syntax == .csv else { return nil }
        let name = joined(String(decoding: PortableName.of(origin.stem)), failedRows + ".csv")
        let isTaken = name.lowercased() == String(decoding: origin.keptName).lowercased()
        return isTaken ? nil : FilePath.Component(name)
    }

    /// What such a table's name has behind that of its batch.
    static let failedRows = "-failed"

    /// A name as somebody gave it, on the n-th try.
    package static func numbered(_ name: FilePath.Component, attempt: Int) -> FilePath.Component {
        if attempt == 1 { return name }
        return FilePath.Component(joined(String(decoding: name), "-\(attempt)")) ?? name
    }

    /// The answer of one variant, from 0: `response.json`, `response-2.json`.
    package static func response(_ variant: Int) -> FilePath.Component {
        variant == 0 ? "response.json" : FilePath.Component("response-\(variant + 1).json") ?? "response.json"
    }

    /// A job's folder in `processing/`: readable, and never the same twice.
    package static func job(_ stem: FilePath.Component, unique: UInt32) -> FilePath.Component {
        FilePath.Component(jobPrefix(stem) + "." + String(unique, radix: 36)) ?? "job"
    }

    /// Whether a folder's name is one that ``job(_:unique:)`` gives.
    package static func isJob(_ name: FilePath.Component, of stem: FilePath.Component) -> Bool {
        let (text, prefix) = (String(decoding: name), jobPrefix(stem) + ".")
        return text.hasPrefix(prefix) && UInt32(text.dropFirst(prefix.count), radix: 36) != nil
    }

    /// What ``job(_:unique:)`` was given, as far as its name tells; `nil` for any other name.
    package static func stem(ofJob name: FilePath.Component) -> FilePath.Component? {
        let text = String(decoding: name)
        guard let dot = text.lastIndex(of: "."), UInt32(text[text.index(after: dot)...], radix: 36) != nil,
            let stem = FilePath.Component(String(text[..<dot])), stem.kind == .regular
        else { return nil }
        return stem
    }

    /// The folder of a part, from 1: `001`, `001-red-bottle`. In the order of the batch when sorted by name.
    package static func part(_ number: Int, of count: Int, called name: String?) -> FilePath.Component {
        let digits = String(number)
        let width = max(3, String(count).utf8.count)
        let prefix = String(repeating: "0", count: width - digits.utf8.count) + digits
        let words = (name ?? "").split { !$0.isLetter && !$0.isNumber }.joined(separator: "-").prefixFitting(60)
        return FilePath.Component(words.isEmpty ? prefix : prefix + "-" + words) ?? FilePath.Component(prefix) ?? "part"
    }

    /// Whether a folder in a batch has a part's name.
    package static func isPart(_ name: FilePath.Component) -> Bool {
        let text = String(decoding: name)
        let digits = text.prefix { ("0"..."9").contains($0) }
        return digits.count >= 3 && (digits.endIndex == text.endIndex || text[digits.endIndex] == "-")
    }

    /// What ``part(_:of:called:)`` has made of a part's number, from 1, and of what it calls itself, or of its number once
    /// more; `nil` for any other name.
    package static func numberAndName(ofPart text: String) -> (number: Int, name: String)? {
        let digits = text.prefix { ("0"..."9").contains($0) }
        guard let number = Int(digits) else { return nil }
        let name = text[digits.endIndex...].dropFirst()
        return (number, name.isEmpty ? String(number) : String(name))
    }

    /// Never empty, and never hidden.
    private static func jobPrefix(_ stem: FilePath.Component) -> String {
        let prefix = String(decoding: stem).prefixFitting(80)
        return prefix.isEmpty || prefix.hasPrefix(".") ? "job" + prefix : prefix
    }

    private static func joined(_ stem: String, _ ending: String) -> String {
        stem.prefixFitting(limit - ending.utf8.count) + ending
    }
}
