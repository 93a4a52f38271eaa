// SPDX-License-Identifier: Apache-2.0

internal import Inotify
internal import SystemPackage

/// Whether a file dropped in the inbox makes an event.
enum EventsSymptom: Symptom {
    /// It did, after so long.
    case arrive(after: Duration)
    /// It did not within so long.
    case none(within: Duration)
    /// The kernel refuses the watch.
    case cannotWatch(InotifyError)
    /// No file could be made in the inbox.
    case cannotTry(FilePath, Errno)

    static var subject: Diagnosis.Subject { .events }

    var level: Diagnosis.Level {
        switch self {
        case .arrive: .ok
        case .none, .cannotTry: .warn
        case .cannotWatch: .fail
        }
    }
}

/// How near the limits of inotify are (`inotify(7)`). They hold for a user, so what other programs use counts.
enum InotifySymptom: Symptom {
    case roomy(InotifyUse)
    /// More than four fifths will be used.
    case near(InotifyUse)
    /// There are more folders in the inbox than watches left.
    case fewWatches(InotifyUse)
    /// The daemon will get no instance.
    case noInstance(InotifyUse)
    /// The limits cannot be read.
    case unknown

    static var subject: Diagnosis.Subject { .inotify }

    var level: Diagnosis.Level {
        switch self {
        case .roomy: .ok
        // Folders without a watch are still looked at, only less often.
        case .near, .fewWatches, .unknown: .warn
        case .noInstance: .fail
        }
    }

    /// - Parameter use: `nil` where the limits cannot be read.
    init(_ use: InotifyUse?) {
        guard let use else {
            self = .unknown
            return
        }
        if use.instancesToCome > use.instanceLimit {
            self = .noInstance(use)
        } else if use.watchesToCome > use.watchLimit {
            self = .fewWatches(use)
        } else if use.watchesToCome > use.watchLimit / 5 * 4 || use.instancesToCome > use.instanceLimit / 5 * 4 {
            self = .near(use)
        } else {
            self = .roomy(use)
        }
    }
}

/// Whether a daemon works on the spool.
enum DaemonSymptom: Symptom {
    case runs(pid: Int, as: String)
    /// It runs, and something holds it up; the sentences of `status`.
    case heldUp(pid: Int, [String])
    /// The command that starts it, where that is known.
    case none(start: String?)

    static var subject: Diagnosis.Subject { .daemon }

    var level: Diagnosis.Level {
        switch self {
        case .runs: .ok
        case .heldUp, .none: .warn
        }
    }
}
