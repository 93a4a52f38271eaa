// SPDX-License-Identifier: Apache-2.0

/// How far the service is. Only goes forward. Pure.
enum ServicePhase: Int, Comparable, Sendable {
    /// The pipeline does not run yet.
    case starting
    /// The inbox is watched, and looked through for the first time.
    case scanning
    case serving
    case stopping

    static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

    /// Why nothing should be dropped now, for people; `nil` where all is ready.
    func reasonNotReady(inboxIsGone: Bool) -> String? {
        switch self {
        case .starting: "not ready: the start is not over yet"
        case .scanning: "not ready: the inbox is looked through for the first time"
        case .serving: inboxIsGone ? "not ready: the inbox is not where it was" : nil
        case .stopping: "not ready: the daemon stops"
        }
    }
}
