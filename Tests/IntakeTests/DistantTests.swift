// SPDX-License-Identifier: Apache-2.0

import Glibc
import SystemPackage
import Testing

@testable import FileIO
@testable import Intake
@testable import Requests
@testable import TestSupport

/// Places that may not answer hold up nobody who has nothing to do there.
@Suite(.idleLimit)
struct DistantTests {
    @Test func `a folder is opened by its path from another`() async throws {
        try await Scratch.with { scratch in
            let there = try scratch.folder("there/acme")
            let start = try Kernel.open(scratch.path.appending("there"), O_RDONLY | O_DIRECTORY)
            let folders = DistantFolders()
            #expect(try folders.open("acme", at: start).place() == Kernel.realPath(there))
            #expect(try folders.open("../there/acme", at: start).place() == Kernel.realPath(there))
            #expect(throws: Errno.noSuchFileOrDirectory) { try folders.open("gone", at: start).status() }
        }
    }

    @Test func `one that hangs is given up after a moment, and nobody waits for it again until it has answered`() throws
    {
        let (gate, ended, asked) = (Gate(), Gate(), Recorder<FilePath>())
        let folders = DistantFolders(patience: .milliseconds(20)) { path, directory throws(Errno) in
            asked.note(path)
            gate.pass()
            defer { ended.open() }
            return try DistantFolders.openFolder(path, at: directory)
        }
        let root = try Kernel.open("/", O_RDONLY | O_DIRECTORY)
        #expect(throws: Errno.timedOut) { try folders.open("tmp", at: root).status() }
        #expect(throws: Errno.timedOut) { try folders.open("tmp", at: root).status() }
        gate.open()
        ended.pass()
        #expect(asked.all == ["tmp"], "who does not ask does not wait")
        // Its thread has still to say that it is done.
        while (try? folders.open("tmp", at: root).status()) == nil { sched_yield() }
    }

    @Test func `work that takes too long is given up, goes on, and keeps others from waiting there meanwhile`()
        async throws
    {
        let (gate, began, done) = (Gate(), Recorder<Int>(), Recorder<Int>())
        let place = DistantPlace(threads: 2)
        defer { place.shutDown() }
        #expect(try await place.run(within: .seconds(60)) { 7 } == 7)
        await #expect(throws: Errno.noSpace) { try await place.run(within: .seconds(60)) { throw Errno.noSpace } }
        // On a machine that is busy enough, time may be up before the work has begun: then it is not done at all.
        for time in [Duration.milliseconds(50), .seconds(3), .seconds(20)] where began.all.isEmpty {
            await #expect(throws: Errno.timedOut) {
                try await place.run(within: time) {
                    began.note(1)
                    gate.pass()
                    done.note(1)
                }
            }
        }
        await #expect(throws: Errno.timedOut) { try await place.run(within: .seconds(60)) { done.note(2) } }
        gate.open()
        #expect(await done.next() == [1])
        while (try? await place.run(within: .seconds(60)) { done.note(3) }) == nil { await Task.yield() }
        #expect(done.all == [1, 3])
    }

    @Test func `a caller who is cancelled waits no longer, and what had not begun is not done`() async throws {
        let (gate, began, done) = (Gate(), Recorder<Int>(), Recorder<Int>())
        let place = DistantPlace(threads: 1)
        defer {
            gate.open()
            place.shutDown()
        }
        let running = Task {
            try await place.run(within: .seconds(60)) {
                began.note(1)
                gate.pass()
            }
        }
        _ = await began.next()
        let waiting = Task { try await place.run(within: .seconds(60)) { done.note(2) } }
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
        running.cancel()
        await #expect(throws: CancellationError.self) { try await running.value }
        gate.open()
        while (try? await place.run(within: .seconds(60)) { done.note(3) }) == nil { await Task.yield() }
        #expect(done.all == [3])
    }

    @Test func `lanes whose defaults are not whole are looked at again until they are, each once`() async throws {
        let looks = Recorder<Lane>()
        let unsettled = UnsettledDefaults()
        let (acme, other) = (Lane(path: "acme"), Lane(path: "other"))
        for _ in 0..<1000 { unsettled.note(acme, .milliseconds(1)) }
        let run = Task {
            await unsettled.run { lane in
                looks.note(lane)
                return lane == other || looks.all.count { $0 == lane } == 4
            }
        }
        #expect(await looks.next(4) == [acme, acme, acme, acme])
        unsettled.note(other, .milliseconds(1))
        #expect(await looks.next() == [other])
        run.cancel()
        await run.value
        #expect(looks.all.count == 5)
    }
}
