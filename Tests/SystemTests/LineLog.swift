// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization

/// What a program says, line by line, and those who wait for a line.
final class LineLog: Sendable {
    private struct State {
        var lines: [String] = []
        var rest = Data()
        var isOver = false
        var waiting: [Waiter] = []
    }

    private struct Waiter {
        var id: UUID
        var isIt: @Sendable (String) -> Bool
        var continuation: CheckedContinuation<String?, Never>
    }

    private let state = Mutex(State())

    var lines: [String] { state.withLock { $0.lines } }

    func add(_ data: Data) {
        let resumed = state.withLock { state -> [(CheckedContinuation<String?, Never>, String)] in
            state.rest += data
            var resumed: [(CheckedContinuation<String?, Never>, String)] = []
            while let end = state.rest.firstIndex(of: UInt8(ascii: "\n")) {
                let line = String(decoding: state.rest[..<end], as: UTF8.self)
                state.rest = Data(state.rest[(end + 1)...])
                state.lines.append(line)
                while let index = state.waiting.firstIndex(where: { $0.isIt(line) }) {
                    resumed.append((state.waiting.remove(at: index).continuation, line))
                }
            }
            return resumed
        }
        for (continuation, line) in resumed { continuation.resume(returning: line) }
    }

    /// No line comes any more.
    func end() {
        let waiting = state.withLock { state in
            state.isOver = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for waiter in waiting { waiter.continuation.resume(returning: nil) }
    }

    /// The first line, said already or yet to come, that is the one; `nil` when the program ends without it, or the
    /// test is cancelled.
    func line(where isIt: @escaping @Sendable (String) -> Bool) async -> String? {
        let id = UUID()
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let known: String?? = state.withLock { state in
                    if let line = state.lines.first(where: isIt) { return line }
                    if state.isOver || Task.isCancelled { return .some(nil) }
                    state.waiting.append(Waiter(id: id, isIt: isIt, continuation: continuation))
                    return nil
                }
                if let known { continuation.resume(returning: known) }
            }
        } onCancel: {
            let waiter = state.withLock { state in
                state.waiting.firstIndex { $0.id == id }.map { state.waiting.remove(at: $0) }
            }
            waiter?.continuation.resume(returning: nil)
        }
    }
}
