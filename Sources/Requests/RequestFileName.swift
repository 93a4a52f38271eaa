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
        // A copy of a lane's defaults, or a slip in their name, asks for nothing by itself: to send it would be to pay
        // for nobody's wish.
        if RequestDefaults.isMeant(by: name) { return nil }
        // A job's own file, wherever it lies; some file systems do not tell the case.
        if String(decoding: name).lowercased() == JobFileNames.journal.string { return nil }
        var rest = FilePath(root: nil, [name])
        if rest.extension?.lowercased() == "txt" { rest.extension = nil }
        switch rest.extension?.lowercased() {
        case "json": syntax = .json
        case "yaml", "yml": syntax = .yaml
        case "jsonl", "ndjson": syntax = .jsonLines
        case "csv", "tsv": syntax = .csv
        default: return nil
        }
        rest.extension = nil
        guard let stem = rest.lastComponent, stem.kind == .regular else { return nil }
        self.stem = stem
    }
}
