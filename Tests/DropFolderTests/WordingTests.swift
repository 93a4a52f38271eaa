// SPDX-License-Identifier: Apache-2.0

import NanoBanana
import SystemPackage
import Testing

@testable import Documents
@testable import DropFolder
@testable import Jobs
@testable import Requests
@testable import Spool

/// The exact words for people.
struct WordingTests {
    // A literal that is right.
    // swift-format-ignore: NeverForceUnwrap
    private static let task = TaskID("t-1")!

    static let cases: [(failure: Failure, code: String, charge: Explanation.Charge, what: String)] = [
        (.refused(code: 400, message: "内容违规"), "refused", .no, "The API refused the request (code 400): \"内容违规\"."),
        (.refused(code: nil, message: ""), "refused", .no, "The API refused the request without a reason."),
        (
            .unknownOutcome("no answer in time"), "unknown-outcome", .maybe,
            "Unknown outcome: no clear answer to the request came back (no answer in time). The API may "
                + "have accepted the request, so it may have been charged."
        ),
        (
            .interruptedSubmit, "unknown-outcome", .maybe,
            "Unknown outcome: bananadrop was stopped before the answer to the request came. The API may have accepted "
                + "the request, so it may have been charged."
        ),
        (
            .taskFailed(task, message: "policy"), "task-failed", .yes,
            "The API accepted the request as task t-1 but could not make the picture: it says \"policy\"."
        ),
        (
            .taskTimedOut(task, after: .seconds(86_400), lastWords: ""), "task-timeout", .yes,
            "The API had not finished task t-1 after 24 hours."
        ),
        (
            .taskTimedOut(task, after: .seconds(20), lastWords: "internal error"), "task-timeout", .yes,
            "The API had not finished task t-1 after 20 seconds; the last answer was \"internal error\"."
        ),
        (
            .refusedAlone(message: "HTTP 403", times: 4), "refused", .no,
            "The request was refused 4 times while nothing else was wrong: \"HTTP 403\"."
        ),
        (
            .pictureFailed(number: 2, .gone(status: 404), .young), "picture-failed", .yes,
            "The work was done and paid for, but picture 2 could not be fetched: its link does not work (HTTP 404)."
        ),
        (
            .pictureFailed(number: 1, .truncated(got: 5), .young), "picture-failed", .yes,
            "The work was done and paid for, but picture 1 could not be fetched: its download broke off after 5 "
                + "bytes each time."
        ),
    ]

    @Test(arguments: cases.indices)
    func `a failure says what happened, whether it cost money, and what to do`(index: Int) {
        let item = Self.cases[index]
        let explanation = Wording.explain(item.failure)
        #expect(explanation.code == item.code)
        #expect(explanation.charge == item.charge)
        #expect(explanation.what == item.what)
        #expect(explanation.next.count > 20)
    }

    static let advice: [(failure: Failure, says: String, but: String)] = [
        (.taskFailed(task, message: "policy", cause: .request), "a new submit, which is paid for again", "may help"),
        (.taskFailed(task, message: "busy", cause: .service), "costs nothing and may help", "Change"),
        (.taskFailed(task, message: "", cause: .noPictures), "costs nothing and may help", "Change"),
        (.taskTimedOut(task, after: .seconds(86_400), lastWords: ""), "which costs nothing", "new submit"),
        (.taskUnknown(task, message: ""), "or changing it, costs again", "new submit"),
        (.refused(code: 400, message: "policy"), "put this folder back", "costs again"),
        (.refused(code: 402, message: "no credits"), "its owner has to settle that", "costs again"),
    ]

    @Test(arguments: advice.indices)
    func `the advice goes by the cause: for nothing where that can help, and what costs is said`(index: Int) {
        let next = Wording.explain(Self.advice[index].failure).next
        #expect(next.contains(Self.advice[index].says) && !next.contains(Self.advice[index].but), "\(next)")
    }

    struct Problem: Sendable {
        var problem: PictureProblem
        var sentence: String
    }

