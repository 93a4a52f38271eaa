// SPDX-License-Identifier: Apache-2.0

import Inotify
import SystemPackage
import Testing

/// Reads events until one that is waited for; nothing here waits for time to pass.
struct EventReader {
    struct Ended: Error {}

    private var iterator: InotifyEvents.Iterator

    init(_ inotify: Inotify) {
        iterator = inotify.events.makeAsyncIterator()
    }

    mutating func next() async throws -> InotifyEvent {
        guard let event = await iterator.next() else { throw Ended() }
        return event
    }

    /// All events up to and including the first that satisfies `isLast`.
    mutating func through(_ isLast: (InotifyEvent) -> Bool) async throws -> [InotifyEvent] {
        var events: [InotifyEvent] = []
        while true {
            let event = try await next()
            events.append(event)
            if isLast(event) { return events }
        }
    }

    mutating func through(_ last: InotifyEvent) async throws -> [InotifyEvent] {
        try await through { $0 == last }
    }

    /// All events up to now: a file is made, and what comes before its event has happened before it.
    mutating func untilNow(in root: FilePath) async throws -> [InotifyEvent] {
        let mark = root.appending("mark-\(UInt32.random(in: 1 ... .max))")
        try mark.write()
        let events = try await through(.closedAfterWriting(mark))
        return Array(events.dropLast().filter { $0 != .created(mark) })
    }
}

/// A folder of its own with `drop`, the watched root, and `side` beside it; gone afterwards.
func withFolders(_ body: (_ root: FilePath, _ side: FilePath) async throws -> Void) async throws {
    let folder = try FilePath.temporaryFolder()
    let (root, side) = (folder.appending("drop"), folder.appending("side"))
    defer { folder.removeTree() }
    try root.makeFolder()
    try side.makeFolder()
    try await body(root, side)
}

/// An instance for as long as `body` runs.
func withInotify(
    bufferLimit: Int = 16_384, oldNamesLimit: Int = 10_000, in wakeDirectory: FilePath,
    isWatched: @escaping @Sendable (FilePath) -> Bool = { _ in true },
    _ body: (Inotify, inout EventReader) async throws -> Void
) async throws {
    let inotify = try await Inotify(
        wakeDirectory: wakeDirectory, bufferLimit: bufferLimit, oldNamesLimit: oldNamesLimit, isWatched: isWatched)
    var reader = EventReader(inotify)
    do {
        try await body(inotify, &reader)
    } catch {
        await inotify.close()
        throw error
    }
    await inotify.close()
}

/// An instance that watches `root`.
func withWatch(_ body: (_ root: FilePath, _ side: FilePath, inout EventReader) async throws -> Void) async throws {
    try await withFolders { root, side in
        try await withInotify(in: side) { inotify, reader in
            try await inotify.watch(root)
            try await body(root, side, &reader)
        }
    }
}
