// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import Requests

/// An answer of the API, byte for byte: in the journal where it is a short text, else in a file of its own beside it,
/// which the journal then names. A picture that stands in an answer is in no journal and in no log.
package enum KeptAnswer: Equatable, Sendable, ExpressibleByArrayLiteral {
    case bytes([UInt8])
    /// In the file that ``ResultNames/response(_:)`` names, and on the disk before the journal's line.
    case file(AnswerFile)

    package init(arrayLiteral bytes: UInt8...) { self = .bytes(bytes) }

    /// The largest text in a journal: twice as much as any answer that only names links.
    private static let limit = 64 * 1024

    /// Whether a journal may hold it.
    var fitsJournal: Bool {
        switch self {
        case .bytes(let bytes): bytes.count <= Self.limit && String(validating: bytes, as: UTF8.self) != nil
        case .file: true
        }
    }
}

extension KeptAnswer {
    /// Its member of a journal's line, and the other one, of which a line has one at most.
    var text: JSON? {
        if case .bytes(let bytes) = self { .string(String(decoding: bytes, as: UTF8.self)) } else { nil }
    }
    var file: JSON? { if case .file(let file) = self { file.json } else { nil } }

    /// - Parameter node: the line.
    init?(journal node: DocumentNode) {
        if let file = node["response_file"] {
            guard let file = AnswerFile(journal: file) else { return nil }
            self = .file(file)
        } else if let text = node["response"]?.text {
            self = .bytes(Array(text.utf8))
        } else if let numbers = node["response"]?.list {
            // As earlier versions wrote what is no text.
            self = .bytes(numbers.compactMap { $0.integer.flatMap(UInt8.init(exactly:)) })
        } else {
            return nil
        }
    }
}

/// An answer in a file of its own: what it must be to be that one.
package struct AnswerFile: Equatable, Sendable {
    package var bytes: Int
    var fingerprint: Fingerprint

    package init(of bytes: [UInt8]) {
        self.bytes = bytes.count
        fingerprint = Fingerprint(of: bytes)
    }

    init?(journal node: DocumentNode) {
        guard let bytes = node["bytes"]?.integer,
            let fingerprint = node["fingerprint"]?.text.flatMap(Fingerprint.init)
        else { return nil }
        self.bytes = bytes
        self.fingerprint = fingerprint
    }

    var json: JSON {
        .object(["bytes": .number(bytes), "fingerprint": fingerprint.description.json])
    }
}

extension JobEvent {
    /// The answer that came with it, where it is too long for the journal or holds a picture; `nil` where it is not.
    package var outsizedAnswer: (variant: Int, bytes: [UInt8])? {
        switch self {
        case .answered(let variant, let answer):
            guard case .bytes(let bytes) = answer.response, !answer.response.fitsJournal || answer.hasInlinePictures
            else { return nil }
            return (variant, bytes)
        case .variantFailed(let variant, _, let response?):
            guard case .bytes(let bytes) = response, !response.fitsJournal else { return nil }
            return (variant, bytes)
        case .claimed, .retried, .read, .split, .sharing, .shared, .submitting, .notAccepted, .outcomeUnknown,
            .submitted, .pictureSaved, .fetched, .picturesLost, .variantFailed, .approved, .cancelled, .done, .failed:
            return nil
        }
    }

    /// The same event, whose answer is in a file.
    package func naming(_ file: AnswerFile) -> JobEvent {
        switch self {
        case .answered(let variant, var answer):
            answer.response = .file(file)
            return .answered(variant: variant, answer)
        case .variantFailed(let variant, let why, _):
            return .variantFailed(variant: variant, why, response: .file(file))
        case .claimed, .retried, .read, .split, .sharing, .shared, .submitting, .notAccepted, .outcomeUnknown,
            .submitted, .pictureSaved, .fetched, .picturesLost, .approved, .cancelled, .done, .failed:
            return self
        }
    }
}
