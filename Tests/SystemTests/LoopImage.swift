// SPDX-License-Identifier: Apache-2.0

import Foundation

/// An ext4 file system in an image file, mounted by a loop device: what the file holds is what has reached the disk.
struct LoopImage: Sendable {
    let image: URL
    let mountPoint: URL

    private init(_ name: String, in folder: URL) throws {
        image = folder.appendingPathComponent(name + ".image")
        mountPoint = folder.appendingPathComponent(name)
        try FileManager.default.createDirectory(at: mountPoint, withIntermediateDirectories: true)
    }

    /// Runs `body` with a new, mounted image; the image and all copies of it are gone afterwards.
    static func with<Value>(_ body: (LoopImage) async throws -> Value) async throws -> Value {
        try await Mounts.withFolder { folder in
            // In memory: a flush costs nothing there, and tells as much.
            let disk = folder.appendingPathComponent("disk")
            try Mounts.makeTemporary(disk, bytes: 160 << 20)
            let image = try LoopImage("first", in: disk)
            try await Tool.run("truncate", "-s", "64M", image.image.path)
            // Nothing is left for a kernel thread to initialise later, while the image is copied.
            let whole = "lazy_itable_init=0,lazy_journal_init=0"
            try await Tool.run("mkfs.ext4", "-q", "-F", "-N", "4096", "-E", whole, image.image.path)
            try await image.mount()
            return try await body(image)
        }
    }

    /// With no commit of the kernel's own for five minutes, and without its help for programs that do not sync: only
    /// what the daemon makes durable is durable.
    private func mount() async throws {
        try await Tool.run("mount", "-o", "loop,commit=300,noauto_da_alloc", image.path, mountPoint.path)
    }

    /// `syncfs(2)`.
    func sync() async throws {
        try await Tool.run("sync", "-f", mountPoint.path)
    }

    /// What the disk would hold if the power were cut now: a copy of the image as it is, without a sync.
    func copyAsItIs() async throws -> LoopImage {
        let copy = try LoopImage("second", in: image.deletingLastPathComponent())
        try await Tool.run("cp", "--sparse=always", image.path, copy.image.path)
        return copy
    }

    /// Puts this image away and mounts the copy, whose journal is replayed by that.
    func replace(with copy: LoopImage) async throws {
        // Lazily: a program that another test starts at the same moment may have inherited a file of Foundation's.
        try Mounts.unmountLazily(mountPoint)
        try FileManager.default.removeItem(at: image)
        try await copy.mount()
    }
}
