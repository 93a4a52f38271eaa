// SPDX-License-Identifier: Apache-2.0

internal import CInotifyTools
internal import Glibc

/// The library's own inotify descriptor, which it tells nobody.
///
/// Needed for one call: where the kernel has dropped a watch already, since its folder was deleted a moment ago, the
/// library's `inotifytools_remove_watch_by_wd` writes a line of its own to standard error, in the middle of a log.
/// Nobody can know before the call: the folder may go at any moment.
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
