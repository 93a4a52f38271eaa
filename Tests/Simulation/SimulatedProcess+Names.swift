// SPDX-License-Identifier: Apache-2.0

internal import FileIO
package import Glibc

/// Names: made, moved, removed, looked at.
extension SimulatedProcess {
    /// The folder and the name of something new: `filename_create` of the kernel.
    private func new(
        _ directory: CInt, _ path: UnsafePointer<CChar>, isFolder: Bool
    ) throws(Refusal) -> (folder: Inode, name: Name) {
        var walk = PathWalk(disk)
        let place = try walk.place(of: path) { () throws(Refusal) in try start(directory) }
        guard case .name(let name) = place.last else { throw Refusal(EEXIST) }
        if try walk.look(name, in: place.folder) != nil { throw Refusal(EEXIST) }
        if place.hasSlash, !isFolder { throw Refusal(ENOENT) }
        return (place.folder, name)
    }

    package func mkdirat(_ directory: CInt, _ path: UnsafePointer<CChar>, _ mode: UInt32) -> CInt {
        answer(.makeFolder, path, needsRoom: true) { () throws(Refusal) in
            let (folder, name) = try new(directory, path, isFolder: true)
            disk.enter(disk.make(.folder, mode: mode & ~Self.umask, in: folder.id, name), name, in: folder)
            return 0
        }
    }

    package func symlinkat(
        _ text: UnsafePointer<CChar>, _ directory: CInt, _ path: UnsafePointer<CChar>
    ) -> CInt {
        answer(.symlink, path, needsRoom: true) { () throws(Refusal) in
            let bytes = UnsafeRawBufferPointer(start: text, count: strlen(text))
            if bytes.isEmpty { throw Refusal(ENOENT) }
            if bytes.count >= 4096 { throw Refusal(ENAMETOOLONG) }
            let (folder, name) = try new(directory, path, isFolder: false)
            let link = disk.make(.symlink, mode: 0o777, in: folder.id, name)
            link.content = Array(bytes)
            disk.enter(link, name, in: folder)
            return 0
        }
    }

    package func linkat(
        _ sourceDirectory: CInt, _ source: UnsafePointer<CChar>, _ targetDirectory: CInt,
        _ target: UnsafePointer<CChar>
    ) -> CInt {
        answer(.link, source, needsRoom: true) { () throws(Refusal) in
            let inode = try inode(sourceDirectory, source)
            let (folder, name) = try new(targetDirectory, target, isFolder: false)
            if inode.kind == .folder { throw Refusal(EPERM) }
            inode.changed = disk.clock()
            disk.enter(inode, name, in: folder)
            return 0
        }
    }

    package func renameNoReplace(
        _ sourceDirectory: CInt, _ source: UnsafePointer<CChar>, _ targetDirectory: CInt,
        _ target: UnsafePointer<CChar>
    ) -> CInt {
        answer(.rename, source, needsRoom: true) { () throws(Refusal) in
            try rename(sourceDirectory, source, targetDirectory, target, replaces: false)
        }
    }

    package func renameat(
        _ sourceDirectory: CInt, _ source: UnsafePointer<CChar>, _ targetDirectory: CInt,
        _ target: UnsafePointer<CChar>
    ) -> CInt {
        answer(.replace, source, needsRoom: true) { () throws(Refusal) in
            try rename(sourceDirectory, source, targetDirectory, target, replaces: true)
        }
    }

