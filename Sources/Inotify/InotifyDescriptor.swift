// SPDX-License-Identifier: Apache-2.0

internal import CInotifyTools
internal import Glibc
internal import SystemPackage

/// The library's own inotify descriptor, which it tells nobody.
///
/// Folders are watched, and watched no more, by the kernel's own calls on it. The library would keep a name for each folder
/// that was ever watched, for as long as the process runs, and has no use for them here: events come by their numbers.
/// And where the kernel has dropped a watch already, since its folder was deleted a moment ago, it would write a line of
/// its own to standard error, in the middle of a log.
struct InotifyDescriptor {
    private let number: CInt

    /// Runs `initialize` and takes the descriptor that it has opened; `nil` where that cannot be told, such as without
    /// `/proc`.
    static func opened(by initialize: () -> Bool) -> (isInitialized: Bool, descriptor: InotifyDescriptor?) {
        let before = all()
        guard initialize() else { return (false, nil) }
        let new = all().subtracting(before)
        return (true, new.count == 1 ? new.first.map(InotifyDescriptor.init(number:)) : nil)
    }

    /// Watches a folder; returns its number (`inotify_add_watch(2)`).
    func watch(_ path: FilePath, _ mask: UInt32) throws(Errno) -> CInt {
        let watch = path.withPlatformString { inotify_add_watch(number, $0, mask) }
        if watch < 0 { throw Errno(rawValue: errno) }
        return watch
    }

    /// Takes a watch away. That the kernel no longer has it (`EINVAL`, `inotify_rm_watch(2)`) is as good.
    func remove(watch: CInt) {
        _ = inotify_rm_watch(number, watch)
    }

    private static func all() -> Set<CInt> {
        var found: Set<CInt> = []
        guard let stream = opendir("/proc/self/fd") else { return found }
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if let number = CInt(name), isInotify(name) { found.insert(number) }
        }
        closedir(stream)
        return found
    }

    private static func isInotify(_ name: String) -> Bool {
        let expected = "anon_inode:inotify"
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { target in
            guard let start = target.baseAddress else { return false }
            let length = readlink("/proc/self/fd/" + name, start, target.count)
            guard length == expected.utf8.count else { return false }
            return zip(target, expected.utf8).allSatisfy { UInt8(bitPattern: $0) == $1 }
        }
    }
}
