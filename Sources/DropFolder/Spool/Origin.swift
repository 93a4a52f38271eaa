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

    /// The file's name inside the job's folder: as dropped, but for the names that the answer itself needs.
    var keptName: FilePath.Component {
        Self.reserved.contains(file.string.lowercased()) || file.string.lowercased().hasPrefix("response-")
            ? Self.replacement : file
    }

    private static let reserved: Set<String> = ["result.json", "response.json"]
    private static let replacement: FilePath.Component = "request.json"
}
