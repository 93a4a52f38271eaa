// SPDX-License-Identifier: Apache-2.0

import Synchronization
import Testing

/// A few at a time: started all at once, each would only be slower, and the machine's limits would be what is tested.
enum Workers {
    private final class Count: Sendable {
        private let number = Mutex(0)

        var value: Int { number.withLock { $0 } }

        /// Counts one more; returns how many there were before.
        @discardableResult
        func add() -> Int {
            number.withLock { number in
                defer { number += 1 }
                return number
            }
        }
    }

    /// An error counts as a failure of its item and of no other. It may take as long as it comes on: where nothing
    /// moves any more the test is cancelled, by ``Watched``. Then no other item is begun, and what is said is how far it
    /// has come; an item that is cancelled itself says nothing.
    static func run<Item: Sendable>(
        _ items: [Item], atOnce: Int, _ work: @escaping @Sendable (Item) async throws -> Void
    ) async {
        let (begun, finished) = (Count(), Count())
        await withDiscardingTaskGroup { group in
            for _ in 0..<atOnce {
                group.addTask {
                    while !Task.isCancelled {
                        let index = begun.add()
                        guard index < items.count else { return }
                        do {
                            try await work(items[index])
                            try Task.checkCancellation()
                        } catch is CancellationError {
                            return
                        } catch {
                            Issue.record(error, "\(items[index])")
                        }
                        finished.add()
                        TestScope.current?.moved("\(items[index])")
                    }
                }
            }
        }
        if finished.value < items.count {
            Issue.record("cut off after \(finished.value) of \(items.count)")
        }
    }
}
