// SPDX-License-Identifier: Apache-2.0

/// What one user uses of inotify, and what there is.
struct InotifyUse: Equatable, Sendable {
    /// `fs.inotify.max_user_watches`.
    var watchLimit: Int
    /// `fs.inotify.max_user_instances`.
    var instanceLimit: Int
    /// In use now.
    var watches: Int
    /// In use now.
    var instances: Int
    /// Whether all processes of the user let themselves be read.
    var isWhole: Bool
    /// Folders of the inbox, itself included: each takes a watch.
    var folders: Int
    /// Whether the daemon runs, so that its share is in use already.
    var daemonRuns: Bool

    /// In use when the daemon runs. It takes one watch more than there are folders, to be woken by.
    var watchesToCome: Int { daemonRuns ? watches : watches + folders + 1 }
    var instancesToCome: Int { daemonRuns ? instances : instances + 1 }

    /// How many watches a descriptor has, by its `/proc/PID/fdinfo/FD` (`proc(5)`): a line each.
    static func watches(fdinfo bytes: [UInt8]) -> Int {
        bytes.split(separator: UInt8(ascii: "\n")).count { $0.starts(with: Array("inotify wd:".utf8)) }
    }

    /// A number that stands alone in a file of `/proc/sys`.
    static func limit(_ bytes: [UInt8]) -> Int? {
        Int(String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
    }
}
