// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import SystemPackage

/// Whether a file that was written a moment ago holds a whole text of its kind as yet, whatever is wrong with what the
/// text says.
struct YoungText: Sendable {
    let reader: RequestReader

    /// Whether it may be young by its own times: then it is worth the read. The wall clock decides here, as it can only
    /// spare the wait: where it was set, an old file is read once in vain, or a young one is taken as it is.
    static func isPossible(changed: Int64, at now: Timestamp) -> Bool {
        now.since(Timestamp(milliseconds: changed / 1_000_000)) < Settling.youth
    }

    /// Reads the file. Blocking. A file that cannot be read, or is too large, is no text that will become one.
    func isText(_ origin: Origin, in inbox: FilePath, _ name: RequestFileName) -> Bool {
        do throws(Errno) {
            let folder = try origin.lane.open(below: inbox)
            let file = try Kernel.open(
                FilePath(root: nil, [origin.file]), at: folder.descriptor, O_RDONLY | O_NONBLOCK | O_NOFOLLOW)
            let size = try file.status().size
            let bytes = try file.readAll(limit: name.syntax.sizeLimit + 1, expecting: Int(clamping: size))
            return isText(bytes, name.syntax)
        } catch {
            return true
        }
    }

    func isText(_ bytes: [UInt8], _ syntax: RequestFileName.Syntax) -> Bool {
        do throws(Findings) {
            switch try reader.content(of: bytes, as: syntax) {
            case .request: return true
            // What breaks off, breaks off at its end.
            case .batch(let parts):
                guard case .failure(let findings)? = parts.last?.request else { return true }
                return !findings.areOfTheText
            }
        } catch {
            return !error.areOfTheText
        }
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
        case .text, .document, .notAMap, .table, .noParts, .openTypographicQuote: true
        case .tooLarge, .unreadable, .notAFile, .notARequestName, .nearlyDefaults, .unknownKey, .oddKey, .nameOfRequest,
            .blankName, .asWritten, .priority,
            .batch, .tooManyParts, .swallowedKey, .cutByComment, .sameKey, .missing, .wrongType, .blankPrompt,
            .typographicQuotes, .tooManyImages, .badLink, .badImage, .notOnList, .sizeNotTaken, .notANumber:
            false
        }
    }
}
