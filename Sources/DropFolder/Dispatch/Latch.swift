// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// Waits until so many others have ended.
final class Latch: Sendable {
    private let left: Mutex<Int>
    private let ends: AsyncStream<Never>
    private let end: AsyncStream<Never>.Continuation

    init(_ count: Int) {
        left = Mutex(count)
        (ends, end) = AsyncStream.makeStream()
        if count == 0 { end.finish() }
    }

    /// One of them has ended.
    func count() {
        let isOver = left.withLock { left in
            left -= 1
            return left == 0
        }
        if isOver { end.finish() }
    }

    /// Returns when all have ended, or when the task is cancelled. For one waiter.
    func wait() async {
        for await _ in ends {}
    }
}
