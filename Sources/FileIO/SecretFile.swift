// SPDX-License-Identifier: Apache-2.0

internal import Glibc
package import SystemPackage

/// A small file that only its owner, and perhaps a group, may read.
package enum SecretFile {
    /// Why a file cannot be taken for a secret. The sentences are in ``Wording``.
    package enum Problem: Error, Equatable, Sendable {
        case cannotRead(FilePath, Errno)
        /// It is a folder, a pipe or a device.
        case notAFile(FilePath)
        /// Everybody on this machine has a right to it; its permissions.
        case openToOthers(FilePath, permissions: UInt32)
    }

    /// Far more than any key has.
    private static let limit = 4096

    /// Reads the first 4 KiB. Symbolic links are followed: secrets are often given so. Blocking.
    ///
    /// The rights are those of the very file that is read, whatever becomes of its name meanwhile. A group may have
    /// rights: `root:service 0640` is usual, and who is in the group is the administrator's decision.
    package static func read(_ path: FilePath) throws(Problem) -> [UInt8] {
        do {
            // Not blocking: a pipe without a writer would hold up the start.
            let file = try Kernel.open(path, O_RDONLY | O_NONBLOCK)
            let status = try file.status()
            guard status.kind == .regular else { throw Problem.notAFile(path) }
            if status.permissions & 0o007 != 0 { throw Problem.openToOthers(path, permissions: status.permissions) }
            return try file.readAll(limit: limit, expecting: 256)
        } catch let error as Errno {
            throw .cannotRead(path, error)
        } catch let problem as Problem {
            throw problem
        } catch {
            preconditionFailure("nothing else is thrown here")
        }
    }
}
