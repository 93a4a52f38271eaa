// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import FileIO
@testable import TestSupport

/// The threads for blocking file work.
@Suite(.idleLimit)
struct FilePoolTests {
    struct Broken: Error {}

    private let done = Recorder<Int>()

    /// Starts work in a task of its own; says its number when it has begun, and waits at the gate.
    private func block(
        _ pool: FilePool, _ number: Int, _ gate: Gate, in group: inout ThrowingTaskGroup<Void, any Error>
    ) {
        group.addTask { [done] in
            try await pool.run {
                done.note(number)
                gate.pass()
            }
        }
    }

    @Test(arguments: [1, 2, 8])
    func `many works at once all run, each once`(threads: Int) async throws {
        let pool = FilePool(threads: threads)
        defer { pool.shutDown() }
        let sum = try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<2000 {
                group.addTask { [done] in
                    try await pool.run {
                        done.note(number)
                        return number
                    }
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(sum == 2000 * 1999 / 2)
        #expect(done.all.sorted() == Array(0..<2000))
    }

    @Test func `one by one works run too, after any rest`() async throws {
        let pool = FilePool(threads: 4)
        defer { pool.shutDown() }
        for number in 0..<500 { #expect(try await pool.run { number } == number) }
    }

    @Test func `an error reaches the caller, and the thread goes on`() async throws {
        let pool = FilePool(threads: 1)
        defer { pool.shutDown() }
        await #expect(throws: Broken.self) { try await pool.run { throw Broken() } }
        #expect(try await pool.run { 7 } == 7)
    }

    @Test func `a cancelled caller's work is done all the same`() async throws {
        let pool = FilePool(threads: 1)
        defer { pool.shutDown() }
        let gate = Gate()
        // Unstructured, as it is cancelled on its own; awaited below.
        let caller = Task { [done] in
            try await pool.run {
                done.note(1)
                gate.pass()
                return 5
            }
        }
        _ = await done.next()
        caller.cancel()
        gate.open()
        #expect(try await caller.value == 5)
    }

    @Test(arguments: [1, 2, 5, 7])
    func `threads that the disk holds up do not hold up others, while one is left`(blocked: Int) async throws {
        let pool = FilePool(threads: 8)
        let gate = Gate()
        defer { pool.shutDown() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            defer { gate.open() }
            for number in 0..<blocked { block(pool, number, gate, in: &group) }
            let begun = await done.next(blocked)
            #expect(Set(begun) == Set(0..<blocked), "only \(begun.count) of \(blocked) have begun")
            for number in 100..<200 {
                group.addTask { [done] in try await pool.run { done.note(number) } }
                let next = await done.next()
                try #require(next == [number], "held up behind \(blocked)")
            }
            gate.open()
            try await group.waitForAll()
        }
    }

    @Test func `when all threads are held up, the rest runs as soon as one is free`() async throws {
        let pool = FilePool(threads: 2)
        let (first, rest) = (Gate(), Gate())
        defer { pool.shutDown() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            defer {
                first.open()
                rest.open()
            }
            block(pool, 0, first, in: &group)
            block(pool, 1, rest, in: &group)
            #expect(await Set(done.next(2)) == [0, 1])
            for number in 2..<50 { group.addTask { [done] in try await pool.run { done.note(number) } } }
            first.open()
            #expect(await Set(done.next(48)) == Set(2..<50))
            rest.open()
            try await group.waitForAll()
        }
    }

    @Test func `after the end work is refused, and what waited before is done`() async throws {
        let pool = FilePool(threads: 1)
        let gate = Gate()
        defer { gate.open() }
        async let held: Void = pool.run { [done] in
            done.note(0)
            gate.pass()
        }
        _ = await done.next()
        async let waiting = pool.run { 1 }
        for _ in 0..<100 { await Task.yield() }
        pool.shutDown()
        await #expect(throws: CancellationError.self) { try await pool.run { done.note(2) } }
        gate.open()
        try await held
        // Whether it came in time is not for the test to know; that it is answered is.
        let answer = try? await waiting
        #expect(answer == nil || answer == 1)
        #expect(done.all == [0])
        pool.shutDown()
    }
}