    /// In the order in which the kernel looks: `do_renameat2`, `vfs_rename`.
    private func rename(
        _ sourceDirectory: CInt, _ source: UnsafePointer<CChar>, _ targetDirectory: CInt,
        _ target: UnsafePointer<CChar>, replaces: Bool
    ) throws(Refusal) -> CInt {
        var walk = PathWalk(disk)
        let from = try walk.place(of: source) { () throws(Refusal) in try start(sourceDirectory) }
        walk = PathWalk(disk)
        let to = try walk.place(of: target) { () throws(Refusal) in try start(targetDirectory) }
        guard case .name(let old) = from.last else { throw Refusal(EBUSY) }
        guard case .name(let new) = to.last else { throw Refusal(replaces ? EBUSY : EEXIST) }
        guard let inode = try walk.look(old, in: from.folder) else { throw Refusal(ENOENT) }
        let replaced = try walk.look(new, in: to.folder)
        if !replaces, replaced != nil { throw Refusal(EEXIST) }
        if inode.kind != .folder, from.hasSlash || to.hasSlash { throw Refusal(ENOTDIR) }
        if inode.kind == .folder, disk.isBelow(to.folder, inode) { throw Refusal(EINVAL) }
        if let replaced {
            if replaced.kind == .folder, disk.isBelow(from.folder, replaced) { throw Refusal(ENOTEMPTY) }
            if replaced === inode { return 0 }
            if inode.kind == .folder, replaced.kind != .folder { throw Refusal(ENOTDIR) }
            if inode.kind != .folder, replaced.kind == .folder { throw Refusal(EISDIR) }
            if !replaced.entries.isEmpty { throw Refusal(ENOTEMPTY) }
        }
        disk.move(inode, old, from: from.folder, to: new, in: to.folder)
        return 0
    }

    package func unlinkat(_ directory: CInt, _ path: UnsafePointer<CChar>, _ flags: CInt) -> CInt {
        let isFolder = flags & AT_REMOVEDIR != 0
        return answer(isFolder ? .removeFolder : .remove, path) { () throws(Refusal) in
            var walk = PathWalk(disk)
            let place = try walk.place(of: path) { () throws(Refusal) in try start(directory) }
            let name: Name
            switch place.last {
            case .name(let last): name = last
            case .dots: throw Refusal(isFolder ? ENOTEMPTY : EISDIR)
            case .dot: throw Refusal(isFolder ? EINVAL : EISDIR)
            case .root: throw Refusal(isFolder ? EBUSY : EISDIR)
            }
            guard let inode = try walk.look(name, in: place.folder) else { throw Refusal(ENOENT) }
            if isFolder {
                if inode.kind != .folder { throw Refusal(ENOTDIR) }
                if !inode.entries.isEmpty { throw Refusal(ENOTEMPTY) }
            } else {
                if inode.kind == .folder { throw Refusal(EISDIR) }
                if place.hasSlash { throw Refusal(ENOTDIR) }
            }
            disk.remove(inode, name, from: place.folder)
            return 0
        }
    }

    // MARK: Looks

    /// What a path leads to, without following a symlink in its last place.
    func inode(_ directory: CInt, _ path: UnsafePointer<CChar>, follow: Bool = false) throws(Refusal) -> Inode {
        var walk = PathWalk(disk)
        return try walk.inode(of: path, follow: follow) { () throws(Refusal) in try start(directory) }
    }

    package func readlinkat(
        _ directory: CInt, _ path: UnsafePointer<CChar>, _ buffer: UnsafeMutablePointer<CChar>, _ size: Int
    ) -> Int {
        answer(.readSymlink, path) { () throws(Refusal) in
            let text: [UInt8]
            if let place = try descriptorPlace(path) {
                text = place
            } else if path.pointee == 0 {
                let description = try description(directory)
                guard description.inode.kind == .symlink else { throw Refusal(ENOENT) }
                text = description.inode.content
            } else {
                let link = try inode(directory, path)
                guard link.kind == .symlink else { throw Refusal(EINVAL) }
                text = link.content
            }
            let count = min(text.count, size)
            UnsafeMutableRawBufferPointer(start: buffer, count: count).copyBytes(from: text.prefix(count))
            return count
        }
    }

    /// What `/proc/self/fd/` says of a descriptor; `nil` for other paths.
    private func descriptorPlace(_ path: UnsafePointer<CChar>) throws(Refusal) -> [UInt8]? {
        guard let inode = try behindDescriptor(path) else { return nil }
        return Array((disk.path(of: inode) + (inode.links == 0 ? " (deleted)" : "")).utf8)
    }

