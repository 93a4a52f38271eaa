// SPDX-License-Identifier: Apache-2.0

internal import CLinux
package import Glibc

/// The kernel's own calls, as ``Kernel`` makes them.
package struct LinuxCalls: Sendable {
    package init() {}

    @inline(__always)
    package func openat(_ directory: CInt, _ path: UnsafePointer<CChar>, _ flags: CInt, _ mode: UInt32) -> CInt {
        Glibc.openat(directory, path, flags, mode)
    }

    @inline(__always)
    package func openBeneath(_ directory: CInt, _ path: UnsafePointer<CChar>, _ flags: CInt) -> CInt {
        bd_open_beneath(directory, path, flags)
    }

    @inline(__always)
    package func close(_ descriptor: CInt) -> CInt { Glibc.close(descriptor) }

    @inline(__always)
    package func duplicate(_ descriptor: CInt) -> CInt { Glibc.fcntl(descriptor, F_DUPFD_CLOEXEC, 0) }

    @inline(__always)
    package func mkdirat(_ directory: CInt, _ path: UnsafePointer<CChar>, _ mode: UInt32) -> CInt {
        Glibc.mkdirat(directory, path, mode)
    }

    @inline(__always)
    package func renameNoReplace(
        _ sourceDirectory: CInt, _ source: UnsafePointer<CChar>, _ targetDirectory: CInt,
        _ target: UnsafePointer<CChar>
    ) -> CInt {
        CLinux.renameat2(sourceDirectory, source, targetDirectory, target, BD_RENAME_NOREPLACE)
    }

    @inline(__always)
    package func renameat(
        _ sourceDirectory: CInt, _ source: UnsafePointer<CChar>, _ targetDirectory: CInt,
        _ target: UnsafePointer<CChar>
    ) -> CInt {
        Glibc.renameat(sourceDirectory, source, targetDirectory, target)
    }

    @inline(__always)
    package func linkat(
        _ sourceDirectory: CInt, _ source: UnsafePointer<CChar>, _ targetDirectory: CInt,
        _ target: UnsafePointer<CChar>
    ) -> CInt {
        Glibc.linkat(sourceDirectory, source, targetDirectory, target, 0)
    }

    @inline(__always)
    package func unlinkat(_ directory: CInt, _ path: UnsafePointer<CChar>, _ flags: CInt) -> CInt {
        Glibc.unlinkat(directory, path, flags)
    }

    @inline(__always)
    package func symlinkat(
        _ text: UnsafePointer<CChar>, _ directory: CInt, _ path: UnsafePointer<CChar>
    ) -> CInt {
        Glibc.symlinkat(text, directory, path)
    }

    @inline(__always)
    package func readlinkat(
        _ directory: CInt, _ path: UnsafePointer<CChar>, _ buffer: UnsafeMutablePointer<CChar>, _ size: Int
    ) -> Int {
        Glibc.readlinkat(directory, path, buffer, size)
    }

    @inline(__always)
    package func realpath(_ path: UnsafePointer<CChar>) -> UnsafeMutablePointer<CChar>? { Glibc.realpath(path, nil) }

    @inline(__always)
    package func getcwd() -> UnsafeMutablePointer<CChar>? { Glibc.getcwd(nil, 0) }

    @inline(__always)
    package func lstatat(
        _ directory: CInt, _ path: UnsafePointer<CChar>, _ status: UnsafeMutablePointer<Glibc.stat>
    ) -> CInt {
        Glibc.fstatat(directory, path, status, AT_SYMLINK_NOFOLLOW)
    }

    @inline(__always)
    package func fstat(_ descriptor: CInt, _ status: UnsafeMutablePointer<Glibc.stat>) -> CInt {
        Glibc.fstat(descriptor, status)
    }

    @inline(__always)
    package func askServer(_ directory: CInt, _ path: UnsafePointer<CChar>) { bd_ask_server(directory, path) }

    @inline(__always)
    package func birth(_ directory: CInt, _ path: UnsafePointer<CChar>) -> Int64 { bd_birth(directory, path) }

    @inline(__always)
    package func isMountPoint(_ directory: CInt, _ path: UnsafePointer<CChar>) -> CInt {
        bd_is_mount_point(directory, path)
    }

    @inline(__always)
    package func mayWrite(_ folder: CInt) -> CInt { Glibc.faccessat(folder, ".", W_OK | X_OK, AT_EACCESS) }

    @inline(__always)
    package func fchmod(_ descriptor: CInt, _ mode: UInt32) -> CInt { Glibc.fchmod(descriptor, mode) }

    @inline(__always)
    package func fchown(_ descriptor: CInt, _ owner: UInt32, _ group: UInt32) -> CInt {
        Glibc.fchown(descriptor, owner, group)
    }

    @inline(__always)
    package func lgetxattr(_ path: UnsafePointer<CChar>, _ name: UnsafePointer<CChar>) -> Int {
        CLinux.lgetxattr(path, name, nil, 0)
    }

    @inline(__always)
    package func lremovexattr(_ path: UnsafePointer<CChar>, _ name: UnsafePointer<CChar>) -> CInt {
        CLinux.lremovexattr(path, name)
    }

    @inline(__always)
    package func fsetxattr(_ descriptor: CInt, _ name: UnsafePointer<CChar>) -> CInt {
        CLinux.fsetxattr(descriptor, name, "1", 1, 0)
    }
}

