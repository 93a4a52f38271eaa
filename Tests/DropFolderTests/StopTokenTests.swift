// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOPosix
import Testing

@testable import DropFolder
@testable import FileIO
@testable import TestSupport

/// The wish to stop.
@Suite(.idleLimit)
struct StopTokenTests {
    private let stop = StopToken()
    /// Never, whatever the machine is busy with.
    private static let long = Duration.seconds(3600)

    @Test func `waiting takes its time while nobody wants to stop`() async throws {
        for time in [Duration.milliseconds(5), .zero, .seconds(-1)] {
            let start = ContinuousClock.now
            try await stop.wait(time)
            #expect(start.duration(to: .now) >= time)
        }
        #expect(!stop.isRaised)
    }

    @Test func `all waiting ends at once when it is raised, and no task is cancelled by that`() async {
        let begun = Recorder<Int>()
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<200 {
                group.addTask {
                    begun.note(number)
                    await #expect(throws: CancellationError.self) { try await stop.wait(Self.long) }
                    #expect(!Task.isCancelled)
                }
            }
            _ = await begun.next(200)
            stop.raise()
        }
        #expect(stop.isRaised)
    }

    @Test func `work is cancelled when it is raised`() async {
        let begun = Recorder<Int>()
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<100 {
                group.addTask {
                    await #expect(throws: CancellationError.self) {
                        try await stop.cancellable {
                            begun.note(number)
                            try await Sleep.wait(Self.long)
                        }
                    }
                    #expect(Task.isCancelled)
                }
            }
            _ = await begun.next(100)
            stop.raise()
        }
    }

    @Test func `later work is refused and does not begin`() async {
        stop.raise()
        await #expect(throws: CancellationError.self) { try await stop.wait(Self.long) }
        await #expect(throws: CancellationError.self) { try await stop.wait(.zero) }
        let begun = Recorder<Int>()
        await #expect(throws: CancellationError.self) { try await stop.cancellable { begun.note(1) } }
        #expect(begun.all == [])
        #expect(!Task.isCancelled)
        stop.raise()
    }

    @Test func `work that has ended gives its value or its error, and is not cancelled afterwards`() async throws {
        struct Broken: Error {}
        #expect(try await stop.cancellable { 7 } == 7)
        await #expect(throws: Broken.self) { try await stop.cancellable { throw Broken() } }
        try await stop.wait(.milliseconds(1))
        stop.raise()
        #expect(!Task.isCancelled)
    }

    @Test func `work that does not mind may end well after it was raised`() async throws {
        let value = try await stop.cancellable {
            stop.raise()
            return 7
        }
        #expect(value == 7)
    }

    @Test func `raising in the middle of many that come and go leaves none behind`() async {
        let ended = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<400 {
                group.addTask {
                    for _ in 0..<50 {
                        guard (try? await stop.wait(.microseconds(number))) != nil else { return true }
                        guard (try? await stop.cancellable { await Task.yield() }) != nil else { return true }
                    }
                    return (try? await stop.wait(Self.long)) == nil
                }
            }
            group.addTask {
                for _ in 0..<500 { await Task.yield() }
                stop.raise()
                return true
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(ended == 401)
    }

    // MARK: Handlers that come back to the token

    @Test func `what a task does when it is cancelled may ask the token, and raise it`() async {
        let (begun, heard) = (Recorder<Int>(), Recorder<Bool>())
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<20 {
                group.addTask {
                    await #expect(throws: CancellationError.self) {
                        try await stop.cancellable {
                            try await withTaskCancellationHandler {
                                begun.note(number)
                                try await Sleep.wait(Self.long)
                            } onCancel: {
                                stop.raise()
                                heard.note(stop.isRaised)
                            }
                        }
                    }
                }
            }
            _ = await begun.next(20)
            stop.raise()
        }
        #expect(heard.all == Array(repeating: true, count: 20))
    }

    @Test func `so may it where the work has a word of its own, and where one piece lies in another`() async {
        let heard = Recorder<Bool>()
        let value = await stop.abandonable {
            await withTaskCancellationHandler {
                try? await stop.cancellable { stop.raise() }
                return 7
            } onCancel: {
                heard.note(stop.isRaised)
            }
        }
        #expect(value == 7)
        #expect(heard.all == [true])
    }

    // MARK: Raised after a time

    @Test func `it is raised when its time has passed`() async {
        stop.raise(after: .milliseconds(1))
        await #expect(throws: CancellationError.self) { try await stop.wait(Self.long) }
        #expect(stop.isRaised)
    }

    @Test func `what was called off is not raised, and the token is let go`() async throws {
        let loop = MultiThreadedEventLoopGroup.singleton.any()
        var token: StopToken? = StopToken()
        weak let kept = token
        for _ in 0..<3 { token?.raise(after: .seconds(3600)) }
        token?.callOff()
        #expect(token?.isRaised == false)
        token = nil
        // The loop has looked at its timers once more.
        try await loop.submit {}.get()
        #expect(kept == nil)
    }

    @Test func `a token that is raised by hand waits for no time any more`() async throws {
        let loop = MultiThreadedEventLoopGroup.singleton.any()
        var token: StopToken? = StopToken()
        weak let kept = token
        token?.raise(after: .seconds(3600))
        token?.raise()
        token?.raise(after: .seconds(3600))
        token = nil
        try await loop.submit {}.get()
        #expect(kept == nil)
    }
}
