// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import NanoBanana
package import Requests

/// The sentences about failures. Each says what happened and why, whether it cost money, and what to do next.
extension Wording {
    /// Of a submit whose answer a stop did not wait for any longer.
    package static let gaveUpWaiting = "bananadrop was stopped, and no answer had come after 20 s"

    package static func explain(_ failure: Failure) -> Explanation {
        switch failure {
        case .invalidRequest(let findings): invalid(findings)
        case .localPictures(let faults): localPictures(faults)
        case .notShared: notShared
        case .refused(let code, let message): refused(code, message)
        case .refusedAlone(let message, let times):
            Explanation(
                code: .refused, charge: .no,
                what: "The request was refused \(times) times while all else was well"
                    + (message.isEmpty ? ", without a reason." : ": \"\(message)\"."),
                details: [],
                next: "Change the prompt or the pictures, since something in them may be disliked, by a firewall "
                    + "perhaps, and drop the request file again. Or ask the provider about it.")
        case .unknownOutcome(let why): unknown("no answer tells what became of the submit (\(why))")
        case .interruptedSubmit: unknown("bananadrop was stopped while the submit was on its way")
        case .taskFailed(let task, let message, let cause):
            Explanation(
                code: .taskFailed, charge: .yes,
                what: "The API took the request as task \(task.text) and could not make the picture: "
                    + (message.isEmpty ? "it gave no reason." : "it says \"\(message)\"."),
                details: [],
                next: afterFailedTask(cause))
        case .taskUnknown(let task, let message):
            Explanation(
                code: .taskUnknown, charge: .yes,
                what: "The API accepted the request as task \(task.text), and now says that it does not know it"
                    + (message.isEmpty ? "." : ": \"\(message)\"."),
                details: [], next: asking)
        case .taskTimedOut(let task, let time, let words):
            Explanation(
                code: .taskTimedOut, charge: .yes,
                what: "The API had not finished task \(task.text) after \(hours(time))"
                    + (words.isEmpty ? "." : "; the last answer was \"\(words)\"."),
                details: [], next: asking)
        case .pictureFailed(let number, let problem, let age): picture(number, problem, age)
        case .journalDamaged(let line):
            Explanation(
                code: .journalDamaged, charge: .maybe,
                what: "The job's journal is damaged in line \(line), so it is not known how far the job had come.",
                details: [],
                next:
                    "Everything was kept here. Have the administrator look for a task id in journal.jsonl before you drop "
                    + "the request file again; that may cost again.")
        }
    }

    private static let asking =
        "Put this folder back into the inbox, its request file as it is, to ask for the task again, which costs nothing, "
        + "or ask the provider about it. Dropping the request file alone, or changing it, costs again."

    private static func afterFailedTask(_ cause: TaskFailure.Cause) -> String {
        let anew = "Some providers give the money back for such a task: see your account."
        switch cause {
        case .request:
            return
                "Change the prompt or the pictures that the reason speaks of, in \(requestHere), and put this folder back "
                + "into the inbox: that is a new submit, which is paid again. As it is, the task would only be asked for "
                + "again, for nothing. " + anew
        case .service, .noPictures:
            return
                "Put this folder back into the inbox as it is to ask for the task once more, which costs nothing and may "
                + "help, since the reason is the service's. To pay for a new submit instead, drop the request file "
                + "alone. " + anew
        }
    }

    /// Of a request that had to wait until its link had run out.
    package static func explain(_ link: ExpiredLink) -> Explanation {
        Explanation(
            code: .invalidRequest, charge: .no,
            what:
                "Picture \(link.number)'s link was good until \(hour(link.end)), and the request's turn came later, so "
                + "nothing was sent.",
            details: [], next: "Drop the request with a new link.")
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
                + (message.isEmpty ? " without a reason." : ": \"\(message)\"."),
            details: [],
            next:
                "Change what the reason speaks of in \(requestHere), and put this folder back into the inbox; or drop "
                + "the changed file alone. Where it speaks of the account, its owner has to see to that first.")
    }

    private static func unknown(_ why: String) -> Explanation {
        Explanation(
            code: .unknownOutcome, charge: .maybe,
            what: "Unknown outcome: \(why). The API may have taken the request, so it may have been charged.",
            details: [],
            next: "bananadrop does not send it again by itself, since that could cost twice. The account with the "
                + "provider tells; ask whoever has it. If it was not charged, or a second charge is fine, put this folder "
                + "back into the inbox.")
    }

    private static func hours(_ time: Duration) -> String {
        let seconds = time.components.seconds
        if seconds >= 7200 { return "\(seconds / 3600) hours" }
        return seconds >= 120 ? "\(seconds / 60) minutes" : "\(seconds) seconds"
    }

    /// The whole of `error.txt`, in lines that end as Windows shows them too.
    package static func errorText(_ explanation: Explanation, file: String) -> String {
        let charge =
            switch explanation.charge {
            case .no: "Was it charged? No."
            case .yes: "Was it charged? Yes."
            case .maybe: "Was it charged? It may have been charged."
            }
        let details = explanation.details.isEmpty ? [] : explanation.details.map { "  " + $0 } + [""]
        let lines =
            [shown(file), "", explanation.what, ""] + details + [charge, "", "What to do: " + explanation.next, ""]
        return lines.joined(separator: "\r\n")
    }
}
