// SPDX-License-Identifier: Apache-2.0

internal import FileIO
internal import Jobs
internal import Spending
internal import Spool
internal import SystemPackage

/// Looking at thousands of folders: some at a time, so that other work for the disk comes in between, and a stop need
/// not wait for all of them.
extension JobStore {
    /// How many folders are looked at in one go.
    private static let stride = 16
    /// How many goes are under way at once: a disk serves several as fast as one.
    private static let atOnce = 4

    /// Calls `take` with what `look` has found, in the order of the names. `look` runs where it may block.
    ///
    /// Throws what either throws, and `CancellationError` when the daemon stops.
    func lookThrough<Found: Sendable>(
        _ names: [FilePath.Component], _ look: @escaping @Sendable (FilePath.Component) throws -> Found,
        take: (Found) async throws -> Void
    ) async throws {
        let goes = Swift.stride(from: 0, to: names.count, by: Self.stride).map { first in
            names[first..<min(first + Self.stride, names.count)]
        }
        try await withThrowingTaskGroup(of: (go: Int, found: [Found]).self) { group in
            var found: [Int: [Found]] = [:]
            func begin(_ go: Int) {
                guard goes.indices.contains(go) else { return }
                group.addTask { [files, names = goes[go]] in (go, try await files.run { try names.map(look) }) }
            }
            for go in 0..<Self.atOnce { begin(go) }
            for next in goes.indices {
                while found[next] == nil, let come = try await group.next() { found[come.go] = come.found }
                if stop.isRaised { throw CancellationError() }
                begin(next + Self.atOnce)
                for one in found.removeValue(forKey: next) ?? [] { try await take(one) }
            }
        }
    }

    /// The parts of a batch that are not at their end, in the order of the batch.
    ///
    /// - Parameters:
    ///   - begin: takes up a part for which something was done already. Runs where it may block.
    ///   - missing: those lines of a part that is at its end that the ledger does not have. Runs there, too.
    func openParts(
        of batch: BatchFolder, begin: @escaping @Sendable (Claim.Claimed, [DatedEvent]) throws -> JobDriver,
        missing: @escaping @Sendable ([DatedEvent]) throws -> [LedgerLine] = { _ in [] }
    ) async throws -> JobDriver.Parts {
        enum Found {
            case begun(JobDriver)
            case fresh(JobFolder)
            case ended([LedgerLine])
        }
        var parts = JobDriver.Parts()
        let names = try await files.run { try batch.partNames() }
        try await lookThrough(names) { name -> Found? in
            switch try batch.openPart(name) {
            case .begun(let claimed, let events): return .begun(try begin(claimed, events))
            case .fresh(let folder): return .fresh(folder)
            case .ended(let events): return .ended(try missing(events))
            case nil: return nil
            }
        } take: { found in
            switch found {
            case .begun(let driver): parts.begun.append(driver)
            case .fresh(let folder): parts.fresh.append(folder)
            case .ended(let lines): parts.unbooked += lines
            case nil: break
            }
        }
        return parts
    }
}
