// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc

/// What some suites need and not every machine gives: tried out, not guessed.
enum Needs {
    /// The optimised program, where `TESTED_RELEASE` names one.
    static let optimised = ProcessInfo.processInfo.environment["TESTED_RELEASE"]

    static let mounts: Bool = {
        geteuid() == 0 && works { try Tool.runBlocking(["mount", "-t", "tmpfs", "-o", "size=1m", "none", $0]) }
    }()

    static let loopDevices: Bool = {
        geteuid() == 0
            && works { folder in
                let image = folder + ".image"
                defer { unlink(image) }
                try Tool.runBlocking(["losetup", "-f"])
                try Tool.runBlocking(["truncate", "-s", "1M", image])
                try Tool.runBlocking(["mkfs.ext4", "-q", "-F", image])
                try Tool.runBlocking(["mount", "-o", "loop", image, folder])
            }
    }()

    /// Whether programs can be run as other users.
    static let users = geteuid() == 0 && (try? Tool.runBlocking(["which", "setpriv"])) != nil

    /// The package that `Tests/run.sh` has made.
    static let package = ProcessInfo.processInfo.environment["TESTED_PACKAGE"]

    /// Whether a machine can be booted in a container.
    static let machine: Bool = {
        let tools = ["debootstrap", "systemd-nspawn", "ip", "nsenter", "unshare"]
        return geteuid() == 0 && tools.allSatisfy { (try? Tool.runBlocking(["which", $0])) != nil }
    }()

    /// Whether something can be mounted so.
    private static func works(_ mount: (String) throws -> Void) -> Bool {
        let folder = NSTemporaryDirectory() + "/bananadrop-\(UUID().uuidString)"
        guard mkdir(folder, 0o700) == 0 else { return false }
        defer { rmdir(folder) }
        do {
            try mount(folder)
        } catch {
            return false
        }
        return umount2(folder, 0) == 0
    }
}

extension Needs {
    /// A command that becomes another one, which may have two inotify watches: a user namespace has a limit of its own
    /// (namespaces(7), `/proc/sys/user`).
    static let twoWatches = [
        "/usr/bin/unshare", "--user", "--map-root-user", "sh", "-euc",
        "echo 2 >/proc/sys/user/max_inotify_watches; exec \"$@\"", "sh",
    ]

    /// A command that becomes another one, for which there is no network, not even a name server to ask.
    static let noNetwork = ["/usr/bin/unshare", "--user", "--map-root-user", "--net"]

    static let ownNetwork = (try? Tool.runBlocking(noNetwork + ["true"])) != nil

    static let ownWatchLimit = (try? Tool.runBlocking(twoWatches + ["true"])) != nil
}
