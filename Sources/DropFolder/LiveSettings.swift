// SPDX-License-Identifier: Apache-2.0

internal import Requests
internal import Synchronization

/// The settings that hold at the moment: some may change while the daemon runs.
final class LiveSettings: Sendable {
    private let settings: Mutex<DropFolderSettings>

    init(_ settings: DropFolderSettings) {
        self.settings = Mutex(settings)
    }

    var current: DropFolderSettings { settings.withLock { $0 } }

    /// Takes what can change while the daemon runs, and leaves the rest as it is.
    func adopt(_ new: DropFolderSettings) {
        settings.withLock { settings in
            settings.maxInFlight = new.maxInFlight
            settings.pollInterval = new.pollInterval
            settings.pollsPerSecond = new.pollsPerSecond
            settings.taskTimeout = new.taskTimeout
            settings.retryInterval = new.retryInterval
            settings.retryLimit = new.retryLimit
            settings.pictureLimit = new.pictureLimit
            settings.picturePatience = new.picturePatience
            settings.unknownOutcome = new.unknownOutcome
            settings.money = new.money
            // Which links are the daemon's own depends on how pictures are published, and which the API can follow on
            // where it stands: both stay.
            let (sharedLinks, addresses) = (settings.rules.sharedLinks, settings.rules.linkAddresses)
            settings.rules = new.rules
            settings.rules.sharedLinks = sharedLinks
            settings.rules.linkAddresses = addresses
        }
    }
}
