// SPDX-License-Identifier: Apache-2.0

/// What may change while the daemon runs.
package enum SettingsChange: Sendable {
    /// These hold from now on. What only a restart takes up, as the table of settings says, is as it was at the start.
    case settings(DropFolderSettings)
    /// A person has asked for a reload: what waits for a person goes on, and what waits for time is tried now.
    case goOn
    /// The API is asked with another key from now on: a pause may be over.
    case key
}
