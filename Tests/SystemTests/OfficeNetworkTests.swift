// SPDX-License-Identifier: Apache-2.0

import Foundation
import NanoBananaSimulator
import TestNetwork
import Testing

/// The daemon in a network as offices have it: TLS of an authority of their own, and a proxy.
@Suite(
    .watched, .timeLimit(.minutes(15)),
    .enabled(if: Certificates.hasOpenSSL, "needs /usr/bin/openssl (package openssl)")
)
struct OfficeNetworkTests {
    /// No proxy but what a test gives; an empty variable is none.
    static let clean = Dictionary(
        uniqueKeysWithValues: ["https_proxy", "http_proxy", "all_proxy", "no_proxy"].flatMap {
            [($0, ""), ($0.uppercased(), "")]
        })

    /// A stand-in behind a TLS server that shows a certificate, known to a proxy as `api.example.com` and
    /// `pictures.example.com`.
    private static func withOffice(
        showing name: Certificates.Name = .good,
        _ body: @Sendable (Simulator, RecordingProxy, TLSFront) async throws -> Void
    ) async throws {
        var configuration = SimulatorConfiguration()
        configuration.linkBase = "https://pictures.example.com"
        try await withSimulator(configuration) { simulator, base in
            let port = try #require(base.split(separator: ":").last.flatMap { Int($0) })
            try await TLSFront.run(showing: name, before: port) { front in
                let hosts = ["api.example.com:443": front.port, "pictures.example.com:443": front.port]
                try await RecordingProxy.run(to: hosts) { try await body(simulator, $0, front) }
            }
        }
    }

    private static func stop(_ daemon: Program) async {
        daemon.send(SIGTERM)
        #expect(await daemon.end() == 0)
    }

    @Test func `through a proxy with a password, all goes by tunnels, and neither key nor password is seen anywhere`()
        async throws
    {
        let authority = try Certificates.shared.get().authority.path
        try await Self.withOffice { simulator, proxy, _ in
            try await TestSpool.with { spool in
                let settings = """
                    api-url: https://api.example.com
                    ca-file: \(authority)
                    proxy: http://office:pass%2Dword%2D9@127.0.0.1:\(proxy.port)
                    poll-interval: 0.05s
                    log-level: debug

                    """
                try Data(settings.utf8).write(to: spool.root.appendingPathComponent("bananadrop.yaml"))
                let arguments = ["run", "--spool", spool.root.path]
                let daemon = try Program(arguments, environment: Self.clean, key: "very-secret-key")
                for number in 0..<5 { try spool.drop(TestSpool.request("p \(number)"), as: "p\(number).yaml") }
                for number in 0..<5 { #expect(await daemon.line(containing: "Done job=p\(number) ") != nil) }
                await Self.stop(daemon)
                #expect(simulator.ledger.snapshot.paid == 5 && simulator.ledger.snapshot.fetches == 5)
                let hosts = Set(proxy.lines)
                #expect(
                    hosts == ["CONNECT api.example.com:443 HTTP/1.1", "CONNECT pictures.example.com:443 HTTP/1.1"])
                let who = Data("office:pass-word-9".utf8).base64EncodedString()
                #expect(proxy.requests.allSatisfy { $0.contains("Basic \(who)") || $0.contains("basic \(who)") })
                #expect(!proxy.saw("very-secret"))
                let said = daemon.lines.joined(separator: "\n")
                for secret in ["very-secret", "pass-word", "pass%2D", who] {
                    #expect(!said.contains(secret))
                    let walker = FileManager.default.enumerator(atPath: spool.root.path)
                    while let path = walker?.nextObject() as? String {
                        guard path != "bananadrop.yaml", let bytes = try? spool.data(path) else { continue }
                        #expect(bytes.range(of: Data(secret.utf8)) == nil, "\(path)")
                    }
                }
            }
        }
    }

    @Test(.enabled(if: Needs.ownNetwork, "needs user namespaces, user_namespaces(7)"))
    func `where a name cannot be looked up, nothing was sent, and the request waits`() async throws {
        try await TestSpool.with { spool in
            let settings = ["--spool", spool.root.path, "--api-url", "http://api.example.com"]
            let asked = try await Program.run(["doctor"] + settings, launcher: Needs.noNetwork)
            #expect(asked.code == 69)
            #expect(asked.output.contains("the name api.example.com cannot be looked up; check api-url"))
            let daemon = try Program(["run"] + settings, environment: Self.clean, launcher: Needs.noNetwork)
            try spool.drop(TestSpool.request("to nobody"), as: "a.yaml")
            #expect(await daemon.line(containing: "Not accepted; waiting to be sent again job=a") != nil)
            await Self.stop(daemon)
            #expect(daemon.lines.contains { $0.contains("Paused") && $0.contains("cannot be looked up") })
        }
    }

    @Test func `doctor goes the way that the daemon goes`() async throws {
        let authority = try Certificates.shared.get().authority.path
        try await Self.withOffice { _, proxy, _ in
            try await TestSpool.with { spool in
                let way = ["--api-url", "https://api.example.com", "--proxy", proxy.url]
                let arguments = ["doctor", "--spool", spool.root.path] + way
                let right = try await Program.run(
                    arguments + ["--ca-file", authority], environment: Self.clean, key: "very-secret-key")
                #expect(right.code == 0)
                #expect(right.output.contains("https://api.example.com answers within "), "\(right.output)")
                #expect(Set(proxy.lines) == ["CONNECT api.example.com:443 HTTP/1.1"])
                let stranger = try await Program.run(arguments, environment: Self.clean)
                #expect(stranger.code == 69)
                #expect(stranger.output.contains("is not signed by an authority that this machine knows"))
            }
        }
    }

