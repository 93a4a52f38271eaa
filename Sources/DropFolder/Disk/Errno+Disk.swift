// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import SystemPackage

extension Errno {
    /// Whether there is no folder, or no longer: gone, or something else stands in its place, such as a symlink.
    var isNoFolder: Bool {
        switch self {
        case .noSuchFileOrDirectory, .notDirectory, .tooManySymbolicLinkLevels: true
        default: false
        }
    }

    /// Whether the disk as a whole refuses, so that every other file would meet the same.
    var isDiskTrouble: Bool {
        switch self {
        case .noSpace, .readOnlyFileSystem, .ioError, .tooManyOpenFiles, .tooManyOpenFilesInSystem,
            .staleNFSFileHandle:
            true
        default: self == Errno(rawValue: Glibc.EDQUOT)
        }
    }
}
