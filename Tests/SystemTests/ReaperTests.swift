// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import Testing

/// What a test has started ends with it; and one that stands still, or is cut off, says that.
@Suite(.watched, .timeLimit(.minutes(15)))
struct ReaperTests {
    /// For sh: has a child, one that has left its session, and one whose parent is gone, and notes their numbers.
    private static let offspring = """
        sleep 1000 & echo $! >>pids
        setsid sleep 1000 & echo $! >>pids
        (setsid sh -c "sleep 1000 & echo \\$! >>pids; wait" &)
        until [ "$(wc -l <pids)" = 3 ]; do sleep 0.01; done
        """

    private static let born = #"until [ "$(wc -l <pids)" = 3 ]; do sleep 0.01; done"#

    /// For sh: `$reaper` is run with a command that waits after that, `$waits`, or one that ends, `$ends`.
    static let endings = [
        "$reaper sh -c \"$ends\"",
        // All three are born in that time, on any machine.
        "$reaper -t 15 sh -c \"$waits\" || [ $? = 124 ]",
        "$reaper sh -c \"$waits\" & \(born); kill -TERM $!; wait $! || [ $? = 143 ]",
        // Whoever started it is killed.
        "sh -c '$reaper sh -c \"$waits\" & \(born); kill -KILL $$' || :",
        // Whoever held the other end is killed; here it is a pipe.
        "mkfifo p; sh -c '$reaper -s 3 sh -c \"$waits\" 3<p & exec 4>p; \(born); kill -KILL $$' || :",
        "mkfifo p; sh -c '$reaper -s 3 sh -c \"$ends\" 3<p & exec 4>p; \(born); sleep 0.1; kill -KILL $$' || :",
    ]

    @Test(arguments: endings)
    func `nothing is left of a command, however it comes to its end`(ending: String) async throws {
        try await TestSpool.with { spool in
            let script = """
                cd "$1"; touch pids
                export reaper="$2" ends="$3" waits="$3
                wait"
                \(ending)
                """
            let reaper = Program.buildFolder.appendingPathComponent("reaper").path
            try await Tool.run("sh", "-euc", script, "sh", spool.root.path, reaper, Self.offspring)
            let pids = try spool.text("pids").split(separator: "\n").compactMap { pid_t($0) }
            #expect(pids.count == 3)
            // The kernel may take a moment.
            while pids.contains(where: { kill($0, 0) == 0 }) { try await Task.sleep(for: .milliseconds(10)) }
        }
    }

    @Test func `the other end is told when the command has ended, and what it left behind goes on`() async throws {
        let scope = TestScope()
        try await TestSpool.with { spool in
            try await TestScope.$current.withValue(scope) {
                try await Tool.run("sh", "-euc", "cd \"$1\"; touch pids; \(Self.offspring)", "sh", spool.root.path)
            }
            let pids = try spool.text("pids").split(separator: "\n").compactMap { pid_t($0) }
            #expect(pids.map { kill($0, 0) } == [0, 0, 0])
            await scope.end()
            #expect(pids.map { kill($0, 0) } == [-1, -1, -1])
        }
    }

    @Test func `a program that is not there is told from one that fails`() async throws {
        await #expect(throws: POSIXError.self) { try await Tool.run("no-such-program") }
        await #expect(throws: Tool.Failed.self) { try await Tool.run("false") }
    }

    @Test func `a program that a test has left running ends with it`() async throws {
        let scope = TestScope()
        let program = try await TestScope.$current.withValue(scope) {
            let program = try Program(["-c", "echo up >&2; sleep 1000"], binary: "/bin/sh")
            await program.line(containing: "up")
            return program
        }
        #expect(kill(program.pid, 0) == 0)
        await scope.end()
        #expect(kill(program.pid, 0) == -1)
        #expect(await program.end() == -SIGKILL)
    }

    @Test func `what stands still is told from what takes long`() async throws {
        let scope = TestScope()
        await #expect(throws: Standstill.self) { try await scope.watch(seconds: 1) }
        let watch = Task { try await scope.watch(seconds: 2) }
        for _ in 0..<8 {
            scope.moved("a step")
            try await Task.sleep(for: .milliseconds(500))
        }
        watch.cancel()
        await #expect(throws: CancellationError.self) { try await watch.value }
    }

    @Test func `a proof that is cut off says how far it came`() async {
        await withKnownIssue {
            let (second, begin) = AsyncStream<Void>.makeStream()
            let (never, end) = AsyncStream<Void>.makeStream()
            let proof = Task {
                await Workers.run([1, 2, 3], atOnce: 1) { number in
                    if number == 1 { return }
                    begin.yield()
                    for await _ in never {}
                }
            }
            for await _ in second { break }
            proof.cancel()
            await proof.value
            end.finish()
        } matching: { issue in
            issue.comments.contains { $0.rawValue == "cut off after 1 of 3" }
        }
    }
}
