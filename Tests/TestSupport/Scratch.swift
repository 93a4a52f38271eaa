// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import SystemPackage

@testable import FileIO

/// A folder for one test, removed after it.
struct Scratch: Sendable {
    let path: FilePath

    static func with(_ body: (Scratch) async throws -> Void) async throws {
        let path = NSTemporaryDirectory() + "/bananadrop-unit-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(atPath: path) }
        try await body(Scratch(path: FilePath(path)))
    }

    /// Makes a folder, and those above it.
    @discardableResult
    func folder(_ name: String) throws -> FilePath {
        let folder = path.pushing(FilePath(name))
        try FileManager.default.createDirectory(atPath: folder.string, withIntermediateDirectories: true)
        return folder
    }

    /// Writes a file in place.
    @discardableResult
    func write(_ bytes: [UInt8], to name: String) throws -> FilePath {
        let file = path.pushing(FilePath(name))
        try Kernel.open(file, O_WRONLY | O_CREAT | O_TRUNC).writeAll(bytes)
        return file
    }

    func link(_ name: String, to target: FilePath) throws {
        try Kernel.makeSymlink(path.pushing(FilePath(name)), at: AT_FDCWD, pointingTo: target)
    }

    func bytes(of name: String) throws -> [UInt8] {
        let file = try Kernel.open(path.pushing(FilePath(name)), O_RDONLY)
        return try file.readAll(limit: 1 << 30, expecting: Int(try file.status().size))
    }

    func text(of name: String) throws -> String { String(decoding: try bytes(of: name), as: UTF8.self) }

    func exists(_ name: String) throws -> Bool { try Kernel.exists(path.pushing(FilePath(name))) }

    /// The names in a folder, sorted.
    func names(in name: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path.pushing(FilePath(name)).string).sorted()
    }

    func identity(of name: String) throws -> FileStatus.Identity {
        try Kernel.status(of: path.pushing(FilePath(name)), at: AT_FDCWD).identity
    }
}

/// Returns when nobody has the file open for writing. A program that another test starts has, until it begins, a copy
/// of all that this process has open: to the kernel it is a writer for that long.
func waitForEndOfWriting(_ file: FilePath) {
    while Kernel.isOpenForWriting(file) { usleep(10_000) }
}

extension [UInt8] {
    /// What passes for a whole PNG: its signature, filling, and its end.
    static func png(_ filling: Int = 100, of byte: UInt8 = 7) -> [UInt8] {
        [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + [UInt8](repeating: byte, count: filling)
            + [0, 0, 0, 0, 0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82]
    }
}
