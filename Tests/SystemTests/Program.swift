// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import Synchronization

/// The built program in a process of its own, its standard error line by line.
final class Program: Sendable {
    private let process: OwnedProcess
    private let log: LineLog
    private let output: OneShot<Data>
    private let ended: OneShot<CInt>
    /// An element each time that it stops; over when it ends.
    private let stops: AsyncStream<Void>

    var pid: pid_t { process.pid }

    /// Where the tests and what they need were built.
    static let buildFolder: URL = {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        return root.deletingLastPathComponent().appendingPathComponent(".build/debug")
    }()

    /// What `TESTED_BINARY` names, or else what was built beside the tests.
    static let binary: URL = {
        if let path = ProcessInfo.processInfo.environment["TESTED_BINARY"] { return URL(fileURLWithPath: path) }
        return buildFolder.appendingPathComponent("bananadrop")
    }()

    /// - Parameters:
    ///   - binary: the program; `nil` is ``Program/binary``.
    ///   - launcher: a command that becomes the program, such as `unshare`.
    init(
        _ arguments: [String], environment: [String: String] = [:], key: String? = "test-key", binary: String? = nil,
        launcher: [String] = []
    ) throws {
        var variables = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("BANANADROP_") }
        variables["BANANADROP_API_KEY"] = key
        variables.merge(environment) { $1 }
        let (log, output, ended) = (LineLog(), OneShot<Data>(), OneShot<CInt>())
        let (stops, stop) = AsyncStream<Void>.makeStream()
        let said = Mutex(Data())
        let scope = TestScope.current
        process = try OwnedProcess(launcher + [binary ?? Self.binary.path] + arguments, environment: variables) {
            switch $0 {
            case .output(let data): said.withLock { $0 += data }
            case .errors(let data):
                log.add(data)
                scope?.moved(log.lines.last ?? "")
            case .stopped: stop.yield()
            case .ended(let status):
                log.end()
                stop.finish()
                output.set(said.withLock { $0 })
                ended.set(status)
            case .gone:
                // Where even SIGKILL had to wait for a disk.
                ended.set(SIGKILL)
            }
        }
        (self.log, self.output, self.ended, self.stops) = (log, output, ended, stops)
    }

    var lines: [String] { log.lines }

    /// The first line, said already or yet to come, that is the one; `nil` when the program ends without it, or the
    /// test is cancelled.
    @discardableResult
    func line(where isIt: @escaping @Sendable (String) -> Bool) async -> String? {
        await log.line(where: isIt)
    }

    @discardableResult
    func line(containing text: String) async -> String? {
        await line { $0.contains(text) }
    }

    /// The line that says how a job, or a batch, ended.
    @discardableResult
    func result(of job: String) async -> String? {
        await LogLook.text.result(of: job, self)
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

    /// Not when it has ended: its number may be another's by then.
    func send(_ signal: Int32) {
        if !ended.isSet { kill(pid, signal) }
    }

    /// Waits for the end, after which all its lines are there; the exit code, or minus the signal that ended it. A test
    /// that is cancelled ends the program.
    func end() async -> Int32 {
        let status = await withTaskCancellationHandler {
            await ended.value
        } onCancel: {
            process.letGo()
        }
        let signal = status & 0x7F
        return signal == 0 ? status >> 8 & 0xFF : -signal
    }

    /// Waits until the program has stopped itself with SIGSTOP: then none of its threads is in the kernel any more.
    /// False where it ends instead.
    func stopped() async -> Bool {
        for await _ in stops { return true }
        return false
    }

    /// Runs a command to its end: exit code, standard output, standard error.
    static func run(
        _ arguments: [String], environment: [String: String] = [:], key: String? = "test-key", binary: String? = nil,
        launcher: [String] = []
    ) async throws -> (code: Int32, output: String, errors: [String]) {
        let program = try Program(
            arguments, environment: environment, key: key, binary: binary, launcher: launcher)
        let code = await program.end()
        return (code, String(decoding: await program.output.value, as: UTF8.self), program.lines)
    }
}
