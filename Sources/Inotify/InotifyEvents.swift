// SPDX-License-Identifier: Apache-2.0

/// The events of an ``Inotify`` in order, for one consumer. Ends when the instance is closed or the consumer cancelled.
public struct InotifyEvents: AsyncSequence, Sendable {
    /// What happened.
    public typealias Element = InotifyEvent
    /// Reading events does not fail.
    public typealias Failure = Never

    let queue: EventQueue

    /// Reads the events one after the other.
    public struct Iterator: AsyncIteratorProtocol {
        let queue: EventQueue
        // A burst is taken over whole, so that thousands of events cost one suspension.
        private var batch: ArraySlice<InotifyEvent> = []

        init(queue: EventQueue) {
            self.queue = queue
        }

        /// The next event, or `nil` at the end.
        public mutating func next() async -> InotifyEvent? {
            if batch.isEmpty {
                guard let next = await queue.next() else { return nil }
                batch = next[...]
            }
            return batch.popFirst()
        }
    }

    /// Begins to read. There is one stream of events however often this is called.
    public func makeAsyncIterator() -> Iterator {
        Iterator(queue: queue)
    }
}
