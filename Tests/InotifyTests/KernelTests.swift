// SPDX-License-Identifier: Apache-2.0

import Inotify
import SystemPackage
import Testing

@testable import TestSupport

/// Against the real kernel. One after the other, since a process has one instance.
@Suite(.serialized, .idleLimit) struct KernelTests {
    @Test func `a file that is written appears and is closed`() async throws {
        try await withWatch { root, _, reader in
            let file = root.appending("a.txt")
            try file.write()
            #expect(try await reader.next() == .created(file))
            #expect(try await reader.next() == .closedAfterWriting(file))
        }
    }

    @Test func `a file that is written again is closed again`() async throws {
        try await withWatch { root, _, reader in
            let file = root.appending("a.txt")
            try file.write()
            _ = try await reader.through(.closedAfterWriting(file))
            try file.write()
            #expect(try await reader.next() == .closedAfterWriting(file))
        }
    }

    @Test func `a file is moved in, renamed, and moved out`() async throws {
        try await withWatch { root, side, reader in
            let (outside, first, second) = (side.appending("f"), root.appending("f"), root.appending("g"))
            try outside.write()
            try outside.move(to: first)
            #expect(try await reader.next() == .movedIn(first))
            try first.move(to: second)
            #expect(try await reader.next() == .movedOut(first))
            #expect(try await reader.next() == .movedIn(second))
            try second.move(to: outside)
            #expect(try await reader.next() == .movedOut(second))
        }
    }

    @Test func `a file is deleted`() async throws {
        try await withWatch { root, side, reader in
            let file = root.appending("f")
            try file.write()
            _ = try await reader.through(.closedAfterWriting(file))
            try file.remove()
            #expect(try await reader.next() == .deleted(file))
        }
    }

    @Test func `a hard link appears and nothing follows`() async throws {
        try await withWatch { root, side, reader in
            let (outside, file) = (side.appending("f"), root.appending("f"))
            try outside.write()
            try outside.makeLink(from: file)
            #expect(try await reader.untilNow(in: root) == [.created(file)])
        }
    }

    @Test func `a folder appears and disappears`() async throws {
        try await withWatch { root, _, reader in
            let folder = root.appending("sub")
            try folder.makeFolder()
            #expect(try await reader.next() == .directoryAppeared(folder))
            try folder.remove()
            #expect(try await reader.next() == .directoryDisappeared(folder))
        }
    }

    @Test(arguments: [
        [UInt8]("two words.txt".utf8), [UInt8]("line\nbreak.txt".utf8), [UInt8]("バナナ.txt".utf8),
        [0x66, 0xFF, 0xFE, 0x80, 0x2E, 0x74], [UInt8](repeating: 0x61, count: 255),
    ])
    func `a name is told by its bytes`(name: [UInt8]) async throws {
        try await withWatch { root, _, reader in
            let file = root.appending(try #require(FilePath.Component(bytes: name)))
            try file.write()
            let event = try await reader.next()
            try file.remove()
            #expect(event == .created(file))
            guard case .created(let told) = event else { return }
            let bytes = told.lastComponent?.withPlatformString { text in
                Array(UnsafeBufferPointer(start: text, count: name.count))
            }
            #expect(bytes?.map(UInt8.init(bitPattern:)) == name)
        }
    }

    @Test func `a folder whose name is no UTF-8 is watched`() async throws {
        try await withWatch { root, _, reader in
            let folder = root.appending(try #require(FilePath.Component(bytes: [0x64, 0xFF, 0xFE, 0x0A])))
            let file = folder.appending("f")
            try folder.makeFolder()
            #expect(try await reader.next() == .directoryAppeared(folder))
            try file.write()
            #expect(try await reader.next() == .created(file))
            try file.remove()
            try folder.remove()
        }
    }

    @Test func `a burst of 5,000 renames is reported in full, or as an overflow`() async throws {
        try await withWatch { root, side, reader in
            let names = (0..<5_000).map { "\($0).json" }
            for name in names { try side.appending(name).write() }
            for name in names { try side.appending(name).move(to: root.appending(name)) }
            var missing = Set(names.map { root.appending($0) })
            let events = try await reader.through { event in
                if case .movedIn(let path) = event { missing.remove(path) }
                return missing.isEmpty || event == .overflow
            }
            #expect(events.count == 5_000 || events.last == .overflow)
            #expect(missing.isEmpty || events.last == .overflow)
        }
    }
}
