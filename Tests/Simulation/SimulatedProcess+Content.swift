// SPDX-License-Identifier: Apache-2.0

internal import FileIO
package import Glibc

/// Content, its way to the disk, listings, locks, marks.
extension SimulatedProcess: KernelCalls {
    private func file(_ description: Description) throws(Refusal) -> Inode {
        if description.isPlace { throw Refusal(EBADF) }
        return description.inode
    }

    package func pread(_ descriptor: CInt, _ buffer: UnsafeMutableRawPointer?, _ count: Int, _ offset: Int) -> Int {
        answer(.read, descriptor, isSound: offset >= 0) { description, most throws(Refusal) in
            let inode = try file(description)
            if inode.kind == .pipe { throw Refusal(ESPIPE) }
            if !description.reads { throw Refusal(EBADF) }
            if inode.kind == .folder { throw Refusal(EISDIR) }
            let found = max(min(count, most, inode.content.count - offset), 0)
            inode.content.withUnsafeBytes { bytes in
                guard let start = bytes.baseAddress, found > 0 else { return }
                buffer?.copyMemory(from: start + offset, byteCount: found)
            }
            return found
        }
    }

    package func pwrite(_ descriptor: CInt, _ buffer: UnsafeRawPointer?, _ count: Int, _ offset: Int) -> Int {
        let needsRoom: (Description) -> Bool = { offset + count > $0.inode.allocated }
        return answer(.write, descriptor, isSound: offset >= 0, needsRoom: needsRoom) {
            description, most throws(Refusal) in
            let inode = try file(description)
            if inode.kind == .pipe { throw Refusal(ESPIPE) }
            if !description.writes { throw Refusal(EBADF) }
            let bytes = UnsafeRawBufferPointer(start: buffer, count: min(count, most))
            if bytes.isEmpty { return 0 }
            disk.soil(inode)
            inode.write(bytes, at: description.appends ? inode.content.count : offset)
            disk.touch(inode)
            return bytes.count
        }
    }

    package func ftruncate(_ descriptor: CInt, _ length: Int) -> CInt {
        answer(.truncate, descriptor, isSound: length >= 0) { description, _ throws(Refusal) in
            let inode = try file(description)
            if !description.writes || inode.kind != .file { throw Refusal(EINVAL) }
            truncate(inode, to: length)
            return 0
        }
    }

    func truncate(_ inode: Inode, to length: Int) {
        disk.soil(inode)
        inode.truncate(to: length)
        disk.touch(inode)
    }

    package func allocate(_ descriptor: CInt, _ offset: Int, _ count: Int) -> CInt {
        let needsRoom: (Description) -> Bool = { offset + count > $0.inode.allocated }
        return answer(.allocate, descriptor, needsRoom: needsRoom) { description, _ throws(Refusal) in
            let inode = try file(description)
            if offset < 0 || count <= 0 { throw Refusal(EINVAL) }
            if !description.writes { throw Refusal(EBADF) }
            if inode.kind != .file { throw Refusal(ESPIPE) }
            inode.allocated = max(inode.allocated, offset + count)
            disk.touch(inode)
            return 0
        }
    }

    package func fsync(_ descriptor: CInt) -> CInt {
        answer(.sync, descriptor) { description, _ throws(Refusal) in
            let inode = try file(description)
            if inode.kind == .pipe { throw Refusal(EINVAL) }
            disk.sync(inode)
            if inode.errors.tells(&description.heard.file) { throw Refusal(EIO) }
            return 0
        }
    }

    package func syncfs(_ descriptor: CInt) -> CInt {
        answer(.syncAll, descriptor) { description, _ throws(Refusal) in
            _ = try file(description)
            disk.syncAll()
            if disk.errors.tells(&description.heard.all) { throw Refusal(EIO) }
            return 0
        }
    }

    // MARK: Listings

    /// What a folder held when it was opened.
    private final class Listing {
        let descriptor: CInt
        var rest: [(name: Name, kind: Inode.Kind)]
        let entry = UnsafeMutablePointer<dirent>.allocate(capacity: 1)

        init(_ descriptor: CInt, _ entries: [(name: Name, kind: Inode.Kind)]) {
            self.descriptor = descriptor
            rest = entries
            entry.initialize(to: dirent())
        }

        deinit { entry.deallocate() }
    }

    package func fdopendir(_ descriptor: CInt) -> OpaquePointer? {
        var stream: OpaquePointer?
        _ = answer(.list, descriptor) { description, _ throws(Refusal) -> CInt in
            if description.inode.kind != .folder { throw Refusal(ENOTDIR) }
            let folder = try file(description)
            let entries = folder.entries.map { (name: $0.key, kind: disk.inodes[$0.value].kind) }
            let listing = Listing(descriptor, entries.sorted { $0.name.rank(disk.salt) > $1.name.rank(disk.salt) })
            stream = OpaquePointer(Unmanaged.passRetained(listing).toOpaque())
            return 0
        }
        return stream
    }

