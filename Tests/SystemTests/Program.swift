// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization

/// The built program in a process of its own, its standard error line by line.
final class Program: Sendable {
    private struct Reader {
        var lines: [String] = []
        var rest = Data()
        var ended = false
        var waiting: [(isIt: @Sendable (String) -> Bool, continuation: CheckedContinuation<String?, Never>)] = []
    }

    private let process = Process()
    private let errorPipe = Pipe()
    private let outputPipe = Pipe()
    private let reader = Mutex(Reader())

    /// `.build/debug/bananadrop` beside the tests, or what `BANANADROP_BINARY` names (which the program must not see).
    static let binary: URL = {
        if let path = ProcessInfo.processInfo.environment["TESTED_BINARY"] { return URL(fileURLWithPath: path) }
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        return root.deletingLastPathComponent().appendingPathComponent(".build/debug/bananadrop")
    }()

    init(_ arguments: [String], environment: [String: String] = [:], key: String? = "test-key") throws {
        process.executableURL = Self.binary
        process.arguments = arguments
        var variables = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("BANANADROP_") }
        variables["BANANADROP_API_KEY"] = key
        variables.merge(environment) { $1 }
        process.environment = variables
        process.standardError = errorPipe
        process.standardOutput = outputPipe
        errorPipe.fileHandleForReading.readabilityHandler = { [self] handle in take(handle.availableData) }
        try process.run()
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
        if data.isEmpty { errorPipe.fileHandleForReading.readabilityHandler = nil }
        for (continuation, line) in resumed { continuation.resume(returning: line) }
    }

    var pid: pid_t { process.processIdentifier }
    var lines: [String] { reader.withLock { $0.lines } }

    /// The first line, said already or yet to come, that is the one; `nil` when the program ends without it.
    @discardableResult
    func line(where isIt: @escaping @Sendable (String) -> Bool) async -> String? {
        await withCheckedContinuation { continuation in
            let known: String?? = reader.withLock { reader in
                if let line = reader.lines.first(where: isIt) { return line }
                if reader.ended { return .some(nil) }
                reader.waiting.append((isIt, continuation))
                return nil
            }
            if let known { continuation.resume(returning: known) }
        }
    }

    @discardableResult
    func line(containing text: String) async -> String? {
        await line { $0.contains(text) }
    }

    func send(_ signal: Int32) {
        kill(pid, signal)
    }

    /// Waits for the end; the exit code, or minus the signal that ended it.
    func end() async -> Int32 {
        await withCheckedContinuation { continuation in
            let thread = Thread { [self] in
                process.waitUntilExit()
                let code = process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus
                continuation.resume(returning: code)
            }
            thread.start()
        }
    }

    /// Runs a command to its end: exit code, standard output, standard error.
    static func run(
        _ arguments: [String], environment: [String: String] = [:], key: String? = "test-key"
    ) async throws -> (code: Int32, output: String, errors: [String]) {
        let program = try Program(arguments, environment: environment, key: key)
        let output = await withCheckedContinuation { continuation in
            let handle = program.outputPipe.fileHandleForReading
            Thread {
                continuation.resume(returning: String(decoding: handle.readDataToEndOfFile(), as: UTF8.self))
            }.start()
        }
        let code = await program.end()
        await program.line { _ in false }
        return (code, output, program.lines)
    }
}
