// SPDX-License-Identifier: Apache-2.0

internal import Documents
package import FileIO
package import SystemPackage

/// What a person or a script shows to be let in.
package enum PageToken {
    /// Fewer characters can be guessed.
    static let leastLength = 16

    /// Why a file holds no token.
    package enum Problem: Error, Equatable, Sendable, CustomStringConvertible {
        case file(SecretFile.Problem)
        case tooShort(FilePath)
        case notOneLine(FilePath)

        package var description: String {
            switch self {
            case .file(let problem): "\(problem)"
            case .tooShort(let path):
                "\(Wording.line(path.string)) holds fewer than \(leastLength) characters, which can be guessed; make "
                    + "one with `openssl rand -hex 24 > \(Wording.line(path.string))`"
            case .notOneLine(let path):
                "\(Wording.line(path.string)) holds something else than one line of plain characters without spaces"
            }
        }
    }

    /// Blocking.
    package static func read(_ path: FilePath) throws(Problem) -> SecretText {
        let bytes: [UInt8]
        do {
            bytes = try SecretFile.read(path)
        } catch {
            throw .file(error)
        }
        return try text(in: bytes, path)
    }

    static func text(in bytes: [UInt8], _ path: FilePath) throws(Problem) -> SecretText {
        let line = String(decoding: bytes, as: UTF8.self).trimmed
        guard line.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else { throw .notOneLine(path) }
        guard line.utf8.count >= leastLength else { throw .tooShort(path) }
        return SecretText(line)
    }
}
