// SPDX-License-Identifier: Apache-2.0

internal import FileIO
internal import Glibc
package import Spool
internal import SystemPackage

/// What the daemon that works on a spool was started with, and who asks by hand was not: its service manager passes
/// things on to it alone.
package enum DaemonEnvironment: Equatable, Sendable {
    /// No daemon works on the spool.
    case none
    /// It does not let this user see it (proc(5), `/proc/PID/environ`), or is not known to be the spool's.
    case hidden(pid: Int)
    case known([String: String])

    /// Blocking.
    package init(of spool: Spool) {
        guard let pid = SpoolLock.holder(of: spool) else {
            self = .none
            return
        }
        do {
            guard try SpoolLock.process(of: spool) == pid else {
                self = .hidden(pid: pid)
                return
            }
            let file = try Kernel.open(FilePath("/proc/\(pid)/environ"), O_RDONLY)
            self = .known(Self.variables(try file.readAll(limit: 4 << 20, expecting: 16 << 10)))
        } catch {
            self = .hidden(pid: pid)
        }
    }

    /// `NAME=VALUE`, each with a zero behind it.
    static func variables(_ bytes: [UInt8]) -> [String: String] {
        var variables: [String: String] = [:]
        for entry in bytes.split(separator: 0) {
            let parts = entry.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else { continue }
            variables[String(decoding: parts[0], as: UTF8.self)] = String(decoding: parts[1], as: UTF8.self)
        }
        return variables
    }
}
