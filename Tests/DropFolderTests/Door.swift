// SPDX-License-Identifier: Apache-2.0

@testable import DropFolder

/// An ``Admission`` that runs, with those who wait before it.
struct Door: Sendable {
    enum Entry: Equatable, Sendable {
        case letIn(String, isProbe: Bool)
        case sentAway(String)
    }

    let admission: Admission
    let service: FakeService
    let entries = Happenings<Entry>()
    let pauses: Happenings<Breaker.Pause?>

    /// Runs a door for as long as `body` does, then sends everybody away.
    static func run(
        limit: Int = 100, first: Duration = .milliseconds(1), _ service: FakeService = FakeService(),
        _ body: (Door, inout TaskGroup<Void>) async -> Void
    ) async {
        let pauses = Happenings<Breaker.Pause?>()
        let admission = Admission(limit: limit, backoff: Backoff(first: first, limit: first), service: service) {
            pauses.note($0)
        }
        let door = Door(admission: admission, service: service, pauses: pauses)
        await withTaskGroup(of: Void.self) { runs in
            runs.addTask { await admission.run() }
            await withTaskGroup(of: Void.self) { group in
                await body(door, &group)
                await admission.close()
            }
            runs.cancelAll()
        }
    }

    /// Somebody comes to wait; in the order of the calls, since each is before the door when this returns.
    func come(_ name: String, _ rank: Admission.Rank, in group: inout TaskGroup<Void>) async {
        let comes = Happenings<String>()
        group.addTask {
            comes.note(name)
            await enter(name, rank)
        }
        _ = await comes.next()
        // The same actor, later: whoever came before has been heard.
        await settle()
    }

    @discardableResult
    func enter(_ name: String, _ rank: Admission.Rank) async -> Admission.Turn? {
        do {
            let turn = try await admission.enter(rank)
            entries.note(.letIn(name, isProbe: turn.isProbe))
            return turn
        } catch {
            entries.note(.sentAway(name))
            return nil
        }
    }

    /// Gives all who have come the time to be heard.
    func settle() async {
        for _ in 0..<20 {
            await Task.yield()
            await admission.occupy()
            await admission.leave()
        }
    }

    /// Who is let in next, in order.
    func letIn(_ count: Int = 1) async -> [String] {
        await entries.next(count).map { if case .letIn(let name, _) = $0 { name } else { "nobody" } }
    }
}
