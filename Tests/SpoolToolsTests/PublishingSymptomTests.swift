// SPDX-License-Identifier: Apache-2.0

import NanoBanana
import Testing

@testable import SpoolTools

/// What `doctor` says of the picture that it publishes for a trial.
struct PublishingSymptomTests {
    struct Case: Sendable {
        var symptom: PublishingSymptom
        var line: String
    }

    static let cases: [Case] = [
        Case(
            symptom: .published(by: "publish-command"),
            line: "ok    publishing     publish-command published a trial picture"),
        Case(
            symptom: .notPublished("publish-command failed with exit code 1\u{1B}"),
            line: "fail  publishing     a trial picture could not be published: publish-command failed with exit code "
                + "1U+001B; until that is mended, requests with pictures of their own wait"),
        Case(
            symptom: .fetched(from: "cdn.example"),
            line: "ok    publishing     it was fetched from cdn.example, byte for byte"),
        Case(
            symptom: .another(from: "cdn.example"),
            line: "fail  publishing     cdn.example gives something else than the trial picture; correct "
                + "publish-base-url, or the link that publish-command prints, to lead to the picture"),
        Case(
            symptom: .refused(by: "cdn.example", "The server answers 404."),
            line: "fail  publishing     it cannot be fetched from cdn.example: The server answers 404; correct "
                + "publish-base-url, or the link that publish-command prints: the API fares no better"),
        Case(
            symptom: .notFetched(from: "cdn.example", "cdn.example cannot be looked up."),
            line: "warn  publishing     it was not fetched from cdn.example: cdn.example cannot be looked up; nothing "
                + "is wrong if only this machine cannot reach it: look from outside, since the API must"),
        Case(symptom: .removed, line: "ok    publishing     it was taken away again"),
        Case(
            symptom: .stillThere("cdn.example"),
            line: "warn  publishing     it was taken away, but cdn.example still gives it; if a cache keeps it, let "
                + "the cache keep it for less long"),
        Case(
            symptom: .notRemoved("0f.png", "no"),
            line: "warn  publishing     it could not be taken away again: no; pictures of requests would stay as well; "
                + "remove 0f.png by hand"),
        Case(
            symptom: .kept("0f.png"),
            line: "ok    publishing     it stays published, since publish-keep is true; remove 0f.png by hand"),
        Case(
            symptom: .notTried,
            line: "warn  publishing     publishing was not tried: root does nothing that somebody else's settings say; "
                + "run `doctor` as the daemon's user"),
    ]

    @Test(arguments: cases)
    func `each has a line that says what to do`(item: Case) {
        #expect(Diagnosis(item.symptom).line(colour: false) == item.line)
    }

    @Test func `the trial picture is one`() {
        #expect(PictureKind(signature: PublishTrial.picture.prefix(16)) == .png)
        #expect(PublishTrial.picture.count == 104 && PublishTrial.picture.suffix(8).starts(with: "IEND".utf8))
    }
}
