// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import Glibc
package import SystemPackage

/// The sentences about a spool that cannot be used.
extension SpoolError: CustomStringConvertible {
    /// What happened, why, and what to do.
    package var description: String { what + (advice.map { "; " + $0 } ?? "") }

    /// What happened, and why.
    package var what: String {
        switch self {
        case .missing(let folder): "\(folder) is not there"
        case .notADirectory(let folder): "\(folder) is not a folder"
        case .cannotMake(let folder, let error): "\(folder) cannot be made: \(error)"
        case .cannotUse(let folder, let error): "\(folder) cannot be written to: \(error)"
        case .otherFileSystem(let folder):
            "\(folder) is on another file system than the rest of the spool, so nothing can be moved into it in one "
                + "step"
        case .hidden(let root, let home):
            "\(home) is hidden from this service (ProtectHome=), and so is \(root)"
        case .inUse(let root, let pid):
            "\(root) is in use by another bananadrop" + (pid.map { " (process \($0))" } ?? "")
        }
    }

    /// What to do.
    package var advice: String? {
        switch self {
        case .missing: "make the spool with `bananadrop init`, or mount its disk"
        case .notADirectory: "move it away"
        case .cannotMake(_, let error): Wording.advice(for: error)
        case .cannotUse(_, let error):
            Wording.advice(for: error) ?? "let the user who runs this program write there"
        case .otherFileSystem: "keep inbox, processing, done and failed on one file system"
        case .hidden(let root, _):
            "set ProtectHome=tmpfs and BindPaths=\(root) for it (`systemctl edit`), or keep the spool elsewhere"
        case .inUse: "a spool can have only one daemon"
        }
    }
}

extension Wording {
    /// A path as it may be shown, in whole, whatever bytes it has.
    package static func path(_ path: FilePath) -> String { line(String(decoding: path)) }

    /// A folder of the inbox, with all below it; empty for the inbox itself, `nil` for several.
    package static func folder(_ folder: FilePath?) -> String {
        guard let folder else { return "other folders" }
        return folder.isEmpty ? "the inbox itself" : path(folder)
    }

    static func ledgerRefused(_ error: Errno) -> String { "the ledger cannot be written: \(error)" }

    /// Completes "results cannot be put into this folder: …".
    package static func sentence(_ one: ResultLane.PassedBy) -> String {
        let why =
            switch one.error {
            case .improperLink: "it is on another file system than the spool"
            case .timedOut: "it does not answer"
            default: "\(one.error)"
            }
        return why + "; they come into a folder beside it, with a number after its name"
    }

    package static func sentence(_ limit: IdleLimit) -> String {
        let nearest = limit.nearest.map { "; there is \(quoted($0))" } ?? ""
        return "the limit for lane \(quoted(limit.lane)) has no effect: the inbox has no such folder" + nearest
    }

    /// What to do where the disk takes nothing more, whoever asks; `nil` for what may be a matter of rights.
    package static func advice(for error: Errno) -> String? {
        switch error {
        case .noSpace: "free space on its disk"
        case Errno(rawValue: EDQUOT):
            "free space, or raise the quota of the user who runs this program (it is used up)"
        case .readOnlyFileSystem:
            "mount its disk writable again; the kernel makes it read-only after an error, see `dmesg`"
        default: nil
        }
    }
}
