// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestNetwork
import Testing

@testable import NanoBanana
@testable import TestSupport

/// Submits to a TLS server of this machine's own authority.
@Suite(.idleLimit, .enabled(if: Certificates.hasOpenSSL, "needs /usr/bin/openssl (package openssl)"))
struct TLSTests {
    private static let taken = #"{"code":200,"msg":"success","data":{"task_id":"t-1"}}"#

    static func authorities(_ name: KeyPath<Certificates, URL>) throws -> Authorities {
        let file = try Certificates.shared.get()[keyPath: name]
        return try Authorities(pem: Array(try Data(contentsOf: file)))
    }

    /// What becomes of a submit to a server that shows this certificate, and what reached the server behind TLS.
    private func submit(
        showing name: Certificates.Name, host: String = "localhost", trusting authorities: Authorities
    ) async throws -> (error: SubmitError?, requests: [RawRequest]) {
        try await RawServer.run(answering: { _ in .http(200, Self.taken) }) { server in
            try await TLSFront.run(showing: name, before: server.port) { front in
                let url = "https://\(host):\(front.port)"
                let error = try await Samples.withClient(of: url, change: { $0.authorities = authorities }) {
                    try await Samples.submit(by: $0)
                }
                return (error, server.requests)
            }
        }
    }

    @Test(arguments: ["localhost", "127.0.0.1"])
    func `a certificate of an authority from the file is accepted, for its names and addresses`(host: String)
        async throws
    {
        let (error, requests) = try await submit(
            showing: .good, host: host, trusting: Self.authorities(\.authority))
        #expect(error == nil)
        #expect(requests.map { $0.values(of: "authorization") } == [[Samples.key]])
    }

    struct Bad: Sendable {
        var name: Certificates.Name
        var authority: any KeyPath<Certificates, URL> & Sendable
        var words: String
    }

    private static let unknown =
        "the certificate of localhost is not signed by an authority that this machine knows; if your network "
        + "inspects TLS, set ca-file to its CA; otherwise check that the package ca-certificates is installed"

    private static let bad: [Bad] = [
        Bad(name: .good, authority: \.foreignAuthority, words: unknown),
        Bad(name: .foreign, authority: \.authority, words: unknown),
        Bad(
            name: .expired, authority: \.authority,
            words: "the certificate of localhost, or one that signed it, expired on 2021-02-03; whoever runs the host "
                + "must renew it, unless this machine's clock is wrong"),
        Bad(
            name: .future, authority: \.authority,
            words: "the certificate of localhost is valid only from 2090-04-05; check this machine's clock"),
        Bad(
            name: .elsewhere, authority: \.authority,
            words: "the certificate shown for localhost is for another host; nothing is sent to a server that cannot "
                + "prove its name"),
    ]

    @Test(arguments: bad.indices)
    func `a certificate that proves nothing is refused in words, and nothing is sent`(index: Int) async throws {
        let bad = Self.bad[index]
        let (error, requests) = try await submit(
            showing: bad.name, trusting: Self.authorities(bad.authority))
        #expect(error == .notReachable(Unreachable(message: bad.words)))
        #expect(requests.isEmpty)
    }

    @Test func `without a file only the system's authorities count`() async throws {
        let (error, requests) = try await submit(showing: .good, trusting: .systemOnly)
        #expect(error == .notReachable(Unreachable(message: Self.unknown)))
        #expect(requests.isEmpty)
    }

    @Test func `a file may hold several authorities, and words between them`() async throws {
        let certificates = try Certificates.shared.get()
        let files = try [certificates.foreignAuthority, certificates.authority].map { try Data(contentsOf: $0) }
        let both = try Authorities(pem: Array("# foreign\n".utf8) + files[0] + Array("\n# office\n".utf8) + files[1])
        #expect(both.certificates.count == 2)
        for name in [Certificates.Name.good, .foreign] {
            #expect(try await submit(showing: name, trusting: both).error == nil)
        }
    }

    @Test func `a file without a certificate is an error`() throws {
        let certificates = try Certificates.shared.get()
        let key = Array(try Data(contentsOf: certificates.key(.good)))
        let good = Array(try Data(contentsOf: certificates.authority))
        #expect(throws: AuthoritiesError.empty) { try Authorities(pem: []) }
        #expect(throws: AuthoritiesError.noPEM) { try Authorities(pem: Array("hello".utf8)) }
        #expect(throws: AuthoritiesError.noPEM) { try Authorities(pem: [0x30, 0x82, 0x01, 0xFF]) }
        #expect(throws: AuthoritiesError.noCertificate) { try Authorities(pem: key) }
        #expect(throws: AuthoritiesError.noCertificate) { try Authorities(pem: Array(good.prefix(200))) }
        let torn = good + Array("-----BEGIN CERTIFICATE-----\n!!\n-----END CERTIFICATE-----\n".utf8)
        #expect(throws: AuthoritiesError.noCertificate) { try Authorities(pem: torn) }
    }

    struct Odd: Sendable {
        var manner: RecordingProxy.Manner
        var words: String
    }

    private static let odd: [Odd] = [
        Odd(
            manner: .answerAnything("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"),
            words: "does not speak TLS; should the address begin with http:// instead of https://?"),
        Odd(
            manner: .answerAnything("SSH-2.0-OpenSSH_9.2\r\n"),
            words: "does not speak TLS; should the address begin with http:// instead of https://?"),
        Odd(manner: .close, words: "closed the connection in the middle of the TLS handshake; does it speak TLS, and"),
        Odd(manner: .silence, words: "in time (connect-timeout)"),
    ]

    @Test(arguments: odd.indices)
    func `a server that does not speak TLS is said to be one, and nothing was sent`(index: Int) async throws {
        let odd = Self.odd[index]
        try await RecordingProxy.run(odd.manner) { server in
            let url = "https://127.0.0.1:\(server.port)"
            let patience = if case .silence = odd.manner { Duration.milliseconds(500) } else { Duration.seconds(20) }
            let error = try await Samples.withClient(of: url, change: { $0.connectTimeout = patience }) {
                try await Samples.submit(by: $0)
            }
            guard case .notReachable(let unreachable) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(unreachable.message.contains(odd.words), "\(unreachable.message)")
            #expect(unreachable.message.contains("127.0.0.1 port \(server.port)"))
            #expect(!server.saw(Samples.key))
        }
    }

    @Test func `polls, pings and downloads say the same`() async throws {
        try await RawServer.run(answering: { _ in .http(200, Self.taken) }) { server in
            try await TLSFront.run(showing: .foreign, before: server.port) { front in
                let url = "https://localhost:\(front.port)"
                try await Samples.withClient(of: url) { client in
                    let ping = await #expect(throws: PingError.self) { try await client.ping() }
                    #expect(ping == .notReachable(Unreachable(message: Self.unknown)))
                    let poll = await #expect(throws: PollError.self) { try await client.poll(Samples.task()) }
                    #expect(poll == .trouble(message: Self.unknown, retryAfter: nil))
                    let link = PictureLink(url: url + "/1.png")
                    let download = await #expect(throws: DownloadError.self) { try await client.download(link) }
                    #expect(download == .trouble(message: Self.unknown, retryAfter: nil))
                }
                #expect(server.requests.isEmpty)
            }
        }
    }
}
