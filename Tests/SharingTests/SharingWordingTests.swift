// SPDX-License-Identifier: Apache-2.0

import SystemPackage
import Testing

@testable import Documents
@testable import Jobs
@testable import Requests
@testable import Sharing

/// The exact words about pictures from one's own disk.
struct SharingWordingTests {
    struct Case: Sendable {
        var problem: LocalPictureProblem
        var what: String
        var next: String
    }

    private static let again = "put this folder back into the inbox, or drop the request file again."

    static let cases: [Case] = [
        Case(
            problem: .missing(after: .seconds(600)),
            what: "The picture \"a.png\" did not arrive within 10 minutes, so nothing was sent.",
            next: "Its name must be exactly as in the request, capitals too. Put the picture where the request file "
                + "was, and \(again)"),
        Case(
            problem: .empty(after: .seconds(3600)),
            what: "The picture \"a.png\" was still empty after 1 hour, so nothing was sent.",
            next: "Its copy may have broken off. Copy it again, and \(again)"),
        Case(
            problem: .stillWritten(after: .seconds(90)),
            what: "The picture \"a.png\" was still being written after 90 seconds, so nothing was sent.",
            next: "Its copy may have broken off. Copy it again, and \(again)"),
        Case(
            problem: .outside, what: "The picture \"a.png\" is outside the inbox, so nothing was sent.",
            next:
                "Copy the picture beside the request file, or into a folder beside it, write its path from there "
                + "into the request, and drop the request file again."),
        Case(
            problem: .placeholder,
            what:
                "The picture \"a.png\" is not downloaded yet: only the sync client's placeholder is there, so "
                + "nothing was sent.",
            next: "Make the picture available offline in the sync client (\"Always keep on this device\"), and \(again)"
        ),
        Case(
            problem: .symlink,
            what: "The picture \"a.png\" is a symlink, or is in a folder that is one, so nothing was sent.",
            next: "Symlinks are not followed: they could lead out of the inbox. Put the picture itself there, and "
                + again),
        Case(
            problem: .linked,
            what:
                "The picture \"a.png\" is a hard link to a file that not everybody who may drop here may read, so "
                + "nothing was sent.",
            next: "Put a copy of the picture there, and \(again)"),
        Case(
            problem: .notAFile, what: "The picture \"a.png\" is not a regular file, so nothing was sent.",
            next: "Put the picture itself there, and \(again)"),
        Case(
            problem: .unreadable(why: "Permission denied"),
            what: "The picture \"a.png\" cannot be read (Permission denied), so nothing was sent.",
            next: "Give the user that bananadrop runs as the right to read it, and \(again)"),
        Case(
            problem: .tooLarge(limit: 1024),
            what: "The picture \"a.png\" is larger than the limit of 1 KiB, so nothing was sent.",
            next: "Make the picture smaller, or ask the administrator to raise picture-limit, and \(again)"),
        Case(
            problem: .notAPicture,
            what: "The picture \"a.png\" is not a PNG, JPEG, WebP, GIF or AVIF picture, so nothing was sent.",
            next: "Save it as one of these (HEIC, TIFF, BMP and PSD are not accepted), and \(again)"),
        Case(
            problem: .notMadeSmaller(why: "shrink-command wrote no whole picture to {out}; correct it"),
            what:
                "The picture \"a.png\" is large and could not be made smaller (shrink-command wrote no whole picture to "
                + "{out}; correct it), so nothing was sent.",
            next: "Make the picture smaller yourself, or ask the administrator to look at shrink-command, and \(again)"),
    ]

    @Test(arguments: cases)
    func `a picture that cannot be used: why, and what to do`(item: Case) {
        let why = Wording.explain(.localPictures([LocalPictureFault(file: "a.png", problem: item.problem)]))
        #expect(why.code == "picture-missing")
        #expect(why.charge == .no)
        #expect(why.what == item.what)
        #expect(why.details.isEmpty)
        #expect(why.next == item.next)
    }

