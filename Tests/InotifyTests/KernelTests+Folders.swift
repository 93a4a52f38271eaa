// SPDX-License-Identifier: Apache-2.0

import Inotify
import SystemPackage
import Testing

extension KernelTests {
    @Test(arguments: [false, true])
    func `folders made at once are watched to the bottom`(isMovedIn: Bool) async throws {
        try await withWatch { root, side, reader in
            let (top, deep): (FilePath, FilePath) = ("a", "a/b/c/d/e")
            if isMovedIn {
                try side.appending(deep.components).makeFolders()
                try side.appending(top.components).move(to: root.appending(top.components))
            } else {
                try root.appending(deep.components).makeFolders()
            }
            // What is told in a folder comes after the folder in it was watched; so from level to level.
            var level = root
            for name in deep.components {
                _ = try await reader.untilNow(in: level)
                level = level.appending(name)
            }
            let file = root.appending(deep.components).appending("f")
            try file.write()
            _ = try await reader.through(.closedAfterWriting(file))
        }
    }

    @Test func `a file dropped into folders that are just being made is told, or stands in a folder that is told`()
        async throws
    {
        try await withWatch { root, _, reader in
            for round in 1...100 {
                let deep = root.appending("\(round)").appending("a").appending("b").appending("c")
                let file = deep.appending("f")
                try deep.makeFolders()
                try file.write()
                _ = try await reader.through { event in
                    switch event {
                    case .directoryAppeared(let folder): file.starts(with: folder) && file.exists
                    case .created(let path), .closedAfterWriting(let path): path == file
                    case .movedIn, .movedOut, .deleted, .directoryDisappeared, .overflow, .watchLost, .cannotWatch:
                        false
                    }
                }
            }
        }
    }

    @Test func `folders that are there already are watched`() async throws {
        try await withFolders { root, side in
            let deep = root.appending("a").appending("b").appending("c")
            try deep.makeFolders()
            try await withInotify(in: side) { inotify, reader in
                try await inotify.watch(root)
                try deep.appending("f").write()
                #expect(try await reader.next() == .created(deep.appending("f")))
            }
        }
    }

    @Test func `a file in a renamed folder has the new path, below it too`() async throws {
        try await withWatch { root, _, reader in
            let (old, new) = (root.appending("old"), root.appending("new"))
            try old.appending("sub").makeFolders()
            _ = try await reader.untilNow(in: root)
            try old.move(to: new)
            #expect(try await reader.next() == .directoryDisappeared(old))
            #expect(try await reader.next() == .directoryAppeared(new))
            for file in [new.appending("f"), new.appending("sub").appending("g")] {
                try file.write()
                #expect(try await reader.next() == .created(file))
                #expect(try await reader.next() == .closedAfterWriting(file))
            }
        }
    }

    @Test func `two folders that swap names keep their events apart`() async throws {
        try await withWatch { root, side, reader in
            let (one, two, free) = (root.appending("one"), root.appending("two"), side.appending("free"))
            try one.makeFolder()
            try two.makeFolder()
            try one.appending("was-one").write()
            _ = try await reader.untilNow(in: root)
            try one.move(to: free)
            try two.move(to: one)
            try free.move(to: two)
            _ = try await reader.untilNow(in: root)
            try two.appending("was-one").remove()
            #expect(try await reader.next() == .deleted(two.appending("was-one")))
            try one.appending("f").write()
            #expect(try await reader.next() == .created(one.appending("f")))
        }
    }

    @Test func `a folder that was moved out is silent, below it too`() async throws {
        try await withWatch { root, side, reader in
            let (inside, outside) = (root.appending("a"), side.appending("a"))
            try inside.appending("sub").makeFolders()
            _ = try await reader.untilNow(in: root)
            try inside.appending("sub").appending("seen").write()
            #expect(try await reader.next() == .created(inside.appending("sub").appending("seen")))
            _ = try await reader.next()
            try inside.move(to: outside)
            #expect(try await reader.next() == .directoryDisappeared(inside))
            try outside.appending("f").write()
            try outside.appending("sub").appending("g").write()
            #expect(try await reader.untilNow(in: root) == [])
        }
    }

    @Test func `a folder that is deleted and made anew under the same name works each time`() async throws {
        try await withWatch { root, _, reader in
            let folder = root.appending("a")
            for round in 1...3 {
                try folder.appending("sub").makeFolders()
                _ = try await reader.untilNow(in: root)
                let file = folder.appending("sub").appending("\(round)")
                try file.write()
                #expect(try await reader.next() == .created(file))
                _ = try await reader.through(.closedAfterWriting(file))
                folder.removeTree()
                _ = try await reader.through(.directoryDisappeared(folder))
            }
        }
    }

    @Test func `a folder that is remade before anybody looks works`() async throws {
        try await withWatch { root, _, reader in
            let folder = root.appending("a")
            for _ in 1...100 {
                try folder.makeFolder()
                try folder.remove()
            }
            try folder.makeFolder()
            _ = try await reader.untilNow(in: root)
            try folder.appending("f").write()
            #expect(try await reader.next() == .created(folder.appending("f")))
        }
    }

    @Test func `a symbolic link to a folder is not followed`() async throws {
        try await withFolders { root, side in
            let outside = side.appending("outside")
            try outside.makeFolder()
            try outside.makeSymbolicLink(from: root.appending("before"))
            try await withInotify(in: side) { inotify, reader in
                try await inotify.watch(root)
                try outside.makeSymbolicLink(from: root.appending("after"))
                #expect(try await reader.next() == .created(root.appending("after")))
                try outside.appending("f").write()
                #expect(try await reader.untilNow(in: root) == [])
            }
        }
    }

    @Test func `a root may be a symbolic link`() async throws {
        try await withFolders { root, side in
            let link = side.appending("link")
            try root.makeSymbolicLink(from: link)
            try await withInotify(in: side) { inotify, reader in
                try await inotify.watch(link)
                try root.appending("f").write()
                #expect(try await reader.next() == .created(link.appending("f")))
            }
        }
    }

    @Test func `of a folder that is not to be watched nothing is told but that it came`() async throws {
        try await withFolders { root, side in
            try root.appending(".hidden-before").makeFolder()
            try await withInotify(in: side, isWatched: { $0.lastComponent?.string.hasPrefix(".") != true }) {
                inotify, reader in
                try await inotify.watch(root)
                try root.appending(".hidden-after").makeFolder()
                try root.appending("seen").makeFolder()
                #expect(try await reader.next() == .directoryAppeared(root.appending(".hidden-after")))
                #expect(try await reader.next() == .directoryAppeared(root.appending("seen")))
                try root.appending(".hidden-before").appending("f").write()
                try root.appending(".hidden-after").appending("f").write()
                #expect(try await reader.untilNow(in: root) == [])
            }
        }
    }

    @Test func `of folders that were moved out the kernel watches none, deleted since or not`() async throws {
        try await withWatch { root, side, reader in
            let before = try FilePath.watchCount()
            let names = (1...40).map { "\($0)" }
            for name in names { try root.appending(name).appending("sub").makeFolders() }
            _ = try await reader.untilNow(in: root)
            for name in names { _ = try await reader.untilNow(in: root.appending(name)) }
            #expect(try FilePath.watchCount() == before + 80)
            for (index, name) in names.enumerated() {
                try root.appending(name).move(to: side.appending(name))
                if index.isMultiple(of: 2) { side.appending(name).removeTree() }
            }
            _ = try await reader.untilNow(in: root)
            #expect(try FilePath.watchCount() == before)
        }
    }
}
