// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// The settings that hold at the moment: some may change while the daemon runs.
final class LiveSettings: Sendable {
    private let settings: Mutex<DropFolderSettings>

    init(_ settings: DropFolderSettings) {
        self.settings = Mutex(settings)
    }

    var current: DropFolderSettings { settings.withLock { $0 } }

    func adopt(_ new: DropFolderSettings) { settings.withLock { $0 = new } }
}
