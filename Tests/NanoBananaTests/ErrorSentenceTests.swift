// SPDX-License-Identifier: Apache-2.0

import Foundation
import NanoBanana
import Testing

/// What the library's errors say, and that whoever uses it can make each of them: nothing here is imported as testable.
struct ErrorSentenceTests {
    static let submitErrors: [(SubmitError, charge: Charge, sentence: String)] = [
        (
            .refused(Refusal(code: 400, message: "图片内容不符合规范。")), .no,
            "The API refused the request: 图片内容不符合规范. It was not charged."
        ),
        (
            .refused(Refusal(code: 422, message: "")), .no,
            "The API refused the request: code 422. It was not charged."
        ),
        (.refused(Refusal(code: nil, message: "")), .no, "The API refused the request. It was not charged."),
        (
            .notAccepted(NotAccepted(reason: .tooFast, message: "HTTP 429", retryAfter: .milliseconds(6500))), .no,
            "The API was asked too often in a short time: HTTP 429. It asks to wait 7 s. The request was not charged."
        ),
        (
            .notAccepted(NotAccepted(reason: .balance, message: "余额不足")), .no,
            "There is no money left in the account: 余额不足. The request was not charged."
        ),
        (
            .notReachable(Unreachable(message: "no connection to a.example port 443: Connection refused")), .no,
            "The API could not be reached: no connection to a.example port 443: Connection refused. Nothing was sent, "
                + "and nothing was charged."
        ),
        (
            .unknownOutcome(UnknownOutcome(cause: .timedOut, message: "no answer in time")), .maybe,
            "Nobody knows whether the API accepted the request: no answer in time. It may have been charged: check "
                + "the account before you send it again."
        ),
    ]

    @Test(arguments: submitErrors)
    func `an error of a submit says what happened and whether it was charged`(
        error: SubmitError, charge: Charge, sentence: String
    ) {
        #expect(error.localizedDescription == sentence)
        #expect(error.charge == charge)
    }

    private static let refusals: [any Error] = NotAccepted.Reason.allCases.flatMap { reason -> [any Error] in
        let refusal = NotAccepted(reason: reason, message: "")
        return [SubmitError.notAccepted(refusal), PollError.notAccepted(refusal), PingError.notAccepted(refusal)]
    }

    private static let answers: [any Error] = [
        PollError.unknownTask(message: "task not found"),
        PollError.trouble(message: "HTTP 502: Bad Gateway", retryAfter: .seconds(5)),
        PingError.notReachable(Unreachable(message: "no connection")),
        PingError.down(message: "HTTP 503", retryAfter: nil),
        DownloadError.gone(status: 404), DownloadError.trouble(message: "HTTP 503", retryAfter: nil),
        DownloadError.forbiddenAddress("10.0.0.1", name: nil),
        DownloadError.forbiddenAddress("10.0.0.1", name: "cdn.example"),
        DownloadError.badLink("ftp://a"), DownloadError.takesEncryptionOff("http://a"),
        DownloadError.badInlinePicture, DownloadError.tooManyRedirects,
        PictureError.brokeOff(bytes: 5), PictureError.notAPicture, PictureError.tooLarge(limit: 5),
        PictureError.cancelled, PictureError.download(.gone(status: 404)),
        EditError(.unknownTask(message: "")), EditError(.keyRefused(NotAccepted(reason: .key, message: ""))),
        EditError(.taskFailed(TaskFailure(.noPictures, ""))), EditError(.notKept(message: "no room")),
    ]