    static let problems: [Problem] = [
        Problem(problem: .gone(status: 404), sentence: "its link does not work (HTTP 404)"),
        Problem(
            problem: .notAPicture, sentence: "its link does not lead to a PNG, JPEG, WebP, GIF or AVIF picture"),
        Problem(problem: .truncated(got: 5), sentence: "its download broke off after 5 bytes"),
        Problem(problem: .tooLarge(limit: 7), sentence: "it is larger than picture-limit (7 B)"),
        Problem(
            problem: .forbiddenAddress("10.0.0.1", name: nil),
            sentence: "its link leads to 10.0.0.1, which is not a public Internet address"),
        Problem(
            problem: .forbiddenAddress("10.0.0.1", name: "cdn.example"),
            sentence: "cdn.example leads to 10.0.0.1, which is not a public Internet address"),
        // Whole, but for what is nobody's business.
        Problem(problem: .badLink("ftp://me:pw@x/1?a=b"), sentence: "its link cannot be used: ftp://***@x/1?a=b"),
        Problem(
            problem: .takesEncryptionOff("http://x/1"),
            sentence: "its link leads from https to an unencrypted address: http://x/1"),
        Problem(problem: .tooManyRedirects, sentence: "its link redirects too often"),
        Problem(problem: .badInline, sentence: "the API's answer contains the picture itself, but damaged"),
        Problem(
            problem: .answerLost,
            sentence: "the API's answer contained the picture itself, and response.json has been changed since"),
        Problem(problem: .other("the connection broke"), sentence: "the connection broke"),
    ]

    @Test(arguments: problems)
    func `why a picture did not come is said in the log as in the result`(item: Problem) {
        #expect(Wording.sentence(item.problem) == item.sentence)
        #expect(Wording.explain(.pictureFailed(number: 1, item.problem, .young)).what.contains(": \(item.sentence)"))
    }

    @Test func `a job's folder that is gone is said in words`() {
        #expect("\(JobStore.FolderGone())" == "the job's folder was taken out of processing/")
    }

    @Test func `thousands of mistakes do not make a page of megabytes`() {
        let findings = (0..<60_000).map { Finding(problem: .unknownKey("k\($0)", nearest: nil), place: nil) }
        let explanation = Wording.explain(.invalidRequest(Findings(all: findings)))
        #expect(explanation.details.count == 21)
        #expect(explanation.details.last == "and 59980 more")
    }

    @Test func `what a file says never moves a cursor`() {
        let sentence = Wording.sentence(.unknownKey("\u{1B}[31mred\nline\u{202E}", nearest: nil))
        #expect(sentence.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x202E })
    }

    @Test(arguments: [
        (
            SpoolError.inUse("/s", pid: 7),
            "/s is in use by another bananadrop (process 7); a spool can have only one daemon"
        ),
        (
            .missing("/s/inbox"),
            "/s/inbox is not there; make the spool with `bananadrop init`, or mount its disk"
        ),
        (
            .cannotUse("/s/inbox", .permissionDenied),
            "/s/inbox cannot be written to: Permission denied; let the user who runs this program write there"
        ),
        (.cannotMake("/s/inbox", .permissionDenied), "/s/inbox cannot be made: Permission denied"),
        (
            .cannotUse("/s/inbox", .noSpace),
            "/s/inbox cannot be written to: No space left on device; free space on its disk"
        ),
        (
            .cannotMake("/s/inbox", .diskQuotaExceeded),
            "/s/inbox cannot be made: Disk quota exceeded; free space, or raise the quota of the user who runs this "
                + "program (it is used up)"
        ),
        (
            .cannotUse("/s/inbox", .readOnlyFileSystem),
            "/s/inbox cannot be written to: Read-only file system; mount its disk writable again; the kernel makes it "
                + "read-only after an error, see `dmesg`"
        ),
    ])
    func `a spool that cannot be used says why`(error: SpoolError, sentence: String) {
        #expect("\(error)" == sentence)
    }

    @Test(arguments: problems)
    func `to put the folder back is advised where it helps, and nowhere else`(item: Problem) {
        func advises(_ age: LinkAge) -> Bool {
            let next = Wording.explain(.pictureFailed(number: 1, item.problem, age)).next
            #expect(next.hasSuffix(" Dropping only the request file costs again."))
            return next.contains("costs nothing")
        }
        #expect(!advises(.old))
        switch item.problem {
        case .badLink, .takesEncryptionOff, .badInline, .answerLost, .forbiddenAddress(_, nil):
            #expect(!advises(.young))
        case .gone, .notAPicture, .truncated, .tooLarge, .forbiddenAddress, .tooManyRedirects, .other:
            #expect(advises(.young))
        }
    }

    @Test func `a link is old after a day`() {
        #expect(LinkAge(.seconds(86_399)) == .young)
        #expect(LinkAge(.seconds(86_400)) == .old)
    }
}
