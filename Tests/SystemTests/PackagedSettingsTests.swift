// SPDX-License-Identifier: Apache-2.0

import DropFolder
import Foundation
import Testing

/// What is found without being named.
@Suite(.watched, .timeLimit(.minutes(15)))
struct PackagedSettingsTests {
    /// Runs the program where the package's configuration names this spool, seen by nobody else.
    ///
    /// - Parameter mayRead: whether the program may read that configuration.
    private static func run(_ arguments: [String], _ spool: TestSpool, mayRead: Bool = true) async throws -> (
        code: Int32, output: String, errors: [String]
    ) {
        // As root without its right to read what is another's.
        let rights = mayRead ? [] : ["setpriv", "--bounding-set", "-dac_override,-dac_read_search"]
        let script = """
            cp -a /etc "$1/etc"; mkdir -p "$1/etc/bananadrop"; mount --bind "$1/etc" /etc
            printf 'spool: %s\nmodels: [packaged]\n' "$1" >/etc/bananadrop/config.yaml
            chown 1 /etc/bananadrop/config.yaml; chmod "$2" /etc/bananadrop/config.yaml
            cd "$1"; shift 2; exec "$@"
            """
        let launcher = ["unshare", "--mount", "sh", "-ec", script, "sh", spool.root.path, mayRead ? "644" : "600"]
        return try await Program.run(arguments, launcher: launcher + rights)
    }

    static let commands: [(arguments: [String], code: Int32, words: String)] = [
        (["status"], 0, "waiting in the inbox: 0"),
        (["config"], 0, "# /etc/bananadrop/config.yaml:1"),
        (["check", "hero.yaml"], 0, "packaged"),
        (["submit", "hero.yaml"], 0, "hero\n"),
        (["doctor", "--api-url", "http://127.0.0.1:9"], 69, "/etc/bananadrop/config.yaml can be read"),
        (["schema"], 0, "packaged"),
        (["wait", "nobody"], 66, "there is no job nobody"),
        (["retry", "nobody"], 66, "nobody"),
        // Not the daemon, which would be another's.
        (["run"], 64, "--spool is missing"),
    ]

    @Test(.enabled(if: Needs.mounts, "mounting needs root"), arguments: commands.indices)
    func `commands find the package's configuration and its spool by themselves`(index: Int) async throws {
        let (arguments, code, words) = Self.commands[index]
        try await TestSpool.with { spool in
            let request = TestSpool.request("a", more: "model: packaged\n")
            try Data(request.utf8).write(to: spool.root.appendingPathComponent("hero.yaml"))
            let result = try await Self.run(arguments, spool)
            #expect(result.code == code, "\(result.errors)")
            #expect((result.output + result.errors.joined()).contains(words), "\(result.output)")
        }
    }

    @Test(
        .enabled(if: Needs.mounts, "mounting needs root"), arguments: [["submit", "hero.yaml"], ["retry", "nobody"]])
    func `who pays says which spool it found by itself, and that nobody serves it`(arguments: [String]) async throws {
        try await TestSpool.with { spool in
            let root = spool.root.path
            try Data(TestSpool.request("a").utf8).write(to: spool.root.appendingPathComponent("hero.yaml"))
            let found = try await Self.run(arguments, spool)
            #expect(
                found.errors.prefix(2) == [
                    "bananadrop: the spool is \(root), as /etc/bananadrop/config.yaml says",
                    "bananadrop: no daemon works on \(root) now; nothing starts until one does",
                ])
            let named = try await Self.run(arguments + ["--spool", root], spool)
            #expect(!named.errors.contains { $0.contains("the spool is") || $0.contains("no daemon") })
        }
    }

    @Test(.enabled(if: Needs.mounts, "mounting needs root"))
    func `what needs no spool goes by the defaults where the user may not read the package's configuration`()
        async throws
    {
        let words = "bananadrop: this user may not read the configuration file /etc/bananadrop/config.yaml"
        try await TestSpool.with { spool in
            try Data(TestSpool.request("a").utf8).write(to: spool.root.appendingPathComponent("hero.yaml"))
            for arguments in [["check", "hero.yaml"], ["schema"]] {
                let result = try await Self.run(arguments, spool, mayRead: false)
                #expect(result.code == 0 && !result.output.isEmpty && !result.output.contains("packaged"))
                #expect(result.errors == [words + "; the defaults are used instead"])
            }
            for arguments in [["status"], ["schema", "--config", "/etc/bananadrop/config.yaml"]] {
                let result = try await Self.run(arguments, spool, mayRead: false)
                #expect(result.code == 77 && result.errors == [words])
            }
        }
    }

    /// The user's service begins with `init`, and begins again for ever where that fails.
    @Test func `init makes the spool whatever is wrong with the configuration`() async throws {
        try await TestSpool.with { spool in
            let root = spool.root.path
            try Data("max-in-flihgt: 4\n".utf8).write(to: URL(fileURLWithPath: root + "/bananadrop.yaml"))
            let result = try await Program.run(["init", root], key: nil)
            #expect(result.code == 0 && result.errors.isEmpty)
            #expect(result.output.contains("Start: bananadrop run") && !result.output.contains("key"))
        }
    }

    @Test func `init says that the key is missing, and where it can be put`() async throws {
        try await TestSpool.with { spool in
            let root = spool.root.appendingPathComponent("new").path
            let without = try await Program.run(["init", root], key: nil)
            #expect(without.code == 0)
            #expect(
                without.output.contains(
                    "The API key is missing: set BANANADROP_API_KEY, or api-key-file in \(root)/bananadrop.yaml.\n"))
            #expect(try await Program.run(["init", root]).output.contains("key") == false)
            try Data("api-key-file: /etc/key\n".utf8).write(to: URL(fileURLWithPath: root + "/bananadrop.yaml"))
            #expect(try await Program.run(["init", root], key: nil).output.contains("key") == false)
        }
    }
}
