// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Documents
internal import Jobs

struct FailuresCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "failures", abstract: "Explain every failure: whether it was charged, who acts, what to do.",
        discussion: "The `error.txt` beside a failed request says more.")

    @Flag(help: "Print the table of the document about failures.") var markdown = false

    func run() async throws {
        print(markdown ? Self.table : Self.text, terminator: "")
    }

    private static var text: String {
        let blocks = FailureCode.allCases.map { code in
            """
            \(code.rawValue)
                \(Wording.whatHappened(code))
                Charged: \(Wording.charged(code)). Who acts: \(Wording.whoActs(code)).
                \(Wording.whatToDo(code))

            """
        }
        return blocks.joined(separator: "\n")
    }

    private static var table: String {
        let rows = FailureCode.allCases.map { code in
            [
                "`\(code.rawValue)`", Wording.charged(code), Wording.whatHappened(code), Wording.whoActs(code),
                Wording.whatToDo(code),
            ]
        }
        let header = ["code", "charged", "what happened", "who acts", "what to do"]
        let rule = "|" + String(repeating: "---|", count: header.count) + "\n"
        func line(_ cells: [String]) -> String { "| \(cells.joined(separator: " | ")) |\n" }
        return line(header) + rule + rows.map(line).joined()
    }
}