    private static let inputs: [any Error] = [
        EditRequestError.blankPrompt, EditRequestError.imagesNotTaken(0, by: .flash),
        EditRequestError.imagesNotTaken(11, by: .flash), EditRequestError.imageSizeNotTaken(.oneK, by: .flash),
        EditRequestError.imageSizeNotTaken(.fourK, by: Model(id: "own", sizes: [.oneK])),
        EditRequestError.aspectRatioNotTaken(.square, by: Model(id: "own", ratios: [.portrait9x16])),
        ImageLinkError.empty, ImageLinkError.notALink, ImageLinkError.scheme("file"),
        ImageLinkError.noHost, ImageLinkError.badHost, ImageLinkError.badPort, ImageLinkError.credentials,
        ImageLinkError.forbiddenCharacter(" "), ImageLinkError.forbiddenCharacter("%"),
        ProxyAddressError.otherKind("socks5"), ProxyAddressError.noAddress, ProxyAddressError.noPort,
        ProxyAddressError.badCredentials,
        ProxyRulesError(variable: "https_proxy", reason: .noPort), ProxyRulesError(variable: nil, reason: .noPort),
        AuthoritiesError.empty, AuthoritiesError.noPEM, AuthoritiesError.noCertificate,
        NanoBananaClient.BadAPIURL(text: "duomiapi.com"),
    ]

    static let all: [any Error] = refusals + answers + inputs

    @Test(arguments: all.indices)
    func `each error has whole sentences of its own`(index: Int) {
        let sentence = Self.all[index].localizedDescription
        #expect(sentence.first?.isUppercase == true && sentence.hasSuffix("."), "\(sentence)")
        // Foundation's words for an error that has none.
        #expect(!sentence.contains("The operation could not be completed"), "\(sentence)")
        #expect(!sentence.contains("..") && !sentence.contains("  "), "\(sentence)")
    }

    @Test func `no sentence repeats what a link carries beside its place`() {
        let errors: [any Error] = [
            DownloadError.badLink("ftp://cdn.example/1.png?signature=s3cr3t"),
            DownloadError.takesEncryptionOff("http://cdn.example/1.png?signature=s3cr3t"),
            NanoBananaClient.BadAPIURL(text: "https://me:s3cr3t@api.example"),
        ]
        for error in errors {
            #expect(!error.localizedDescription.contains("s3cr3t"))
            #expect(error.localizedDescription.contains(".example"))
        }
        let endless = DownloadError.badLink(String(repeating: "x", count: 1_000_000))
        #expect(endless.localizedDescription.count < 300)
    }
}

/// The sentences of an edit, which also say how to go on.
extension ErrorSentenceTests {
    private static let task = TaskID("t-1")
    private static let links = [PictureLink(url: "https://a.example/1.png?signature=s3cr3t")]

    static let edits: [(EditError, charge: Charge, sentence: String)] = [
        (
            EditError(.taskFailed(TaskFailure(.request, "content policy")), task: task), .yes,
            "The API could not do the work: content policy. It was charged."
        ),
        (
            EditError(.taskFailed(TaskFailure(.service, "upstream busy")), task: task), .yes,
            "The service failed while doing the work: upstream busy. It was charged; continuing with the task t-1 "
                + "costs nothing."
        ),
        (
            EditError(.timedOut(lastWord: "running"), task: task), .yes,
            "The work did not finish in time: running. It was charged; continuing with the task t-1 costs nothing."
        ),
        (
            EditError(.picture(number: 2, .download(.gone(status: 404))), links: links), .yes,
            "Picture 2 did not come. The picture's link does not work yet, or no longer (HTTP 404). It was charged; "
                + "the links of the pictures work for about a day."
        ),
        (EditError(.cancelled), .no, "Cancelled before the request was sent. Nothing was charged."),
        (
            EditError(.cancelled, task: task), .yes,
            "Cancelled. It was charged; continuing with the task t-1 costs nothing."
        ),
        (
            EditError(.submit(.notReachable(Unreachable(message: "no route")))), .no,
            "The API could not be reached: no route. Nothing was sent, and nothing was charged."
        ),
    ]

    @Test(arguments: edits)
    func `an edit that fails says whether it was charged and how to go on`(
        error: EditError, charge: Charge, sentence: String
    ) {
        #expect(error.localizedDescription == sentence)
        #expect(error.charge == charge)
    }
}
