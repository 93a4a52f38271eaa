// SPDX-License-Identifier: Apache-2.0

#if DEBUG
    package import Glibc

    /// The calls of the kernel that ``Kernel`` and its relatives make, each as the C function of that name, `errno`
    /// included. Tests put a kernel of their own behind it: see ``MachineSimulation``. In a release build there is none but
    /// ``LinuxCalls``, and nothing to choose.
    package protocol KernelCalls: Sendable {
        func openat(_ directory: CInt, _ path: UnsafePointer<CChar>, _ flags: CInt, _ mode: UInt32) -> CInt
        /// `openat2(2)` with `RESOLVE_BENEATH` and `RESOLVE_NO_SYMLINKS`.
        func openBeneath(_ directory: CInt, _ path: UnsafePointer<CChar>, _ flags: CInt) -> CInt
        func close(_ descriptor: CInt) -> CInt
        /// `fcntl(2)` with `F_DUPFD_CLOEXEC`.
        func duplicate(_ descriptor: CInt) -> CInt

        func mkdirat(_ directory: CInt, _ path: UnsafePointer<CChar>, _ mode: UInt32) -> CInt
        /// `renameat2(2)` with `RENAME_NOREPLACE`.
        func renameNoReplace(
            _ sourceDirectory: CInt, _ source: UnsafePointer<CChar>, _ targetDirectory: CInt,
            _ target: UnsafePointer<CChar>
        ) -> CInt
        func renameat(
            _ sourceDirectory: CInt, _ source: UnsafePointer<CChar>, _ targetDirectory: CInt,
            _ target: UnsafePointer<CChar>
        ) -> CInt
        /// `linkat(2)` that follows no symlink.
        func linkat(
            _ sourceDirectory: CInt, _ source: UnsafePointer<CChar>, _ targetDirectory: CInt,
            _ target: UnsafePointer<CChar>
        ) -> CInt
        func unlinkat(_ directory: CInt, _ path: UnsafePointer<CChar>, _ flags: CInt) -> CInt
        func symlinkat(_ text: UnsafePointer<CChar>, _ directory: CInt, _ path: UnsafePointer<CChar>) -> CInt
        func readlinkat(
            _ directory: CInt, _ path: UnsafePointer<CChar>, _ buffer: UnsafeMutablePointer<CChar>, _ size: Int
        ) -> Int
        /// `realpath(3)` without a buffer: the text is for `free(3)`.
        func realpath(_ path: UnsafePointer<CChar>) -> UnsafeMutablePointer<CChar>?
        /// `getcwd(3)` without a buffer: the text is for `free(3)`.
        func getcwd() -> UnsafeMutablePointer<CChar>?

        /// `fstatat(2)` that follows no symlink in the last place.
        func lstatat(
            _ directory: CInt, _ path: UnsafePointer<CChar>, _ status: UnsafeMutablePointer<Glibc.stat>
        ) -> CInt
        func fstat(_ descriptor: CInt, _ status: UnsafeMutablePointer<Glibc.stat>) -> CInt
        /// `statx(2)` with `AT_STATX_FORCE_SYNC`, whose answer is left to ``lstatat(_:_:_:)``.
        func askServer(_ directory: CInt, _ path: UnsafePointer<CChar>)
        /// `statx(2)`: nanoseconds since 1970, or -1.
        func birth(_ directory: CInt, _ path: UnsafePointer<CChar>) -> Int64
        /// `statx(2)`: 1 where it is one.
        func isMountPoint(_ directory: CInt, _ path: UnsafePointer<CChar>) -> CInt
        /// `faccessat(2)` of an open folder, for the effective user.
        func mayWrite(_ folder: CInt) -> CInt
        func fchmod(_ descriptor: CInt, _ mode: UInt32) -> CInt
        func fchown(_ descriptor: CInt, _ owner: UInt32, _ group: UInt32) -> CInt
        func lgetxattr(_ path: UnsafePointer<CChar>, _ name: UnsafePointer<CChar>) -> Int
        func lremovexattr(_ path: UnsafePointer<CChar>, _ name: UnsafePointer<CChar>) -> CInt
        /// `fsetxattr(2)` of one byte, `1`.
        func fsetxattr(_ descriptor: CInt, _ name: UnsafePointer<CChar>) -> CInt

        func pread(_ descriptor: CInt, _ buffer: UnsafeMutableRawPointer?, _ count: Int, _ offset: Int) -> Int
        func pwrite(_ descriptor: CInt, _ buffer: UnsafeRawPointer?, _ count: Int, _ offset: Int) -> Int
        func ftruncate(_ descriptor: CInt, _ length: Int) -> CInt
        /// `fallocate(2)` with `FALLOC_FL_KEEP_SIZE`.
        func allocate(_ descriptor: CInt, _ offset: Int, _ count: Int) -> CInt
        func fsync(_ descriptor: CInt) -> CInt
        func syncfs(_ descriptor: CInt) -> CInt

        func fdopendir(_ descriptor: CInt) -> OpaquePointer?
        func readdir(_ stream: OpaquePointer) -> UnsafeMutablePointer<dirent>?
        func closedir(_ stream: OpaquePointer)

        /// `fcntl(2)` with `F_OFD_SETLK`.
        func setLock(_ descriptor: CInt, _ lock: UnsafeMutablePointer<Glibc.flock>) -> CInt
        /// `fcntl(2)` with `F_OFD_GETLK`.
        func getLock(_ descriptor: CInt, _ lock: UnsafeMutablePointer<Glibc.flock>) -> CInt
        /// `flock(2)` with `LOCK_EX | LOCK_NB`.
        func lockFolder(_ folder: CInt) -> CInt
        /// `flock(2)` with `LOCK_EX`.
        func waitForFolder(_ folder: CInt) -> CInt
        /// `fcntl(2)` with `F_SETLEASE`.
        func setLease(_ descriptor: CInt, _ kind: CInt) -> CInt

        /// `statfs(2)`: the magic number alone.
        func fileSystemType(_ path: UnsafePointer<CChar>, _ type: UnsafeMutablePointer<UInt32>) -> CInt
        func fstatvfs(_ descriptor: CInt, _ status: UnsafeMutablePointer<Glibc.statvfs>) -> CInt
    }

    extension LinuxCalls: KernelCalls {}
#endif

extension Kernel {
    #if DEBUG
        /// The kernel that is asked: the simulated machine's, where one is bound.
        package static var calls: any KernelCalls { Machine.simulated?.calls ?? LinuxCalls() }
    #else
        @inline(__always)
        static var calls: LinuxCalls { LinuxCalls() }
    #endif
}
