// SPDX-License-Identifier: Apache-2.0

internal import FileIO
internal import Glibc
internal import SystemPackage

/// What the processes of this machine have open, as far as they let themselves be read: `/proc` (`proc(5)`). Blocking.
enum ProcessTable {
    /// The user as whom a process runs; `nil` where it has ended.
    static func user(of pid: Int) -> UInt32? {
        try? Kernel.rights(of: FilePath("/proc/\(pid)")).owner
    }

    struct Inotify: Equatable, Sendable {
        var instances = 0
        var watches = 0
        /// Whether all processes of the user let themselves be read.
        var isWhole = true
    }

    /// What a user's processes have of inotify. Those that end meanwhile count nothing.
    static func inotify(of user: UInt32) -> Inotify {
        var sum = Inotify()
        for process in names(in: "/proc") ?? [] where Int(String(decoding: process)) != nil {
            let folder = FilePath("/proc").appending(process)
            guard (try? Kernel.rights(of: folder))?.owner == user else { continue }
            guard let descriptors = names(in: folder.appending("fd")) else {
                sum.isWhole = sum.isWhole && !Kernel.isDirectory(folder)
                continue
            }
            for descriptor in descriptors {
                let link = try? Kernel.readSymlink(folder.appending("fd").appending(descriptor), at: AT_FDCWD)
                // `anon_inode:inotify`; a file of that name has a path before it.
                guard let link, link.isRelative, String(decoding: link).hasSuffix("inotify") else { continue }
                sum.instances += 1
                let info = contents(of: folder.appending("fdinfo").appending(descriptor))
                sum.watches += info.map(InotifyUse.watches(fdinfo:)) ?? 0
            }
        }
        return sum
    }

    /// A limit of `/proc/sys/fs/inotify`; `nil` where it cannot be read.
    static func inotifyLimit(_ name: FilePath.Component) -> Int? {
        contents(of: FilePath("/proc/sys/fs/inotify").appending(name)).flatMap(InotifyUse.limit)
    }

    private static func contents(of path: FilePath) -> [UInt8]? {
        try? Kernel.open(path, O_RDONLY).readAll(limit: 64 << 20, expecting: 64 << 10)
    }

    private static func names(in folder: FilePath) -> [FilePath.Component]? {
        var names: [FilePath.Component] = []
        guard var listing = try? DirectoryListing(folder) else { return nil }
        while let (name, _) = try? listing.next() { names.append(name) }
        return names
    }
}
