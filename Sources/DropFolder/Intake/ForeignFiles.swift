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
        /// A request file in the folder of a job, or in a copy of one that is not whole.
        case insideJobFolder
        /// The folder of a job that is done.
        case doneJob
        /// The folder of a job whose journal is damaged.
        case damagedJob
        /// The folder of a job whose journal ends before the job does.
        case unfinishedJob
        /// The folder of a job with something in it that is not the job's.
        case mixedFolder(FilePath.Component)
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
            case .insideJobFolder:
                "it lies in the folder of an earlier job that is not whole; to start anew, and pay anew, drop the "
                    + "request file alone"
            case .doneJob: "it is the folder of a job that is done; to pay anew, drop the request file alone"
            case .unfinishedJob:
                "it is the folder of a job whose journal ends before the job does: perhaps a copy that broke off; copy "
                    + "it whole, or see its journal before you drop the request file alone"
            case .mixedFolder(let name):
                "it is the folder of a failed job, and \(Wording.quoted(String(decoding: name))) in it is not the "
                    + "job's; keep them apart"
            case .damagedJob:
                "it is the folder of a job whose journal is damaged; see journal.jsonl for a task id, and to start "
                    + "anew, which may cost again, drop the request file alone"
            case .cannotTake(let error):
                "it cannot be moved out of its folder: \(error); let bananadrop write to the folder"
            case .empty: "it is empty; it is taken as soon as something is in it"
            }
        log.notice("Left alone in the inbox", metadata: ["file": "\(path)", "why": "\(why)"])
    }
}
