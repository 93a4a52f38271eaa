// SPDX-License-Identifier: Apache-2.0

internal import NanoBanana
internal import SystemPackage

/// The sentences about pictures from one's own disk.
extension Wording {
    static func localPictures(_ faults: [LocalPictureFault]) -> Explanation {
        let sentences = faults.map { "the picture \(quoted(String(decoding: $0.file))) " + sentence($0.problem) }
        return Explanation(
            code: "picture-missing", charge: .no,
            what: sentences.count == 1
                ? capitalized(sentences[0]) + ", so nothing was sent."
                : "\(sentences.count) pictures of the request cannot be used, so nothing was sent.",
            details: sentences.count == 1 ? [] : sentences,
            next: faults.count == 1 ? advice(faults[0].problem) : "Put the pictures right, and " + again)
    }

    static let notShared = Explanation(
        code: "picture-missing", charge: .no,
        what: "The request names pictures from one's own disk, and this bananadrop is not set up to publish them, so "
            + "nothing was sent.",
        details: [],
        next: "Give links that begin with https://, or have the administrator set publish-directory or "
            + "publish-command, and publish-base-url; then put this folder back into the inbox.")

    private static let again = "put this folder back into the inbox, or drop the request file again."

    private static func sentence(_ problem: LocalPictureProblem) -> String {
        switch problem {
        case .missing(let time): "did not arrive within \(words(time))"
        case .empty(let time): "was still empty after \(words(time))"
        case .stillWritten(let time): "was still being written after \(words(time))"
        case .outside: "lies outside of the inbox"
        case .placeholder: "is not downloaded yet: what stands in its place is the sync client's"
        case .symlink: "is a symlink, or lies in a folder that is one"
        case .linked: "is a hard link, and not everybody who may drop here may read the file"
        case .notAFile: "is not a regular file"
        case .unreadable(let error): "cannot be read (\(error))"
        case .tooLarge(let limit): "is larger than the limit of \(limit) bytes"
        case .notAPicture: "is not a PNG, JPEG, WebP, GIF or AVIF picture"
        }
    }

    private static func advice(_ problem: LocalPictureProblem) -> String {
        switch problem {
        case .missing:
            "See whether its name is spelled as in the request, capitals too, and stands where the request file was. "
                + "Put the picture there, and " + again
        case .empty, .stillWritten: "See whether its copy was broken off. Copy it again, and " + again
        case .outside:
            "Copy the picture beside the request file, or into a folder beside it, name it by that path, and drop the "
                + "request file again."
        case .placeholder:
            "Make the picture available offline in the sync client (\"Always keep on this device\"), and " + again
        case .symlink:
            "Symlinks are not followed: they could lead out of the inbox. Put the picture itself there, and "
                + again
        case .linked: "Put a copy of the picture there, and " + again
        case .notAFile: "Put the picture itself there, and " + again
        case .unreadable: "Give the user of bananadrop the right to read it, and " + again
        case .tooLarge: "Make the picture smaller, or have picture-limit raised, and " + again
        case .notAPicture: "Save it as one of these (HEIC, TIFF, BMP and PSD are not taken), and " + again
        }
    }

    private static func capitalized(_ sentence: String) -> String {
        sentence.prefix(1).uppercased() + sentence.dropFirst()
    }

    /// `90 seconds`, `10 minutes`, `24 hours`: in the largest unit that says it exactly.
    private static func words(_ time: Duration) -> String {
        let seconds = time.components.seconds
        let (number, unit) =
            if seconds >= 3600, seconds % 3600 == 0 {
                (seconds / 3600, "hour")
            } else if seconds >= 60, seconds % 60 == 0 {
                (seconds / 60, "minute")
            } else {
                (seconds, "second")
            }
        return "\(number) \(unit)\(number == 1 ? "" : "s")"
    }

