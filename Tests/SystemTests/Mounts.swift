// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc

/// File systems for one test, all below one fresh temporary folder.
enum Mounts {
    /// Whatever `body` has mounted below the folder is gone when this returns, however it ends.
    static func withFolder<Value>(_ body: (URL) async throws -> Value) async throws -> Value {
        _ = leftoversAreGone
        let folder = TestFolder.new("\(prefix)\(getpid())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { clear(folder) }
        return try await body(folder)
    }

    private static let prefix = "bananadrop-mounts-"

    /// A run of the tests that crashed could unmount nothing. The next one does, for every process that is no more.
    private static let leftoversAreGone: Void = {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: TestFolder.parent.path)) ?? []
        for name in names where name.hasPrefix(prefix) {
            let pid = name.dropFirst(prefix.count).prefix { $0 != "-" }
            if kill(pid_t(pid) ?? 0, 0) != 0, errno == ESRCH { clear(TestFolder.parent.appendingPathComponent(name)) }
        }
    }()

    private static func clear(_ folder: URL) {
        for place in mounted(below: folder).reversed() where umount2(place, 0) != 0 {
            umount2(place, Int32(MNT_DETACH))
        }
        // Not what is still mounted there: that it stays is better than that a test deletes it.
        if mounted(below: folder).isEmpty { try? FileManager.default.removeItem(at: folder) }
    }

    private static func mounted(below folder: URL) -> [String] {
        let lines = ((try? String(contentsOfFile: "/proc/self/mounts", encoding: .utf8)) ?? "").split(separator: "\n")
        return lines.compactMap { line in
            let place = line.split(separator: " ").dropFirst().first.map(String.init)
            return place?.hasPrefix(folder.path + "/") == true ? place : nil
        }
    }

    /// Makes a folder with a tmpfs of so many bytes on it.
    static func makeTemporary(_ folder: URL, bytes: Int) throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try check(mount("none", folder.path, "tmpfs", 0, "size=\(bytes)"))
    }

    static func resizeTemporary(_ folder: URL, bytes: Int) throws {
        try check(mount("none", folder.path, "tmpfs", UInt(MS_REMOUNT), "size=\(bytes)"))
    }

    /// Lays the same file system over itself, read-only: whoever resolves a path through it can only read. (A remount
    /// of the one below is refused as long as a daemon holds its lock open.) It is never there and writable: see
    /// open_tree(2), mount_setattr(2), move_mount(2).
    static func coverReadOnly(_ folder: URL) throws {
        let tree = open_tree(AT_FDCWD, folder.path, UInt32(OPEN_TREE_CLONE | O_CLOEXEC))
        guard tree >= 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
        defer { close(tree) }
        var readOnly = mount_attr()
        readOnly.attr_set = UInt64(MOUNT_ATTR_RDONLY)
        // linux/fcntl.h; Glibc's module leaves it out.
        let emptyPath: UInt32 = 0x1000
        try check(mount_setattr(tree, "", emptyPath, &readOnly, MemoryLayout<mount_attr>.size))
        try check(move_mount(tree, "", AT_FDCWD, folder.path, UInt32(MOVE_MOUNT_F_EMPTY_PATH)))
    }

    /// Shows another file in the place of one.
    static func bind(_ file: String, over place: URL) throws {
        try check(mount(file, place.path, nil, UInt(MS_BIND), nil))
    }

    static func unmount(_ folder: URL) throws {
        try check(umount2(folder.path, 0))
    }

    static func unmountLazily(_ folder: URL) throws {
        try check(umount2(folder.path, Int32(MNT_DETACH)))
    }

    /// The device that is mounted there, such as `/dev/loop3`.
    static func device(of folder: URL) throws -> String {
        let table = try String(contentsOfFile: "/proc/self/mounts", encoding: .utf8)
        let line = table.split(separator: "\n").last { $0.split(separator: " ").dropFirst().first == folder.path[...] }
        guard let device = line?.split(separator: " ").first else { throw POSIXError(.ENODEV) }
        return String(device)
    }

    private static func check(_ result: Int32) throws {
        if result != 0 { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
    }
}
