// SPDX-License-Identifier: Apache-2.0

import NanoBananaSimulator

extension SimulatorConfiguration {
    /// Work takes until the test says so, however late that is: what is under way stays under way meanwhile.
    var heldWork: SimulatorConfiguration {
        var configuration = self
        configuration.workTime = .seconds(3_600)...(.seconds(3_600))
        return configuration
    }
}

extension Simulator {
    /// While `body` runs, whatever is taken is finished a moment later.
    func finishesWork(while body: () async throws -> Void) async throws {
        async let _: Void = self.finishAgainAndAgain()
        try await body()
    }

    private func finishAgainAndAgain() async {
        while (try? await Task.sleep(for: .milliseconds(20))) != nil { finishWork() }
    }

    /// While `body` runs, one part of a batch at a time, its work is finished when the picture of the part before can be
    /// looked at: otherwise the batch would be over before anything of it is shown.
    func showsEach(_ spool: TestSpool, while body: () async throws -> Void) async throws {
        async let _: Void = self.finishOneByOne(spool)
        try await body()
    }

    private func finishOneByOne(_ spool: TestSpool) async {
        while (try? await Task.sleep(for: .milliseconds(20))) != nil {
            if ComingTests.pictures(in: spool).count >= ledger.snapshot.paid - 1 { finishWork() }
        }
    }
}