    @Test func `the usual variables name the proxy, and NO_PROXY what goes without`() async throws {
        let authority = try Certificates.shared.get().authority.path
        try await Self.withOffice { simulator, proxy, _ in
            let environment = Self.clean.merging(["HTTPS_PROXY": proxy.url]) { $1 }
            try await TestSpool.with { spool in
                let options = ["--ca-file", authority]
                let daemon = try spool.run("https://api.example.com", options, environment: environment)
                try spool.drop(TestSpool.request("by proxy"), as: "a.yaml")
                #expect(await daemon.line(containing: "Done job=a ") != nil)
                await Self.stop(daemon)
                #expect(proxy.connections > 0)
            }
        }
        try await withSimulator { simulator, base in
            try await RecordingProxy.run { proxy in
                // 0.0.0.0 leads to this machine (ip(7)) and is no loopback address, which never goes through a proxy.
                let url = base.replacing("127.0.0.1", with: "0.0.0.0")
                try await TestSpool.with { spool in
                    let environment = Self.clean.merging(["http_proxy": proxy.url, "NO_PROXY": "0.0.0.0"]) { $1 }
                    let daemon = try spool.run(url, environment: environment)
                    try spool.drop(TestSpool.request("without"), as: "b.yaml")
                    #expect(await daemon.line(containing: "Done job=b ") != nil)
                    await Self.stop(daemon)
                    #expect(proxy.connections == 0)
                    #expect(simulator.ledger.snapshot.paid("without") == 1)
                }
                try await TestSpool.with { spool in
                    // Without NO_PROXY it is asked; with `proxy: none` it is not, whatever the environment says.
                    let environment = Self.clean.merging(["http_proxy": proxy.url]) { $1 }
                    let daemon = try spool.run(url, environment: environment)
                    try spool.drop(TestSpool.request("asked"), as: "c.yaml")
                    await daemon.line(containing: "Failed job=c ")
                    await Self.stop(daemon)
                    #expect(proxy.lines.first == "POST \(url)/api/gemini/nano-banana-edit HTTP/1.1")
                    #expect(try spool.prose("failed/c/error.txt").contains("HTTP 502"), "a 502 to the whole request")
                    let asked = proxy.connections
                    let second = try spool.run(url, ["--proxy", "none"], environment: environment)
                    try spool.drop(TestSpool.request("direct"), as: "d.yaml")
                    #expect(await second.line(containing: "Done job=d ") != nil)
                    await Self.stop(second)
                    #expect(proxy.connections == asked)
                }
            }
        }
    }

    static let refusals: [(name: Certificates.Name, words: String)] = [
        (.foreign, "is not signed by an authority that this machine knows"), (.expired, "expired on 2021-02-03"),
        (.future, "is valid only from 2090-04-05"), (.elsewhere, "is for another host"),
    ]

    @Test(arguments: refusals.indices)
    func `while the certificate proves nothing, requests wait and the reason is said`(index: Int) async throws {
        let (name, words) = Self.refusals[index]
        let authority = try Certificates.shared.get().authority.path
        try await Self.withOffice(showing: name) { simulator, _, front in
            try await TestSpool.with { spool in
                let url = "https://localhost:\(front.port)"
                let daemon = try spool.run(url, ["--ca-file", authority], environment: Self.clean)
                try spool.drop(TestSpool.request("wait"), as: "w.yaml")
                let line = await daemon.line(containing: "Paused")
                #expect(line?.contains("why=unreachable") == true)
                #expect(line?.contains(words) == true, "\(line ?? "")")
                await Self.stop(daemon)
                #expect(spool.names(in: spool.failed) == [] && spool.names(in: spool.done) == [])
                #expect(simulator.ledger.snapshot.submits + simulator.ledger.snapshot.strayPolls == 0)
            }
        }
    }

    @Test(.enabled(if: Needs.mounts, "needs root and the right to mount"))
    func `the system's list of authorities counts without any setting`() async throws {
        let certificates = try Certificates.shared.get()
        try await withSimulator { simulator, base in
            let port = try #require(base.split(separator: ":").last.flatMap { Int($0) })
            try await TLSFront.run(showing: .good, before: port) { front in
                // Debian's authorities, replaced in this program's own view of the file system: one by one, under the hashes
                // of their names, or all in a file, as small images have them.
                let folder = "/etc/ssl/certs"
                let put = "mount -t tmpfs none \(folder) && cp \"$1\" \(folder)/ca-certificates.crt"
                let hashed = "mv \(folder)/ca-certificates.crt \(folder)/office.pem && openssl rehash \(folder)"
                let (own, foreign) = (certificates.authority, certificates.foreignAuthority)
                for (file, way, ending) in [
                    (own, "true", "Done job=s "), (own, hashed, "Done job=s "), (foreign, "true", "Paused"),
                    (foreign, hashed, "Paused"),
                ] {
                    let script = "\(put) && \(way) && shift && exec \"$@\""
                    try await TestSpool.with { spool in
                        let launcher = ["/usr/bin/unshare", "--mount", "sh", "-c", script, "sh", file.path]
                        let url = "https://localhost:\(front.port)"
                        let arguments = [
                            "run", "--spool", spool.root.path, "--api-url", url, "--poll-interval", "0.05",
                        ]
                        let daemon = try Program(arguments, environment: Self.clean, launcher: launcher)
                        try spool.drop(TestSpool.request("system"), as: "s.yaml")
                        let line = await daemon.line { $0.contains("Done job=s ") || $0.contains("Paused") }
                        #expect(line?.contains(ending) == true, "\(daemon.lines)")
                        await Self.stop(daemon)
                    }
                }
                #expect(simulator.ledger.snapshot.submits == 2)
            }
        }
    }
}
