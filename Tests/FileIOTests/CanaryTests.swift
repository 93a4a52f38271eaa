// SPDX-License-Identifier: Apache-2.0

import Glibc
import SystemPackage
import Testing

@testable import FileIO
@testable import TestSupport

/// Whether events come is told from what has come, however late those who take it have their turn.
@Suite(.idleLimit)
struct CanaryTests {
    /// A canary whose time is up at once, as for a program that did not run for the whole of it.
    private func sing(_ canary: Canary = Canary(patience: .zero), putMark: (Int) -> Void) async throws -> Canary.Song {
        let files = FilePool(threads: 1)
        defer { files.shutDown() }
        var song: Canary.Song?
        try await Scratch.with { scratch in
            song = try await canary.sings(at: scratch.path.appending("canary"), files, putMark: putMark)
            #expect(try !scratch.exists("canary"))
        }
        return try #require(song)
    }

    private func isHeard(_ song: Canary.Song) -> Bool {
        switch song {
        case .heard: true
        case .silence: false
        }
    }

    @Test func `an event that is taken only when the time is up is heard all the same`() async throws {
        let canary = Canary(patience: .zero)
        let song = try await sing(canary) { mark in
            canary.heard()
            canary.met(mark: mark)
        }
        #expect(isHeard(song))
    }

    @Test func `an event that comes in time needs no mark`() async throws {
        let canary = Canary(patience: .seconds(3600))
        // Again and again: what was heard before the flight is forgotten.
        let hearing = Task {
            while !Task.isCancelled {
                canary.heard()
                await Task.yield()
            }
        }
        defer { hearing.cancel() }
        let song = try await sing(canary) { _ in Issue.record("there is time left") }
        #expect(isHeard(song))
    }

    @Test func `there is silence only when all that had come is taken`() async throws {
        let canary = Canary(patience: .zero)
        let song = try await sing(canary) { canary.met(mark: $0) }
        #expect(!isHeard(song))
    }

    @Test func `the mark of an earlier flight does not end a later one`() async throws {
        let canary = Canary(patience: .zero)
        var first: Int?
        _ = try await sing(canary) { mark in
            first = mark
            canary.met(mark: mark)
        }
        let old = try #require(first)
        let song = try await sing(canary) { _ in
            canary.met(mark: old)
            Task { canary.heard() }
        }
        #expect(isHeard(song))
    }

    @Test func `a place where no file can be made proves nothing`() async throws {
        let files = FilePool(threads: 1)
        defer { files.shutDown() }
        await #expect(throws: Errno.noSuchFileOrDirectory) {
            try await Canary(patience: .zero).sings(at: "/nowhere/canary", files) { _ in }
        }
    }

    @Test func `what a crash has left under the name is replaced`() async throws {
        let files = FilePool(threads: 1)
        defer { files.shutDown() }
        try await Scratch.with { scratch in
            try scratch.write([1], to: "canary")
            let canary = Canary(patience: .zero)
            let song = try await canary.sings(at: scratch.path.appending("canary"), files) { canary.met(mark: $0) }
            #expect(!isHeard(song))
            #expect(try !scratch.exists("canary"))
        }
    }

    @Test func `whoever is cancelled is told of neither`() async throws {
        let files = FilePool(threads: 1)
        defer { files.shutDown() }
        try await Scratch.with { scratch in
            let path = scratch.path.appending("canary")
            let task = Task { try await Canary(patience: .zero).sings(at: path, files) { _ in } }
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
        }
    }
}
