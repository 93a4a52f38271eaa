// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import Inotify
import SystemPackage
import Testing

extension KernelTests {
    @Test func `a root that is deleted is lost`() async throws {
        try await withWatch { root, _, reader in
            try root.appending("sub").makeFolder()
            #expect(try await reader.next() == .directoryAppeared(root.appending("sub")))
            root.removeTree()
            let events = try await reader.through(.watchLost(root, .deleted))
            #expect(events == [.directoryDisappeared(root.appending("sub")), .watchLost(root, .deleted)])
        }
    }

    @Test func `a root that is moved is lost and silent, and can be watched anew`() async throws {
        try await withFolders { root, side in
            try await withInotify(in: side) { inotify, reader in
                try root.appending("sub").makeFolder()
                try await inotify.watch(root)
                let moved = side.appending("moved")
                try root.move(to: moved)
                #expect(try await reader.next() == .watchLost(root, .moved))
                try root.makeFolder()
                try await inotify.watch(root)
                try moved.appending("f").write()
                try moved.appending("sub").appending("f").write()
                #expect(try await reader.untilNow(in: root) == [])
            }
        }
    }

    @Test func `a root that is deleted can be watched anew`() async throws {
        try await withFolders { root, side in
            try await withInotify(in: side) { inotify, reader in
                for _ in 1...3 {
                    try await inotify.watch(root)
                    try root.appending("f").write()
                    _ = try await reader.through(.closedAfterWriting(root.appending("f")))
                    root.removeTree()
                    _ = try await reader.through(.watchLost(root, .deleted))
                    try root.makeFolder()
                }
            }
        }
    }

    @Test(.enabled(if: geteuid() == 0, "mounting takes root"))
    func `a root that is unmounted is lost`() async throws {
        try await withFolders { root, side in
            try run("mount", ["-t", "tmpfs", "none", root.string])
            var isMounted = true
            defer { if isMounted { try? run("umount", ["-l", root.string]) } }
            try await withInotify(in: side) { inotify, reader in
                try root.appending("sub").makeFolder()
                try await inotify.watch(root)
                try run("umount", [root.string])
                isMounted = false
                #expect(try await reader.next() == .watchLost(root, .unmounted))
            }
        }
    }

    private func run(_ program: String, _ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [program] + arguments
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
    }

    @Test func `two roots are told apart, and one that is given up is silent`() async throws {
        try await withFolders { root, side in
            let other = side.appending("other")
            try other.appending("sub").makeFolders()
            try await withInotify(in: side) { inotify, reader in
                try await inotify.watch(root)
                try await inotify.watch(other)
                try other.appending("sub").appending("f").write()
                _ = try await reader.through(.closedAfterWriting(other.appending("sub").appending("f")))
                await inotify.unwatch(other)
                try other.appending("sub").appending("g").write()
                try other.appending("h").write()
                #expect(try await reader.untilNow(in: root) == [])
            }
        }
    }

    @Test func `what is no folder cannot be watched`() async throws {
        try await withFolders { root, side in
            try await withInotify(in: side) { inotify, _ in
                let (missing, file) = (root.appending("missing"), root.appending("file"))
                try file.write()
                await #expect(throws: InotifyError.cannotWatch(missing, .noSuchFileOrDirectory)) {
                    try await inotify.watch(missing)
                }
                await #expect(throws: InotifyError.cannotWatch(file, .notDirectory)) { try await inotify.watch(file) }
            }
        }
    }
}
