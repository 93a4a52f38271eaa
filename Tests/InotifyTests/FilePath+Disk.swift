// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import SystemPackage

/// Files as their bytes name them; Foundation's would have to be UTF-8.
extension FilePath {
    static func temporaryFolder() throws -> FilePath {
        let folder = FilePath(NSTemporaryDirectory()).appending("inotify-tests-\(UInt64.random(in: 1 ... .max))")
        try folder.makeFolder()
        return folder
    }

    func makeFolder() throws {
        try check(withPlatformString { mkdir($0, 0o755) })
    }

    /// `mkdir -p`
    func makeFolders() throws {
        try FileManager.default.createDirectory(atPath: string, withIntermediateDirectories: true)
    }

    func write(_ text: String = "x") throws {
        let descriptor = withPlatformString { open($0, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644) }
        try check(descriptor)
        defer { close(descriptor) }
        guard Glibc.write(descriptor, text, text.utf8.count) == text.utf8.count else { throw Errno.ioError }
    }

    func move(to target: FilePath) throws {
        try check(withPlatformString { from in target.withPlatformString { rename(from, $0) } })
    }

    func makeLink(from name: FilePath) throws {
        try check(withPlatformString { from in name.withPlatformString { link(from, $0) } })
    }

    func makeSymbolicLink(from name: FilePath) throws {
        try check(withPlatformString { from in name.withPlatformString { symlink(from, $0) } })
    }

    var exists: Bool { withPlatformString { access($0, F_OK) } == 0 }

    func remove() throws {
        try check(withPlatformString { Glibc.remove($0) })
    }

    func removeTree() {
        try? FileManager.default.removeItem(atPath: string)
    }

    /// How many watches this process has by the kernel's own word (proc(5), `fdinfo`).
    static func watchCount() throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fdinfo").reduce(0) { count, name in
            // One that was closed meanwhile has none.
            let text = (try? String(contentsOfFile: "/proc/self/fdinfo/\(name)", encoding: .utf8)) ?? ""
            return count + text.split(separator: "\n").count { $0.hasPrefix("inotify wd:") }
        }
    }

    private func check(_ result: CInt) throws {
        if result < 0 { throw Errno(rawValue: errno) }
    }
}

extension FilePath.Component {
    init?(bytes: [UInt8]) {
        self.init(platformString: bytes.map(CChar.init(bitPattern:)) + [0])
    }
}
