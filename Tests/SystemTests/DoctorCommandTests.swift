// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import NanoBananaSimulator
import Testing

/// `doctor` as an administrator runs it: beside a daemon, on a spool that is not well, without a network.
@Suite(.watched, .timeLimit(.minutes(15)))
struct DoctorCommandTests {
    private struct Line {
        var level: String
        var finding: String
    }

    /// What each check says, by its subject.
    private static func examine(
        _ arguments: [String], key: String? = "test-key", environment: [String: String] = [:]
    ) async throws -> (code: Int32, lines: [String: Line]) {
        let result = try await Program.run(["doctor", "--json"] + arguments, environment: environment, key: key)
        let page = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any] ?? [:]
        var lines: [String: Line] = [:]
        for check in page["checks"] as? [[String: Any]] ?? [] {
            let (level, finding) = (check["level"] as? String ?? "", check["finding"] as? String ?? "")
            lines[check["subject"] as? String ?? ""] = Line(level: level, finding: finding)
            #expect(level == "ok" || check["advice"] is String || finding.contains(";"), "\(finding)")
        }
        return (result.code, lines)
    }

    /// But for the daemon's next page, which is there for a moment whenever it comes.
    private static func everything(in spool: TestSpool) -> [String] {
        let paths = FileManager.default.enumerator(atPath: spool.root.path)?.compactMap { $0 as? String } ?? []
        return paths.filter { $0 != ".status.json.new" }.sorted()
    }

    private static let subjects: Set = [
        "configuration", "spool", "permissions", "space", "file_system", "events", "inotify", "daemon", "key", "api",
        "clock", "time_zone", "prices",
    ]

    @Test func `beside a daemon all is looked at, nothing is left behind, and the daemon sees nothing`() async throws {
        try await withSimulator { _, base in
            try await TestSpool.with { spool in
                try await spool.withDaemon(base) { daemon in
                    // Its first page is its own doing.
                    _ = try await spool.status { $0["watching"] is String }
                    let (files, said) = (Self.everything(in: spool), daemon.lines)
                    let prices = ["--prices", "nano-banana-pro = 1, nano-banana-2 = 1, nano-banana = 1"]
                    let (code, lines) = try await Self.examine(
                        ["--spool", spool.root.path, "--api-url", base] + prices)
                    #expect(code == 0)
                    #expect(Set(lines.keys) == Self.subjects)
                    for subject in ["configuration", "spool", "events", "inotify", "key", "api", "clock", "prices"] {
                        #expect(lines[subject]?.level == "ok", "\(subject): \(lines[subject]?.finding ?? "")")
                    }
                    #expect(lines["daemon"]?.finding.hasPrefix("process \(daemon.pid) works on the spool") == true)
                    #expect(Self.everything(in: spool) == files)
                    // It takes the next file as ever, and has said nothing in between.
                    #expect(daemon.lines == said)
                    try spool.drop(TestSpool.request("a"), as: "a.yaml")
                    #expect(await daemon.line(containing: "Done job=a") != nil)
                }
            }
        }
    }

    /// What it reads goes to the address that the owner has written down.
    @Test(.enabled(if: geteuid() == 0, "only root may become another"))
    func `root reads no key with its own rights for whoever owns the spool or the configuration`() async throws {
        try await TestSpool.with { spool in
            let secrets = spool.root.appendingPathComponent("secrets").path
            try #require(mkdir(secrets, 0o755) == 0)
            try Data("root's-own-key\n".utf8).write(to: URL(fileURLWithPath: secrets + "/api-key"))
            try #require(chmod(secrets + "/api-key", 0o600) == 0)
            let options = ["--spool", spool.root.path, "--api-url", "http://127.0.0.1:9"]
            let environment = ["CREDENTIALS_DIRECTORY": secrets]
            func key(_ more: [String] = []) async throws -> Line? {
                try await Self.examine(options + more, key: nil, environment: environment).lines["key"]
            }
            #expect(try await key()?.level == "ok")
            let config = spool.root.appendingPathComponent("theirs.yaml").path
            try Data("log-level: info\n".utf8).write(to: URL(fileURLWithPath: config))
            try #require(chown(config, 65_534, 65_534) == 0)
            #expect(try await key(["--config", config])?.finding.hasPrefix("not tried: ") == true)
            try #require(chown(spool.root.appendingPathComponent("processing").path, 65_534, 65_534) == 0)
            #expect(try await key()?.finding.hasSuffix("api-key cannot be read: Permission denied") == true)
        }
    }

    @Test func `for people it is a line each`() async throws {
        try await withSimulator { _, base in
            try await TestSpool.with { spool in
                let arguments = ["doctor", "--spool", spool.root.path, "--api-url", base]
                let result = try await Program.run(arguments, key: "very-secret")
                let lines = result.output.split(separator: "\n")
                #expect(result.code == 0)
                #expect(lines.count == Self.subjects.count)
                #expect(lines.allSatisfy { $0.hasPrefix("ok    ") || $0.hasPrefix("warn  ") })
                #expect(
                    lines.contains {
                        $0.hasPrefix(
                            "warn  daemon         no daemon works on the spool; start it")
                    })
                #expect(!result.output.contains("very-secret") && !result.output.contains("\u{1B}"))
            }
        }
    }

    @Test func `a spool that is not there fails, and the rest is looked at all the same`() async throws {
        try await withSimulator { _, base in
            let (code, lines) = try await Self.examine(["--spool", "/nowhere/at/all", "--api-url", base])
            #expect(code == 78)
            #expect(lines["spool"]?.level == "fail")
            #expect(lines["spool"]?.finding.hasPrefix("/nowhere/at/all/inbox is not there") == true)
            #expect(lines["api"]?.level == "ok")
            #expect(lines["events"] == nil)
            #expect(!FileManager.default.fileExists(atPath: "/nowhere"))
        }
    }

    @Test func `a refused key is the API's word`() async throws {
        var configuration = SimulatorConfiguration()
        configuration.keys = ["right"]
        try await withSimulator(configuration) { _, base in
            try await TestSpool.with { spool in
                let arguments = ["--spool", spool.root.path, "--api-url", base]
                let wrong = try await Self.examine(arguments, key: "wrong")
                #expect(wrong.code == 69)
                #expect(wrong.lines["api"]?.finding.hasPrefix("\(base) refuses the key") == true)
                #expect(try await Self.examine(arguments, key: "right").code == 0)
                let none = try await Self.examine(arguments, key: nil)
                #expect(none.code == 78)
                #expect(none.lines["key"]?.level == "fail")
                #expect(none.lines["api"]?.finding.hasSuffix("whether it accepts a key was not checked") == true)
            }
        }
    }

    @Test func `the key that the service manager passes on to the daemon alone is looked at, too`() async throws {
        var configuration = SimulatorConfiguration()
        configuration.keys = ["right"]
        try await withSimulator(configuration) { _, base in
            try await TestSpool.with { spool in
                let credentials = spool.root.appendingPathComponent("credentials")
                try FileManager.default.createDirectory(at: credentials, withIntermediateDirectories: true)
                let file = credentials.appendingPathComponent("api-key").path
                try "right\n".write(toFile: file, atomically: true, encoding: .utf8)
                try #require(chmod(file, 0o600) == 0)
                let arguments = ["--spool", spool.root.path, "--api-url", base]
                let daemon = try spool.run(base, environment: ["CREDENTIALS_DIRECTORY": credentials.path])
                await daemon.line(containing: "Watching")
                let beside = try await Self.examine(arguments, key: nil)
                #expect(beside.code == 0)
                #expect(beside.lines["key"]?.finding == "it comes from \(file)")
                #expect(beside.lines["api"]?.level == "ok")
                #expect(beside.lines["api"]?.finding.hasSuffix("does not refuse the key") == true)
                daemon.send(SIGTERM)
                #expect(await daemon.end() == 0)
                let alone = try await Self.examine(arguments, key: nil)
                #expect(alone.code == 78)
                #expect(alone.lines["key"]?.level == "fail")
            }
        }
    }

    @Test func `an API that is not there is named with its address`() async throws {
        try await TestSpool.with { spool in
            let (code, lines) = try await Self.examine(["--spool", spool.root.path, "--api-url", "http://127.0.0.1:1"])
            #expect(code == 69)
            #expect(lines["api"]?.finding.hasPrefix("http://127.0.0.1:1 cannot be reached: ") == true)
        }
    }

    @Test func `a mistake in the configuration is told as run tells it, and the spool is looked at`() async throws {
        try await TestSpool.with { spool in
            let file = spool.root.appendingPathComponent("bananadrop.yaml")
            try Data("max-inflight: 3\n".utf8).write(to: file)
            let (code, lines) = try await Self.examine(["--spool", spool.root.path])
            #expect(code == 78)
            #expect(lines["configuration"]?.finding.contains("did you mean max-in-flight?") == true)
            #expect(lines["spool"]?.level == "ok")
        }
    }

    @Test func `a key file that everybody reads is none`() async throws {
        try await withSimulator { _, base in
            try await TestSpool.with { spool in
                let file = spool.root.appendingPathComponent("key").path
                try "test-key\n".write(toFile: file, atomically: true, encoding: .utf8)
                let arguments = ["--spool", spool.root.path, "--api-url", base, "--api-key-file", file]
                for (mode, level) in [(0o644, "fail"), (0o640, "ok")] as [(mode_t, String)] {
                    try #require(chmod(file, mode) == 0)
                    let (code, lines) = try await Self.examine(arguments)
                    #expect(code == (level == "ok" ? 0 : 78))
                    #expect(lines["key"]?.level == level)
                }
            }
        }
    }

    @Test(.enabled(if: Needs.mounts, "mounting a file system needs root"))
    func `two file systems, and one that cannot be written to, fail`() async throws {
        try await Mounts.withFolder { folder in
            let spool = TestSpool(root: folder.appendingPathComponent("spool"))
            try Mounts.makeTemporary(spool.root, bytes: 32 << 20)
            try #require(try await Program.run(["init", spool.root.path]).code == 0)
            let arguments = ["--spool", spool.root.path, "--api-url", "http://127.0.0.1:1"]
            let small = try await Self.examine(arguments)
            #expect(small.lines["space"]?.level == "fail")
            #expect(small.lines["file_system"]?.finding.hasPrefix("tmpfs, mounted at ") == true)
            try Mounts.makeTemporary(spool.done, bytes: 1 << 20)
            let two = try await Self.examine(arguments)
            #expect(two.code == 78)
            #expect(two.lines["spool"]?.finding.contains("is on another file system") == true)
            try Mounts.unmount(spool.done)
            try Mounts.coverReadOnly(spool.root)
            let readOnly = try await Self.examine(arguments)
            #expect(readOnly.code == 78)
            #expect(readOnly.lines["spool"]?.finding.contains("Read-only file system") == true)
            #expect(readOnly.lines["events"]?.finding.hasPrefix("not tried") == true)
        }
    }

    @Test func `pictures that cannot be fetched, or not even published, are found before a request`() async throws {
        try await withSimulator { _, base in
            try await TestSpool.with { spool in
                let folder = spool.root.appendingPathComponent("published")
                try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
                func examine(_ options: String...) async throws -> (code: Int32, lines: [String]) {
                    let result = try await Program.run(
                        ["doctor", "--spool", spool.root.path, "--api-url", base] + options)
                    let lines = result.output.split(separator: "\n").map(String.init)
                    return (result.code, lines.filter { $0.contains(" publishing ") })
                }
                let away = try await examine(
                    "--publish-directory", folder.path, "--publish-base-url", "http://127.0.0.1:1")
                #expect(away.code == 0)
                #expect(away.lines.map { $0.prefix(4) } == ["ok  ", "warn", "ok  "], "\(away.lines)")
                #expect(away.lines.last?.hasSuffix("it was taken away again") == true)
                let other = try await examine("--publish-directory", folder.path, "--publish-base-url", base)
                #expect(other.code == 78)
                #expect(other.lines.map { $0.prefix(4) } == ["ok  ", "fail", "ok  "], "\(other.lines)")
                #expect(spool.names(in: folder) == [])
                let mute = try await examine(
                    "--publish-command", "true {file} {name}", "--publish-remove-command", "true {name}")
                #expect(mute.code == 78)
                #expect(mute.lines.count == 1 && mute.lines[0].contains("publish-command printed no link"))
            }
        }
    }
}
