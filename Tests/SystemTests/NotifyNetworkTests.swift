// SPDX-License-Identifier: Apache-2.0

import Foundation
import NanoBananaSimulator
import TestNetwork
import Testing

@testable import TestSupport

/// Notifications go the ways of an office's network: by its proxy, and to servers of its own authority.
@Suite(
    .watched, .timeLimit(.minutes(15)),
    .enabled(if: Certificates.hasOpenSSL, "needs /usr/bin/openssl (package openssl)")
)
struct NotifyNetworkTests {
    /// A receiver behind a TLS server that shows a certificate, known to a proxy as `api.example.com`.
    private static func withReceiver(
        showing name: Certificates.Name = .good,
        _ body: @Sendable (Receiver, RecordingProxy, TLSFront) async throws -> Void
    ) async throws {
        try await Receiver.run { receiver in
            let port = try #require(URL(string: receiver.url)?.port)
            try await TLSFront.run(showing: name, before: port) { front in
                try await RecordingProxy.run(to: ["api.example.com:443": front.port]) {
                    try await body(receiver, $0, front)
                }
            }
        }
    }

    /// Runs a daemon whose only news is a request with a mistake, while `body` runs.
    private static func tell(
        _ options: [String], environment: [String: String] = [:],
        _ body: @Sendable (TestSpool, Program) async throws -> Void
    ) async throws {
        try await withSimulator { _, base in
            try await TestSpool.with { spool in
                let environment = OfficeNetworkTests.clean.merging(environment) { $1 }
                let daemon = try spool.run(base, ["--notify-events", "failed"] + options, environment: environment)
                await daemon.line(containing: "Watching")
                try spool.drop("promt: x\n", as: "slip.yaml")
                try await body(spool, daemon)
                daemon.send(SIGTERM)
                #expect(await daemon.end() == 0)
            }
        }
    }

    @Test func `through a proxy with a password, in a tunnel, and neither address nor password is seen`() async throws {
        let authority = try Certificates.shared.get().authority.path
        try await Self.withReceiver { receiver, proxy, _ in
            // The API is on loopback, which never goes through a proxy.
            let options = ["--notify-url", "https://api.example.com/T0/hush-hush", "--ca-file", authority]
            let way = ["BANANADROP_PROXY": "http://office:pass%2Dword%2D9@127.0.0.1:\(proxy.port)"]
            try await Self.tell(options, environment: way) { _, daemon in
                let post = await receiver.post("failed", of: "slip")
                #expect(post?.path == "/T0/hush-hush")
                #expect(Set(proxy.lines) == ["CONNECT api.example.com:443 HTTP/1.1"])
                #expect(!proxy.saw("hush-hush") && !proxy.saw("slip"))
                let said = daemon.lines.joined(separator: "\n")
                for secret in ["hush", "pass-word", "pass%2D"] { #expect(!said.contains(secret), "\(said)") }
            }
        }
    }

    @Test func `the usual variables name the proxy`() async throws {
        let authority = try Certificates.shared.get().authority.path
        try await Self.withReceiver { receiver, proxy, _ in
            let by = ["--notify-url", "https://api.example.com/", "--ca-file", authority]
            try await Self.tell(by, environment: ["HTTPS_PROXY": proxy.url]) { _, _ in
                #expect(await receiver.post("failed", of: "slip") != nil && proxy.connections == 1)
            }
        }
    }

    static let refused: [(name: Certificates.Name, hasAuthority: Bool, words: String)] = [
        (.good, false, "the certificate of localhost is not signed by an authority that this machine knows"),
        (.expired, true, "the certificate of localhost, or one that signed it, expired on 2021-02-03"),
        (.elsewhere, true, "the certificate shown for localhost is for another host"),
    ]

    @Test(arguments: refused.indices)
    func `a certificate that proves nothing is refused: the log says so, and what is told waits`(
        index: Int
    ) async throws {
        let one = Self.refused[index]
        let authority = try Certificates.shared.get().authority.path
        try await Self.withReceiver(showing: one.name) { receiver, _, front in
            let options = ["--notify-url", "https://localhost:\(front.port)/"]
            try await Self.tell(options + (one.hasAuthority ? ["--ca-file", authority] : [])) { spool, daemon in
                let line = await daemon.line(containing: "Notifications are not taken")
                #expect(line?.contains(one.words) == true, "\(line ?? "")")
                #expect(line?.contains("setting=notify-url") == true, "\(line ?? "")")
                #expect(receiver.posts.all.isEmpty)
                #expect(spool.names(in: spool.root.appendingPathComponent("notifications")).count == 1)
            }
        }
    }
}