    package func readdir(_ stream: OpaquePointer) -> UnsafeMutablePointer<dirent>? {
        let listing = Unmanaged<Listing>.fromOpaque(UnsafeRawPointer(stream)).takeUnretainedValue()
        let result = answer(.next, nil) { () throws(Refusal) -> CInt in
            guard let (name, kind) = listing.rest.popLast() else { return 0 }
            let type: Int =
                switch kind {
                case .file: DT_REG
                case .folder: DT_DIR
                case .symlink: DT_LNK
                case .pipe: DT_FIFO
                }
            listing.entry.pointee.d_type = UInt8(disk.listsKinds ? type : DT_UNKNOWN)
            withUnsafeMutableBytes(of: &listing.entry.pointee.d_name) { bytes in
                bytes.copyBytes(from: name.bytes)
                bytes[name.bytes.count] = 0
            }
            return 1
        }
        return result == 1 ? listing.entry : nil
    }

    package func closedir(_ stream: OpaquePointer) {
        let listing = Unmanaged<Listing>.fromOpaque(UnsafeRawPointer(stream)).takeRetainedValue()
        _ = close(listing.descriptor)
    }

    // MARK: Locks

    package func setLock(_ descriptor: CInt, _ lock: UnsafeMutablePointer<Glibc.flock>) -> CInt {
        answer(.lock, descriptor) { description, _ throws(Refusal) in
            let inode = try file(description)
            let isFree = inode.locker == nil || inode.locker === description
            if lock.pointee.l_type == Int16(F_UNLCK) {
                if isFree { inode.locker = nil }
                return 0
            }
            precondition(lock.pointee.l_type == Int16(F_WRLCK), "a simulated file has no lock but a writer's")
            if !description.writes { throw Refusal(EBADF) }
            if !isFree { throw Refusal(EAGAIN) }
            inode.locker = description
            return 0
        }
    }

    package func getLock(_ descriptor: CInt, _ lock: UnsafeMutablePointer<Glibc.flock>) -> CInt {
        answer(.lock, descriptor) { description, _ throws(Refusal) in
            let inode = try file(description)
            let isFree = inode.locker == nil || inode.locker === description
            // Whoever asks, as a reader or as a writer, is told of the writer's.
            lock.pointee.l_type = Int16(isFree ? F_UNLCK : F_WRLCK)
            return 0
        }
    }

    package func lockFolder(_ folder: CInt) -> CInt {
        answer(.lock, folder) { description, _ throws(Refusal) in
            let inode = try file(description)
            if inode.folderLocker != nil, inode.folderLocker !== description { throw Refusal(EAGAIN) }
            inode.folderLocker = description
            return 0
        }
    }

    package func waitForFolder(_ folder: CInt) -> CInt {
        let result = lockFolder(folder)
        precondition(isDead || result == 0 || errno != EAGAIN, "a simulated machine's only thread would wait for ever")
        return result
    }

    package func setLease(_ descriptor: CInt, _ kind: CInt) -> CInt {
        answer(.lease, descriptor) { description, _ throws(Refusal) in
            let inode = try file(description)
            if inode.kind != .file { throw Refusal(EINVAL) }
            if kind != CInt(F_UNLCK), inode.writers > 0 { throw Refusal(EAGAIN) }
            return 0
        }
    }

    // MARK: Modes and marks

    package func fchmod(_ descriptor: CInt, _ mode: UInt32) -> CInt {
        answer(.mode, descriptor) { description, _ throws(Refusal) in
            let inode = try file(description)
            inode.mode = mode & 0o7777
            inode.changed = disk.clock()
            return 0
        }
    }

    package func fchown(_ descriptor: CInt, _ owner: UInt32, _ group: UInt32) -> CInt {
        answer(.mode, descriptor) { description, _ throws(Refusal) in
            let inode = try file(description)
            // Nobody but root gives a file away, and nobody here has a second group.
            if inode.owner != owner || inode.group != group { throw Refusal(EPERM) }
            inode.changed = disk.clock()
            return 0
        }
    }

    package func lgetxattr(_ path: UnsafePointer<CChar>, _ name: UnsafePointer<CChar>) -> Int {
        // Looks, and changes nothing.
        answer(.status, path) { () throws(Refusal) in
            guard try inode(AT_FDCWD, path).marks.contains(Self.name(name)) else { throw Refusal(ENODATA) }
            return 1
        }
    }

    package func lremovexattr(_ path: UnsafePointer<CChar>, _ name: UnsafePointer<CChar>) -> CInt {
        answer(.mark, path) { () throws(Refusal) in
            let inode = try inode(AT_FDCWD, path)
            guard inode.marks.remove(Self.name(name)) != nil else { throw Refusal(ENODATA) }
            inode.changed = disk.clock()
            return 0
        }
    }

    package func fsetxattr(_ descriptor: CInt, _ name: UnsafePointer<CChar>) -> CInt {
        answer(.mark, descriptor) { description, _ throws(Refusal) in
            let inode = try file(description)
            inode.marks.insert(Self.name(name))
            inode.changed = disk.clock()
            return 0
        }
    }

    private static func name(_ text: UnsafePointer<CChar>) -> Name {
        Name(UnsafeRawBufferPointer(start: text, count: strlen(text)))
    }
}
