// SPDX-License-Identifier: Apache-2.0

import Synchronization
import Testing

@testable import DropFolder
@testable import FileIO
@testable import Jobs
@testable import TestSupport

/// A ``SubmitLimiter`` that runs, with those who wait before it.
final class LimiterHarness: Sendable {
    enum Entry: Equatable, Sendable {
        case letIn(String, isProbe: Bool)
        case sentAway(String)
    }

    let limiter: SubmitLimiter
    let service: FakeService
    let entries = Recorder<Entry>()
    let pauses: Recorder<CircuitBreaker.Pause?>
    /// Who was let in, by name.
    private let permits = Mutex<[String: SubmitLimiter.Permit]>([:])

    private init(_ limiter: SubmitLimiter, _ service: FakeService, _ pauses: Recorder<CircuitBreaker.Pause?>) {
        (self.limiter, self.service, self.pauses) = (limiter, service, pauses)
    }

    /// Runs a door for as long as `body` does, then sends everybody away.
    static func run(
        limit: Int = 100, first: Duration = .milliseconds(1), _ service: FakeService = FakeService(),
        _ body: (LimiterHarness, inout TaskGroup<Void>) async throws -> Void
    ) async throws {
        let pauses = Recorder<CircuitBreaker.Pause?>()
        let limiter = SubmitLimiter(limit: limit, backoff: Backoff(first: first, limit: first), service: service) {
            pauses.note($0)
        }
        let door = LimiterHarness(limiter, service, pauses)
        let failure = await withTaskGroup(of: Void.self) { runs -> (any Error)? in
            runs.addTask { await limiter.run() }
            let failure = await withTaskGroup(of: Void.self) { group -> (any Error)? in
                var failure: (any Error)?
                do {
                    try await body(door, &group)
                } catch {
                    failure = error
                }
                limiter.close()
                return failure
            }
            runs.cancelAll()
            return failure
        }
        if let failure { throw failure }
    }

    /// Somebody comes to wait; in the order of the calls, since each is before the door when this returns.
    func come(_ name: String, _ rank: SubmitLimiter.Rank, in group: inout TaskGroup<Void>) async {
        // Begun on this thread: on another one it could be held up before it has called the actor, and come too late.
        group.addImmediateTask { await self.enter(name, rank) }
    }

    @discardableResult
    func enter(
        _ name: String, _ rank: SubmitLimiter.Rank, as requester: UInt64? = nil, after rest: Duration = .zero
    ) async -> SubmitLimiter.Permit? {
        do {
            let permit = try await limiter.enter(rank, as: requester, after: rest)
            permits.withLock { $0[name] = permit }
            entries.note(.letIn(name, isProbe: permit.isProbe))
            return permit
        } catch {
            entries.note(.sentAway(name))
            return nil
        }
    }

    /// Gives all who have come the time to be heard.
    func settle() async {
        for _ in 0..<20 { await Task.yield() }
    }

    /// The permit of somebody who was let in.
    func permit(_ name: String) throws -> SubmitLimiter.Permit {
        try #require(permits.withLock { $0[name] }, "\(name) was not let in")
    }

    /// Somebody who was not among those who wait is refused, in every way as if their submit had been.
    func refuse(_ kind: ServiceTrouble.Kind, _ words: String = "no") async {
        let permit = limiter.occupy()
        limiter.sawRefusal(ServiceTrouble(kind, words), permit)
        permit.leave()
    }

    /// One is refused, for a reason that is everybody's.
    func pause(_ kind: ServiceTrouble.Kind, _ words: String = "no") async {
        for _ in 0..<3 { await refuse(kind, words) }
    }

    /// The service takes the submit of somebody who was let in.
    func take(_ name: String) async throws {
        limiter.sawTaken(try permit(name))
    }

    /// The task of somebody who was let in is over.
    func leave(_ name: String) async throws {
        try permit(name).leave()
    }

    /// Who is let in next, in order.
    func letIn(_ count: Int = 1) async -> [String] {
        await entries.next(count).map { if case .letIn(let name, _) = $0 { name } else { "nobody" } }
    }
}
