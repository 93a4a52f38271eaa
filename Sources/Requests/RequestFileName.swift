// SPDX-License-Identifier: Apache-2.0

package import struct SystemPackage.FilePath

/// A file name that marks requests: `.yaml`, `.yml`, `.json`, `.jsonl`, `.ndjson`, `.csv` or `.tsv`, in any case, and
/// the same with `.txt` behind it, since Windows hides extensions.
package struct RequestFileName: Equatable, Sendable {
    package enum Syntax: Equatable, Sendable {
        case json, yaml, jsonLines, csv

        /// The largest file, in bytes.
        package var sizeLimit: Int {
            switch self {
            case .json, .yaml: RequestRules.sizeLimit
            case .jsonLines, .csv: RequestRules.batchSizeLimit
            }
        }
    }

    /// For sentences.
    package static let endings = ".yaml, .yml, .json, .jsonl, .ndjson, .csv or .tsv"

    /// The name without what marks it; never empty.
    package let stem: FilePath.Component
    package let syntax: Syntax

    /// `nil` where the name is not a request's.
    package init?(_ name: FilePath.Component) {
        guard let (syntax, length) = name.withBytes(Self.mark) else { return nil }
        let stem = name.withPlatformString { start in
            FilePath.Component(platformString: Array(UnsafeBufferPointer(start: start, count: length)) + [0])
        }
        guard let stem else { return nil }
        self.stem = stem
        self.syntax = syntax
    }

    /// Whether it is a request's: for each name of a look.
    package static func isOne(_ name: NameBytes) -> Bool { mark(of: name) != nil }

    /// What marks it, and how many bytes stand before that; `nil` where it is not a request's. What most names tell by
    /// their last bytes is asked first.
    private static func mark(of name: NameBytes) -> (Syntax, length: Int)? {
        guard let (syntax, length) = ending(of: name) else { return nil }
        // `.` and `..` are no names.
        if length <= 2, (0..<length).allSatisfy({ name[$0] == dot }) { return nil }
        // A copy of a lane's defaults, or a slip in their name, asks for nothing by itself: to send it would be to pay
        // for nobody's wish.
        if RequestDefaults.isMeant(by: name) { return nil }
        // A job's own file, wherever it lies; some file systems do not tell the case.
        if syntax == .jsonLines, JobFileNames.journal.withBytes(name.isSame) { return nil }
        return (syntax, length)
    }

    /// What the name's last bytes say, and how many stand before them; `nil` where they are none of a request's.
    private static func ending(of name: NameBytes) -> (Syntax, length: Int)? {
        var end = name.count
        /// What stands behind the last dot, as a number; a dot that a name begins with is none.
        func cutExtension() -> UInt64? {
            var (index, text) = (end - 1, UInt64(0))
            while index > 0, name[index] != dot {
                // Longer than any of them.
                guard end - index <= 6 else { return nil }
                text |= UInt64(name[index]) << UInt64(8 * (end - 1 - index))
                index -= 1
            }
            if index <= 0 { return nil }
            end = index
            return text
        }
        var text = cutExtension()
        if text == number("txt") { text = cutExtension() }
        return text.flatMap { syntaxes[$0] }.map { ($0, end) }
    }

    /// For shells, which complete names with them.
    package static let extensions = ["yaml", "yml", "json", "jsonl", "ndjson", "csv", "tsv"]

    private static let dot = UInt8(ascii: ".")
    private static let syntaxes: [UInt64: Syntax] = [
        number("json"): .json, number("yaml"): .yaml, number("yml"): .yaml, number("jsonl"): .jsonLines,
        number("ndjson"): .jsonLines, number("csv"): .csv, number("tsv"): .csv,
    ]

    private static func number(_ text: StaticString) -> UInt64 {
        text.withUTF8Buffer { $0.reduce(0) { $0 << 8 | UInt64($1) } }
    }
}
