// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc

/// A file system that somebody writes to from outside, while the daemon sees it through a mount: no events arrive, and
/// no lease tells of the writer.
enum DropperShare: String, Sendable {
    case bindfs
    /// Its mount gives out sizes and times that are up to 20 s old to whoever does not ask for better; and no time of a
    /// file is the server's own, so that its clock may be behind.
    case cachingBindfs
    case sshfs
    case cifs

    /// For bash: mounts `$outside` at `$mounted`.
    private var mounting: String {
        switch self {
        case .bindfs: #"bindfs "$outside" "$mounted""#
        case .cachingBindfs: #"bindfs -o ctime-from-mtime,attr_timeout=20,entry_timeout=20 "$outside" "$mounted""#
        case .sshfs:
            // With its defaults it knows names and sizes as they were up to 20 s ago, and nobody can ask it for better.
            Dropper.sshd + """
                sshfs -o dir_cache=no -F "$work/ssh_config" "127.0.0.1:$outside" "$mounted"
                """
        case .cifs:
            "inbox=$outside\n" + Dropper.smbd + """
                mount -t cifs -o "guest,port=$port" //127.0.0.1/inbox "$mounted"
                """
        }
    }

    /// Runs `body` with a spool on such a mount, and the same as it is seen from outside.
    func withSpool<Value>(
        work: URL, _ body: (TestSpool, _ outside: TestSpool) async throws -> Value
    ) async throws -> Value {
        try await Mounts.withFolder { folder in
            let outside = try TestSpool.make(at: folder.appendingPathComponent("outside"))
            let mounted = folder.appendingPathComponent("mounted")
            try FileManager.default.createDirectory(at: mounted, withIntermediateDirectories: true)
            let script = "work=$1 outside=$2 mounted=$3\n" + mounting
            try await Tool.run("bash", "-euc", script, rawValue, work.path, outside.root.path, mounted.path)
            // Before the server goes, which ends with the test: a client waits for one that is away.
            defer { try? Mounts.unmountLazily(mounted) }
            return try await body(TestSpool(root: mounted), outside)
        }
    }
}
