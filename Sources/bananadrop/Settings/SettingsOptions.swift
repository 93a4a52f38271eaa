// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

/// The settings as options of a command. All are text here: what they mean is read in one place for all sources.
struct SettingsOptions: ParsableArguments {
    @OptionGroup var place: PlaceOptions
    @OptionGroup var daemon: DaemonOptions

    init() {}

    init(_ place: PlaceOptions, _ daemon: DaemonOptions) {
        self.place = place
        self.daemon = daemon
    }

    var config: String? { place.config }
    var spool: String? { place.spool }
    var proxy: String? { daemon.proxy }

    /// The options that were given.
    var given: [SettingName: String] {
        var given = daemon.given
        given[.spool] = place.spool
        return given
    }
}
