// SPDX-License-Identifier: Apache-2.0

import CLinux
import Foundation
import Glibc
import Synchronization

/// A process that ends with the test that has started it, and with it whatever it has started itself: it runs below
/// `Tests/Reaper`, which notices the end of this process, too, however that comes.
final class OwnedProcess: Sendable {
    /// What it says and what becomes of it, in the order in which it happens, on a thread of its own.
    enum Event: Sendable {
        case output(Data)
        case errors(Data)
        /// By a signal: none of its threads is in the kernel any more.
        case stopped
        /// Everything that it has said comes before this; then what waitpid(2) says.
        case ended(CInt)
        /// All that it has left in the background has ended, too.
        case gone
    }

    /// As `Tests/Reaper` tells it.
    private enum Report: Int32 {
        case started = 1
        case notStarted, stopped, ended
    }

    let pid: pid_t
    private let reaper: pid_t
    /// Open as long as the reaper lives.
    private let socket: CInt

    private static let reaperPath = Program.buildFolder.appendingPathComponent("reaper").path

    /// - Parameter arguments: the program, looked for as `execvp(3)` does, and its arguments.
    init(
        _ arguments: [String], environment: [String: String] = ProcessInfo.processInfo.environment,
        _ hear: @escaping @Sendable (Event) -> Void
    ) throws {
        let (ours, theirs) = try Self.pair { socketpair(AF_UNIX, CInt(SOCK_STREAM.rawValue) | closedOnExec, 0, $0) }
        let (output, outputEnd) = try Self.pair { pipe2($0, O_CLOEXEC) }
        let (errors, errorsEnd) = try Self.pair { pipe2($0, O_CLOEXEC) }
        defer { for end in [theirs, outputEnd, errorsEnd] { close(end) } }
        do {
            reaper = try Self.spawn(
                [Self.reaperPath, "-s", "3"] + arguments, environment, descriptors: [outputEnd, errorsEnd, theirs])
            pid = try Self.started(ours, reaper)
        } catch {
            for end in [ours, output, errors] { close(end) }
            throw error
        }
        socket = ours
        let scope = TestScope.current
        scope?.began(self)
        Thread { [self] in
            listen(output: output, errors: errors, hear)
            Self.waitForEnd(reaper)
            for end in [ours, output, errors] { close(end) }
            hear(.gone)
            scope?.isGone(self)
        }.start()
    }

    private static func started(_ socket: CInt, _ reaper: pid_t) throws -> pid_t {
        guard let (report, value) = report(socket), report == .started else {
            waitForEnd(reaper)
            throw POSIXError(.ENOEXEC)
        }
        return value
    }

    private static func waitForEnd(_ reaper: pid_t) {
        var status: CInt = 0
        while waitpid(reaper, &status, 0) == -1, errno == EINTR {}
    }

    /// Ends it, and all that has come of it.
    func letGo() {
        shutdown(socket, CInt(SHUT_WR))
    }

    private func listen(output: CInt, errors: CInt, _ hear: (Event) -> Void) {
        var open = [pollfd(fd: output), pollfd(fd: errors), pollfd(fd: socket)]
        /// Reads what is there; false where nothing was.
        func readAll(waiting: CInt) -> Bool {
            guard poll(&open, 2, waiting) > 0 else { return false }
            for index in 0..<2 where open[index].revents != 0 {
                let data = Self.read(open[index].fd)
                hear(index == 0 ? .output(data) : .errors(data))
                // poll(2) passes over it from now on.
                if data.isEmpty { open[index].fd = -1 }
            }
            return true
        }
        while open.contains(where: { $0.fd >= 0 }) {
            guard poll(&open, nfds_t(open.count), -1) > 0 else { continue }
            let hasReport = open[2].revents != 0
            _ = readAll(waiting: 0)
            guard hasReport else { continue }
            switch Self.report(socket) {
            case (.stopped, _)?: hear(.stopped)
            case (.ended, let status)?:
                while readAll(waiting: 0) {}
                hear(.ended(status))
            case (.started, _)?, (.notStarted, _)?: break
            case nil: return
            }
        }
    }

    private static func report(_ socket: CInt) -> (Report, value: Int32)? {
        var words: [Int32] = [0, 0]
        let length = words.withUnsafeMutableBytes { recv(socket, $0.baseAddress, $0.count, CInt(MSG_WAITALL)) }
        return length == 8 ? Report(rawValue: words[0]).map { ($0, words[1]) } : nil
    }

    /// The next bytes; empty at the end.
    private static func read(_ descriptor: CInt) -> Data {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            return Data(buffer.prefix(max(count, 0)))
        }
    }

    private static func pair(_ make: (UnsafeMutablePointer<CInt>) -> CInt) throws -> (CInt, CInt) {
        var ends: [CInt] = [0, 0]
        guard make(&ends) == 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
        return (ends[0], ends[1])
    }

    /// The descriptors become 1, 2 and 3; whatever else this process has open is not the program's.
    private static func spawn(
        _ arguments: [String], _ environment: [String: String], descriptors: [CInt]
    ) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        for (index, descriptor) in descriptors.enumerated() {
            posix_spawn_file_actions_adddup2(&actions, descriptor, CInt(index + 1))
        }
        posix_spawn_file_actions_addclosefrom_np(&actions, CInt(descriptors.count + 1))
        var argv: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        var envp: [UnsafeMutablePointer<CChar>?] = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { (argv + envp).forEach { free($0) } }
        var pid = pid_t()
        let result = posix_spawn(&pid, arguments[0], &actions, nil, &argv, &envp)
        guard result == 0 else { throw POSIXError(.init(rawValue: result) ?? .EIO) }
        return pid
    }
}

private let closedOnExec = CInt(SOCK_CLOEXEC.rawValue)

extension pollfd {
    fileprivate init(fd: CInt) {
        self.init(fd: fd, events: Int16(POLLIN), revents: 0)
    }
}
