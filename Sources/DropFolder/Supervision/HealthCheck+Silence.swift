// SPDX-License-Identifier: Apache-2.0

internal import FileIO

extension [HealthCheck] {
    /// Asks all parts at once. Those that have not answered in time, and have no disk to blame.
    func silent(within time: Duration) async -> [String] {
        let (answers, answer) = AsyncStream<Int>.makeStream()
        for (index, healthCheck) in enumerated() { healthCheck.ask { answer.yield(index) } }
        if isEmpty { answer.finish() }
        let indices = indices
        let silent = await withTaskGroup(of: Set<Int>?.self) { group in
            group.addTask {
                var silent = Set(indices)
                for await index in answers {
                    silent.remove(index)
                    if silent.isEmpty { break }
                }
                return silent
            }
            group.addTask {
                try? await Sleep.wait(time)
                return nil
            }
            // All of them, or the time is up: then the first task tells who is left.
            var silent: Set<Int> = []
            for await ended in group {
                silent = ended ?? silent
                group.cancelAll()
            }
            return silent
        }
        return silent.sorted().map { self[$0] }.filter { !$0.isWithTheDisk() }.map(\.part)
    }
}