    /// The file that a symlink in `/proc/self/fd/` leads to, wherever it is by now; `nil` for other paths.
    func behindDescriptor(_ path: UnsafePointer<CChar>) throws(Refusal) -> Inode? {
        let folder = "/proc/self/fd/"
        guard strncmp(path, folder, folder.utf8.count) == 0 else { return nil }
        return try description(CInt(atoi(path + folder.utf8.count))).inode
    }

    package func realpath(_ path: UnsafePointer<CChar>) -> UnsafeMutablePointer<CChar>? {
        var text: UnsafeMutablePointer<CChar>?
        _ = answer(.realPath, path) { () throws(Refusal) -> CInt in
            text = strdup(disk.path(of: try inode(AT_FDCWD, path, follow: true)))
            return 0
        }
        return text
    }

    package func getcwd() -> UnsafeMutablePointer<CChar>? {
        answer(.workingFolder, nil) { () throws(Refusal) -> CInt in 0 } == 0 ? strdup("/") : nil
    }

    package func lstatat(
        _ directory: CInt, _ path: UnsafePointer<CChar>, _ status: UnsafeMutablePointer<Glibc.stat>
    ) -> CInt {
        answer(.status, path) { () throws(Refusal) in
            status.pointee = Self.status(try inode(directory, path))
            return 0
        }
    }

    package func fstat(_ descriptor: CInt, _ status: UnsafeMutablePointer<Glibc.stat>) -> CInt {
        answer(.openStatus, descriptor) { description, _ throws(Refusal) in
            status.pointee = Self.status(description.inode)
            return 0
        }
    }

    private static func status(_ inode: Inode) -> Glibc.stat {
        var status = Glibc.stat()
        status.st_dev = 0x51D
        status.st_ino = UInt(inode.id + 2)
        let kind: UInt32 =
            switch inode.kind {
            case .file: S_IFREG
            case .folder: S_IFDIR
            case .symlink: S_IFLNK
            case .pipe: S_IFIFO
            }
        status.st_mode = kind | inode.mode
        status.st_nlink = UInt(inode.links)
        status.st_uid = inode.owner
        status.st_gid = inode.group
        status.st_size = inode.content.count
        status.st_mtim = timespec(
            tv_sec: Int(inode.modified / 1_000_000_000), tv_nsec: Int(inode.modified % 1_000_000_000))
        status.st_ctim = timespec(
            tv_sec: Int(inode.changed / 1_000_000_000), tv_nsec: Int(inode.changed % 1_000_000_000))
        return status
    }

    package func askServer(_ directory: CInt, _ path: UnsafePointer<CChar>) {
        _ = answer(.askServer, path) { () throws(Refusal) -> CInt in 0 }
    }

    package func birth(_ directory: CInt, _ path: UnsafePointer<CChar>) -> Int64 {
        answer(.birth, path) { () throws(Refusal) in try inode(directory, path).born }
    }

    package func isMountPoint(_ directory: CInt, _ path: UnsafePointer<CChar>) -> CInt {
        answer(.mountPoint, path) { () throws(Refusal) in try inode(directory, path) === disk.root ? 1 : 0 }
    }

    package func mayWrite(_ folder: CInt) -> CInt {
        answer(.access, folder) { _, _ throws(Refusal) in 0 }
    }

    package func fileSystemType(_ path: UnsafePointer<CChar>, _ type: UnsafeMutablePointer<UInt32>) -> CInt {
        answer(.fileSystem, path) { () throws(Refusal) in
            _ = try inode(AT_FDCWD, path, follow: true)
            type.pointee = disk.fileSystemType
            return 0
        }
    }

    package func fstatvfs(_ descriptor: CInt, _ status: UnsafeMutablePointer<Glibc.statvfs>) -> CInt {
        answer(.fileSystem, descriptor) { _, _ throws(Refusal) in
            status.pointee = Glibc.statvfs()
            (status.pointee.f_bsize, status.pointee.f_frsize) = (4096, 4096)
            (status.pointee.f_blocks, status.pointee.f_bfree, status.pointee.f_bavail) = (1 << 20, 1 << 20, 1 << 20)
            (status.pointee.f_files, status.pointee.f_ffree, status.pointee.f_favail) = (1 << 20, 1 << 20, 1 << 20)
            return 0
        }
    }
}
