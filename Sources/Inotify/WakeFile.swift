// SPDX-License-Identifier: Apache-2.0

internal import CInotifyTools
internal import Glibc
internal import SystemPackage

/// A private file whose only use is to be read: the read is an event that ends the thread's sleep.
///
/// It has no name by the time it is used, so nothing is left behind by a crash; and reading it works on a full or
/// read-only disk, too.
final class WakeFile: Sendable {
    private let descriptor: CInt

    init(in directory: FilePath) throws(Errno) {
        let path = directory.appending(".wake-\(getpid())-\(UInt32.random(in: .min ... .max))")
        descriptor = path.withPlatformString { open($0, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600) }
        if descriptor < 0 { throw Errno(rawValue: errno) }
        _ = path.withPlatformString(unlink)
        guard write(descriptor, "w", 1) == 1 else {
            let error = Errno(rawValue: errno)
            close(descriptor)
            throw error
        }
    }

    deinit {
        close(descriptor)
    }

    /// Called on the thread. Returns the error, if any.
    func watch() -> Errno? {
        // The file has no name any more; its descriptor's link in /proc leads to it.
        if inotifytools_watch_file("/proc/self/fd/\(descriptor)", IN_ACCESS) != 0 { return nil }
        return Errno(rawValue: inotifytools_error())
    }

    func wake() {
        var byte: UInt8 = 0
        _ = pread(descriptor, &byte, 1, 0)
    }
}
