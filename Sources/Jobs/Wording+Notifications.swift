// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import Requests

/// The sentences of notifications: each in one line, since a chat, a phone or a mail's subject shows it.
extension Wording {
    package static func told(
        _ event: Notification.Event, _ subject: Notification.Subject?, _ reason: Notification.Reason?
    ) -> String {
        let (name, why) = (subject?.job ?? "a request", ([reason?.what ?? ""] + (reason?.details.prefix(1) ?? [])))
        let because = why.filter { !$0.isEmpty }.joined(separator: " ")
        let text =
            switch event {
            case .done: "\(name) is done: \(count(subject?.pictureCount ?? 0, "picture")). \(price(subject))"
            case .failed:
                "\(name) failed: \(because)\(".?!".contains(because.suffix(1)) ? "" : ".") Charged: "
                    + charged(subject?.charge ?? .maybe, subject?.bill ?? Bill(charged: 0, maybeCharged: 0))
            case .batchDone:
                "\(name) is done: \(count(subject?.parts?.done ?? 0, "part")), "
                    + "\(count(subject?.pictureCount ?? 0, "picture")). \(price(subject))"
            case .paused: "bananadrop has paused: \(because)."
            case .goneOn: "bananadrop continues: \(because.isEmpty ? "the service works again" : because)."
            case .limitReached: "bananadrop holds requests: \(because)."
            case .heldForApproval: "bananadrop waits for somebody's approval: \(because)."
            case .test: "This is a test: notifications of bananadrop arrive here."
            }
        return line(text)
    }

    private static func price(_ subject: Notification.Subject?) -> String {
        guard let subject else { return "" }
        return "Charged: " + charged(subject.charge, subject.bill)
    }
}
