// SPDX-License-Identifier: Apache-2.0

internal import Glibc
package import SystemPackage

/// What is mounted where: `/proc/self/mountinfo` (`proc(5)`). Pure, but for ``current()``.
package struct MountTable: Equatable, Sendable {
    package struct Mount: Equatable, Sendable {
        /// Where it is mounted; a name is bytes.
        package var point: FilePath
        /// As the kernel calls it: `ext4`, `nfs4`, `fuse.sshfs`.
        package var type: String
        /// Whether nothing can be written by this way.
        var isReadOnly = false
    }

    /// In the order of the file: what was mounted later comes later.
    var mounts: [Mount] = []

    /// Reads the file. A line that is none is passed over.
    init(_ bytes: [UInt8]) {
        mounts = bytes.split(separator: UInt8(ascii: "\n")).compactMap(Self.mount)
    }

    /// The kernel's, as it is at the moment; empty where it cannot be read. Blocking.
    package static func current() -> MountTable {
        MountTable(
            (try? Kernel.open("/proc/self/mountinfo", O_RDONLY).readAll(limit: 64 << 20, expecting: 64 << 10)) ?? [])
    }

    /// `36 35 98:0 /root /mnt\040point rw,noatime master:1 - ext4 /dev/root rw`: the mount point is the fifth field;
    /// some optional fields end with a dash of its own, and the type stands behind it.
    private static func mount(_ line: ArraySlice<UInt8>) -> Mount? {
        let fields = line.split(separator: UInt8(ascii: " "))
        guard fields.count > 6, let dash = fields[6...].firstIndex(of: [UInt8(ascii: "-")]),
            fields.indices.contains(dash + 1)
        else { return nil }
        return Mount(
            point: path(unescaped(fields[4])), type: String(decoding: fields[dash + 1], as: UTF8.self),
            isReadOnly: fields[5].split(separator: UInt8(ascii: ",")).contains([UInt8(ascii: "r"), UInt8(ascii: "o")]))
    }

    /// Space, tab, newline and backslash stand as a backslash and three octal digits.
    private static func unescaped(_ field: ArraySlice<UInt8>) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = field
        while let byte = rest.popFirst() {
            let digits = rest.prefix(3)
            if byte == UInt8(ascii: "\\"), digits.count == 3, let code = octal(digits) {
                bytes.append(code)
                rest = rest.dropFirst(3)
            } else {
                bytes.append(byte)
            }
        }
        return bytes
    }

    private static func octal(_ digits: ArraySlice<UInt8>) -> UInt8? {
        UInt8(String(decoding: digits, as: UTF8.self), radix: 8)
    }

    private static func path(_ bytes: [UInt8]) -> FilePath {
        (bytes.map { CChar(bitPattern: $0) } + [0]).withUnsafeBufferPointer { text in
            text.baseAddress.map { FilePath(platformString: $0) } ?? FilePath()
        }
    }

    /// What systemd's `ProtectHome=` hides, where that is so (systemd.exec(5)).
    private static let homes: Set<FilePath> = ["/home", "/root", "/run/user"]

    /// The folder of people's homes above a path, where a service manager has put an empty, read-only one in its place.
    package func hiddenHome(above path: FilePath) -> FilePath? {
        guard let mount = mount(of: path), Self.homes.contains(mount.point), mount.type == "tmpfs", mount.isReadOnly
        else { return nil }
        return mount.point
    }

    /// The file system on which a path lies: the deepest mount point above it, and the last of several on one another.
    ///
    /// - Parameter path: absolute, without symlinks.
    package func mount(of path: FilePath) -> Mount? {
        let above = mounts.filter { path.starts(with: $0.point) }
        let depth = above.map(\.point.components.count).max()
        return above.last { $0.point.components.count == depth }
    }
}
