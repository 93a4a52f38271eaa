// SPDX-License-Identifier: Apache-2.0

import Synchronization

@testable import FileIO

/// Holds up the threads of a pool or of the committer, for as long as a test wants.
final class Gate: Sendable {
    private let isOpen = ConditionLock(false)

    /// Blocks until the gate is open. For threads that may block.
    func pass() {
        isOpen.wait { $0 ? .found(()) : .sleep }
    }

    func open() {
        isOpen.change { isOpen in
            isOpen = true
            return .all
        }
    }
}

/// What happens, in order, and told as it happens: a test waits for the next thing and not for time.
final class Recorder<Thing: Sendable>: Sendable {
    private let kept = Mutex<[Thing]>([])
    private let stream: AsyncStream<Thing>
    private let continuation: AsyncStream<Thing>.Continuation

    init() {
        (stream, continuation) = AsyncStream.makeStream()
    }

    var all: [Thing] { kept.withLock { $0 } }

    func note(_ thing: Thing) {
        kept.withLock { $0.append(thing) }
        continuation.yield(thing)
    }

    /// Waits for so many more. For one reader; returns fewer when the test's time is up.
    func next(_ count: Int = 1) async -> [Thing] {
        var found: [Thing] = []
        for await thing in stream {
            found.append(thing)
            if found.count == count { break }
        }
        return found
    }
}
