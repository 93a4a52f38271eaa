// SPDX-License-Identifier: Apache-2.0

import SystemPackage
import Testing

@testable import Sharing

/// The words of a command, without a shell.
struct CommandWordsTests {
    struct Line: Sendable {
        var text: String
        var words: [String]
    }

    static let lines: [Line] = [
        Line(text: "rclone copyto {file} r:p/{name}", words: ["rclone", "copyto", "{file}", "r:p/{name}"]),
        Line(text: "", words: []),
        Line(text: " \t ", words: []),
        Line(text: "  a\t b \n", words: ["a", "b"]),
        Line(text: #"'a b' "c d" e\ f"#, words: ["a b", "c d", "e f"]),
        Line(text: #"a'b c'd"e f"g"#, words: ["ab cde fg"]),
        Line(text: #"'' "" x"#, words: ["", "", "x"]),
        Line(text: #"'it'\''s'"#, words: ["it's"]),
        Line(text: #""say \"hi\" \\ \n \$ \`""#, words: [#"say "hi" \ \n $ `"#]),
        Line(text: #"'\n$HOME|&;<>`"'"#, words: [#"\n$HOME|&;<>`""#]),
        Line(text: #""|&;<>'*""#, words: ["|&;<>'*"]),
        Line(text: #"\| \$HOME \\ \' \""#, words: ["|", "$HOME", #"\"#, "'", "\""]),
        Line(text: "*.png ?x ~/bin #x {a,b} [c] !", words: ["*.png", "?x", "~/bin", "#x", "{a,b}", "[c]", "!"]),
        Line(text: "é \u{1F34C} e\u{301}", words: ["é", "\u{1F34C}", "e\u{301}"]),
    ]

    @Test(arguments: lines)
    func `a line is split as a shell does it`(line: Line) throws {
        #expect(try CommandWords(line.text).words == line.words)
    }

    struct Mistake: Sendable {
        var text: String
        var problem: CommandProblem
    }

    static let mistakes: [Mistake] = [
        Mistake(text: "a 'b", problem: .openQuote("'")),
        Mistake(text: "a \"b", problem: .openQuote("\"")),
        Mistake(text: #"a "b\""#, problem: .openQuote("\"")),
        Mistake(text: #"a \"#, problem: .openBackslash),
        Mistake(text: "a | b", problem: .shellCharacter("|")),
        Mistake(text: "a && b", problem: .shellCharacter("&")),
        Mistake(text: "a; b", problem: .shellCharacter(";")),
        Mistake(text: "a > b", problem: .shellCharacter(">")),
        Mistake(text: "a < b", problem: .shellCharacter("<")),
        Mistake(text: "a $HOME", problem: .shellCharacter("$")),
        Mistake(text: "a \"$HOME\"", problem: .shellCharacter("$")),
        Mistake(text: "a `b`", problem: .shellCharacter("`")),
    ]

    @Test(arguments: mistakes)
    func `what only a shell would understand is refused`(mistake: Mistake) {
        #expect(throws: mistake.problem) { try CommandWords(mistake.text) }
    }

    struct Filling: Sendable {
        var words: [String]
        var file: String
        var arguments: [String]
    }

    static let fillings: [Filling] = [
        Filling(words: ["x", "{file}", "{name}"], file: "/a/b", arguments: ["x", "/a/b", "0123456789abcdef.png"]),
        Filling(
            words: ["--in={file}", "r:{name}?{name}"], file: "/a",
            arguments: ["--in=/a", "r:0123456789abcdef.png?0123456789abcdef.png"]),
        Filling(words: ["{file}"], file: "/a b'\"\n$c", arguments: ["/a b'\"\n$c"]),
        // What was put in is not looked through again.
        Filling(words: ["{file}"], file: "/{name}/{file}", arguments: ["/{name}/{file}"]),
        Filling(
            words: ["{fil", "{}", "{Name}", "{{name}}"], file: "/a",
            arguments: ["{fil", "{}", "{Name}", "{0123456789abcdef.png}"]),
    ]

    @Test(arguments: fillings)
    func `names stay one argument, whatever is in them`(filling: Filling) throws {
        let name = try #require(SharedName("0123456789abcdef.png"))
        let arguments = CommandWords.filled(filling.words, file: FilePath(filling.file), name: name)
        #expect(arguments == filling.arguments.map { Array($0.utf8) })
    }

    @Test func `a path that is not UTF-8 keeps its bytes`() throws {
        let name = try #require(SharedName("0123456789abcdef.png"))
        let path = FilePath(platformString: [0x2F, -1, -2, 0])
        #expect(CommandWords.filled(["{file}"], file: path, name: name) == [[0x2F, 0xFF, 0xFE]])
    }
}
