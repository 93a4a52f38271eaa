// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Foundation
import Synchronization

/// A command of the system, such as `mount`, run to its end. What it leaves in the background ends with the test.
enum Tool {
    struct Failed: Error, CustomStringConvertible {
        var description: String
    }

    /// Throws where the command cannot be run or does not end with 0.
    static func run(_ arguments: String...) async throws {
        try await run(arguments)
    }

    static func run(_ arguments: [String]) async throws {
        let ended = OneShot<Failed?>()
        let process = try start(arguments, ended.set)
        let failure = await withTaskCancellationHandler {
            await ended.value
        } onCancel: {
            process.letGo()
        }
        if let failure { throw failure }
    }

    /// Only where nobody can wait otherwise: what a suite needs is found out before there is a test.
    static func runBlocking(_ arguments: [String]) throws {
        let end = DispatchSemaphore(value: 0)
        let result = Mutex<Failed?>(nil)
        _ = try start(arguments) { failure in
            result.withLock { $0 = failure }
            end.signal()
        }
        end.wait()
        if let failure = result.withLock({ $0 }) { throw failure }
    }

    private static func start(
        _ arguments: [String], _ end: @escaping @Sendable (Failed?) -> Void
    ) throws -> OwnedProcess {
        let said = Mutex(Data())
        let scope = TestScope.current
        return try OwnedProcess(arguments) { event in
            switch event {
            case .output(let data), .errors(let data):
                said.withLock { if $0.count < 8_000 { $0 += data } }
                scope?.moved(arguments.joined(separator: " "))
            case .stopped, .gone: break
            case .ended(let status):
                let words = said.withLock { String(decoding: $0.prefix(8_000), as: UTF8.self) }
                end(status == 0 ? nil : Failed(description: "\(arguments.joined(separator: " ")): \(words)"))
            }
        }
    }
}
