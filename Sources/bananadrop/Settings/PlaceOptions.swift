// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

/// Which spool, and where its settings are: what every command that works on one takes.
struct PlaceOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("A configuration file. Default: SPOOL/bananadrop.yaml, if there is one.", valueName: "file"))
    var config: String?

    @Option(help: DaemonOptions.help(.spool)) var spool: String?
}
