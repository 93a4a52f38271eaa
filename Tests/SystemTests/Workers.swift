// SPDX-License-Identifier: Apache-2.0

import Testing

/// A few at a time: started all at once, each would only be slower, and the machine's limits would be what is tested.
enum Workers {
    /// An error counts as a failure of its item and of no other.
    static func run<Item: Sendable>(
        _ items: [Item], atOnce: Int, _ work: @escaping @Sendable (Item) async throws -> Void
    ) async {
        await withDiscardingTaskGroup { group in
            for worker in 0..<atOnce {
                group.addTask {
                    for index in stride(from: worker, to: items.count, by: atOnce) {
                        do {
                            try await work(items[index])
                        } catch {
                            Issue.record(error, "\(items[index])")
                        }
                    }
                }
            }
        }
    }
}
