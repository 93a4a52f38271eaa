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

    private let files = Mutex<[Origin: Held]>([:])

    /// - Parameter identity: of the file; one that is dropped anew under its name is another. `nil` is any.
    func add(_ origin: Origin, _ hold: Hold, _ identity: FileStatus.Identity?) {
        files.withLock { $0[origin] = Held(hold: hold, identity: identity) }
    }

    /// Whether something of that name has to stay, perhaps this file.
    func mayContain(_ origin: Origin) -> Bool {
        files.withLock { $0[origin] != nil }
    }

    /// Whether the file has to stay, at that moment.
    func contains(_ origin: Origin, _ identity: FileStatus.Identity, at now: Timestamp) -> Bool {
        files.withLock { files in
            guard let held = files[origin] else { return false }
            if now < held.hold.until, held.identity == nil || held.identity == identity { return true }
            files[origin] = nil
            return false
        }
    }

    /// The limits have changed: what they hold up is looked at anew.
    func releaseLimits() {
        files.withLock { files in
            files = files.filter { _, held in
                switch held.hold.reason {
                case .defaults, .defaultsUnsettled: true
                case .limit, .repeated: false
                }
            }
        }
    }

    /// The defaults of a lane have changed: what they hold up there and below is looked at anew.
    func releaseDefaults(below lane: Lane) {
        files.withLock { files in
            files = files.filter { origin, held in
                switch held.hold.reason {
                case .defaults, .defaultsUnsettled: !origin.lane.path.starts(with: lane.path)
                case .limit, .repeated: true
                }
            }
        }
    }

    /// What holds files up, and how many each; the largest first.
    func summary(at now: Timestamp) -> [(hold: Hold, files: Int)] {
        let counts = files.withLock { files in
            files = files.filter { now < $0.value.hold.until }
            return files.values.reduce(into: [Hold: Int]()) { $0[$1.hold, default: 0] += 1 }
        }
        return counts.map { (hold: $0.key, files: $0.value) }.sorted { $0.files > $1.files }
    }
}
