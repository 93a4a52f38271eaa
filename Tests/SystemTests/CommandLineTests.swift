// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import NanoBananaSimulator
import Testing

/// The command line as administrators and programs use it.
@Suite(.watched, .timeLimit(.minutes(15)))
struct CommandLineTests {
    @Test func `init makes a spool and a configuration that run takes as it is`() async throws {
        try await TestSpool.with { spool in
            let root = spool.root.appendingPathComponent("new").path
            let made = try await Program.run(["init", root])
            #expect(made.code == 0)
            #expect(FileManager.default.fileExists(atPath: root + "/bananadrop.yaml"))
            try await withSimulator { _, base in
                let daemon = try Program(["run", "--spool", root, "--api-url", base])
                #expect(await daemon.line(containing: "Watching") != nil)
                daemon.send(SIGINT)
                #expect(await daemon.end() == 0)
            }
        }
    }

    @Test(
        arguments: [(0o755, false), (0o775, true), (0o757, true), (0o700, false), (0o1777, false)] as [(mode_t, Bool)])
    func `init warns where others could change the settings`(mode: mode_t, warns: Bool) async throws {
        try await TestSpool.with { spool in
            let root = spool.root.appendingPathComponent("new").path
            try #require(mkdir(root, 0o700) == 0 && chmod(root, mode) == 0)
            let made = try await Program.run(["init", root])
            #expect(made.code == 0)
            #expect(
                made.output.contains("Others can write to \(root), so they could change") == warns, "\(made.output)")
        }
    }

    static let wrong: [(arguments: [String], environment: [String: String], code: Int32, words: String)] = [
        (["run"], [:], 64, "--spool is missing"),
        (["run", "--spool", "SPOOL", "--max-in-flight", "8O"], [:], 78, "max-in-flight cannot be \"8O\""),
        (["run", "--spool", "SPOOL", "--poll-interval", "0"], [:], 78, "a time from 10ms to 1h"),
        (["run", "--spool", "SPOOL", "--api-url", "ftp://x"], [:], 78, "api-url cannot be"),
        (["run", "--spool", "SPOOL"], ["BANANADROP_MAX_INFLIGHT": "3"], 78, "did you mean BANANADROP_MAX_IN_FLIGHT?"),
        (["run", "--spool", "SPOOL"], ["BANANADROP_MAX_IN_FLIGHT": "x"], 78, "max-in-flight cannot be \"x\""),
        (["run", "--spool", "SPOOL", "--config", "/nowhere"], [:], 78, "cannot be read"),
        (["run", "--spool", "SPOOL", "--max-in-fligth", "3"], [:], 64, "Unknown option"),
        (["run", "--spool", "/nowhere/at/all"], [:], 78, "is not there"),
        (
            ["run", "--spool", "SPOOL", "--ca-file", "/nowhere/ca.pem"], [:], 78,
            "the ca-file /nowhere/ca.pem cannot be read"
        ),
        (
            ["run", "--spool", "SPOOL", "--ca-file", "/etc/passwd"], [:], 78,
            "the ca-file /etc/passwd is not a PEM file"
        ),
        (["run", "--spool", "SPOOL", "--proxy", "p"], [:], 78, "proxy has no port, a number from 1 to 65535"),
        (
            ["run", "--spool", "SPOOL", "--proxy", "u:pw@p:1"], [:], 64,
            "everyone on this machine can read a password in --proxy"
        ),
        (
            ["run", "--spool", "SPOOL"], ["BANANADROP_PROXY": "socks5://p:1"], 78,
            "proxy names a socks5 proxy"
        ),
        (
            ["run", "--spool", "SPOOL"], ["HTTPS_PROXY": "socks5h://p:1"], 78,
            "HTTPS_PROXY names a socks5h proxy"
        ),
        (["run", "--spool", "SPOOL", "--connect-timeout", "10ms"], [:], 78, "a time from 100ms to 5m"),
        (["run", "--spool", "SPOOL", "--answer-timeout", "0.5s"], [:], 78, "a time from 1s to 1h"),
        (["status", "--spool", "/nowhere/at/all"], [:], 66, "cannot be read as a spool"),
    ]

    @Test(arguments: wrong.indices)
    func `a mistake in a setting is a clear error and never the default`(index: Int) async throws {
        let (arguments, environment, code, words) = Self.wrong[index]
        try await TestSpool.with { spool in
            let given = arguments.map { $0 == "SPOOL" ? spool.root.path : $0 }
            let result = try await Program.run(given, environment: environment)
            #expect(result.code == code)
            #expect(result.errors.joined(separator: "\n").contains(words), "\(result.errors)")
        }
    }

    @Test func `a misspelt name in the configuration file is named with its place`() async throws {
        try await TestSpool.with { spool in
            let file = spool.root.appendingPathComponent("bananadrop.yaml")
            try Data("# comment\nmax-inflight: 3\n".utf8).write(to: file)
            let result = try await Program.run(["run", "--spool", spool.root.path])
            #expect(result.code == 78)
            #expect(result.errors.first?.contains("bananadrop.yaml:2:1: there is no setting `max-inflight`") == true)
            #expect(result.errors.first?.contains("did you mean max-in-flight?") == true)
        }
    }

    @Test func `an empty file of authorities is a clear error`() async throws {
        try await TestSpool.with { spool in
            let file = spool.root.appendingPathComponent("ca.pem")
            try Data().write(to: file)
            let result = try await Program.run(["run", "--spool", spool.root.path, "--ca-file", file.path])
            #expect(result.code == 78)
            #expect(
                result.errors.first?.contains(
                    "\(file.path) is empty; it must hold certificates in PEM form") == true)
        }
    }

    @Test func `without a key it does not start`() async throws {
        try await TestSpool.with { spool in
            let result = try await Program.run(["run", "--spool", spool.root.path], key: nil)
            #expect(result.code == 78)
            #expect(result.errors.first?.contains("BANANADROP_API_KEY") == true)
        }
    }

    @Test func `a lock file that was taken for a leftover and deleted lets no second daemon in`() async throws {
        try await withSimulator { _, base in
            try await TestSpool.with { spool in
                try await spool.withDaemon(base) { daemon in
                    await daemon.line(containing: "Watching")
                    try FileManager.default.removeItem(at: spool.root.appendingPathComponent(".lock"))
                    for _ in 1...2 {
                        let second = try spool.run(base)
                        #expect(await second.end() == 75)
                        await second.line { _ in false }
                        #expect(
                            second.lines.contains {
                                $0.contains(
                                    "a spool can have only one daemon")
                            }, "\(second.lines)")
                    }
                }
                // Nothing of it stays behind.
                try await spool.withDaemon(base) { daemon in
                    #expect(await daemon.line(containing: "Watching") != nil)
                }
            }
        }
    }

    @Test func `a second daemon on the same spool is refused with the first one's pid`() async throws {
        try await withSimulator { _, base in
            try await TestSpool.with { spool in
                try await spool.withDaemon(base) { daemon in
                    let arguments = ["run", "--spool", spool.root.path, "--api-url", base]
                    let second = try await Program.run(arguments)
                    #expect(second.code == 75)
                    #expect(second.errors.first?.contains("process \(daemon.pid)") == true)
                    let status = try await Program.run(["status", "--spool", spool.root.path])
                    #expect(status.output.contains("running: process \(daemon.pid)"))
                }
            }
        }
    }

    @Test(.enabled(if: geteuid() == 0, "mounting a file system needs root"))
    func `folders on two file systems are refused`() async throws {
        try await TestSpool.with { spool in
            try #require(mount("none", spool.done.path, "tmpfs", 0, nil) == 0)
            defer { umount2(spool.done.path, 0) }
            let result = try await Program.run(["run", "--spool", spool.root.path])
            #expect(result.code == 78)
            #expect(result.errors.first?.contains("another file system") == true)
        }
    }

    @Test func `check tells every mistake with its place and sends nothing`() async throws {
        try await TestSpool.with { spool in
            let bad = spool.root.appendingPathComponent("bad.yaml").path
            let good = spool.root.appendingPathComponent("good.yaml").path
            try "promt: x\nimages:\n  - ftp://x\n".write(toFile: bad, atomically: true, encoding: .utf8)
            try TestSpool.request("fine").write(toFile: good, atomically: true, encoding: .utf8)
            let wrong = try await Program.run(["check", bad])
            #expect(wrong.code == 65)
            #expect(wrong.output.contains("\(bad):1:1: there is no key `promt`; did you mean `prompt`?\n"))
            #expect(wrong.output.contains("\(bad):3:5: \"ftp://x\" is a `ftp:` link"))
            let right = try await Program.run(["check", good])
            #expect(right.code == 0)
            #expect(right.output.contains("\"prompt\": \"fine\""))
            let missing = try await Program.run(["check", good + ".nowhere.yaml"])
            #expect(missing.code == 66)
        }
    }

    @Test func `the key is never written anywhere`() async throws {
        try await withSimulator { _, base in
            try await TestSpool.with { spool in
                let arguments = ["run", "--spool", spool.root.path, "--api-url", base, "--log-level", "debug"]
                let daemon = try Program(arguments + ["--poll-interval", "0.05"], key: "very-secret-key")
                try spool.drop(TestSpool.request("a"), as: "a.yaml")
                try spool.drop("nonsense: 1", as: "b.yaml")
                await daemon.line(containing: "Done job=a")
                await daemon.line(containing: "Failed job=b")
                daemon.send(SIGTERM)
                _ = await daemon.end()
                #expect(!daemon.lines.joined().contains("very-secret"))
                let walker = FileManager.default.enumerator(atPath: spool.root.path)
                while let path = walker?.nextObject() as? String {
                    guard let bytes = try? spool.data(path) else { continue }
                    #expect(bytes.range(of: Data("very-secret".utf8)) == nil, "\(path)")
                }
            }
        }
    }

    @Test(arguments: ["check", "submit", "status", "retry"])
    func `help has the command's own options and the spool's, and on request all settings`(command: String)
        async throws
    {
        let short = try await Program.run([command, "--help"]).output
        #expect(short.contains("--spool") && short.contains("--config") && !short.contains("--max-in-flight"))
        #expect(short.contains("--help settings") && short.count { $0 == "\n" } < 45)
        #expect(try await Program.run([command, "--help-hidden"]).output.contains("--max-in-flight"))
        #expect(try await Program.run([command, "--help", "settings"]).output.contains("--max-in-flight"))
        #expect(try await Program.run(["run", "--help"]).output.contains("--max-in-flight"))
    }
}
