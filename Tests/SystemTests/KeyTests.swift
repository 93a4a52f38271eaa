// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import NanoBananaSimulator
import Testing

/// Where the key comes from, and which file is none.
@Suite(.watched, .timeLimit(.minutes(15)))
struct KeyTests {
    private func write(_ key: String, in spool: TestSpool, mode: mode_t) throws -> String {
        let path = spool.root.appendingPathComponent("api-key").path
        try Data("\(key)\n".utf8).write(to: URL(fileURLWithPath: path))
        #expect(chmod(path, mode) == 0)
        return path
    }

    private func start(
        _ spool: TestSpool, _ options: [String], _ environment: [String: String] = [:], key: String? = nil
    ) async throws -> (code: Int32, errors: [String]) {
        let arguments = ["run", "--spool", spool.root.path, "--api-url", "http://127.0.0.1:1"] + options
        let (code, _, errors) = try await Program.run(arguments, environment: environment, key: key)
        return (code, errors)
    }

    @Test func `a key file that everybody can read is refused, with what to do`() async throws {
        try await TestSpool.with { spool in
            let path = try write("key", in: spool, mode: 0o644)
            let (code, errors) = try await start(spool, ["--api-key-file", path])
            #expect(code == 77)
            #expect(
                errors == [
                    "bananadrop: the key file \(path) is open to everybody on this machine (mode 644), so it is not "
                        + "secret; run `chmod o= \(path)`"
                ])
        }
    }

    @Test func `a key file that is not there is named`() async throws {
        try await TestSpool.with { spool in
            let (code, errors) = try await start(spool, ["--api-key-file", "/nowhere/key"])
            #expect(code == 78)
            #expect(errors == ["bananadrop: the key file /nowhere/key cannot be read: No such file or directory"])
        }
    }

    @Test func `the credential comes before the file, and the file before the environment`() async throws {
        var configuration = SimulatorConfiguration()
        configuration.keys = ["right"]
        try await withSimulator(configuration) { _, base in
            for place in ["credential", "file", "environment"] {
                try await TestSpool.with { spool in
                    let path = try write("right", in: spool, mode: 0o600)
                    var options: [String] = []
                    var environment = ["BANANADROP_API_KEY": place == "environment" ? "right" : "wrong"]
                    if place != "environment" {
                        let wrong = spool.root.appendingPathComponent("wrong").path
                        try Data("wrong\n".utf8).write(to: URL(fileURLWithPath: wrong))
                        #expect(chmod(wrong, 0o600) == 0)
                        options = ["--api-key-file", place == "file" ? path : wrong]
                    }
                    if place == "credential" { environment["CREDENTIALS_DIRECTORY"] = spool.root.path }
                    // A folder of credentials without this one is passed over.
                    if place == "file" { environment["CREDENTIALS_DIRECTORY"] = spool.inbox.path }
                    try spool.drop(TestSpool.request("with the key of the \(place)"), as: "a.yaml")
                    try await spool.guarded(base, options, environment: environment) { daemon in
                        let line = await daemon.line { $0.contains(" Done ") || $0.contains("why=key") }
                        #expect(line?.contains(" Done ") == true, "\(place): \(line ?? "")")
                    }
                }
            }
        }
    }
}
