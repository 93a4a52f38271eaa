// SPDX-License-Identifier: Apache-2.0

internal import FileIO
internal import Requests
internal import Spool
internal import SystemPackage

/// The `_defaults.yaml` files that count for a request file where it lies, the nearest first. Blocking.
///
/// In a spool these are those of its folder and of each above it up to the inbox; elsewhere only the one beside it.
struct FoundDefaults: Sendable {
    struct File: Sendable {
        var path: FilePath
        var content: Result<RequestDefaults, Findings>
    }

    let files: [File]
    /// The lane of the request; the inbox itself where it lies in none.
    let lane: Lane

    init(for request: FilePath, rules: RequestRules) {
        let folder = request.removingLastComponent()
        let own = folder.appending(RequestDefaults.fileName)
        let (folders, lane) = Self.foldersAbove(folder)
        self.lane = lane
        let above = folders.map { $0.appending(RequestDefaults.fileName) }
        files = ([own] + above).enumerated().compactMap { depth, path in
            let folder = Lane(path: FilePath(root: nil, lane.path.components.dropLast(depth)))
            switch CheckedBytes.read(path, limit: RequestRules.sizeLimit) {
            case .success(let bytes):
                let content = Result { () throws(Findings) in
                    try RequestDefaults(reading: bytes, with: RequestReader(rules: rules)).lying(in: folder)
                }
                return File(path: path, content: content)
            case .failure(let findings):
                return findings.isMissingFile ? nil : File(path: path, content: .failure(findings))
            }
        }
    }

    /// What they come to, but for those that cannot be read.
    var merged: RequestDefaults {
        files.reduce(.none) { nearer, file in (try? file.content.get()).map(nearer.over) ?? nearer }
    }

    /// The folders from that above the request's up to the inbox, and its lane; none where it lies in no inbox.
    private static func foldersAbove(_ folder: FilePath) -> ([FilePath], Lane) {
        var folders: [FilePath] = []
        var missing = FilePath()
        var start = folder.isEmpty ? "." : folder
        // A lane may be made only with the file.
        while (try? Kernel.exists(start)) == false, let name = start.lastComponent, start.removeLastComponent(),
            !start.isEmpty
        {
            missing = FilePath(root: nil, [name]).pushing(missing)
            folders = [start]
        }
        guard var place = try? Kernel.realPath(start) else { return ([], .root) }
        var lane = place
        while !isInbox(place) {
            guard place.removeLastComponent(), place.lastComponent != nil else { return ([], .root) }
            folders.append(place)
        }
        _ = lane.removePrefix(place)
        return (folders, Lane(path: lane.pushing(missing)))
    }

    private static func isInbox(_ folder: FilePath) -> Bool {
        let spool = Spool(root: folder.removingLastComponent())
        return folder == spool.inbox && spool.folders.allSatisfy(Kernel.isDirectory)
    }
}
