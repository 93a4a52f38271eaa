// SPDX-License-Identifier: Apache-2.0

package import Documents
internal import FileIO
internal import Glibc
package import Jobs
package import Requests
package import SystemPackage

/// Whether a file that was written a moment ago holds a whole text of its kind as yet, whatever is wrong with what the
/// text says.
package struct YoungText: Sendable {
    package let reader: RequestReader

    /// How long after its last change a file counts as young. A client's kernel writes back what it holds every five
    /// seconds (`vm.dirty_writeback_centisecs`), and a transfer that broke off is begun again within about as many: after
    /// twice that, what was to come has arrived.
    package static let youth = Duration.seconds(10)

    package init(reader: RequestReader) {
        self.reader = reader
    }

    /// Whether it may be young by its own times: then it is worth the read. The wall clock decides here, as it can only
    /// spare the wait: where it was set, an old file is read once in vain, or a young one is taken as it is.
    package static func isPossible(
        changed: Int64, at now: Timestamp, _ youth: Duration = YoungText.youth
    ) -> Bool {
        now.since(Timestamp(nanoseconds: changed)) < youth
    }

    /// Reads the file. Blocking. A file that cannot be read, or is too large, is no text that will become one.
    package func isWhole(_ origin: Origin, in inbox: FilePath, _ name: RequestFileName) -> Bool {
        do throws(Errno) {
            let folder = try origin.lane.open(below: inbox)
            let file = try Kernel.open(
                FilePath(root: nil, [origin.file]), at: folder.descriptor, O_RDONLY | O_NONBLOCK | O_NOFOLLOW)
            return try ParsingRoom.shared.reading(file, of: try file.status().size, as: name.syntax) { bytes in
                isWhole(bytes, name.syntax)
            }
        } catch {
            return true
        }
    }

    /// Whether nothing shows that the text goes on: in JSON its brackets, elsewhere that its last line has an end. Many
    /// editors write none, so that this costs their users a moment, where half of a link would cost money.
    package func isWhole(_ bytes: [UInt8], _ syntax: RequestFileName.Syntax) -> Bool {
        // It will not become one that is taken.
        if bytes.count > syntax.sizeLimit { return true }
        return switch syntax {
        case .json, .jsonLines: isText(bytes, syntax)
        case .yaml, .csv: Self.endsWithLine(bytes) && isText(bytes, syntax)
        }
    }

    /// In any encoding that is read. Ctrl-Z is the end of a text, too.
    private static func endsWithLine(_ bytes: [UInt8]) -> Bool {
        let last = bytes.suffix(2).last { $0 != 0 }
        return last.map { [0x0A, 0x0D, 0x1A].contains($0) } ?? false
    }

    private func isText(_ bytes: [UInt8], _ syntax: RequestFileName.Syntax) -> Bool {
        do throws(Findings) {
            switch try reader.content(of: bytes, as: syntax) {
            case .request(let request): return isWhole(request, syntax)
            // What breaks off, breaks off at its end.
            case .batch(let parts, _):
                switch parts.last?.request {
                case .failure(let findings)?: return !findings.areOfTheText
                case .success(let request)?: return isWhole(request, syntax)
                case nil: return true
                }
            }
        } catch {
            return !error.areOfTheText
        }
    }
}

extension YoungText {
    /// One of words alone may be one whose pictures stand in lines that are still to come.
    private func isWhole(_ request: Request, _ syntax: RequestFileName.Syntax) -> Bool {
        syntax != .yaml || !request.isOfWordsAlone
    }
}

extension Findings {
    fileprivate var areOfTheText: Bool { all.contains { $0.problem.isOfTheText } }
}

extension Finding.Problem {
    /// Whether the text itself is none as yet, as when it breaks off in the middle.
    fileprivate var isOfTheText: Bool {
        switch self {
        // Of `prompt: …` the first letters alone are text, and no map; zeros are what a copy that sets the size first
        // leaves where it has not been.
        case .text, .document, .notAMap, .noKeys, .table, .noParts, .openTypographicQuote: true
        case .tooLarge, .partTooLarge, .notThere, .unreadable, .notAFile, .notARequestName, .nearlyDefaults,
            .unknownKey, .oddKey, .nameOfRequest, .blankName, .asWritten, .ofLane, .mayNotNotify, .batch,
            .tooManyParts, .inText, .blankText, .textTooLong, .textIsRequest, .doubtfulText, .swallowedKey,
            .cutByComment, .sameKey, .missing, .missingInDefaults, .pictureAlone,
            .folderAlone, .foldersWithoutPictures, .noPicturesInFolder, .tooManyPictures, .costsAnother, .stays, .unfit,
            .wrongType,
            .blankPrompt,
            .unfilledPlace, .filledTooLong, .nameOfPlace, .noName, .nothing, .cutOff, .ratioAsTime, .typographicQuotes,
            .tooManyInList, .tooManyVariants, .sameTwice, .tooManyImages, .tooManyAdded, .imagesNotTaken, .badLink,
            .link, .badImage, .notOnList, .sizeNotTaken, .ratioNotTaken, .notANumber:
            false
        }
    }
}
