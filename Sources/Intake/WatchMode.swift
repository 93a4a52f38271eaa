// SPDX-License-Identifier: Apache-2.0

internal import FileIO

/// How the daemon learns of what comes into the inbox, beside the regular look. Pure.
package enum WatchMode: Equatable, Sendable {
    /// By the kernel's events.
    case events
    /// By looking every ``interval``.
    case polling(Reason)

    package enum Reason: Equatable, Sendable {
        /// The setting `watch-mode` says so.
        case setting
        /// Others write where this kernel does not see it: the kind of file system, such as `fuse.sshfs`.
        case shared(String)
        /// Nobody knows whether they do: the kind of file system, as far as the system tells.
        case unknownKind(String)
        /// A file was made in the inbox for a trial, and no event came.
        case silent
    }

    static let interval = Duration.seconds(2)

    /// What the file system alone says; `nil` where a trial has to tell whether events come.
    init?(_ setting: WatchSetting, _ kind: FileSystemKind?, name: String) {
        switch (setting, kind?.reach) {
        case (.events, _): self = .events
        case (.polling, _): self = .polling(.setting)
        case (.auto, .shared?): self = .polling(.shared(name))
        case (.auto, nil): self = .polling(.unknownKind(name))
        case (.auto, .local?): return nil
        }
    }
}

/// The setting `watch-mode`.
package enum WatchSetting: String, CaseIterable, Sendable {
    /// Events where they come, else looking every two seconds.
    case auto
    /// Events, whatever the file system is.
    case events
    /// Looking every two seconds, for an inbox that is written to from outside, as a Docker mount may be.
    case polling
}
