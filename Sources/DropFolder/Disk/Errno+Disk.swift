// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import SystemPackage

extension Errno {
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
