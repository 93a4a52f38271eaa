// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import SystemPackage
import Testing

@testable import FileIO
@testable import Sharing
@testable import TestSupport

/// Running a command without a shell, and ending it.
@Suite(.idleLimit, .serialized)
struct CommandRunTests {
    @discardableResult
    private func run(
        _ arguments: String..., timeout: Duration = .seconds(50), grace: Duration = .seconds(50), alarm: Alarm? = nil
    ) async throws -> String {
        try await run(arguments, timeout: timeout, grace: grace, alarm: alarm)
    }

    @discardableResult
    private func run(
        _ arguments: [String], timeout: Duration, grace: Duration, alarm: Alarm? = nil
    ) async throws -> String {
        let run = CommandRun(
            arguments: arguments.map { Array($0.utf8) }, environment: CommandRun.ownEnvironment, timeout: timeout,
            grace: grace)
        let alarm = try alarm ?? Alarm()
        return String(decoding: try await Restless.blocking { try run.run(until: alarm) }, as: UTF8.self)
    }

    /// What a script writes; it must end with 9.
    private func output(_ script: String) async throws -> String {
        do {
            try await run("/bin/sh", "-c", script + "; exit 9")
        } catch let error as CommandTrouble {
            guard case .failed(9, let output) = error else { throw error }
            return String(decoding: output, as: UTF8.self)
        }
        return ""
    }

    @Test func `a command that ends with 0 has done its work`() async throws {
        try await run("true")
        try await run("/bin/sh", "-c", "echo lots; echo of words >&2")
    }

    @Test func `what it prints is told apart from what it says beside that, and the end of it is kept`() async throws {
        let script = "echo one; echo two >&2; printf three; sleep 0.1; echo no >&2"
        #expect(try await run("/bin/sh", "-c", script) == "one\nthree")
        let long = try await run("/bin/sh", "-c", "yes | head -c 3000000; yes no | head -c 3000000 >&2; printf end")
        #expect(long == "\n" + String(repeating: "y\n", count: 8190) + "end")
    }

