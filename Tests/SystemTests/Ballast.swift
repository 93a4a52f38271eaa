// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc

/// A file that takes all the room that a file system has left.
struct Ballast {
    private let path: String

    /// Writes until there is no room for another page.
    init(_ url: URL) throws {
        path = url.path
        let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
        defer { close(descriptor) }
        let page = [UInt8](repeating: 1, count: 4_096)
        while write(descriptor, page, page.count) == page.count {}
        guard errno == ENOSPC else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
    }

    func remove() {
        unlink(path)
    }
}
