// SPDX-License-Identifier: Apache-2.0

internal import CLinux
internal import Glibc
package import SystemPackage

/// What the commands ask of the machine and the daemon does not.
extension Kernel {
    /// How much room a file system has: `fstatvfs(3)`.
    package static func room(at path: FilePath) throws(Errno) -> DiskRoom {
        let place = try openPlace(path)
        var raw = statvfs()
        try check { calls.fstatvfs(place.descriptor, &raw) }
        let block = UInt64(raw.f_frsize)
        return DiskRoom(
            freeBytes: block * UInt64(raw.f_bavail), totalBytes: block * UInt64(raw.f_blocks),
            freeFiles: UInt64(raw.f_favail), totalFiles: UInt64(raw.f_files))
    }

    /// Who may do what with a folder: `lstat(2)`, and whether an access list stands behind it (`acl(5)`).
    package static func rights(of path: FilePath) throws(Errno) -> FileRights {
        var raw = stat()
        try check { path.withPlatformString { calls.lstatat(AT_FDCWD, $0, &raw) } }
        let size = path.withPlatformString { calls.lgetxattr($0, "system.posix_acl_access") }
        return FileRights(
            mode: UInt32(raw.st_mode) & 0o7777, owner: UInt32(raw.st_uid), group: UInt32(raw.st_gid),
            hasAccessList: size > 0)
    }

    /// A descriptor that is only the file's place in the tree (`O_PATH`, `open(2)`).
    package static func openPlace(_ path: FilePath, at directory: CInt = AT_FDCWD) throws(Errno) -> OpenFile {
        try open(path, at: directory, BD_O_PATH | O_NOFOLLOW)
    }

    /// Whether a file bears a mark: an extended attribute (`xattr(7)`).
    package static func hasMark(_ name: String, _ path: FilePath) -> Bool {
        path.withPlatformString { calls.lgetxattr($0, name) >= 0 }
    }

    /// Takes a mark off a file. Where nothing is taken off, nothing is on it, or the file's name was taken away.
    package static func removeMark(_ name: String, _ path: FilePath) {
        _ = path.withPlatformString { calls.lremovexattr($0, name) }
    }

    /// Whether the kernel's clock is kept by NTP; `nil` where it cannot be asked.
    package static var clockIsSynchronised: Bool? {
        let answer = bd_clock_is_synchronised()
        return answer < 0 ? nil : answer == 1
    }
}

extension OpenFile {
    /// Where the file stands by now, whoever has renamed it, or a folder above it, on this machine (`/proc/PID/fd`,
    /// `proc(5)`).
    package func place() throws(Errno) -> FilePath {
        try Kernel.readSymlink(FilePath("/proc/self/fd/\(descriptor)"), at: AT_FDCWD)
    }

    /// The very file that a descriptor is the place of, for reading: whatever has its name by now (`proc(5)`).
    package func reopened() throws(Errno) -> OpenFile {
        try Kernel.open(FilePath("/proc/self/fd/\(descriptor)"), O_RDONLY | O_NONBLOCK)
    }
}

/// How many descriptors this process may have open: `setrlimit(2)`.
package enum DescriptorLimit {
    /// More than 64 downloads, 256 connections to the API and the file threads ever need.
    private static let enough = 65_536

    /// Raises the limit as far as the system lets it. The usual one of 1,024 is meant for programs that use `select(2)`.
    /// Returns what holds from then on; `nil` where that cannot be asked.
    @discardableResult
    package static func raise() -> Int? {
        let limit = bd_raise_descriptor_limit(UInt(enough))
        return limit < 0 ? nil : Int(limit)
    }
}