/// Content, its way to the disk, folders that are read, locks.
extension LinuxCalls {
    @inline(__always)
    package func pread(_ descriptor: CInt, _ buffer: UnsafeMutableRawPointer?, _ count: Int, _ offset: Int) -> Int {
        Glibc.pread(descriptor, buffer, count, off_t(offset))
    }

    @inline(__always)
    package func pwrite(_ descriptor: CInt, _ buffer: UnsafeRawPointer?, _ count: Int, _ offset: Int) -> Int {
        Glibc.pwrite(descriptor, buffer, count, off_t(offset))
    }

    @inline(__always)
    package func ftruncate(_ descriptor: CInt, _ length: Int) -> CInt { Glibc.ftruncate(descriptor, off_t(length)) }

    @inline(__always)
    package func allocate(_ descriptor: CInt, _ offset: Int, _ count: Int) -> CInt {
        CLinux.fallocate(descriptor, BD_FALLOC_FL_KEEP_SIZE, off_t(offset), off_t(count))
    }

    @inline(__always)
    package func fsync(_ descriptor: CInt) -> CInt { Glibc.fsync(descriptor) }

    @inline(__always)
    package func syncfs(_ descriptor: CInt) -> CInt { CLinux.syncfs(descriptor) }

    @inline(__always)
    package func fdopendir(_ descriptor: CInt) -> OpaquePointer? { Glibc.fdopendir(descriptor) }

    @inline(__always)
    package func readdir(_ stream: OpaquePointer) -> UnsafeMutablePointer<dirent>? { Glibc.readdir(stream) }

    @inline(__always)
    package func closedir(_ stream: OpaquePointer) { _ = Glibc.closedir(stream) }

    @inline(__always)
    package func setLock(_ descriptor: CInt, _ lock: UnsafeMutablePointer<Glibc.flock>) -> CInt {
        Glibc.fcntl(descriptor, BD_F_OFD_SETLK, lock)
    }

    @inline(__always)
    package func getLock(_ descriptor: CInt, _ lock: UnsafeMutablePointer<Glibc.flock>) -> CInt {
        Glibc.fcntl(descriptor, BD_F_OFD_GETLK, lock)
    }

    @inline(__always)
    package func lockFolder(_ folder: CInt) -> CInt { bd_lock_folder(folder) }

    @inline(__always)
    package func waitForFolder(_ folder: CInt) -> CInt { bd_wait_for_folder(folder) }

    @inline(__always)
    package func setLease(_ descriptor: CInt, _ kind: CInt) -> CInt {
        Glibc.fcntl(descriptor, BD_F_SETLEASE, kind)
    }

    @inline(__always)
    package func fileSystemType(_ path: UnsafePointer<CChar>, _ type: UnsafeMutablePointer<UInt32>) -> CInt {
        bd_file_system_type(path, type)
    }

    @inline(__always)
    package func fstatvfs(_ descriptor: CInt, _ status: UnsafeMutablePointer<Glibc.statvfs>) -> CInt {
        Glibc.fstatvfs(descriptor, status)
    }
}
