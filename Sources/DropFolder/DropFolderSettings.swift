// SPDX-License-Identifier: Apache-2.0

package import Intake
package import Jobs
package import Notifying
package import Requests
package import Sharing
package import Spending
package import Spool
internal import Synchronization

/// The settings of the pipeline. Their ranges are in the table of settings; the values here are those of its defaults.
package struct DropFolderSettings: Sendable {
    /// How many tasks may be under way at the API at once.
    package var maxInFlight = 8
    /// The smallest time between two polls of one task.
    package var pollInterval = Duration.seconds(3)
    /// How many polls may leave in a second, for all tasks together. Fewer leave where the API is slow or
    /// asks for it.
    package var pollsPerSecond = 500
    /// How long a task may take before the job fails.
    package var taskTimeout = Duration.seconds(86_400)
    /// How long size and time of a file that was written in place must stay unchanged.
    package var settle = Duration.milliseconds(250)
    /// How often the whole inbox is looked at, beside events.
    package var rescanInterval = Duration.seconds(30)
    /// Whether events or looking tell of what comes into the inbox. Default: events where they come.
    package var watch = WatchSetting.auto
    /// Names in the inbox that are no requests. Default: the built-in tables.
    package var names = IgnoredNames()
    /// The first wait after the service or the network fails; it doubles up to ``retryLimit``.
    package var retryInterval = Duration.seconds(5)
    /// The longest wait after the service or the network fails.
    package var retryLimit = Duration.seconds(300)
    /// The largest picture that is fetched or shared, in bytes.
    package var pictureLimit: Int64 = 64 << 20
    /// How long a fresh link may not work before that is believed.
    package var picturePatience = Duration.seconds(600)
    /// What happens to a submit whose answer never came. Default: the job fails and says so.
    package var unknownOutcome = UnknownOutcomeRule.fail
    /// What submits cost, and how many there may be.
    package var money = MoneySettings()
    /// How pictures from one's own disk are published; `nil` where they are not.
    package var share: ShareSettings?
    /// Whether a page for browsers is written beside `status.json`.
    package var statusPage = true
    /// Whether what is done of a batch can be looked at before all of it is.
    package var resultsAsTheyCome = false
    /// Who is told of what happens; `nil` where nobody is.
    package var notify: NotifySettings?
    /// What requests may ask for.
    package var rules = RequestRules()

    /// The defaults.
    package init() {}
}

/// The settings that hold at the moment: some may change while the daemon runs.
final class LiveSettings: Sendable {
    private let settings: Mutex<DropFolderSettings>

    init(_ settings: DropFolderSettings) {
        self.settings = Mutex(settings)
    }

    var current: DropFolderSettings { settings.withLock { $0 } }

    func adopt(_ new: DropFolderSettings) { settings.withLock { $0 = new } }
}

/// What may change while the daemon runs.
package enum SettingsChange: Sendable {
    /// These hold from now on. What only a restart takes up, as the table of settings says, is as it was at the start.
    case settings(DropFolderSettings)
    /// A person has asked for a reload: what waits for a person goes on, and what waits for time is tried now.
    case goOn
    /// A reload is over, and all that it changed holds.
    case reloaded(ReloadOutcome)
    /// The API is asked with another key from now on: a pause may be over.
    case key
}

/// What came of a reload.
package struct ReloadOutcome: Equatable, Sendable {
    /// When the reading of the files began, as ``Machine/sinceBoot`` has it: whoever asked before that is answered by it.
    package var began: Int
    /// Why nothing of it was taken; `nil` where it was.
    package var refused: String?
    /// Settings that are others than before.
    package var changed: [String]
    /// Settings that are others in their sources, and hold after a restart only.
    package var needsRestart: [String]
    /// The key is a credential of the service manager, which passes on another one only at a start.
    package var keyIsOfTheStart: Bool

    /// Nothing was taken.
    package init(began: Int, refused: String) {
        self.init(began: began, changed: [], needsRestart: [], keyIsOfTheStart: false)
        self.refused = refused
    }

    /// All was taken, as far as it can be without a restart.
    package init(began: Int, changed: [String], needsRestart: [String], keyIsOfTheStart: Bool) {
        self.began = began
        self.changed = changed
        self.needsRestart = needsRestart
        self.keyIsOfTheStart = keyIsOfTheStart
    }
}
