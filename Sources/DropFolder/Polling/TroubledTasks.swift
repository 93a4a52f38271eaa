// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import Logging
internal import Synchronization

/// Tasks that get no good answer, and tasks that take long: shown as long as it lasts. The log hears once of all that
/// meet the same, and once when it is over.
final class TroubledTasks: Sendable {
    struct Key: Hashable, Sendable {
        var job: String
        var task: String
    }

    struct Entry: Equatable, Sendable {
        enum Kind: Equatable, Sendable {
            case troubled, late
        }

        var kind: Kind
        var since: Timestamp
        /// What the API, or the network, says.
        var words: String
    }

    /// Tasks that meet the same.
    struct Group: Equatable, Sendable {
        var kind: Entry.Kind
        var words: String
        /// Of the first of them.
        var since: Timestamp
        var count: Int
        /// The first by their time, no more than ``named``.
        var tasks: [Key]
    }

    private struct State {
        var entries: [Key: Entry] = [:]
        /// Of which the log has heard in this bout.
        var said: Set<String> = []
        /// How many tasks had trouble in it.
        var met = 0
        var troubled = 0

        /// The task is in no trouble any more. Returns how many had it, where that was the last of them.
        mutating func end(_ key: Key) -> Int {
            guard entries.removeValue(forKey: key)?.kind == .troubled else { return 0 }
            troubled -= 1
            guard troubled == 0 else { return 0 }
            defer { (met, said) = (0, []) }
            return met
        }
    }

    private let state = Mutex(State())
    private let log: Logger
    private let changed: @Sendable () -> Void

    static let named = 5
    private static let groupLimit = 20
    /// Answers may differ in a number each: not every one is worth a line.
    private static let lines = 5

    init(log: Logger, changed: @escaping @Sendable () -> Void) {
        self.log = log
        self.changed = changed
    }

    /// A task has met trouble, or goes on to.
    func isTroubled(_ key: Key, words: String, at now: Timestamp) {
        let isWorthALine = state.withLock { state in
            let before = state.entries[key]
            if before?.kind != .troubled {
                state.troubled += 1
                state.met += 1
            }
            let since = before?.kind == .troubled ? before?.since : nil
            state.entries[key] = Entry(kind: .troubled, since: since ?? now, words: words)
            return state.said.count < Self.lines && state.said.insert(words).inserted
        }
        if isWorthALine {
            log.notice(
                "A task gets no usable answer; still polling",
                metadata: ["job": "\(key.job)", "task": "\(key.task)", "why": "\(words)"])
        }
        changed()
    }

    /// A task is answered, and takes longer than others of its kind.
    func isLate(_ key: Key, words: String, since: Timestamp) {
        let met = state.withLock { state in
            let entry = Entry(kind: .late, since: since, words: words)
            if state.entries[key] == entry { return 0 }
            let met = state.end(key)
            state.entries[key] = entry
            return met
        }
        sayOver(met)
        changed()
    }

    /// A task is answered as it should be, or is over.
    func isWell(_ key: Key) {
        guard let met = state.withLock({ state in state.entries[key] == nil ? nil : state.end(key) }) else { return }
        sayOver(met)
        changed()
    }

    private func sayOver(_ met: Int) {
        if met > 0 { log.notice("The API gives usable answers for tasks again", metadata: ["tasks": "\(met)"]) }
    }

    /// What is the matter, the most tasks first.
    var groups: [Group] {
        let entries = state.withLock { $0.entries }.sorted {
            ($0.value.since, $0.key.task) < ($1.value.since, $1.key.task)
        }
        var groups: [Group] = []
        var places: [String: Int] = [:]
        for (key, entry) in entries {
            let name = "\(entry.kind) \(entry.words)"
            if let place = places[name] {
                groups[place].count += 1
                if groups[place].tasks.count < Self.named { groups[place].tasks.append(key) }
            } else if groups.count < Self.groupLimit {
                places[name] = groups.count
                groups.append(
                    Group(kind: entry.kind, words: entry.words, since: entry.since, count: 1, tasks: [key]))
            }
        }
        return groups.sorted { $0.count > $1.count }
    }
}
