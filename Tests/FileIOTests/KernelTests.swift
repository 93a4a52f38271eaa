// SPDX-License-Identifier: Apache-2.0

import Glibc
import SystemPackage
import Testing

@testable import FileIO
@testable import TestSupport

/// Folders are opened below others and nowhere else, with `openat2(2)` and without.
struct KernelTests {
    enum Way: CaseIterable, Sendable {
        case atOnce, stepwise

        func open(_ path: FilePath, beneath directory: CInt) throws(Errno) -> OpenFile {
            switch self {
            case .atOnce: try Kernel.openFolder(path, beneath: directory)
            case .stepwise: try Kernel.openFolderStepwise(path, beneath: directory)
            }
        }
    }

    struct Case: Sendable {
        var path: FilePath
        var error: Errno?
    }

    static let cases: [Case] = [
        Case(path: "a/b/c"), Case(path: "a"), Case(path: "a/b/none", error: .noSuchFileOrDirectory),
        Case(path: "a/b/file", error: .notDirectory), Case(path: "a/b/file/x", error: .notDirectory),
        Case(path: "1/b/c", error: .tooManySymbolicLinkLevels), Case(path: "a/2/c", error: .tooManySymbolicLinkLevels),
        Case(path: "a/b/3", error: .tooManySymbolicLinkLevels), Case(path: "a/b/fifo", error: .notDirectory),
        Case(path: "..", error: .improperLink), Case(path: "a/../../out", error: .improperLink),
    ]

    @Test func `a file that gets its new name before it loses the old one replaces nothing`() async throws {
        try await Scratch.with { scratch in
            try scratch.write([1], to: "a")
            try scratch.write([2], to: "b")
            try scratch.folder("folder")
            let folder = try Kernel.open(scratch.path, O_RDONLY | O_DIRECTORY)
            func move(_ source: FilePath, _ target: FilePath) throws(Errno) -> Bool {
                try Kernel.renameByLink(source, at: AT_FDCWD, to: target, at: folder.descriptor)
            }
            let (a, b) = (scratch.path.appending("a"), scratch.path.appending("b"))
            #expect(throws: Errno.fileExists) { try move(a, "b") }
            #expect(try scratch.bytes(of: "a") == [1] && scratch.bytes(of: "b") == [2])
            #expect(try move(a, "c"))
            #expect(try !scratch.exists("a") && scratch.bytes(of: "c") == [1])
            #expect(try !move(scratch.path.appending("folder"), "d") && scratch.exists("folder"), "it has but one name")
            #expect(throws: Errno.noSuchFileOrDirectory) { try move(a, "e") }
            #expect(try move(b, "f"))
        }
    }

    @Test(arguments: Way.allCases, cases)
    func `no symlink at any depth leads elsewhere`(way: Way, item: Case) async throws {
        try await Scratch.with { scratch in
            try scratch.folder("in/a/b/c")
            try scratch.folder("out")
            try scratch.write([], to: "in/a/b/file")
            try #require(mkfifo(scratch.path.pushing("in/a/b/fifo").string, 0o666) == 0)
            for (link, target) in [("in/1", "a"), ("in/a/2", "b"), ("in/a/b/3", "c")] {
                try scratch.link(link, to: FilePath(target))
            }
            let base = try Kernel.open(scratch.path.appending("in"), O_RDONLY | O_DIRECTORY)
            do {
                let folder = try way.open(item.path, beneath: base.descriptor)
                #expect(item.error == nil)
                #expect(try folder.place() == Kernel.realPath(scratch.path.appending("in").pushing(item.path)))
            } catch let error as Errno {
                let isExpected = error == item.error || (item.error?.isNoFolder == true && error.isNoFolder)
                #expect(isExpected, "\(way) \(item.path): \(error)")
            }
        }
    }
}
