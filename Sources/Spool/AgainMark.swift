// SPDX-License-Identifier: Apache-2.0

package import FileIO
package import SystemPackage

/// Says of a file that it is meant once more, though the very same was dropped before, without a change of its bytes: an
/// extended attribute, which a rename keeps (`xattr(7)`).
package enum AgainMark {
    static let name = "user.bananadrop.again"

    static func isOn(_ file: FilePath) -> Bool {
        Kernel.hasMark(name, file)
    }

    /// It holds once: whoever puts the file back later has not said so again. Where nothing is taken off, nothing is on it,
    /// or its name was taken away.
    static func takeOff(_ file: FilePath) {
        Kernel.removeMark(name, file)
    }

    /// Throws where the file system keeps no such marks.
    package static func put(on file: borrowing OpenFile) throws(Errno) {
        try file.setMark(name)
    }
}
