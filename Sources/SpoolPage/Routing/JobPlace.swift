// SPDX-License-Identifier: Apache-2.0

internal import Spool
internal import SystemPackage

/// Where a job's folder is, as an address names it. That it is there nobody says.
struct JobPlace: Hashable, Sendable {
    /// The folders of a spool in which jobs are.
    enum Base: String, CaseIterable, Hashable, Sendable {
        case processing, done, failed
    }

    let base: Base
    /// Below the base: `acme/hero`, never empty, and without `.` and `..`.
    let path: FilePath

    init(_ base: Base, _ path: FilePath) {
        self.base = base
        self.path = path
    }

    /// - Parameter path: relative to the spool, such as `failed/acme/hero`; `nil` where no job is there.
    init?(spool path: FilePath) {
        guard let first = path.components.first, let base = Base(rawValue: String(decoding: first)),
            path.components.count > 1
        else { return nil }
        self.init(base, FilePath(root: nil, path.components.dropFirst()))
    }

    /// Whether what lies in it may be shown as it is. What is under way is the daemon's own.
    var holdsResults: Bool { base != .processing }

    /// The name that people know it by.
    var name: String { String(decoding: path) }

    /// Its folder, and the batch's where it is a part.
    var parent: FilePath { path.removingLastComponent() }
}

extension JobPlace.Base {
    func folder(of spool: Spool) -> FilePath {
        switch self {
        case .processing: spool.processing
        case .done: spool.done
        case .failed: spool.failed
        }
    }
}