    @Test(arguments: [(Lane(path: "shop/spring"), "`shop/spring`"), (Lane.root, "the inbox itself")])
    func `one that a lane adds is for whoever wrote its defaults`(lane: Lane, name: String) {
        let fault = LocalPictureFault(file: "back.png", addedBy: lane, problem: .missing(after: .seconds(600)))
        let why = Wording.explain(.localPictures([fault]))
        #expect(why.what == "The picture \"back.png\" did not arrive within 10 minutes, so nothing was sent.")
        #expect(
            why.next == "The `_defaults.yaml` of \(name) adds it to each picture (`with`). Put it beside that file, or "
                + "correct `with`, and put this folder back.")
    }

    @Test func `several pictures are named each`() {
        let why = Wording.explain(
            .localPictures([
                LocalPictureFault(file: "a\u{1B}[31m.png", problem: .missing(after: .seconds(600))),
                LocalPictureFault(file: "b.png", problem: .notAPicture),
            ]))
        #expect(why.what == "2 pictures of the request cannot be used, so nothing was sent.")
        #expect(
            why.details == [
                "the picture \"aU+001B[31m.png\" did not arrive within 10 minutes",
                "the picture \"b.png\" is not a PNG, JPEG, WebP, GIF or AVIF picture",
            ])
        #expect(why.next == "Correct the pictures, and \(Self.again)")
    }

    @Test func `nothing says any more how pictures are published`() {
        let why = Wording.explain(.notShared)
        #expect(why.code == "picture-missing")
        #expect(
            why.what == "The request names picture files, but this bananadrop is not set up to publish files, so "
                + "nothing was sent.")
        #expect(
            why.next == "Use links that begin with https://, or ask the administrator to set up publishing "
                + "(publish-directory, or publish-command). Then put this folder back into the inbox.")
    }

    struct Trouble: Sendable {
        var error: ShareError
        var sentence: String
    }

    static let troubles: [Trouble] = [
        Trouble(
            error: .directory("/srv/www", .noSuchFileOrDirectory),
            sentence: "publish-directory /srv/www is not there; make it, or mount its disk"),
        Trouble(
            error: .directory("/srv/www", .timedOut),
            sentence: "publish-directory /srv/www does not answer; check its disk or server"),
        Trouble(
            error: .directory("/srv/www", .noSpace),
            sentence: "publish-directory /srv/www cannot be written to: No space left on device; free space there, "
                + "or let the user that bananadrop runs as write there"),
        Trouble(
            error: .command(.publish, .notFound(program: "rclone")),
            sentence: "publish-command names \"rclone\", and there is no such program; install it, or write its "
                + "full path"),
        Trouble(
            error: .command(.remove, .cannotStart(program: "/opt/put", .permissionDenied)),
            sentence:
                "publish-remove-command names \"/opt/put\", which cannot be started: Permission denied; use a "
                + "program that bananadrop's user may run"),
        Trouble(
            error: .command(.publish, .failed(code: 3, output: [])),
            sentence: "publish-command failed with exit code 3 and said nothing; run it by hand to see why"),
        Trouble(
            error: .command(
                .publish, .failed(code: 1, output: Array("one\ntwo\r\n\n  three\tx \nERROR: \u{1B}[1mno\n".utf8))),
            sentence:
                "publish-command failed with exit code 1 and said \"two / three x / ERROR: U+001B[1mno\"; correct "
                + "that"),
        Trouble(
            error: .command(.publish, .killed(signal: 11, output: Array("\u{FF}".utf8))),
            sentence: "publish-command was ended by signal 11 and said \"\u{FF}\"; correct that"),
        Trouble(
            error: .command(.publish, .timedOut(after: .seconds(60), output: [])),
            sentence: "publish-command took longer than 1 minute, was stopped, and said nothing; run it by hand to "
                + "see why, or raise publish-timeout"),
        Trouble(
            error: .noLink(nil),
            sentence: "publish-command printed no link; let it print the picture's link as its last line, or set "
                + "publish-base-url"),
        Trouble(
            error: .noLink("put it to https://u:p@a.b/?sig=x \u{1B}[1m"),
            sentence: "publish-command printed \"put it to https://***@a.b/?*** U+001B[1m\" as its last line, and no "
                + "link; let it print the picture's link as its last line, or set publish-base-url"),
        Trouble(
            error: .badLink("https://a.b/c d?sig=x", .malformed),
            sentence: "publish-command printed \"https://a.b/c d?***\", and that is no link; correct what it prints as "
                + "its last line"),
        Trouble(
            error: .command(.shrink, .failed(code: 2, output: [])),
            sentence: "shrink-command failed with exit code 2 and said nothing; run it by hand to see why"),
        Trouble(
            error: .notShrunk(.noPicture), sentence: "shrink-command wrote no whole picture to {out}; correct it"),
        Trouble(
            error: .notShrunk(.otherKind("webp")),
            sentence: "shrink-command wrote a picture of another kind, .webp, to {out}; let it write the kind that "
                + "{out} ends in"),
        Trouble(
            error: .notShrunk(.notSmaller(2 << 20)),
            sentence: "shrink-command wrote 2 MiB to {out}, no less than the picture had; let it make the picture "
                + "smaller, or raise shrink-above"),
    ]

    @Test(arguments: troubles)
    func `why pictures cannot be published, and what to do`(trouble: Trouble) {
        #expect(Wording.sentence(trouble.error) == trouble.sentence)
    }

    @Test func `only what a shrink command makes of a picture, or does not, is that picture's fault`() {
        let itsOwn: [ShareError] = [
            .notShrunk(.noPicture), .notShrunk(.otherKind("webp")), .notShrunk(.notSmaller(1)),
            .command(.shrink, .failed(code: 1, output: [])), .command(.shrink, .killed(signal: 9, output: [])),
            .command(.shrink, .timedOut(after: .seconds(1), output: [])),
        ]
        let everybodys: [ShareError] = [
            .command(.shrink, .notFound(program: "vips")), .command(.shrink, .cannotStart(program: "vips", .noMemory)),
            .command(.publish, .failed(code: 1, output: [])), .command(.publish, .killed(signal: 9, output: [])),
            .command(.publish, .timedOut(after: .seconds(1), output: [])), .directory("/srv", .noSpace), .noLink(nil),
            .badLink("https://a b", .malformed),
        ]
        #expect(itsOwn.allSatisfy(\.isOfThePicture) && !everybodys.contains(where: \.isOfThePicture))
    }

    @Test func `a command that says a lot is cut to its end`() {
        let output = Array((String(repeating: "x", count: 4000) + "the end").utf8)
        let sentence = Wording.sentence(.command(.publish, .failed(code: 1, output: output)))
        #expect(sentence.utf8.count < 400)
        #expect(sentence.hasSuffix("xthe end\"; correct that"))
    }

    @Test func `what is left behind is named`() throws {
        let name = try #require(SharedName("0123456789abcdef.png"))
        #expect(
            Wording.leftBehind(name, .command(.remove, .failed(code: 3, output: [])))
                == "the picture 0123456789abcdef.png is still published and has to be removed by hand: "
                + "publish-remove-command failed with exit code 3 and said nothing; run it by hand to see why")
    }
}
