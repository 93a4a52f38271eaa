// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import SystemPackage

/// `status.json`, for those who see only the folder. Replaced by one rename, so it is never half a page.
struct StatusPage: Sendable {
    var facts: StatusBoard.Facts
    /// Files that wait in the inbox, as far as they were looked at.
    var waiting: Int
    var at: Timestamp

    var json: JSON {
        .object([
            "version": .number(1),
            "at": at.description.json,
            "started_at": facts.startedAt.description.json,
            "waiting": .number(waiting),
            "done_since_start": .number(facts.done),
            "failed_since_start": .number(facts.failed),
            "paused": facts.pause.map { pause in
                .object([
                    "why": pause.kind.rawValue.json, "message": pause.message.json,
                    "since": facts.pausedSince?.description.json,
                ])
            } ?? .null,
            "disk": facts.diskTrouble?.json ?? .null,
            "inbox_is_gone": .bool(facts.inboxIsGone),
        ])
    }

    static func write(_ page: [UInt8], to spool: Spool) throws(Errno) {
        let new = spool.root.appending(".status.json.new")
        let file = try Kernel.open(new, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW)
        try file.writeAll(page)
        try Kernel.replace(spool.statusFile, with: new, at: AT_FDCWD)
    }
}
