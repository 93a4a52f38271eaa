// SPDX-License-Identifier: Apache-2.0

internal import NIOPosix

/// The threads on which blocking file work runs, so that it never holds up the cooperative pool.
struct FilePool: Sendable {
    private let pool: NIOThreadPool

    /// - Parameter threads: how many calls may block at once. More threads than cores, since they wait for the disk.
    init(threads: Int) {
        pool = NIOThreadPool(numberOfThreads: threads)
        pool.start()
    }

    /// Runs `work` on one of the threads. Cancelling the caller does not stop work that has begun: half a rename is no
    /// state to be in. Throws what `work` throws.
    func run<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            pool.submit { state in
                switch state {
                case .active: continuation.resume(with: Result(catching: work))
                case .cancelled: continuation.resume(throwing: CancellationError())
                }
            }
        }
    }

    func shutDown() async {
        // The only error is "already shut down", which is what was asked for.
        try? await pool.shutdownGracefully()
    }
}