    /// Why pictures cannot be published, or taken away again, and what to do.
    static func sentence(_ error: ShareError) -> String {
        switch error {
        case .directory(let path, .noSuchFileOrDirectory):
            "publish-directory \(shown(String(decoding: path))) is not there; make it, or mount its disk"
        case .directory(let path, .timedOut):
            "publish-directory \(shown(String(decoding: path))) does not answer; see to its disk or server"
        case .directory(let path, let error):
            "publish-directory \(shown(String(decoding: path))) cannot be written to: \(error); free space there, or "
                + "give the user of bananadrop the right to write there"
        case .command(let command, let trouble): "\(command.rawValue) \(sentence(trouble))"
        }
    }

    /// What is left behind when taking a picture away again is given up.
    static func leftBehind(_ name: SharedName, _ error: ShareError) -> String {
        "the picture \(name.text) is still published and has to be removed by hand: \(sentence(error))"
    }

    private static func sentence(_ trouble: CommandTrouble) -> String {
        switch trouble {
        case .notFound(let program):
            "names \(quoted(program)), and there is no such program; install it, or give its whole path"
        case .cannotStart(let program, let error):
            "names \(quoted(program)), which cannot be started: \(error); make it a program that the user of "
                + "bananadrop may run"
        case .failed(let code, let output): "failed with exit code \(code)\(said(output))"
        case .killed(let signal, let output): "was ended by signal \(signal)\(said(output))"
        case .timedOut(let time, let output):
            "took longer than \(words(time)) and was ended\(said(output)), or raise publish-timeout"
        }
    }

    /// The end of what a command wrote, in one line.
    private static func said(_ output: [UInt8]) -> String {
        let lines = String(decoding: output, as: UTF8.self).split(whereSeparator: \.isNewline)
        let text = lines.map { $0.split(whereSeparator: \.isWhitespace).joined(separator: " ") }
            .filter { !$0.isEmpty }.suffix(3).joined(separator: " / ")
        if text.isEmpty { return " and said nothing; run it by hand to see why" }
        // Before it is cut: half of an address does not look like one.
        let shown = Redaction.links(text).unicodeScalars.suffix(300).map(visible).joined()
        return " and said \"\(shown)\"; put that right"
    }
}

extension ShareSettingsError: CustomStringConvertible {
    /// What is wrong, why, and what to do.
    public var description: String {
        switch self {
        case .twoWays: "publish-directory and publish-command are both given; keep the one that is to be used"
        case .noBaseURL(let way):
            "\(way) needs publish-base-url, the address under which what is published can be fetched"
        case .baseURLAlone: "publish-base-url needs publish-directory or publish-command, which brings pictures there"
        case .badBaseURL(let text):
            "publish-base-url cannot be \(Wording.quoted(Redaction.links(text))): it is a folder's address that begins "
                + "with https:// or http://, without ? and #"
        case .notWords(let command, let problem): "\(command.rawValue) cannot be read: \(Wording.sentence(problem))"
        case .noProgram(let command): "\(command.rawValue) must begin with the name of a program"
        case .markMissing(.publish, let mark):
            "publish-command must have \(mark) in it: {file} is the picture's path, {name} the name to publish it by"
        case .markMissing(.remove, let mark):
            "publish-remove-command must have \(mark) in it: the name that the picture was published by"
        case .removesNoFile:
            "publish-remove-command cannot have {file} in it: what it removes is published by {name}"
        case .noRemoveCommand:
            "publish-command needs publish-remove-command, which takes a picture away again when its job ends; or set "
                + "publish-keep: true to keep what was published"
        case .removeCommandAlone: "publish-remove-command needs publish-command"
        case .directoryMissing(let path): "publish-directory \(path) is not there; make it, or mount its disk"
        case .notADirectory(let path): "publish-directory \(path) is not a folder"
        case .cannotWrite(let path, let error):
            "publish-directory \(path) cannot be written to: \(error); give the user of this program the right to "
                + "write there"
        }
    }
}

extension Wording {
    fileprivate static func sentence(_ problem: CommandProblem) -> String {
        switch problem {
        case .openQuote(let quote): "a \(quote) is opened and never closed"
        case .openBackslash: "a \\ stands at its end, and nothing follows"
        case .shellCharacter(let character):
            "it is run without a shell, which `\(character)` would need; put it in single quotes if it is meant as "
                + "text, or all of it into a script"
        }
    }
}
