// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Documents
internal import FileIO
internal import FoundationEssentials
internal import Glibc
internal import Spool
internal import SpoolState
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
            let main = Self.mainProcess
            let spool: Spool
            do {
                spool = try self.spool()
            } catch let mistake as CommandFailure where main != nil {
                try Self.signal(main)
                if mistake.code == .usage { return }
                throw mistake
            }
            let request = main == nil ? try Self.request(to: spool) : try? Self.request(to: spool)
            if let main, request?.pid != Int(main) { return try Self.signal(main) }
            guard let request else {
                let isHeld = SpoolLock.holder(of: spool) != nil
                throw CommandFailure(
                    .unavailable,
                    isHeld
                        ? "whose process works on \(spool.root) is not to be seen here; send it SIGHUP yourself"
                        : "no daemon works on \(spool.root) now")
            }
            try await Self.ask(request)
        }
    }

    private static func ask(_ request: ReloadRequest) async throws {
        let outcome: ReloadRequest.Outcome
        do {
            outcome = try await request.ask(for: patience)
        } catch let error as Errno {
            throw CommandFailure(
                .noPermission, "process \(request.pid) cannot be asked: \(error); ask as root or as its user")
        }
        switch outcome {
        case .taken(let lines): for line in lines { print(line) }
        case .unsaid:
            print("Process \(request.pid) was asked, and is of an older version: its log says what came of it.")
        case .refused(let why): throw CommandFailure(.configuration, Wording.notTaken(why))
        case .ended: throw CommandFailure(.temporary, "the daemon has ended meanwhile")
        case .silent: throw CommandFailure(.temporary, "the daemon has not said what came of it; see its log")
        }
    }

    private static func request(to spool: Spool) throws -> ReloadRequest? {
        do throws(Errno) {
            return try ReloadRequest(to: spool)
        } catch {
            throw CommandFailure(
                .noPermission, "\(spool.root) cannot be looked at: \(error); ask as root or as its user")
        }
    }

    /// The service manager knows whom it asks, though this command finds another spool than the daemon has, or none.
    private static func signal(_ main: pid_t?) throws {
        guard let main, kill(main, SIGHUP) == 0 else { return }
        print(
            "Process \(main) was asked, and has not locked the spool that is named here: its log says what came of it.")
    }

    /// That of the service whose reload this is (systemd.service(5), `ExecReload=`), where it runs this program.
    private static var mainProcess: pid_t? {
        func program(_ process: String) -> String? {
            let path = try? Kernel.readSymlink(FilePath("/proc/\(process)/exe"), at: AT_FDCWD).string
            // After an upgrade the daemon's is another file (proc(5)).
            return path?.replacing(" (deleted)", with: "")
        }
        let pid = ProcessInfo.processInfo.environment["MAINPID"].flatMap(pid_t.init)
        guard let pid, pid > 1, let own = program("self"), program("\(pid)") == own else { return nil }
        return pid
    }

    /// A mistake is the daemon's to find, and to show, as long as it can be asked.
    private func spool() throws -> Spool {
        let options = self.options.orPackaged
        do {
            return try options.load().spool
        } catch let mistake as CommandFailure where mistake.code == .configuration {
            guard let root = options.spoolInSpiteOfMistakes else { throw mistake }
            return Spool(root: FilePath(root))
        }
    }
}
