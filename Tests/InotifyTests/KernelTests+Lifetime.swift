// SPDX-License-Identifier: Apache-2.0

import Foundation
import Inotify
import SystemPackage
import Testing

extension KernelTests {
    @Test func `a slow consumer gets exactly one overflow, and then what comes next`() async throws {
        try await withFolders { root, side in
            let (passed, passing) = AsyncStream<Void>.makeStream()
            // Asked on the thread, so that all events before it have been taken by then.
            let isWatched: @Sendable (FilePath) -> Bool = { path in
                if path.lastComponent == "end" { passing.yield() }
                return false
            }
            try await withInotify(bufferLimit: 4, in: side, isWatched: isWatched) { inotify, reader in
                try await inotify.watch(root)
                for number in 1...500 { try root.appending("\(number)").write() }
                try root.appending("end").makeFolder()
                for await _ in passed { break }
                let (one, two) = (root.appending("1"), root.appending("2"))
                let first = try await reader.through(.overflow)
                let kept: [InotifyEvent] = [one, two].flatMap { [.created($0), .closedAfterWriting($0)] }
                #expect(first == kept + [.overflow])
                // Told before the overflow was read, and covered by it, or afterwards.
                let end = InotifyEvent.directoryAppeared(root.appending("end"))
                #expect(try await reader.untilNow(in: root).filter { $0 != end } == [])
            }
        }
    }

    @Test func `names of folders that are gone are given up, and what is there is watched on`() async throws {
        try await withFolders { root, side in
            try await withInotify(oldNamesLimit: 8, in: side) { inotify, reader in
                let lane = root.appending("lane")
                try lane.makeFolder()
                try await inotify.watch(root)
                // The wake file's name is not counted: the ninth old one is the first above the limit.
                for number in 1...9 {
                    let folder = root.appending("\(number)")
                    try folder.makeFolder()
                    _ = try await reader.through(.directoryAppeared(folder))
                    try folder.remove()
                    // What comes while the library is begun anew is covered by the overflow.
                    _ = try await reader.through(number < 9 ? .directoryDisappeared(folder) : .overflow)
                }
                let file = lane.appending("a.txt")
                try file.write()
                #expect(try await reader.through(.closedAfterWriting(file)).contains(.created(file)))
                await inotify.unwatch(root)
                try root.appending("b.txt").write()
                try await inotify.watch(root)
                #expect(try await reader.untilNow(in: root) == [])
            }
        }
    }

    @Test func `a second instance is refused as long as there is a first`() async throws {
        try await withFolders { _, side in
            try await withInotify(in: side) { _, _ in
                await #expect(throws: InotifyError.inUse) { _ = try await Inotify(wakeDirectory: side) }
            }
            try await withInotify(in: side) { _, _ in }
        }
    }

    @Test func `an instance that could not begin leaves room for another`() async throws {
        try await withFolders { root, side in
            let missing = side.appending("missing")
            await #expect(throws: InotifyError.cannotWatch(missing, .noSuchFileOrDirectory)) {
                _ = try await Inotify(wakeDirectory: missing)
            }
            try await withInotify(in: side) { _, _ in }
        }
    }

    @Test func `the thread answers a ping as long as it lives, and is asleep otherwise`() async throws {
        try await withFolders { root, side in
            try await withInotify(in: side) { inotify, _ in
                try await inotify.watch(root)
                for _ in 0..<100 { await ping(inotify) }
                // It falls asleep by itself; the suite's time limit bounds the wait.
                while inotify.isBusy { try await Task.sleep(for: .milliseconds(1)) }
                // Ended, it has nobody who could answer: the caller is not left waiting.
                await inotify.close()
                await ping(inotify)
            }
        }
    }

    private func ping(_ inotify: Inotify) async {
        await withCheckedContinuation { continuation in inotify.ping { continuation.resume() } }
    }

    @Test func `the wake folder stays empty`() async throws {
        try await withFolders { root, side in
            try await withInotify(in: side) { inotify, _ in
                try await inotify.watch(root)
                #expect(try FileManager.default.contentsOfDirectory(atPath: side.string) == [])
            }
        }
    }

    @Test func `closing ends a consumer that waits`() async throws {
        try await withFolders { root, side in
            let inotify = try await Inotify(wakeDirectory: side)
            try await inotify.watch(root)
            async let seen = inotify.events.reduce(into: 0) { count, _ in count += 1 }
            // Not by itself, as the test of a thread that sleeps shows.
            await inotify.close()
            #expect(await seen == 0)
        }
    }

    @Test func `a closed instance says so and may be closed again`() async throws {
        try await withFolders { root, side in
            let inotify = try await Inotify(wakeDirectory: side)
            await inotify.close()
            await inotify.close()
            await inotify.unwatch(root)
            await #expect(throws: InotifyError.closed) { try await inotify.watch(root) }
        }
    }

    @Test func `a new instance does not take events of an old one for its own`() async throws {
        try await withFolders { root, side in
            for round in 1...3 {
                try await withInotify(in: side) { inotify, reader in
                    try await inotify.watch(root)
                    try root.appending("new-\(round)").write()
                    #expect(try await reader.next() == .created(root.appending("new-\(round)")))
                    // Left unread: in the kernel, in the library's buffer and in the queue.
                    for number in 1...1_000 { try root.appending("old-\(round)-\(number)").write() }
                }
            }
        }
    }

    @Test func `nothing wakes up while nothing happens`() async throws {
        try await withFolders { root, side in
            try await withInotify(in: side) { inotify, reader in
                try await inotify.watch(root)
                _ = try await reader.untilNow(in: root)
                let thread = await InotifyThreadStatus.of(inotify)
                let before = try await thread.switchesAsleep(inotify)
                // The one wait for time: that nothing happens in it is what is measured.
                try await Task.sleep(for: .seconds(2))
                #expect(try thread.read().switches == before)
                _ = try await reader.untilNow(in: root)
                #expect(try await thread.switchesAsleep(inotify) > before)
            }
        }
    }
}

/// What proc_pid_status(5) tells of an instance's thread.
struct InotifyThreadStatus {
    private let file: String

    /// The thread itself says which it is: that of the instance before may still be on its way out.
    static func of(_ inotify: Inotify) async -> InotifyThreadStatus {
        let link = await withCheckedContinuation { (continuation: CheckedContinuation<String?, Never>) in
            inotify.ping {
                let link = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/thread-self")
                continuation.resume(returning: link)
            }
        }
        return InotifyThreadStatus(file: "/proc/\(link ?? "")/status")
    }

    /// How often it has gone to sleep, once it sleeps until something happens. Asleep alone says too little: it may
    /// wait for a lock.
    func switchesAsleep(_ inotify: Inotify) async throws -> Int {
        while try inotify.isBusy || read().state != "S" { await Task.yield() }
        return try read().switches
    }

    func read() throws -> (state: String, switches: Int) {
        let lines = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n")
        func value(_ key: String) throws -> Substring {
            let line = try #require(lines.first { $0.hasPrefix(key + ":") })
            return line.dropFirst(key.count + 1).drop { $0.isWhitespace }
        }
        return (String(try value("State").prefix(1)), try #require(Int(try value("voluntary_ctxt_switches"))))
    }
}
