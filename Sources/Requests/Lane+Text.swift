// SPDX-License-Identifier: Apache-2.0

package import struct SystemPackage.FilePath

extension Lane {
    /// The lane of a text such as `acme/spring`; the inbox itself for an empty one. `nil` where it is absolute or has
    /// `.` or `..` in it: no place below the inbox.
    package init?(text: String) {
        guard !text.utf8.contains(0) else { return nil }
        self.init(checking: FilePath(text))
    }

    /// `nil` where the path is no place below the inbox.
    package init?(checking path: FilePath) {
        guard path.isRelative, path.components.allSatisfy({ $0.kind == .regular }) else { return nil }
        self.init(path: path)
    }

    /// `acme/spring`; empty for the inbox itself. Bytes that are not UTF-8 are replaced.
    package var text: String { String(decoding: path) }
}
