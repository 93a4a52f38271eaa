// SPDX-License-Identifier: Apache-2.0

/// What may change while the daemon runs.
package enum SettingsChange: Sendable {
    /// The limits, prices and intervals of these settings hold from now on, and so do the models. How the inbox is
    /// watched, how pictures are published, and what is too large stays as it was at the start.
    case settings(DropFolderSettings)
    /// A person has asked for a reload: what waits for a person goes on, and what waits for time is tried now.
    case goOn
    /// The API is asked with another key from now on: a pause may be over.
    case key
}
