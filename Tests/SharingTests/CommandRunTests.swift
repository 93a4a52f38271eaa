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
    private func run(
        _ arguments: String..., timeout: Duration = .seconds(50), grace: Duration = .seconds(50), alarm: Alarm? = nil
    ) async throws {
        let run = CommandRun(
            arguments: arguments.map { Array($0.utf8) }, environment: CommandRun.ownEnvironment, timeout: timeout,
            grace: grace)
        let alarm = try alarm ?? Alarm()
        try await Restless.blocking { try run.run(until: alarm) }
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

    @Test func `a command that does not want to end is ended, and its children with it`() async throws {
        let script = "trap '' TERM; sleep 1000 & echo $!; (sleep 1000; :) & echo $!; echo $$; while :; do sleep 1; done"
        do {
            try await run("/bin/sh", "-c", script, timeout: .milliseconds(500), grace: .milliseconds(300))
            Issue.record("it ended by itself")
        } catch CommandTrouble.timedOut(.milliseconds(500), let output) {
            let pids = String(decoding: output, as: UTF8.self).split(separator: "\n")
            #expect(pids.count == 3)
            // The kernel ends the group at once; a busy machine may take a moment to do it.
            let end = ContinuousClock.now.advanced(by: .seconds(10))
            while pids.contains(where: isRunning), ContinuousClock.now < end {
                try await Task.sleep(for: .milliseconds(10))
            }
            #expect(!pids.contains(where: isRunning))
        }
    }

    @Test func `what a command leaves in the background ends with it, and holds nothing up`() async throws {
        let pid = try await output("sleep 1000 & echo $!")
        let end = ContinuousClock.now.advanced(by: .seconds(10))
        while isRunning(pid.dropLast()), ContinuousClock.now < end {
            try await Task.sleep(for: .milliseconds(10))
        }
        #expect(!isRunning(pid.dropLast()))
    }

    @Test func `output without an end does not keep it from being ended`() async {
        await #expect {
            try await run("yes", timeout: .milliseconds(200))
        } throws: { error in
            guard case .timedOut(_, let output) = error as? CommandTrouble else { return false }
            return output.count == 4096
        }
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
        let before = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
        for _ in 0..<100 {
            let pid = try await output("echo $$").dropLast()
            #expect(!FileManager.default.fileExists(atPath: "/proc/\(pid)"), "it was not reaped")
        }
        // Other tests, which run at the same time, have some open.
        let after = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
        #expect(after - before < 60, "\(after) after \(before)")
    }
}
