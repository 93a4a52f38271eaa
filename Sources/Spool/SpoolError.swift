// SPDX-License-Identifier: Apache-2.0

internal import FileIO
package import SystemPackage

/// Why a spool cannot be used. All of them stop the daemon at its start; the sentences are in ``Wording``.
package enum SpoolError: Error, Equatable, Sendable {
    /// The folder is not there.
    case missing(FilePath)
    /// Something else has the folder's name.
    case notADirectory(FilePath)
    /// The folder cannot be made.
    case cannotMake(FilePath, Errno)
    /// Nothing can be written, or moved, there.
    case cannotUse(FilePath, Errno)
    /// The folder lies on another file system than the rest, where a rename cannot reach it.
    case otherFileSystem(FilePath)
    /// The service manager keeps the folder of people's homes, and what is in it, from this process.
    case hidden(FilePath, home: FilePath)
    /// Another daemon works here; its process id, where the lock file tells it.
    case inUse(FilePath, pid: Int?)

    /// The disk's own trouble behind it, which may pass: no space, read-only, out of descriptors. `nil` where something
    /// has to be put right first.
    package var diskTrouble: Errno? {
        switch self {
        case .cannotMake(_, let error), .cannotUse(_, let error): error.trouble == .place ? nil : error
        case .missing, .notADirectory, .otherFileSystem, .hidden, .inUse: nil
        }
    }
}
