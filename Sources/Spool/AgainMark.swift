// SPDX-License-Identifier: Apache-2.0

internal import CLinux
package import FileIO
package import SystemPackage

/// Says of a file that it is meant once more, though the very same was dropped before, without a change of its bytes: an
/// extended attribute, which a rename keeps (`xattr(7)`).
package enum AgainMark {
    static let name = "user.bananadrop.again"

    static func isOn(_ file: FilePath) -> Bool {
        file.withPlatformString { lgetxattr($0, name, nil, 0) >= 0 }
    }

    /// It holds once: whoever puts the file back later has not said so again. Where nothing is taken off, nothing is on it,
    /// or its name was taken away.
    static func takeOff(_ file: FilePath) {
        _ = file.withPlatformString { lremovexattr($0, name) }
    }

    /// Throws where the file system keeps no such marks.
    package static func put(on file: borrowing OpenFile) throws(Errno) {
        let descriptor = file.descriptor
        try Kernel.check { fsetxattr(descriptor, name, "1", 1, 0) }
    }
}
