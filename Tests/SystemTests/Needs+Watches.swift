// SPDX-License-Identifier: Apache-2.0

extension Needs {
    /// A command that becomes another one, which may have two inotify watches: a user namespace has a limit of its own
    /// (namespaces(7), `/proc/sys/user`).
    static let twoWatches = [
        "/usr/bin/unshare", "--user", "--map-root-user", "sh", "-euc",
        "echo 2 >/proc/sys/user/max_inotify_watches; exec \"$@\"", "sh",
    ]

    static let ownWatchLimit = (try? Tool.runBlocking(twoWatches + ["true"])) != nil
}
