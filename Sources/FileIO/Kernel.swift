// SPDX-License-Identifier: Apache-2.0

internal import Glibc
package import SystemPackage

/// The one door to the kernel: every call that touches the disk goes through here, so that `EINTR` and `errno` are
/// treated in one place. All calls block; they run on the ``FilePool``, never on the cooperative pool.
///
/// Paths are taken relative to a directory descriptor (`openat(2)` and its relatives): a folder that is renamed or
/// swapped for a symlink under our feet cannot lead a call elsewhere.
package enum Kernel {
    /// Runs `call` until it is not interrupted, and reads `errno` at once.
    @discardableResult
    package static func check<I: FixedWidthInteger>(_ call: () -> I) throws(Errno) -> I {
        while true {
            let result = call()
            if result != -1 { return result }
            let error = Errno(rawValue: errno)
            if error != .interrupted { throw error }
        }
    }

    /// `openat(2)`, always with `O_CLOEXEC`.
    package static func open(
        _ path: FilePath, at directory: CInt = AT_FDCWD, _ flags: CInt, mode: UInt32 = 0o664
    ) throws(Errno) -> OpenFile {
        let descriptor = try check { path.withPlatformString { calls.openat(directory, $0, flags | O_CLOEXEC, mode) } }
        return OpenFile(descriptor)
    }

    /// Makes a file for writing. What has its name is removed and never written over: in a folder that was put back it
    /// may have another name elsewhere.
    package static func createAnew(_ path: FilePath, at directory: CInt = AT_FDCWD) throws(Errno) -> OpenFile {
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW
        do {
            return try open(path, at: directory, flags)
        } catch .fileExists {
            try remove(path, at: directory)
            return try open(path, at: directory, flags)
        }
    }

    /// Opens a folder below another, through no symlink on the whole way: `openat2(2)`, or where the kernel does not
    /// know it, or a sandbox forbids it, component by component.
    package static func openFolder(_ path: FilePath, beneath directory: CInt) throws(Errno) -> OpenFile {
        let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW
        do {
            let descriptor = try check {
                path.withPlatformString { calls.openBeneath(directory, $0, flags | O_CLOEXEC) }
            }
            return OpenFile(descriptor)
        } catch {
            guard [.noFunction, .notPermitted, .resourceTemporarilyUnavailable].contains(error) else { throw error }
        }
        return try openFolderStepwise(path, beneath: directory)
    }

    /// The same without `openat2(2)`.
    static func openFolderStepwise(_ path: FilePath, beneath directory: CInt) throws(Errno) -> OpenFile {
        let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW
        var folder = try open(".", at: directory, flags)
        for component in path.components {
            guard component.kind == .regular else { throw .improperLink }
            folder = try open(FilePath(root: nil, [component]), at: folder.descriptor, flags)
        }
        return folder
    }

    /// `mkdirat(2)`. The mode is narrowed by the umask, as everywhere.
    package static func makeDirectory(_ path: FilePath, at directory: CInt = AT_FDCWD, mode: UInt32 = 0o775)
        throws(Errno)
    {
        try check { path.withPlatformString { calls.mkdirat(directory, $0, mode) } }
    }

    /// Renames without ever replacing what is there: `renameat2(2)` with `RENAME_NOREPLACE`. On file systems that do not
    /// know the flag (`EINVAL`: NFS, CIFS), a file gets its new name before it loses the old one (`linkat(2)`), which is as
    /// exact. What has but one name there, such as a folder, gets a look before the rename; no file is ever replaced by a
    /// folder.
    ///
    /// - Parameter beforeLink: called before a file gets its second name. Nobody may have it open then: NFS and FUSE keep
    ///   what is removed while it is open, under a hidden name.
    package static func rename(
        _ source: FilePath, at sourceDirectory: CInt, to target: FilePath, at targetDirectory: CInt,
        beforeLink: () -> Void = {}
    ) throws(Errno) {
        do {
            try renameNoReplace(source, sourceDirectory, target, targetDirectory)
        } catch .invalidArgument {
            beforeLink()
            if try renameByLink(source, at: sourceDirectory, to: target, at: targetDirectory) { return }
            if try exists(target, at: targetDirectory) { throw .fileExists }
            try check {
                source.withPlatformString { from in
                    target.withPlatformString { calls.renameat(sourceDirectory, from, targetDirectory, $0) }
                }
            }
        }
    }

    private static func renameNoReplace(
        _ source: FilePath, _ sourceDirectory: CInt, _ target: FilePath, _ targetDirectory: CInt
    ) throws(Errno) {
        try check {
            source.withPlatformString { from in
                target.withPlatformString { calls.renameNoReplace(sourceDirectory, from, targetDirectory, $0) }
            }
        }
    }

    /// A crash in between leaves the file under both names: see ``RecoveredJobs``. Returns false where it can have but one.
    static func renameByLink(
        _ source: FilePath, at sourceDirectory: CInt, to target: FilePath, at targetDirectory: CInt
    ) throws(Errno) -> Bool {
        guard try status(of: source, at: sourceDirectory).kind == .regular else { return false }
        guard try link(source, at: sourceDirectory, to: target, at: targetDirectory) else { return false }
        do {
            try remove(source, at: sourceDirectory)
        } catch {
            try? remove(target, at: targetDirectory)
            throw error
        }
        return true
    }

    /// Gives a file another name: `linkat(2)`. Returns false where it can have but one: by the file system, or by a rule of
    /// the machine.
    package static func link(
        _ source: FilePath, at sourceDirectory: CInt, to target: FilePath, at targetDirectory: CInt
    ) throws(Errno) -> Bool {
        do {
            try check {
                source.withPlatformString { from in
                    target.withPlatformString { calls.linkat(sourceDirectory, from, targetDirectory, $0) }
                }
            }
            return true
        } catch .notPermitted, .permissionDenied, .notSupported, .noFunction, .tooManyLinks, .invalidArgument {
            return false
        }
    }

    /// Renames over what is there: `renameat(2)`.
    package static func replace(_ target: FilePath, with source: FilePath, at directory: CInt) throws(Errno) {
        try check {
            source.withPlatformString { from in
                target.withPlatformString { calls.renameat(directory, from, directory, $0) }
            }
        }
    }

    /// `unlinkat(2)` of a file.
    package static func remove(_ path: FilePath, at directory: CInt) throws(Errno) {
        try check { path.withPlatformString { calls.unlinkat(directory, $0, 0) } }
    }

    /// `unlinkat(2)` of an empty directory.
    package static func removeDirectory(_ path: FilePath, at directory: CInt) throws(Errno) {
        try check { path.withPlatformString { calls.unlinkat(directory, $0, AT_REMOVEDIR) } }
    }

    /// `symlinkat(2)`.
    package static func makeSymlink(_ path: FilePath, at directory: CInt, pointingTo text: FilePath) throws(Errno) {
        try check { text.withPlatformString { to in path.withPlatformString { calls.symlinkat(to, directory, $0) } } }
    }

    /// `readlinkat(2)`.
    package static func readSymlink(_ path: FilePath, at directory: CInt) throws(Errno) -> FilePath {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
        let limit = buffer.count - 1
        _ = try check { path.withPlatformString { calls.readlinkat(directory, $0, &buffer, limit) } }
        return buffer.withUnsafeBufferPointer { bytes in
            guard let start = bytes.baseAddress else { return FilePath() }
            return FilePath(platformString: start)
        }
    }

    /// `realpath(3)`: absolute, without `.`, `..` and symlinks.
    package static func realPath(_ path: FilePath) throws(Errno) -> FilePath {
        guard let text = path.withPlatformString({ calls.realpath($0) }) else { throw Errno(rawValue: errno) }
        defer { free(text) }
        return FilePath(platformString: text)
    }

    /// `fstatat(2)` without following a symlink.
    package static func status(of path: FilePath, at directory: CInt) throws(Errno) -> FileStatus {
        var raw = stat()
        try check { path.withPlatformString { calls.lstatat(directory, $0, &raw) } }
        return FileStatus(raw)
    }

    /// The same as of now. On a mounted share `stat(2)` says how the file was when its server was last asked, which may
    /// be long ago (`attr_timeout` in mount.fuse3(8), `actimeo` in mount.cifs(8) and nfs(5)).
    package static func statusNow(of path: FilePath, at directory: CInt) throws(Errno) -> FileStatus {
        // Where that fails the look fails as well, and says why.
        path.withPlatformString { calls.askServer(directory, $0) }
        return try status(of: path, at: directory)
    }

    /// When it was made: nanoseconds since 1970; `nil` where the file system does not say.
    package static func birth(of path: FilePath, at directory: CInt = AT_FDCWD) -> Int64? {
        let moment = path.withPlatformString { calls.birth(directory, $0) }
        return moment < 0 ? nil : moment
    }

    package static func exists(_ path: FilePath, at directory: CInt = AT_FDCWD) throws(Errno) -> Bool {
        do {
            _ = try status(of: path, at: directory)
            return true
        } catch .noSuchFileOrDirectory {
            return false
        }
    }

    /// Whether a folder stands there; a symlink to one is none.
    package static func isDirectory(_ path: FilePath) -> Bool {
        (try? status(of: path, at: AT_FDCWD))?.kind == .directory
    }

    /// Whether a file system is mounted there, as far as the kernel tells. Asks no server, so it never waits for one.
    package static func isMountPoint(_ path: FilePath, at directory: CInt) -> Bool {
        path.withPlatformString { calls.isMountPoint(directory, $0) == 1 }
    }

    /// Whether names can be made in an open folder: `faccessat(2)` for the effective user.
    package static func isWritable(_ folder: borrowing OpenFile) -> Bool {
        calls.mayWrite(folder.descriptor) == 0
    }

    /// `ftruncate(2)`.
    package static func truncate(_ descriptor: CInt, to length: Int) throws(Errno) {
        try check { calls.ftruncate(descriptor, length) }
    }

    /// Takes a write lock on the whole file for this open description (`F_OFD_SETLK`); `EAGAIN` where another has it.
    package static func lockWhole(_ descriptor: CInt) throws(Errno) {
        var lock = wholeFileLock(F_WRLCK)
        try check { calls.setLock(descriptor, &lock) }
    }

    /// Takes a lock on a folder for this open description (`flock(2)`); `EAGAIN` where another has it. Does nothing
    /// where the file system knows none for folders, as NFS.
    package static func lockFolder(_ descriptor: CInt) throws(Errno) {
        do {
            try check { calls.lockFolder(descriptor) }
        } catch {
            let isUnknown: Set<Errno> = [.badFileDescriptor, .invalidArgument, .noLocks, .notSupported, .noFunction]
            if !isUnknown.contains(error) { throw error }
        }
    }

    /// Waits for the lock of a folder, which ends with this open description (`flock(2)`).
    package static func waitForLock(of folder: borrowing OpenFile) throws(Errno) {
        try check { calls.waitForFolder(folder.descriptor) }
    }

    /// Whether another open description, which can write, has the lock (`F_OFD_GETLK`). Takes nothing. It asks as a
    /// reader would: whoever may read the file can take a reader's lock, which says nothing.
    package static func isLocked(_ descriptor: CInt) -> Bool {
        var lock = wholeFileLock(F_RDLCK)
        guard (try? check { calls.getLock(descriptor, &lock) }) != nil else { return false }
        return lock.l_type != Int16(F_UNLCK)
    }

    /// Whether somebody has the file open for writing, where the kernel tells: a read lease (`fcntl(2)`, `F_SETLEASE`)
    /// is refused with `EAGAIN` then. It needs the file's owner or `CAP_LEASE`; without, and on file systems that know
    /// no leases, the answer is false.
    package static func isOpenForWriting(_ path: FilePath, at directory: CInt = AT_FDCWD) -> Bool {
        do {
            let file = try open(path, at: directory, O_RDONLY | O_NONBLOCK | O_NOFOLLOW)
            return hasWriter(file.descriptor)
        } catch {
            // Somebody has a lease for writing, as a file server takes it for its client, which may hold back what it
            // has written; it is asked for it by this.
            return error == .wouldBlock
        }
    }

    /// The same for a file that was opened for reading only.
    package static func hasWriter(_ descriptor: CInt) -> Bool {
        _ = brokenLeasesAreSilent
        if calls.setLease(descriptor, F_RDLCK) == -1 { return errno == EAGAIN }
        _ = calls.setLease(descriptor, F_UNLCK)
        return false
    }

    /// `getcwd(3)`.
    package static func workingDirectory() throws(Errno) -> FilePath {
        guard let path = calls.getcwd() else { throw Errno(rawValue: errno) }
        defer { free(path) }
        return FilePath(platformString: path)
    }

    /// A writer that comes while we hold the lease breaks it, which the kernel tells by SIGIO; unless it is ignored,
    /// that ends the process.
    private static let brokenLeasesAreSilent: Void = {
        signal(SIGIO, SIG_IGN)
    }()

    /// `statfs(2)`: the magic number of the file system that the path leads to.
    package static func fileSystemType(of path: FilePath) throws(Errno) -> UInt32 {
        var type: UInt32 = 0
        try check { path.withPlatformString { calls.fileSystemType($0, &type) } }
        return type
    }

    private static func wholeFileLock(_ kind: CInt) -> Glibc.flock {
        var lock = Glibc.flock()
        lock.l_type = Int16(kind)
        lock.l_whence = Int16(SEEK_SET)
        return lock
    }
}
