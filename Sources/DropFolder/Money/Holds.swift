// SPDX-License-Identifier: Apache-2.0

internal import Synchronization
internal import SystemPackage

/// The files that have to stay in the inbox for now. A scan passes them over until their time has come and finds them
/// then.
final class Holds: Sendable {
    private struct Held {
        var hold: Hold
        /// The file as it was; `nil` where any file of that name has to stay.
        var identity: FileStatus.Identity?
    }

    private let files = Mutex<[Lane: [FilePath.Component: Held]]>([:])
    private let changed: @Sendable () -> Void

    /// - Parameter changed: called when files are held no more without having been looked at.
    init(changed: @escaping @Sendable () -> Void) {
        self.changed = changed
    }

    /// - Parameter identity: of the file; one that is dropped anew under its name is another. `nil` is any.
    func add(_ origin: Origin, _ hold: Hold, _ identity: FileStatus.Identity?) {
        files.withLock { $0[origin.lane, default: [:]][origin.file] = Held(hold: hold, identity: identity) }
    }

    /// Whether something of that name has to stay, perhaps this file.
    func mayContain(_ origin: Origin) -> Bool {
        files.withLock { $0[origin.lane]?[origin.file] != nil }
    }

    /// Whether the file has to stay, at that moment.
    func contains(_ origin: Origin, _ identity: FileStatus.Identity, at now: Timestamp) -> Bool {
        files.withLock { files in
            guard let held = files[origin.lane]?[origin.file] else { return false }
            if now < held.hold.until, held.identity == nil || held.identity == identity { return true }
            files[origin.lane]?[origin.file] = nil
            return false
        }
    }

    /// The files that may have to stay in one lane.
    func names(in lane: Lane) -> Set<FilePath.Component> {
        files.withLock { Set($0[lane, default: [:]].keys) }
    }

    /// The files are gone.
    func forget(_ names: Set<FilePath.Component>, in lane: Lane) {
        if names.isEmpty { return }
        remove(in: { $0 == lane }) { name, _ in names.contains(name) }
    }

    /// The lane is gone, with all that lies below it.
    func forget(below lane: Lane) {
        remove(in: { $0.path.starts(with: lane.path) }) { _, _ in true }
    }

    /// The limits have changed: what they hold up is looked at anew.
    func releaseLimits() {
        remove(in: { _ in true }) { _, hold in
            switch hold.reason {
            case .defaults, .defaultsUnsettled: false
            case .limit, .repeated: true
            }
        }
    }

    /// The defaults of a lane have changed: what they hold up there and below is looked at anew.
    func releaseDefaults(below lane: Lane) {
        remove(in: { $0.path.starts(with: lane.path) }) { _, hold in
            switch hold.reason {
            case .defaults, .defaultsUnsettled: true
            case .limit, .repeated: false
            }
        }
    }

    private func remove(in isAffected: (Lane) -> Bool, _ isOver: (FilePath.Component, Hold) -> Bool) {
        let isChange = files.withLock { files in
            var isChange = false
            for lane in files.keys.filter(isAffected) {
                let all = files[lane, default: [:]]
                let rest = all.filter { !isOver($0.key, $0.value.hold) }
                if rest.count < all.count { isChange = true }
                files[lane] = rest.isEmpty ? nil : rest
            }
            return isChange
        }
        if isChange { changed() }
    }

    /// What holds files up, and how many each; the largest first. Of one reason all are one, until the last of them is
    /// looked at again.
    func summary(at now: Timestamp) -> [(hold: Hold, files: Int)] {
        let counts = files.withLock { files in
            files = files.compactMapValues { all in
                let rest = all.filter { now < $0.value.hold.until }
                return rest.isEmpty ? nil : rest
            }
            return files.values.joined().reduce(into: [Hold.Reason: (until: Timestamp, files: Int)]()) { counts, file in
                let (hold, known) = (file.value.hold, counts[file.value.hold.reason])
                counts[hold.reason] = (max(hold.until, known?.until ?? hold.until), (known?.files ?? 0) + 1)
            }
        }
        return counts.map { (hold: Hold(reason: $0.key, until: $0.value.until), files: $0.value.files) }
            .sorted { $0.files > $1.files }
    }
}
