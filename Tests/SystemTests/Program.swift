// SPDX-License-Identifier: Apache-2.0

import CLinux
import Foundation
import Glibc
import Synchronization

/// The built program in a process of its own, its standard error line by line.
final class Program: Sendable {
    private struct Reader {
        var lines: [String] = []
        var rest = Data()
        var ended = false
        var waiting: [Waiter] = []
    }

    private struct Waiter {
        var id: UUID
        var isIt: @Sendable (String) -> Bool
        var continuation: CheckedContinuation<String?, Never>
    }

    let pid: pid_t
    private let output: Int32
    private let reader = Mutex(Reader())
    private let isReaped = Mutex(false)

    /// `.build/debug/bananadrop` beside the tests, or what `TESTED_BINARY` names.
    static let binary: URL = {
        if let path = ProcessInfo.processInfo.environment["TESTED_BINARY"] { return URL(fileURLWithPath: path) }
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        return root.deletingLastPathComponent().appendingPathComponent(".build/debug/bananadrop")
    }()

    /// - Parameters:
    ///   - binary: the program; `nil` is ``Program/binary``.
    ///   - launcher: a command that becomes the program, with its absolute path, such as `unshare`.
    init(
        _ arguments: [String], environment: [String: String] = [:], key: String? = "test-key", binary: String? = nil,
        launcher: [String] = []
    ) throws {
        var variables = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("BANANADROP_") }
        variables["BANANADROP_API_KEY"] = key
        variables.merge(environment) { $1 }
        let errors: Int32
        (pid, output, errors) = try Self.spawn(launcher + [binary ?? Self.binary.path] + arguments, variables)
        // A thread of its own for each pipe: reads block, and a shared pool of threads could be used up by them.
        Thread { [self] in
            var data: Data
            repeat {
                data = Self.read(errors)
                take(data)
            } while !data.isEmpty
            close(errors)
        }.start()
    }

    deinit {
        close(output)
    }

    /// The next bytes; empty at the end.
    private static func read(_ descriptor: Int32) -> Data {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            return Data(buffer.prefix(max(count, 0)))
        }
    }

    private static let spawning = Mutex(())

    /// One spawn at a time, and every pipe closed on exec: a program that held another one's pipe would keep it from
    /// ever ending, and the test that waits for the end with it. (Foundation.Process leaks its descriptors to its
    /// children.)
    private static func spawn(
        _ arguments: [String], _ variables: [String: String]
    ) throws -> (pid_t, output: Int32, errors: Int32) {
        try spawning.withLock { _ in
            let (outputPipe, errorPipe) = (try closedOnExec(), try closedOnExec())
            var actions = posix_spawn_file_actions_t()
            posix_spawn_file_actions_init(&actions)
            defer { posix_spawn_file_actions_destroy(&actions) }
            posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
            posix_spawn_file_actions_adddup2(&actions, outputPipe.write, 1)
            posix_spawn_file_actions_adddup2(&actions, errorPipe.write, 2)
            // Whatever else this process has open is not the program's.
            posix_spawn_file_actions_addclosefrom_np(&actions, 3)
            var attributes = SpawnAttributes.unblocked()
            defer { posix_spawnattr_destroy(&attributes) }
            var argv: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
            var envp: [UnsafeMutablePointer<CChar>?] = variables.map { strdup("\($0.key)=\($0.value)") } + [nil]
            defer { (argv + envp).forEach { free($0) } }
            var pid = pid_t()
            let result = posix_spawn(&pid, arguments[0], &actions, &attributes, &argv, &envp)
            close(outputPipe.write)
            close(errorPipe.write)
            guard result == 0 else { throw POSIXError(.init(rawValue: result) ?? .EIO) }
            return (pid, outputPipe.read, errorPipe.read)
        }
    }

    private static func closedOnExec() throws -> (read: Int32, write: Int32) {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }

    private func take(_ data: Data) {
        let resumed = reader.withLock { reader -> [(CheckedContinuation<String?, Never>, String?)] in
            if data.isEmpty {
                reader.ended = true
                defer { reader.waiting = [] }
                return reader.waiting.map { ($0.continuation, nil) }
            }
            reader.rest += data
            var resumed: [(CheckedContinuation<String?, Never>, String?)] = []
            while let end = reader.rest.firstIndex(of: UInt8(ascii: "\n")) {
                let line = String(decoding: reader.rest[..<end], as: UTF8.self)
                reader.rest = Data(reader.rest[(end + 1)...])
                reader.lines.append(line)
                while let index = reader.waiting.firstIndex(where: { $0.isIt(line) }) {
                    resumed.append((reader.waiting.remove(at: index).continuation, line))
                }
            }
            return resumed
        }
        for (continuation, line) in resumed { continuation.resume(returning: line) }
    }

    var lines: [String] { reader.withLock { $0.lines } }

    /// The first line, said already or yet to come, that is the one; `nil` when the program ends without it, or the
    /// test is cancelled by its time limit.
    @discardableResult
    func line(where isIt: @escaping @Sendable (String) -> Bool) async -> String? {
        let id = UUID()
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let known: String?? = reader.withLock { reader in
                    if let line = reader.lines.first(where: isIt) { return line }
                    if reader.ended || Task.isCancelled { return .some(nil) }
                    reader.waiting.append(Waiter(id: id, isIt: isIt, continuation: continuation))
                    return nil
                }
                if let known { continuation.resume(returning: known) }
            }
        } onCancel: {
            let waiter = reader.withLock { reader in
                reader.waiting.firstIndex { $0.id == id }.map { reader.waiting.remove(at: $0) }
            }
            waiter?.continuation.resume(returning: nil)
        }
    }

    @discardableResult
    func line(containing text: String) async -> String? {
        await line { $0.contains(text) }
    }

    /// The line that says how a job, or a batch, ended.
    @discardableResult
    func result(of job: String) async -> String? {
        await line { $0.contains("job=\(job) ") && ($0.contains(" Done ") || $0.contains(" Failed ")) }
    }

    /// The same, but for a line that comes after so many.
    func line(after count: Int, where isIt: @escaping @Sendable (String) -> Bool) async -> String? {
        let seen = Mutex(lines.prefix(count).count(where: isIt))
        return await line { line in
            guard isIt(line) else { return false }
            return seen.withLock { seen in
                seen -= 1
                return seen < 0
            }
        }
    }

    func send(_ signal: Int32) {
        kill(pid, signal)
    }

    /// Waits for the end; the exit code, or minus the signal that ended it. A test whose time is over ends the program.
    func end() async -> Int32 {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                Thread { [self] in
                    let status = reap()
                    let signal = status & 0x7F
                    continuation.resume(returning: signal == 0 ? status >> 8 & 0xFF : -signal)
                }.start()
            }
        } onCancel: {
            // Not after it was reaped: its number may be another's by then.
            isReaped.withLock { isReaped in if !isReaped { kill(pid, SIGKILL) } }
        }
    }

    private func reap() -> Int32 {
        var info = siginfo_t()
        // waitid(2): leaves it to be waited for.
        while waitid(P_PID, id_t(pid), &info, WEXITED | WNOWAIT) == -1, errno == EINTR {}
        return isReaped.withLock { isReaped in
            isReaped = true
            var status: Int32 = 0
            while waitpid(pid, &status, 0) == -1, errno == EINTR {}
            return status
        }
    }

    /// Runs a command to its end: exit code, standard output, standard error.
    static func run(
        _ arguments: [String], environment: [String: String] = [:], key: String? = "test-key"
    ) async throws -> (code: Int32, output: String, errors: [String]) {
        let program = try Program(arguments, environment: environment, key: key)
        let output = await withCheckedContinuation { continuation in
            Thread {
                var all = Data()
                while true {
                    let data = read(program.output)
                    if data.isEmpty { break }
                    all += data
                }
                continuation.resume(returning: String(decoding: all, as: UTF8.self))
            }.start()
        }
        let code = await program.end()
        await program.line { _ in false }
        return (code, output, program.lines)
    }
}
