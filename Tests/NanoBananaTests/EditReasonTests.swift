// SPDX-License-Identifier: Apache-2.0

import Foundation
import NanoBanana
import Testing

/// The article's table of what may go wrong, against the errors themselves.
struct EditReasonTests {
    private static let refusal = NotAccepted(reason: .key, message: "")
    private static let links = [PictureLink(url: "https://a.example/1.png")]

    private static let errors = [
        EditError(.submit(.refused(Refusal(code: 400, message: "")))),
        EditError(.submit(.notAccepted(refusal))),
        EditError(.submit(.notReachable(Unreachable(message: "")))),
        EditError(.submit(.unknownOutcome(UnknownOutcome(cause: .timedOut, message: "")))),
        EditError(.notKept(message: ""), task: TaskID("t-1")),
        EditError(.taskFailed(TaskFailure(.request, ""))),
        EditError(.unknownTask(message: "")),
        EditError(.keyRefused(refusal)),
        EditError(.timedOut(lastWord: "")),
        EditError(.picture(number: 1, .notAPicture), links: links),
        EditError(.cancelled),
        EditError(.cancelled, task: TaskID("t-1")),
        EditError(.cancelled, links: links),
    ]

    private static func name(_ reason: EditError.Reason) -> String {
        switch reason {
        case .submit: "submit"
        case .notKept: "notKept"
        case .taskFailed: "taskFailed"
        case .unknownTask: "unknownTask"
        case .keyRefused: "keyRefused"
        case .timedOut: "timedOut"
        case .picture: "picture"
        case .cancelled: "cancelled"
        }
    }

    @Test func `the article's table has each reason, and whether it was charged`() throws {
        let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let article = tests.deletingLastPathComponent()
            .appendingPathComponent("Sources/NanoBanana/NanoBanana.docc/EditingPictures.md")
        let lines = try String(contentsOf: article, encoding: .utf8).split(separator: "\n")
        let table = lines.drop { !$0.hasPrefix("| reason | charged |") }.dropFirst(2).prefix { $0.hasPrefix("|") }
        let rows = table.map { $0.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) } }
        let found = rows.map { "\($0[0]) \($0[1].components(separatedBy: ", or ").sorted())" }
        var charges: [String: Set<String>] = [:]
        for error in Self.errors { charges["`\(Self.name(error.reason))`", default: []].insert(error.charge.rawValue) }
        #expect(found.sorted() == charges.map { "\($0.key) \($0.value.sorted())" }.sorted())
        #expect(found.count == 8)
    }
}
