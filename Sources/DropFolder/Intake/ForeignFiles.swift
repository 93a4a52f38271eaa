// SPDX-License-Identifier: Apache-2.0

internal import Logging
internal import Synchronization
internal import SystemPackage

/// Says once of each file that stays in the inbox why it does. Such files are never moved, changed or deleted.
final class ForeignFiles: Sendable {
    enum Reason: Equatable, Sendable {
        /// The name is not a request's.
        case name
        case notAFile(FileStatus.Kind)
        case empty
        /// The folder of a job, dragged back from `failed/`.
        case jobFolder
        /// It cannot be moved out of the inbox.
        case cannotTake(Errno)
    }

    private let log: Logger
    private let said = Mutex<Set<FilePath>>([])
    /// Bounds the memory of what was said; beyond it a file may be named again.
    private static let limit = 10_000

    init(log: Logger) {
        self.log = log
    }

    func say(_ path: FilePath, _ reason: Reason) {
        let isNew = said.withLock { said in
            if said.count >= Self.limit { said.removeAll() }
            return said.insert(path).inserted
        }
        guard isNew else { return }
        let why =
            switch reason {
            case .name: "its name does not end in .yaml, .yml or .json"
            case .notAFile(.symlink): "it is a symbolic link; copy the file itself"
            case .notAFile: "it is not a regular file"
            case .jobFolder:
                "it is the folder of an earlier job; to start anew, and pay anew, drop only the request file in it"
            case .cannotTake(let error):
                "it cannot be moved out of its folder: \(error); let bananadrop write to the folder"
            case .empty: "it is empty; it is taken as soon as something is in it"
            }
        log.notice("Left alone in the inbox", metadata: ["file": "\(path)", "why": "\(why)"])
    }
}
