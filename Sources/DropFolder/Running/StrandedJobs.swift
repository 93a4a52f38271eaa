// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import FileIO
internal import Logging
internal import Synchronization
internal import SystemPackage

/// Jobs that cannot go on for now, for a reason that lies in their folder: each is tried again until it can, and shown
/// meanwhile. What was paid for must not wait for the next start.
final class StrandedJobs: Sendable {
    struct Entry: Equatable, Sendable {
        /// Where it lies.
        var folder: FilePath
        var since: Timestamp
        /// What stands in the way.
        var words: String
    }

    private let entries = Mutex<[FilePath: Entry]>([:])
    private let log: Logger
    private let changed: @Sendable () -> Void

    init(log: Logger, changed: @escaping @Sendable () -> Void) {
        self.log = log
        self.changed = changed
    }

    /// The longest waiting first.
    var all: [Entry] { entries.withLock { $0.values.sorted { $0.since < $1.since } } }

    func add(_ folder: FilePath, _ error: any Error, at now: Timestamp) {
        let words = "\(error)"
        let isNews = entries.withLock { entries in
            let before = entries.updateValue(Entry(folder: folder, since: now, words: words), forKey: folder)
            if let before { entries[folder]?.since = before.since }
            return before?.words != words
        }
        guard isNews else { return }
        log.error("A job cannot continue; trying again", metadata: ["path": "\(folder)", "error": "\(words)"])
        changed()
    }

    func remove(_ folder: FilePath) {
        guard entries.withLock({ $0.removeValue(forKey: folder) }) != nil else { return }
        log.notice("A job continues again", metadata: ["path": "\(folder)"])
        changed()
    }
}
