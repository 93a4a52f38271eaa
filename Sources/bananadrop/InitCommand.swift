// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import FileIO
internal import Spool
internal import SystemPackage

struct InitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init", abstract: "Make a spool and a commented configuration.")

    static let configurationName = "bananadrop.yaml"

    @Argument(help: "The folder to make it in; it may exist already.", completion: .directory)
    var directory = "."

    func run() async throws {
        try await orExit {
            let spool = Spool(root: FilePath(directory))
            let isNew = try spool.make()
            try spool.check()
            // Only into a new one: whoever has removed it does not want it, and the user's service begins with `init`.
            if isNew { try HowTo.write(into: spool) }
            let path = directory + "/" + Self.configurationName
            try NewFile.write(SettingsManual.configuration, to: FilePath(path))
            print("The spool is ready: \(spool.root)")
            print("Drop request files into \(spool.inbox); pictures come back in \(spool.done).")
            if isOpenToOthers {
                print(
                    "Others can write to \(directory), so they could change \(path); run `chmod go-w \(directory)`, or "
                        + "keep the settings elsewhere (--config FILE).")
            }
            if lacksKey {
                print("The API key is missing: set \(APIKeySource.environmentName), or api-key-file in \(path).")
            }
            print("Start: bananadrop run --spool \(spool.root)")
        }
    }

    /// Whether others than its owner may put a file of theirs in the place of one there. Those who drop need no right but
    /// that of the inbox. The dot leads through a symlink.
    private var isOpenToOthers: Bool {
        guard let mode = try? Kernel.rights(of: FilePath(directory + "/.")).mode else { return false }
        // With the sticky bit (inode(7)) only a file's owner renames or removes it.
        return mode & 0o022 != 0 && mode & 0o1000 == 0
    }

    /// Whether there is surely none. A mistake in the configuration is for `run` to say: where `init` fails before it,
    /// as in the user's service, the service manager begins again for ever.
    private var lacksKey: Bool {
        do {
            let settings = try SettingsOptions(spool: directory).load()
            let credentials = APIKeySource.credentials(in: settings.environment)
            return try APIKeySource(settings, credentials: credentials) == nil
        } catch {
            return false
        }
    }
}
