// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Glibc
internal import Spool
internal import SpoolTools
internal import SystemPackage

/// Waits for jobs at a terminal, or in a script: prints the paths of their pictures, and says what went wrong.
struct Following {
    let spool: Spool

    /// How long to wait at most; `nil` for ever.
    static func time(_ timeout: String?) throws -> Duration? {
        guard let timeout else { return nil }
        guard let time = SettingText.time(timeout) else {
            throw CommandFailure(.usage, "--timeout cannot be \"\(timeout)\": it is a time such as 90s or 2h")
        }
        return time
    }

    /// Says where no daemon works on the spool.
    static func tellWhetherServed(_ spool: Spool, so: String = "waiting until one does") {
        guard SpoolLock.holder(of: spool) == nil else { return }
        printError("bananadrop: no daemon works on \(spool.root) now; \(so)")
    }

    /// Returns the exit code where one of them has failed.
    func follow(_ jobs: [DroppedFile], for time: Duration?) async throws -> ExitCode? {
        if !jobs.isEmpty { Self.tellWhetherServed(spool) }
        var code: ExitCode?
        let inTime: Bool
        do {
            inTime = try await DroppedFile.follow(jobs, for: time) { file, why in
                printError("bananadrop: \(file.jobName) is held: \(why)")
            } tell: { file, whereabouts in
                if !Self.tell(file, whereabouts) { code = ExitCode(1) }
            }
        } catch let error as Errno {
            throw CommandFailure(.temporary, "the results cannot be read: \(error); the jobs continue anyway")
        }
        guard inTime else {
            let after = time.map { " after \(SettingText.words($0))" } ?? ""
            throw CommandFailure(
                .temporary, "timed out\(after); what is not finished continues, and may still be paid for")
        }
        return code
    }

    /// Says what became of a file; whether it is done.
    private static func tell(_ file: DroppedFile, _ whereabouts: DroppedFile.Whereabouts) -> Bool {
        switch whereabouts {
        case .onItsWay: return true
        case .done(let pictures):
            for picture in pictures { printPath(picture) }
            return true
        case .failed(let folder, let text):
            printError("bananadrop: \(file.jobName) failed, see \(folder)\n\(text)")
            return false
        case .gone:
            printError("bananadrop: \(file.jobName) was removed before it finished")
            return false
        }
    }

    /// A name is bytes, and whoever reads the line needs the very same.
    private static func printPath(_ path: FilePath) {
        path.withPlatformString { _ = puts($0) }
        // Whoever reads this works on it while others are still waited for.
        fflush(nil)
    }
}
