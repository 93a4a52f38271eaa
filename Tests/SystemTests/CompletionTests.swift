// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// What bash, zsh and fish complete, asked of these shells themselves.
@Suite(.watched, .timeLimit(.minutes(15)))
struct CompletionTests {
    struct Case: Sendable {
        /// The line; SPOOL is one, and the shell stands in it.
        var line: String
        var offers: [String]
    }

    private static let files = [
        "inbox/hero.yaml", "inbox/acme/one.yaml", "failed/lost/journal.jsonl", "failed/acme/torn/journal.jsonl",
        "failed/$(touch ran)/journal.jsonl", "new/a.yaml", "new/b.csv", "new/c.yaml.txt", "new/d.png", "key",
    ]

    /// Makes a spool, a script of completions, and a folder with the program under its name.
    private static func withShell(
        _ shell: String, named name: String, _ body: (TestSpool, String, [String: String]) async throws -> Void
    ) async throws {
        try await TestSpool.with { spool in
            for file in files {
                let path = spool.root.appendingPathComponent(file)
                try FileManager.default.createDirectory(
                    at: path.deletingLastPathComponent(), withIntermediateDirectories: true)
                try Data().write(to: path)
            }
            let (code, script, _) = try await Program.run(["--generate-completion-script", shell])
            #expect(code == 0)
            let folder = spool.root.appendingPathComponent("shell")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try Data(script.utf8).write(to: folder.appendingPathComponent(name))
            let path = "\(Program.buildFolder.path):" + (ProcessInfo.processInfo.environment["PATH"] ?? "")
            try await body(spool, folder.path, ["PATH": path, "HOME": folder.path, "TERM": "dumb"])
            #expect(!FileManager.default.fileExists(atPath: spool.root.appendingPathComponent("ran").path))
        }
    }

    private static let common: [Case] = [
        Case(line: "bananadrop stat", offers: ["status"]),
        Case(line: "bananadrop run --max-in", offers: ["--max-in-flight"]),
        Case(line: "bananadrop run --log-level ", offers: ["debug", "error", "info", "notice", "warning"]),
        Case(line: "bananadrop run --model nano-banana-p", offers: ["nano-banana-pro"]),
        Case(line: "bananadrop simulate --error-style h", offers: ["http"]),
        Case(line: "bananadrop retry --spool SPOOL lo", offers: ["lost"]),
        Case(line: "bananadrop retry --spool SPOOL ac", offers: ["acme/torn"]),
        Case(line: "bananadrop retry --spool SPOOL her", offers: []),
        Case(line: "bananadrop retry --spool SPOOL $", offers: []),
        Case(line: "bananadrop wait --spool SPOOL her", offers: ["hero"]),
        Case(line: "bananadrop again --spool SPOOL lo", offers: ["lost"]),
        Case(line: "bananadrop hurry --spool SPOOL her", offers: ["hero"]),
        Case(line: "bananadrop cancel --spool SPOOL lo", offers: []),
        Case(line: "bananadrop submit --spool SPOOL --lane a", offers: ["acme"]),
    ]

    private static let inBash =
        common + [
            Case(line: "bananadrop check new/", offers: ["new/a.yaml", "new/b.csv", "new/c.yaml.txt"]),
            Case(line: "bananadrop submit new/a", offers: ["new/a.yaml"]),
            Case(line: "bananadrop run --api-key-file k", offers: ["key"]),
            Case(line: "bananadrop status --spool inb", offers: ["inbox"]),
            Case(line: "bananadrop retry --spool=SPOOL lo", offers: ["lost"]),
        ]

    @Test func `bash completes commands, options, values, files and jobs`() async throws {
        try await Self.withShell("bash", named: "bananadrop") { spool, folder, environment in
            let script = """
                cd "$1"; source "$2/bananadrop"; shift 2
                COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMP_LINE="$*"; COMP_POINT=${#COMP_LINE}; COMPREPLY=()
                _bananadrop "$1" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
                printf '%s\\n' "${COMPREPLY[@]}"
                """
            for item in Self.inBash {
                // As bash parts words: `--spool=DIR` is three.
                let words = item.line.replacing("=", with: " = ").split(
                    separator: " ", omittingEmptySubsequences: false
                )
                .map { $0 == "SPOOL" ? spool.root.path : String($0) }
                let (code, output, errors) = try await Program.run(
                    ["--norc", "-c", script, "bash", spool.root.path, folder] + words, environment: environment,
                    binary: "/bin/bash")
                #expect(code == 0 && errors.isEmpty, "\(item.line): \(errors)")
                #expect(output.split(separator: "\n").map(String.init).sorted() == item.offers, "\(item.line)")
            }
        }
    }

    /// They complete in an editor of lines only. So the line is typed there, with a tab, and then shown.
    private static let typed = """
        zmodload zsh/zpty; cd $1; zpty shell "${(j: :)argv[2,-1]}"
        for line in "${(f)START}"; do zpty -w shell $line; done
        zpty -r -m shell line '*ready*'
        zpty -w -n shell "$LINE"$'\\t\\x18'; zpty -r -m shell line '*<*>*'
        print -r -- "${${line##*<}%%>*}"
        """

    @Test(.enabled(if: Needs.programs("fish", "zsh"), "needs fish and zsh"))
    func `fish completes what there is one of`() async throws {
        try await Self.withShell("fish", named: "bananadrop.fish") { spool, folder, environment in
            let start = """
                source \(folder)/bananadrop.fish
                function show; echo '<'(commandline)'>'; commandline ''; end; bind \\cx show; echo rea''dy
                """
            try await Self.type(start, ["fish", "--no-config", "-i"], spool, environment)
        }
    }

    @Test(.enabled(if: Needs.programs("zsh"), "needs zsh"))
    func `zsh completes what there is one of`() async throws {
        try await Self.withShell("zsh", named: "_bananadrop") { spool, folder, environment in
            let start = """
                PROMPT=; fpath=(\(folder) $fpath); autoload -Uz compinit; compinit -u -d \(folder)/dump
                show() { print -r -- "<$BUFFER>"; BUFFER=; zle accept-line }; zle -N show; bindkey "^X" show
                print -r -- rea""dy
                """
            try await Self.type(start, ["zsh", "-f", "-i"], spool, environment)
        }
    }

    private static func type(
        _ start: String, _ shell: [String], _ spool: TestSpool, _ environment: [String: String]
    ) async throws {
        for item in common where item.offers.count == 1 {
            let line = item.line.replacing("SPOOL", with: spool.root.path)
            let (code, output, errors) = try await Program.run(
                ["-f", "-c", typed, "zsh", spool.root.path] + shell,
                environment: environment.merging(["START": start, "LINE": line]) { $1 }, binary: "/usr/bin/zsh")
            #expect(code == 0 && errors.isEmpty, "\(item.line): \(errors)")
            let last = output.split(separator: "\n").last?.split(separator: " ").last.map(String.init)
            #expect(last == item.offers[0], "\(item.line): \(output)")
        }
    }
}
