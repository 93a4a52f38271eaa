// SPDX-License-Identifier: Apache-2.0

import CLinux
import Foundation
import Glibc

/// A command of the system, such as `mount`, run to its end.
enum Tool {
    struct Failed: Error, CustomStringConvertible {
        var description: String
    }

    /// Waits on a thread of its own: a shared one could be what a stand-in needs. Throws where the command cannot be
    /// run or does not end with 0.
    static func run(_ arguments: String...) async throws {
        try await withCheckedThrowingContinuation { continuation in
            Thread { continuation.resume(with: Result { try runBlocking(arguments) }) }.start()
        }
    }

    static func runBlocking(_ arguments: [String]) throws {
        // No pipe, and closed on exec: programs that start at the same moment in other tests must not hold it open.
        let path = NSTemporaryDirectory() + "/bananadrop-said-\(UUID().uuidString)"
        let said = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard said >= 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
        defer { close(said) }
        unlink(path)
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, said, 1)
        posix_spawn_file_actions_adddup2(&actions, said, 2)
        // A server that the command leaves behind must hold nobody's pipe open.
        posix_spawn_file_actions_addclosefrom_np(&actions, 3)
        var attributes = SpawnAttributes.unblocked()
        defer { posix_spawnattr_destroy(&attributes) }
        var argv: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        defer { argv.forEach { free($0) } }
        var pid = pid_t()
        let result = posix_spawnp(&pid, arguments[0], &actions, &attributes, &argv, environ)
        guard result == 0 else { throw POSIXError(.init(rawValue: result) ?? .EIO) }
        var status: Int32 = 0
        while waitpid(pid, &status, 0) == -1, errno == EINTR {}
        if status != 0 { throw Failed(description: "\(arguments.joined(separator: " ")): \(words(said))") }
    }

    private static func words(_ descriptor: Int32) -> String {
        var buffer = [UInt8](repeating: 0, count: 8_000)
        let count = pread(descriptor, &buffer, buffer.count, 0)
        return String(decoding: buffer.prefix(max(count, 0)), as: UTF8.self)
    }
}
