// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import Requests

internal import struct SystemPackage.FilePath

/// The sentences about pictures from one's own disk.
extension Wording {
    static func localPictures(_ faults: [LocalPictureFault]) -> Explanation {
        let sentences = faults.map { "the picture \(quoted(String(decoding: $0.file))) " + sentence($0.problem) }
        return Explanation(
            code: .pictureMissing, charge: .no,
            what: sentences.count == 1
                ? capitalized(sentences[0]) + ", so nothing was sent."
                : "\(sentences.count) pictures of the request cannot be used, so nothing was sent.",
            details: sentences.count == 1 ? [] : sentences,
            next: faults.count == 1 ? advice(faults[0]) : "Correct the pictures, and " + again)
    }

    static let notShared = Explanation(
        code: .pictureMissing, charge: .no,
        what: "The request names picture files, but this bananadrop is not set up to publish files, so nothing was "
            + "sent.",
        details: [],
        next: "Use links that begin with https://, or ask the administrator to set up publishing "
            + "(publish-directory, or publish-command). Then put this folder back into the inbox.",
        who: .administrator)

    private static let again = "put this folder back into the inbox, or drop the request file again."

    private static func sentence(_ problem: LocalPictureProblem) -> String {
        switch problem {
        case .missing(let time): "did not arrive within \(span(time))"
        case .empty(let time): "was still empty after \(span(time))"
        case .stillWritten(let time): "was still being written after \(span(time))"
        case .outside: "is outside the inbox"
        case .placeholder: "is not downloaded yet: only the sync client's placeholder is there"
        case .symlink: "is a symlink, or is in a folder that is one"
        case .linked: "is a hard link to a file that not everybody who may drop here may read"
        case .notAFile: "is not a regular file"
        case .unreadable(let why): "cannot be read (\(why))"
        case .tooLarge(let limit): "is larger than the limit of \(size(UInt64(clamping: limit)))"
        case .notAPicture: "is not a PNG, JPEG, WebP, GIF or AVIF picture"
        case .notMadeSmaller(let why): "is large and could not be made smaller (\(why))"
        }
    }

    private static func advice(_ fault: LocalPictureFault) -> String {
        guard case .missing = fault.problem, let lane = fault.lane else { return advice(fault.problem) }
        let place = lane.isRoot ? "the inbox itself" : "`\(shown(lane.text))`"
        return "The `\(RequestDefaults.fileName)` of \(place) adds it to each picture (`with`). Put it beside that "
            + "file, or correct `with`, and put this folder back."
    }

    private static func advice(_ problem: LocalPictureProblem) -> String {
        switch problem {
        case .missing:
            "Its name must be exactly as in the request, capitals too. Put the picture where the request file was, "
                + "and " + again
        case .empty, .stillWritten: "Its copy may have broken off. Copy it again, and " + again
        case .outside:
            "Copy the picture beside the request file, or into a folder beside it, write its path from there into "
                + "the request, and drop the request file again."
        case .placeholder:
            "Make the picture available offline in the sync client (\"Always keep on this device\"), and " + again
        case .symlink:
            "Symlinks are not followed: they could lead out of the inbox. Put the picture itself there, and "
                + again
        case .linked: "Put a copy of the picture there, and " + again
        case .notAFile: "Put the picture itself there, and " + again
        case .unreadable: "Give the user that bananadrop runs as the right to read it, and " + again
        case .tooLarge: "Make the picture smaller, or ask the administrator to raise picture-limit, and " + again
        case .notMadeSmaller:
            "Make the picture smaller yourself, or ask the administrator to look at shrink-command, and " + again
        case .notAPicture: "Save it as one of these (HEIC, TIFF, BMP and PSD are not accepted), and " + again
        }
    }

    /// `90 seconds`, `10 minutes`, `24 hours`: in the largest unit that says it exactly.
    package static func span(_ time: Duration) -> String {
        let seconds = time.components.seconds
        let (number, unit) =
            if seconds >= 3600, seconds % 3600 == 0 {
                (seconds / 3600, "hour")
            } else if seconds >= 60, seconds % 60 == 0 {
                (seconds / 60, "minute")
            } else {
                (seconds, "second")
            }
        return count(Int(number), unit)
    }
}
