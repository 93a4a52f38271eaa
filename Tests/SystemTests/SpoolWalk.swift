// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Where every file of a spool lies, gathered in one walk: the promise is exactly one place for each request.
struct SpoolWalk {
    private var found: [String: [String]] = [:]

    /// - Parameter earlier: a folder that is passed over, relative to the spool.
    init(_ spool: TestSpool, without earlier: String? = nil) {
        for folder in ["inbox", "processing", "done", "failed"] {
            let base = spool.root.appendingPathComponent(folder).path
            let paths = (try? FileManager.default.subpathsOfDirectory(atPath: base)) ?? []
            for path in paths {
                let place = folder + "/" + path
                if let earlier, place.hasPrefix(earlier + "/") { continue }
                let name = path.split(separator: "/").last.map(String.init) ?? ""
                found[name, default: []].append(place)
            }
        }
    }

    /// The places of a file of this name, relative to the spool.
    func places(of name: String) -> [String] { found[name] ?? [] }

    /// The files that are in no place or in several, with their places.
    func misplaced(_ names: [String]) -> [String] {
        names.filter { places(of: $0).count != 1 }.map { "\($0): \(places(of: $0))" }
    }

    /// Whether the file's one place is in `done/` or `failed/`.
    func isPublished(_ name: String) -> Bool {
        places(of: name).first.map { $0.hasPrefix("done/") || $0.hasPrefix("failed/") } ?? false
    }

    /// The folder that holds the file, relative to the spool.
    func folder(of name: String) -> String? {
        places(of: name).first.map { place in place.split(separator: "/").dropLast().joined(separator: "/") }
    }
}