    @Test func `a command that does not says how it ended`() async {
        await #expect(throws: CommandTrouble.failed(code: 1, output: [])) { try await run("false") }
        await #expect(throws: CommandTrouble.failed(code: 255, output: Array("out\nerr\n".utf8))) {
            try await run("/bin/sh", "-c", "echo out; echo err >&2; exit 255")
        }
        await #expect(throws: CommandTrouble.killed(signal: SIGSEGV, output: [])) {
            try await run("/bin/sh", "-c", "kill -SEGV $$")
        }
    }

    @Test func `a program that is not there, or is none`() async throws {
        await #expect(throws: CommandTrouble.notFound(program: "no-such-program")) {
            try await run("no-such-program", "x")
        }
        await #expect(throws: CommandTrouble.notFound(program: "/no/such")) { try await run("/no/such") }
        await #expect(throws: CommandTrouble.cannotStart(program: "/etc/passwd", .permissionDenied)) {
            try await run("/etc/passwd")
        }
        try await Scratch.with { scratch in
            let script = try scratch.write(Array("echo x\n".utf8), to: "script")
            chmod(script.string, 0o755)
            await #expect(throws: CommandTrouble.cannotStart(program: script.string, .init(rawValue: ENOEXEC))) {
                try await run(script.string)
            }
        }
    }

    @Test(arguments: ["a b", "", "'", "\"", "$HOME `id` *", "a\nb", "-x", "\u{1F34C}", "|"])
    func `an argument arrives as it is`(argument: String) async throws {
        await #expect(throws: CommandTrouble.failed(code: 9, output: Array("<\(argument)>".utf8))) {
            try await run("/bin/sh", "-c", "printf '<%s>' \"$@\"; exit 9", "sh", argument)
        }
    }

    @Test func `of a huge output the end is kept`() async throws {
        let end = try await output("yes | head -c 30000000; printf end")
        #expect(end == "\n" + String(repeating: "y\n", count: 2046) + "end")
    }

    @Test func `standard input is empty, and nothing else is open`() async throws {
        let own = open("/etc/passwd", O_RDONLY)
        let leaked = fcntl(own, F_DUPFD, 300)
        defer {
            close(own)
            close(leaked)
        }
        try #require(leaked >= 300)
        // Without a pipe in the script, which the shell itself would have open for a moment.
        #expect(try await output("cat; ls /proc/$$/fd; readlink /proc/$$/fd/0") == "0\n1\n2\n/dev/null\n")
    }

    @Test func `it leads a process group of its own`() async throws {
        let words = try await output("echo $$; cut -d' ' -f5 /proc/$$/stat").split(separator: "\n")
        #expect(words.count == 2 && words[0] == words[1])
    }

    @Test func `a signal that this process ignores ends it all the same`() async throws {
        let before = signal(SIGTERM, SIG_IGN)
        defer { signal(SIGTERM, before) }
        // The grace is longer than the time limit of the suite: only SIGTERM can have ended it.
        await #expect(throws: CommandTrouble.timedOut(after: .milliseconds(200), output: [])) {
            try await run("sleep", "1000", timeout: .milliseconds(200), grace: .seconds(1000))
        }
    }

    /// Whether a process goes on; one that has ended and that nobody has asked after does not.
    private func isRunning(_ pid: Substring) -> Bool {
        guard let stat = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8) else { return false }
        return !(stat.split(separator: ")").last?.hasPrefix(" Z") ?? true)
    }

    /// Returns when none of them goes on. The kernel ends a group at once; how long a busy machine takes to do it,
    /// nobody knows: one that is not ended shows as a test that comes to its limit.
    private func waitForEnd(of pids: [Substring]) async throws {
        while pids.contains(where: isRunning) { try await Task.sleep(for: .milliseconds(100)) }
    }

    /// How long a command has that is ended when its time is up. On a machine that is busy enough, that may be before
    /// the command has come as far as the test needs: then the test tells nothing, and is done again with more.
    private static let patience: [Duration] = [.milliseconds(300), .seconds(3), .seconds(20)]

    /// What a command has written that was ended since its time was up.
    private func output(
        of arguments: String..., endedAfter timeout: Duration, grace: Duration = .seconds(50)
    ) async throws -> String {
        do {
            try await run(arguments, timeout: timeout, grace: grace)
        } catch CommandTrouble.timedOut(let time, let output) {
            #expect(time == timeout)
            return String(decoding: output, as: UTF8.self)
        }
        Issue.record("it ended by itself")
        return ""
    }

    @Test func `a command that does not want to end is ended, and its children with it`() async throws {
        // From the last line on, SIGTERM does not end it.
        let script = "trap '' TERM; sleep 1000 & echo $!; (sleep 1000; :) & echo $!; echo $$; while :; do sleep 1; done"
        for timeout in Self.patience {
            let said = try await output(
                of: "/bin/sh", "-c", script, endedAfter: timeout, grace: .milliseconds(300))
            let pids = said.split(separator: "\n")
            if pids.count == 3 { return try await waitForEnd(of: pids) }
        }
        Issue.record("it has never begun")
    }

    @Test func `what a command leaves in the background ends with it, and holds nothing up`() async throws {
        let pid = try await output("sleep 1000 & echo $!")
        try await waitForEnd(of: [pid.dropLast()])
    }

    @Test func `output without an end does not keep it from being ended`() async throws {
        for timeout in Self.patience {
            let said = try await output(of: "yes", endedAfter: timeout)
            if said.utf8.count == 4096 { return }
        }
        Issue.record("there was never as much as is kept")
    }

    @Test func `an alarm ends it`() async throws {
        let alarm = try Alarm()
        BlockingThread.start("alarm") {
            usleep(100_000)
            alarm.raise()
        }
        await #expect(throws: CancellationError.self) { try await run("sleep", "1000", alarm: alarm) }
        // And what has not begun does not begin.
        await #expect(throws: CancellationError.self) { try await run("no-such-program", alarm: alarm) }
    }

    @Test func `many come and go without leaving a process or a descriptor behind`() async throws {
        let count = 100
        var pipes: Set<String> = []
        for _ in 0..<count {
            let lines = try await output("echo $$; readlink /proc/$$/fd/1").split(separator: "\n")
            try #require(lines.count == 2 && lines[1].hasPrefix("pipe:"))
            #expect(!FileManager.default.fileExists(atPath: "/proc/\(lines[0])"), "it was not reaped")
            pipes.insert(String(lines[1]))
        }
        // Other tests, which run at the same time, open and close some: these alone are looked for. Of the other kind
        // that a run opens there would be one more for each.
        let open = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").compactMap { name in
            try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(name)")
        }
        #expect(pipes.isDisjoint(with: open))
        #expect(open.count { $0.contains("pidfd") } < count)
    }
}
