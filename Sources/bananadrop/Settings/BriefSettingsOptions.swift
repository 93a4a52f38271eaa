// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

/// The same options for a command that needs few of the settings: help lists only which spool it is, or its own options
/// would stand at the end of a long page.
struct BriefSettingsOptions: ParsableArguments {
    @OptionGroup var place: PlaceOptions
    @OptionGroup(visibility: .hidden) var daemon: DaemonOptions

    /// For the end of such a command's discussion.
    static let hint = "Takes the settings of `run` as options, too; --help-hidden lists them."

    var all: SettingsOptions { SettingsOptions(place, daemon) }
}
