// SPDX-License-Identifier: Apache-2.0

internal import SystemPackage

/// Where a request file was dropped.
struct Origin: Hashable, Sendable {
    let lane: Lane
    let file: FilePath.Component

    /// Relative to the inbox: `acme/hero.yaml`.
    var path: FilePath { lane.path.appending(file) }

    /// The name under which its result is published: the file's name without what marks it as a request.
    var stem: FilePath.Component { RequestFileName(file)?.stem ?? file }

    /// The job's name for people: `acme/hero`.
    var jobName: String { String(decoding: lane.path.appending(stem)) }

    /// Whether the file lies in a folder that bears its name, such as `hero/hero.yaml` or `hero - Copy/hero.yaml`:
    /// perhaps the copy of a job's folder, of which other files are still to come.
    var liesInFolderOfItsName: Bool {
        guard let folder = lane.path.lastComponent.map({ String(decoding: $0) }) else { return false }
        return folder.contains(String(decoding: stem))
    }

    /// The file's name inside the job's folder: as dropped, but for the names that the answer itself needs.
    var keptName: FilePath.Component {
        Self.isReserved(file) ? Self.replacement : file
    }

    /// `result.json`, `response.json`, `response-2.json` and so on, in any case: some file systems do not tell them
    /// apart.
    static func isReserved(_ name: FilePath.Component) -> Bool {
        let text = String(decoding: name).lowercased()
        if text == "result.json" || text == "response.json" { return true }
        guard text.hasPrefix("response-"), text.hasSuffix(".json") else { return false }
        return Int(text.dropFirst("response-".count).dropLast(".json".count)) != nil
    }

    private static let replacement: FilePath.Component = "request.json"
}
