// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import NanoBanana
package import Requests

/// The sentences about failures. Each says what happened and why, whether it cost money, and what to do next.
extension Wording {
    /// Of a submit whose answer a stop did not wait for any longer.
    package static let gaveUpWaiting = "bananadrop was stopped, and no answer came within 20 s"

    package static func explain(_ failure: Failure) -> Explanation {
        switch failure {
        case .invalidRequest(let findings): invalid(findings)
        case .localPictures(let faults): localPictures(faults)
        case .notShared: notShared
        case .refused(let code, let message): refused(code, message)
        case .refusedAlone(let message, let times):
            Explanation(
                code: .refused, charge: .no,
                what: "The request was refused \(times) times while nothing else was wrong"
                    + (message.isEmpty ? ", without a reason." : ": \(said(message))."),
                details: [],
                next: "Change the prompt or the pictures, because something in them may be blocked, perhaps by a "
                    + "firewall. Then drop the request file again. Or ask the provider about it.")
        case .noPrice(let model):
            Explanation(
                code: .noPrice, charge: .no,
                what: "Money is limited here, and what \(shown(model)) costs is not set, so nothing was sent.",
                details: [],
                next:
                    "Ask the administrator to give it a price in the setting `prices`. Then put this folder back into "
                    + "the inbox. Or ask for another model.")
        case .cancelled: cancelled
        case .unknownOutcome(let why): unknown("no clear answer to the request came back (\(Redaction.links(why)))")
        case .interruptedSubmit: unknown("bananadrop was stopped before the answer to the request came")
        case .taskFailed(let task, let message, let cause):
            Explanation(
                code: .taskFailed, charge: .yes,
                what: "The API accepted the request as task \(task.text) but could not make the picture: "
                    + (message.isEmpty ? "it gave no reason." : "it says \(said(message))."),
                details: [],
                next: afterFailedTask(cause))
        case .taskUnknown(let task, let message):
            Explanation(
                code: .taskUnknown, charge: .yes,
                what: "The API accepted the request as task \(task.text), but now says that it does not know this task"
                    + (message.isEmpty ? "." : ": \(said(message))."),
                details: [], next: asking)
        case .taskTimedOut(let task, let time, let words):
            Explanation(
                code: .taskTimedOut, charge: .yes,
                what: "The API had not finished task \(task.text) after \(span(time))"
                    + (words.isEmpty ? "." : "; the last answer was \(said(words))."),
                details: [], next: asking)
        case .pictureFailed(let number, let problem, let age): picture(number, problem, age)
        case .journalDamaged(let line):
            Explanation(
                code: .journalDamaged, charge: .maybe,
                what: "Line \(line) of the job's journal is damaged, so nobody knows how far the job got.",
                details: [],
                next:
                    "Everything is kept in this folder. Ask the administrator to look for a task id in "
                    + "journal.jsonl before you drop the request file again, because that may cost again.")
        }
    }

    /// What the API says, in quotes: it may repeat links that it was sent, whose signatures are nobody's business.
    private static func said(_ message: String) -> String { "\"\(Redaction.links(message))\"" }

    private static let cancelled = Explanation(
        code: .cancelled, charge: .no, what: "It was cancelled, so nothing more of it was sent.", details: [],
        next: "Nothing. If you want it after all, put this folder back into the inbox: what was paid for is kept, and "
            + "only what was not sent is sent and paid for.")

    private static let asking =
        "Put this folder back into the inbox without changing the request file: bananadrop then asks for the same "
        + "task again, which costs nothing. Or ask the provider about it. Dropping only the request file, or "
        + "changing it, costs again."

    private static func afterFailedTask(_ cause: TaskFailure.Cause) -> String {
        let refund = "Some providers refund such a task: check your account."
        switch cause {
        case .request:
            return
                "In \(requestHere), change the prompt or the pictures that the reason is about, and put this folder "
                + "back into the inbox: that is a new submit, which is paid for again. Without a change, "
                + "bananadrop would only ask for the same failed task again, which costs nothing. " + refund
        case .service, .noPictures:
            return
                "Put this folder back into the inbox unchanged: bananadrop then asks for the same task again, which "
                + "costs nothing and may help, because the fault is the service's. To pay for a new submit "
                + "instead, drop only the request file. " + refund
        }
    }

    /// Of a request that had to wait until its link had run out.
    package static func explain(_ link: ExpiredLink) -> Explanation {
        Explanation(
            code: .invalidRequest, charge: .no,
            what:
                "Picture \(link.number)'s link expired at \(hour(link.end)), before it was the request's turn, so "
                + "nothing was sent.",
            details: [], next: "Put a new link into the request, and drop it again.")
    }

    private static let requestHere = "the request file in this folder"

    private static func invalid(_ findings: Findings) -> Explanation {
        Explanation(
            code: .invalidRequest, charge: .no,
            what: findings.all.count == 1
                ? "The request file has a mistake, so nothing was sent."
                : "The request file has \(Self.count(findings)) mistakes, so nothing was sent.",
            details: findings.all.prefix(20).map(located) + more(findings.all.count - 20),
            next: "Correct the file and drop it into the inbox again.")
    }

    private static func count(_ findings: Findings) -> String {
        (findings.all.count < Findings.enough ? "" : "at least ") + "\(findings.all.count)"
    }

    private static func more(_ count: Int) -> [String] {
        count > 0 ? ["and \(count) more"] : []
    }

    private static func refused(_ code: Int?, _ message: String) -> Explanation {
        Explanation(
            code: .refused, charge: .no,
            what: "The API refused the request" + (code.map { " (code \($0))" } ?? "")
                + (message.isEmpty ? " without a reason." : ": \(said(message))."),
            details: [],
            next:
                "In \(requestHere), change what the reason is about, and put this folder back into the inbox; or "
                + "drop only the changed file. If the reason is about the account, its owner has to settle that first.")
    }

    private static func unknown(_ why: String) -> Explanation {
        Explanation(
            code: .unknownOutcome, charge: .maybe,
            what: "Unknown outcome: \(why). The API may have accepted the request, so it may have been charged.",
            details: [],
            next: "bananadrop does not send it again by itself, because that could cost twice. Your account with "
                + "the provider shows whether it was charged; ask whoever can see it. If it was not charged, or if "
                + "a second charge is fine, put this folder back into the inbox.")
    }
}
