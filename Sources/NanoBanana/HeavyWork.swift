// SPDX-License-Identifier: Apache-2.0

internal import NIOPosix

/// Work that goes through many bytes. An event loop that does it serves nobody else meanwhile.
enum HeavyWork {
    /// So many are gone through in a moment.
    private static let few = 256 * 1024

    /// Does the work on a thread that may take its time, where there are many bytes. It is done also where the caller is
    /// cancelled meanwhile: what has come may be paid for.
    static func run<Value: Sendable>(bytes: Int, _ work: @escaping @Sendable () -> Value) async -> Value {
        guard bytes > few else { return work() }
        return await withCheckedContinuation { continuation in
            // The pool of the process is never shut down.
            NIOThreadPool.singleton.submit { _ in continuation.resume(returning: work()) }
        }
    }
}
