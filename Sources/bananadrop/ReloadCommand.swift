// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Documents
internal import Foundation
internal import Glibc
internal import Spool
internal import SpoolTools
internal import SystemPackage

struct ReloadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reload",
        abstract: "Have the daemon read its configuration and key again, and say what came of it.",
        discussion: """
            The same as SIGHUP, and waits until the new settings hold. Exits 0 where they do, 78 where they were refused: \
            what held before still holds. 69 where no daemon works on the spool, 75 where it says nothing within a \
            minute, 77 where this user may not ask.

            \(SettingsOptions.hint)
            """)

    private static let patience = Duration.seconds(60)

    @OptionGroup var options: SettingsOptions

    func run() async throws {
        try await orExit {
            let spool = try spool()
            guard let request = ReloadRequest(to: spool) else {
                throw CommandFailure(.unavailable, "no daemon works on \(spool.root) now")
            }
            let outcome: ReloadRequest.Outcome
            do {
                outcome = try await request.ask(for: Self.patience)
            } catch let error as Errno {
                throw CommandFailure(
                    .noPermission, "process \(request.pid) cannot be asked: \(error); ask as root or as its user")
            }
            switch outcome {
            case .taken(let lines): for line in lines { print(line) }
            case .refused(let why): throw CommandFailure(.configuration, Wording.notTaken(why))
            case .ended: throw CommandFailure(.temporary, "the daemon has ended meanwhile")
            case .silent: throw CommandFailure(.temporary, "the daemon has not said what came of it; see its log")
            }
        }
    }

    /// A mistake is the daemon's to find, and to show, as long as it can be asked.
    private func spool() throws -> Spool {
        let options = self.options.orPackaged
        do {
            return try options.load().spool
        } catch let mistake as CommandFailure where mistake.code == .configuration {
            guard let root = options.spoolInSpiteOfMistakes else {
                // The service manager knows whom it asks.
                if let pid = ProcessInfo.processInfo.environment["MAINPID"].flatMap(pid_t.init) { kill(pid, SIGHUP) }
                throw mistake
            }
            return Spool(root: FilePath(root))
        }
    }
}
