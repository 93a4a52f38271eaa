// SPDX-License-Identifier: Apache-2.0

internal import SystemPackage

/// Splits one line into the words of a command, as a shell does it, without a shell. Pure.
///
/// Blanks separate words; `'…'`, `"…"` and `\` keep them together, by the rules of POSIX (Shell Command Language, 2.2).
/// Whatever else would mean something to a shell is refused rather than taken for text, unless it stands in quotes.
package struct CommandWords: Sendable {
    /// Stands for the picture's path.
    static let file = "{file}"
    /// Stands for the published name.
    static let name = "{name}"
    /// Stands for the path of a smaller picture that is still to be written.
    static let out = "{out}"

    package private(set) var words: [String] = []
    private var word: String?
    private var rest: Substring.UnicodeScalarView

    package init(_ line: String) throws(CommandProblem) {
        rest = line[...].unicodeScalars
        while let scalar = rest.popFirst() {
            switch scalar {
            case " ", "\t", "\n", "\r": endWord()
            case "'": try takeSingleQuotes()
            case "\"": try takeDoubleQuotes()
            case "\\":
                guard let next = rest.popFirst() else { throw .openBackslash }
                append(next)
            case "|", "&", ";", "<", ">", "$", "`": throw .shellCharacter(Character(scalar))
            default: append(scalar)
            }
        }
        endWord()
    }

    private mutating func append(_ scalar: Unicode.Scalar) {
        word = word ?? ""
        word?.unicodeScalars.append(scalar)
    }

    private mutating func endWord() {
        if let word { words.append(word) }
        word = nil
    }

    private mutating func takeSingleQuotes() throws(CommandProblem) {
        // Quotes with nothing in them are a word, too.
        word = word ?? ""
        while let scalar = rest.popFirst() {
            if scalar == "'" { return }
            append(scalar)
        }
        throw .openQuote("'")
    }

    private mutating func takeDoubleQuotes() throws(CommandProblem) {
        word = word ?? ""
        while let scalar = rest.popFirst() {
            switch scalar {
            case "\"": return
            case "\\":
                // Inside of double quotes it protects these only, and is text before anything else.
                if let next = rest.first, "\"\\$`".unicodeScalars.contains(next) {
                    append(rest.removeFirst())
                } else {
                    append(scalar)
                }
            case "$", "`": throw .shellCharacter(Character(scalar))
            default: append(scalar)
            }
        }
        throw .openQuote("\"")
    }

    /// The arguments, as bytes: ``file``, ``name`` and ``out`` replaced inside the words, so that each word stays one
    /// argument whatever the names hold. What was put in is not looked through again.
    static func filled(_ words: [String], file: FilePath?, name: SharedName, out: FilePath? = nil) -> [[UInt8]] {
        func bytes(_ path: FilePath) -> [UInt8] {
            path.withPlatformString { UnsafeBufferPointer(start: $0, count: path.length).map(UInt8.init(bitPattern:)) }
        }
        let values = [(Self.file, file.map(bytes)), (Self.name, Array(name.text.utf8)), (Self.out, out.map(bytes))]
        return words.map { word in
            var argument: [UInt8] = []
            var rest = word[...]
            while let character = rest.first {
                if let (mark, value) = values.first(where: { rest.hasPrefix($0.0) && $0.1 != nil }), let value {
                    argument += value
                    rest.removeFirst(mark.count)
                } else {
                    argument += Array(character.utf8)
                    rest.removeFirst()
                }
            }
            return argument
        }
    }
}

/// Why a line is no command.
package enum CommandProblem: Error, Equatable, Sendable {
    /// The quote that is never closed: `'` or `"`.
    case openQuote(Character)
    /// The line ends in a `\` that stands outside of quotes.
    case openBackslash
    /// A character that only a shell would understand.
    case shellCharacter(Character)
}
