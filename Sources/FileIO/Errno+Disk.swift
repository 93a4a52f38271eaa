// SPDX-License-Identifier: Apache-2.0

internal import Glibc
package import SystemPackage

extension Errno {
    /// Whose trouble an error is, as far as it tells by itself; ``Spool/speaksForAll(_:)`` asks further.
    package enum Trouble: Equatable, Sendable {
        /// Everybody's: no room, no descriptor, no memory left.
        case shortage
        /// A file system's, or that of the way to it: the spool's own, or one that is mounted somewhere in it. It may
        /// pass.
        case fileSystem
        /// That of one file or folder: rights, a name, another file system. It stays until somebody mends it.
        case place
    }

    package var trouble: Trouble {
        if Self.shortages.contains(self) { return .shortage }
        return Self.ofFileSystems.contains(self) ? .fileSystem : .place
    }

    private static let shortages: Set<Errno> = [
        .noSpace, Errno(rawValue: Glibc.EDQUOT), .tooManyOpenFiles, .tooManyOpenFilesInSystem, .noMemory,
    ]

    /// A disk that is read-only or broken, and what network file systems and those of other programs (FUSE) say of a
    /// server or a program that is away.
    private static let ofFileSystems: Set<Errno> = [
        .readOnlyFileSystem, .ioError, .staleNFSFileHandle, .noSuchAddressOrDevice, .socketNotConnected,
        .socketShutdown, .timedOut, .hostIsDown, .noRouteToHost, .networkDown, .networkUnreachable, .connectionAbort,
        .connectionReset, .connectionRefused, Errno(rawValue: Glibc.ENODEV), Errno(rawValue: Glibc.EREMOTEIO),
        Errno(rawValue: Glibc.EUCLEAN),
    ]

    /// Whether the file system takes nothing more: it is full, or can only be read.
    package var isNoRoom: Bool { self == .noSpace || self == .readOnlyFileSystem || rawValue == Glibc.EDQUOT }

    /// Whether there is no folder, or no longer: gone, or something else stands in its place, such as a symlink.
    package var isNoFolder: Bool {
        switch self {
        case .noSuchFileOrDirectory, .notDirectory, .tooManySymbolicLinkLevels: true
        default: false
        }
    }
}
