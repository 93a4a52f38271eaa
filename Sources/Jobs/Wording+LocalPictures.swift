// SPDX-License-Identifier: Apache-2.0

internal import Documents

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
            next: faults.count == 1 ? advice(faults[0].problem) : "Put the pictures right, and " + again)
    }

    static let notShared = Explanation(
        code: .pictureMissing, charge: .no,
        what: "The request names pictures from one's own disk, and this bananadrop is not set up to publish them, so "
            + "nothing was sent.",
        details: [],
        next: "Give links that begin with https://, or have the administrator set publish-directory or "
            + "publish-command, and publish-base-url; then put this folder back into the inbox.")

    private static let again = "put this folder back into the inbox, or drop the request file again."

    private static func sentence(_ problem: LocalPictureProblem) -> String {
        switch problem {
        case .missing(let time): "did not arrive within \(span(time))"
        case .empty(let time): "was still empty after \(span(time))"
        case .stillWritten(let time): "was still being written after \(span(time))"
        case .outside: "lies outside of the inbox"
        case .placeholder: "is not downloaded yet: what stands in its place is the sync client's"
        case .symlink: "is a symlink, or lies in a folder that is one"
        case .linked: "is a hard link, and not everybody who may drop here may read the file"
        case .notAFile: "is not a regular file"
        case .unreadable(let why): "cannot be read (\(why))"
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
        return "\(number) \(unit)\(number == 1 ? "" : "s")"
    }
}
