// SPDX-License-Identifier: Apache-2.0

internal import FileIO
package import Requests
package import Spool
internal import SpoolState
internal import SystemPackage

/// Waits for what the daemon makes of words that people have put: see ``SteeringFiles``.
package struct SteeringAnswer: Sendable {
    private let spool: Spool

    /// That of the daemon of this spool, if one runs.
    package init(of spool: Spool) {
        self.spool = spool
    }

    /// The jobs under way, as the daemon tells whoever may not look for himself. Blocking.
    package var underWay: [String] { (StatusFile(of: spool)?.state?.underWay?.jobs ?? []).map(\.name) }

    /// Waits until the daemon has heeded words. False where none runs, or where it takes too long.
    package func isThere(
        for wish: SteeringWish, _ words: [SteeringFiles.Put], within patience: Duration
    ) async throws -> Bool {
        try await wait(patience) { [spool] in
            let left = words.filter { (try? Kernel.exists($0.path)) != false }
            if left.isEmpty { return true }
            switch wish {
            case .stop, .approve: return false
            // It stays until the request is sent.
            case .hurry:
                let hurried = Set(StatusFile(of: spool)?.state?.hurried ?? [])
                return left.allSatisfy { hurried.contains($0.jobName) }
            }
        }
    }

    /// Waits until the daemon's page says that a lane is paused, or is not.
    package func isPaused(_ lane: Lane?, _ isPaused: Bool, within patience: Duration) async throws -> Bool {
        try await wait(patience) { [spool] in
            let all = StatusFile(of: spool)?.state?.pausedBy ?? []
            return isPaused == all.contains { $0.lane == lane?.text }
        }
    }

    private func wait(_ patience: Duration, _ isSo: @escaping @Sendable () -> Bool) async throws -> Bool {
        let files = FilePool(threads: 1)
        defer { files.shutDown() }
        let end = ContinuousClock.now.advanced(by: patience)
        while try await files.run({ [spool] in SpoolLock.holder(of: spool) }) != nil, .now < end {
            if try await files.run(isSo) { return true }
            try await Sleep.wait(.milliseconds(50))
        }
        return false
    }
}
