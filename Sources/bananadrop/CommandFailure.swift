// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Glibc
internal import NanoBanana
internal import Spool

/// Why the program ends: one sentence and one exit code of sysexits(3).
struct CommandFailure: Error {
    enum Code: Int32 {
        case usage = 64
        case data = 65
        /// What a command works on: a request, a job, a spool. What a setting names belongs to ``configuration``.
        case noInput = 66
        case unavailable = 69
        case software = 70
        case cannotCreate = 73
        case temporary = 75
        case noPermission = 77
        case configuration = 78
    }

    var code: Code
    var message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// What an error says, where it is told and not thrown on.
    static func words(_ error: any Error) -> String {
        (error as? CommandFailure)?.message ?? "\(error)"
    }

    init(_ error: SpoolError) {
        message = "\(error)"
        switch error {
        case .inUse: code = .temporary
        case .cannotMake: code = .cannotCreate
        case .cannotUse: code = .noPermission
        case .missing, .notADirectory, .otherFileSystem, .hidden: code = .configuration
        }
    }
}

/// Runs a command's work and turns its failure into a line on standard error and the exit code.
func orExit<Value>(_ work: () async throws -> Value) async throws -> Value {
    do {
        return try await work()
    } catch let failure as CommandFailure {
        printError("bananadrop: \(failure.message)")
        throw ExitCode(failure.code.rawValue)
    } catch let error as SpoolError {
        let failure = CommandFailure(error)
        printError("bananadrop: \(failure.message)")
        throw ExitCode(failure.code.rawValue)
    }
}

extension Result where Failure == any Error {
    /// The outcome of `work` as a value, where something must be done before it is thrown on.
    static func catching(_ work: () async throws -> Success) async -> Self {
        do {
            return .success(try await work())
        } catch {
            return .failure(error)
        }
    }
}

func printError(_ line: String) {
    let text = line + "\n"
    _ = text.withCString { write(STDERR_FILENO, $0, strlen($0)) }
}
