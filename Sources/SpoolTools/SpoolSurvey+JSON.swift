// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import FileIO
internal import Spending
package import Spool

/// The survey for programs, and again and again.
extension SpoolSurvey {
    var json: JSON {
        .object([
            "version": .number(1),
            "daemon": daemon.map { .object(["pid": .number($0)]) } ?? .null,
            "trouble": .array(trouble.map(\.json)),
            "polling": polling?.json ?? .null,
            "waiting": .number(waiting),
            "left_alone": .array(
                leftAlone.named.map { .object(["file": Wording.path($0.path).json, "why": $0.reason.json]) }),
            "left_alone_more": .array(
                leftAlone.rest.map { rest in
                    .object([
                        "folder": Wording.path(rest.folder).json, "why": rest.reason.json, "files": .number(rest.count),
                    ])
                }),
            "left_alone_count": .number(leftAlone.count),
            "under_way": underWay,
            "today": .object([
                "submits": .number(submitsToday), "money": spentToday.description.json,
                "submits_without_price": .number(submitsWithoutPrice),
            ]),
        ])
    }

    private var underWay: JSON {
        guard let jobs else { return .null }
        return .array(jobs.map(\.json))
    }

    /// As JSON; on one line, or as a page that people read, too.
    package func json(onOneLine: Bool) -> String {
        onOneLine ? String(decoding: json.line, as: UTF8.self) + "\n" : String(decoding: json.page, as: UTF8.self)
    }

    /// Reads the spool each second and tells of it, until cancelled. Throws `Errno` where its folders cannot be read.
    package static func watch(_ spool: Spool, names: IgnoredNames, tell: (SpoolSurvey) -> Void) async throws {
        let files = FilePool(threads: 1)
        defer { files.shutDown() }
        while true {
            tell(try await files.run { try SpoolSurvey(spool, names: names) })
            try await Sleep.wait(.seconds(1))
        }
    }
}

extension SpoolSurvey.JobLine {
    fileprivate var json: JSON {
        .object(["job": name.json, "stage": stage.json, "claimed_at": claimedAt.description.json])
    }
}
