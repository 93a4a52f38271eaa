// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import NanoBanana
internal import Requests

internal import struct SystemPackage.FilePath

/// `error.txt`: what happened, where, whether it was charged, what to do, and what support asks for.
extension Wording {
    /// The whole of it, in lines that end as Windows shows them too.
    package static func errorText(_ why: Explanation, of job: Job, _ bill: Bill) -> String {
        var lines = folded("What happened: ", why.what)
        lines += folded("Where: ", place(why, job))
        for (index, detail) in why.details.enumerated() {
            lines += folded("  ", detail)
            for quote in why.quotes where quote.detail == index {
                lines.append(String(repeating: " ", count: 6) + quote.text)
                lines.append(String(repeating: " ", count: 6 + quote.caret) + "^")
            }
        }
        lines += folded("Was it charged? ", charged(why.charge, bill))
        lines += folded("What to do: ", why.next + whose(why.who))
        lines += folded("For support: ", support(job))
        return lines.map { $0 + "\r\n" }.joined()
    }

    private static func place(_ why: Explanation, _ job: Job) -> String {
        let file = shown(String(decoding: job.origin.file))
        return switch FailureCode(rawValue: why.code) {
        case .invalidRequest, .repeated, .overLimit, .noPrice, .cancelled, nil: file
        case .refused: "\(file), when it was sent to the API"
        case .pictureMissing: "\(file), a picture file that it names"
        case .unknownOutcome: "\(file), on its way to the API"
        case .taskFailed, .taskUnknown, .taskTimedOut: "\(file), at the API, which had accepted it"
        case .pictureFailed: "\(file), on the picture's way back from the API"
        case .partsFailed: "\(file), in these parts"
        case .journalDamaged: "\(JobFileNames.journal), in this folder"
        }
    }

    /// `Yes: 2 submits, 0.24.`
    static func charged(_ charge: Explanation.Charge, _ bill: Bill) -> String {
        let (sure, maybe) = (submits(bill.charged, bill.money), submits(bill.maybeCharged, bill.moneyMaybe))
        return switch charge {
        case .no: "No."
        case .yes: "Yes" + (bill.charged > 0 ? ": \(sure)." : ".")
        case .maybe where bill.maybeCharged == 0: "It may have been charged."
        case .maybe where bill.charged == 0: "It may have been charged: \(maybe)."
        case .maybe: "Yes: \(sure). And more may have been charged: \(maybe)."
        }
    }

    private static func submits(_ number: Int, _ money: String?) -> String {
        count(number, "submit") + (money.map { ", " + $0 } ?? "")
    }

    /// What the dropper cannot mend says so.
    private static func whose(_ who: FailureCode.Actor) -> String {
        switch who {
        case .dropper: ""
        case .accountHolder: " This is for whoever has the account with the provider."
        case .administrator: " This is for the administrator to mend."
        }
    }

    private static func support(_ job: Job) -> String {
        let (name, tasks) = ("job \(line(job.origin.jobName))", job.variants.compactMap(\.task?.text))
        if job.parts != nil { return "\(name); the task ids are in the folders of its parts" }
        if tasks.isEmpty { return "\(name), no task id" }
        return "\(name), task \(tasks.map(line).joined(separator: ", "))"
    }

    /// How long a line may get, where it has blanks.
    private static let width = 100

    /// In lines that stand below the first one's text.
    private static func folded(_ mark: String, _ sentence: String) -> [String] {
        Article.wrapped(line(sentence), behind: mark, width: width)
    }
}
