// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestNetwork
import Testing

@testable import NanoBanana
@testable import TestSupport

/// Submits through a proxy that writes down what passes.
@Suite(.idleLimit, .enabled(if: Certificates.hasOpenSSL, "needs /usr/bin/openssl (package openssl)"))
struct ProxyTests {
    private static let taken = #"{"code":200,"msg":"success","data":{"task_id":"t-1"}}"#
    private static let place = "api.example.com port 443"

    private static func change(
        _ proxy: RecordingProxy, who: String = "", without: String = "", patience: Duration = .seconds(20)
    ) throws -> (inout NanoBananaClient.Configuration) -> Void {
        let authority = try Data(contentsOf: try Certificates.shared.get().authority)
        let authorities = try Authorities(pem: Array(authority))
        let rules = try ProxyRules(
            setting: "http://\(who)127.0.0.1:\(proxy.port)", environment: ["NO_PROXY": without])
        return {
            $0.authorities = authorities
            $0.proxy = rules
            $0.connectTimeout = patience
        }
    }

    @Test func `https goes through a tunnel, where the proxy sees the host and neither key nor request`() async throws {
        try await RawServer.run(answering: { _ in .http(200, Self.taken) }) { server in
            try await TLSFront.run(showing: .good, before: server.port) { front in
                try await RecordingProxy.run(to: ["api.example.com:443": front.port]) { proxy in
                    let change = try Self.change(proxy, who: "office:pass%20word@")
                    try await Samples.withClient(of: "https://api.example.com/prefix", change: change) { client in
                        for _ in 0..<20 {
                            let error = try await Samples.submit(by: client)
                            #expect(error == nil)
                        }
                        #expect(front.connections == 20)
                        for _ in 0..<20 { try await client.ping() }
                    }
                    let posts = server.requests.prefix(20)
                    #expect(posts.allSatisfy { $0.line == "POST /prefix/api/gemini/nano-banana-edit HTTP/1.1" })
                    #expect(server.requests.count == 40)
                    #expect(server.requests.allSatisfy { $0.values(of: "authorization") == [Samples.key] })
                    #expect(server.requests.allSatisfy { $0.values(of: "proxy-authorization").isEmpty })
                    // Tunnels are used again, but for submits.
                    #expect(Set(proxy.lines) == ["CONNECT api.example.com:443 HTTP/1.1"])
                    #expect(front.connections < 30 && proxy.lines.count < 30)
                    let head = try #require(proxy.requests.first).lowercased()
                    let who = Data("office:pass word".utf8).base64EncodedString().lowercased()
                    #expect(head.contains("\r\nproxy-authorization: basic \(who)"))
                    #expect(!head.contains("\r\nauthorization:"))
                    #expect(!proxy.saw(Samples.key) && !proxy.saw("make it red"))
                    #expect(proxy.bytes.count > 1000, "it would have seen them: the bytes passed through it")
                }
            }
        }
    }

    @Test func `http goes to the proxy whole, with the link in the first line`() async throws {
        let answer = "HTTP/1.1 200 OK\r\nContent-Length: \(Self.taken.utf8.count)\r\n\r\n\(Self.taken)"
        try await RecordingProxy.run(.answer(answer)) { proxy in
            let change = try Self.change(proxy, who: "office:word@")
            try await Samples.withClient(of: "http://api.example.com:8080/prefix", change: change) { client in
                for _ in 0..<3 {
                    let error = try await Samples.submit(by: client)
                    #expect(error == nil)
                }
                try await client.ping()
            }
            let post = "POST http://api.example.com:8080/prefix/api/gemini/nano-banana-edit HTTP/1.1"
            let ping = "GET http://api.example.com:8080/prefix/api/gemini/nano-banana/bananadrop-ping HTTP/1.1"
            #expect(proxy.lines == [post, post, post, ping])
            #expect(proxy.connections == 4)
            let head = try #require(proxy.requests.first).lowercased()
            #expect(head.contains("\r\nhost: api.example.com:8080"))
            #expect(head.contains("\r\nproxy-authorization: basic "))
            // Without TLS the key passes as it is: this shows that the test above would have seen it.
            #expect(proxy.saw(Samples.key) && proxy.saw("make it red"))
        }
    }

    @Test(arguments: ["0.0.0.0", "*", "10.0.0.0/8,0.0.0.0/8"])
    func `what NO_PROXY lists goes straight there`(list: String) async throws {
        try await RawServer.run(answering: { _ in .http(200, Self.taken) }) { server in
            try await RecordingProxy.run { proxy in
                // To connect to 0.0.0.0 is to connect to this machine (ip(7)), though it is no loopback address, which
                // never goes through a proxy.
                let url = "http://0.0.0.0:\(server.port)"
                for without in [list, "0.0.0.1"] {
                    let change = try Self.change(proxy, without: without)
                    let error = try await Samples.withClient(of: url, change: change) {
                        try await Samples.submit(by: $0)
                    }
                    #expect((error == nil) == (without == list))
                }
                #expect(server.requests.count == 1)
                #expect(proxy.lines == ["POST \(url)/api/gemini/nano-banana-edit HTTP/1.1"])
            }
        }
    }

    struct Refusal: Sendable {
        var manner: RecordingProxy.Manner
        var words: String
    }

    private static func status(_ line: String) -> RecordingProxy.Manner {
        .answer("HTTP/1.1 \(line)\r\nContent-Length: 5\r\n\r\nsorry")
    }

    private static let refusals: [Refusal] = [
        Refusal(
            manner: status("407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"office\""),
            words: "asks for a user and a password (HTTP 407); the setting is proxy: http://USER:PASSWORD@127.0.0.1:"),
        Refusal(
            manner: status("403 Forbidden"),
            words: "does not allow a connection to \(place); ask whoever runs the proxy"),
        Refusal(
            manner: status("502 Bad Gateway"),
            words: "does not allow a connection to \(place); ask whoever runs the proxy"),
        Refusal(manner: .pass, words: "does not allow a connection to \(place); ask whoever runs the proxy"),
        Refusal(manner: .close, words: "or \(place) behind it, closed the connection before the request was sent"),
        Refusal(manner: .silence, words: "no connection to \(place) through the proxy 127.0.0.1:"),
    ]

    @Test(arguments: refusals.indices)
    func `a proxy that gives no tunnel has sent nothing on`(index: Int) async throws {
        let refusal = Self.refusals[index]
        try await RecordingProxy.run(refusal.manner) { proxy in
            // Only silence is waited out; where the machine was too busy to ask in that time, again with more.
            let patience = if case .silence = refusal.manner { Samples.patience } else { [Duration.seconds(20)] }
            for patience in patience where !proxy.saw("CONNECT api.example.com:443") {
                let change = try Self.change(proxy, patience: patience)
                let error = try await Samples.withClient(of: "https://api.example.com", change: change) {
                    try await Samples.submit(by: $0)
                }
                guard case .notReachable(let unreachable) = error else {
                    Issue.record("\(String(describing: error))")
                    return
                }
                #expect(unreachable.message.contains(refusal.words), "\(unreachable.message)")
                #expect(unreachable.message.contains("127.0.0.1:\(proxy.port)"))
            }
            #expect(proxy.saw("CONNECT api.example.com:443") && !proxy.saw(Samples.key))
        }
    }

    @Test(arguments: [Certificates.Name.good, .elsewhere])
    func `a number by https must prove through a proxy, too, that it is that number`(name: Certificates.Name)
        async throws
    {
        try await RawServer.run(answering: { _ in .http(200, Self.taken) }) { server in
            try await TLSFront.run(showing: name, before: server.port) { front in
                // The proxy leads the number of the certificate to a server of its own.
                try await RecordingProxy.run(to: ["203.0.113.9:443": front.port]) { proxy in
                    let error = try await Samples.withClient(of: "https://203.0.113.9", change: try Self.change(proxy))
                    {
                        try await Samples.submit(by: $0)
                    }
                    #expect((error == nil) == (name == .good), "\(String(describing: error))")
                    #expect(server.requests.count == (name == .good ? 1 : 0))
                }
            }
        }
    }

    @Test func `a proxy that is not there is named`() async throws {
        let port = try RawServer.closedPort()
        let rules = try ProxyRules(setting: "http://me:secret@127.0.0.1:\(port)", environment: [:])
        let error = try await Samples.withClient(of: "https://api.example.com", change: { $0.proxy = rules }) {
            try await Samples.submit(by: $0)
        }
        let words = "no connection to the proxy 127.0.0.1:\(port): Connection refused"
        #expect(error == .notReachable(Unreachable(message: words)))
    }

    @Test func `a tunnel that is cut in the handshake has sent nothing on`() async throws {
        try await RawServer.run(answering: { _ in .http(200, Self.taken) }) { server in
            try await TLSFront.run(showing: .good, before: server.port) { front in
                try await RecordingProxy.run(.cut, to: ["api.example.com:443": front.port]) { proxy in
                    let error = try await Samples.withClient(
                        of: "https://api.example.com", change: try Self.change(proxy)
                    ) {
                        try await Samples.submit(by: $0)
                    }
                    guard case .notReachable = error else {
                        Issue.record("\(String(describing: error))")
                        return
                    }
                    #expect(server.requests.isEmpty)
                }
            }
        }
    }

    @Test(
        arguments: zip([Certificates.Name.expired, .foreign], ["expired on 2021-02-03", "set ca-file to its CA"]))
    func `certificates are looked at through the tunnel, too`(name: Certificates.Name, words: String) async throws {
        try await RawServer.run(answering: { _ in .http(200, Self.taken) }) { server in
            try await TLSFront.run(showing: name, before: server.port) { front in
                try await RecordingProxy.run(to: ["api.example.com:443": front.port]) { proxy in
                    let change = try Self.change(proxy, who: "office:word@")
                    let error = try await Samples.withClient(of: "https://api.example.com", change: change) {
                        try await Samples.submit(by: $0)
                    }
                    guard case .notReachable(let unreachable) = error else {
                        Issue.record("\(String(describing: error))")
                        return
                    }
                    #expect(unreachable.message.contains(words), "\(unreachable.message)")
                    #expect(proxy.requests.count == 2 && server.requests.isEmpty)
                    #expect(proxy.requests.allSatisfy { $0.lowercased().contains("proxy-authorization: basic") })
                }
            }
        }
    }

    @Test(arguments: [502, 503, 504, 500])
    func `a gateway error of a proxy that had the whole request leaves the outcome unknown`(status: Int) async throws {
        try await RecordingProxy.run(Self.status("\(status) Sorry")) { proxy in
            let change = try Self.change(proxy)
            let error = try await Samples.withClient(of: "http://api.example.com", change: change) {
                try await Samples.submit(by: $0)
            }
            #expect(error?.cause == .serverError(status: status))
            #expect(proxy.requests.count == 1)
        }
    }

    @Test func `a proxy that asks who has sent nothing on`() async throws {
        try await RecordingProxy.run(Self.status("407 Proxy Authentication Required")) { proxy in
            try await Samples.withClient(of: "http://api.example.com", change: try Self.change(proxy)) { client in
                let error = try await Samples.submit(by: client)
                #expect(error?.reason == .service)
                let words = "a proxy asks for a user and a password (HTTP 407); give them with the setting proxy"
                let ping = await #expect(throws: PingError.self) { try await client.ping() }
                #expect(ping == .down(message: words, retryAfter: nil))
            }
        }
    }

    @Test func `a proxy that closes after it had the whole request leaves the outcome unknown`() async throws {
        try await RawServer.run(answering: { _ in .sendAndClose("") }) { server in
            let rules = try ProxyRules(setting: server.url, environment: [:])
            let error = try await Samples.withClient(of: "http://api.example.com", change: { $0.proxy = rules }) {
                try await Samples.submit(by: $0)
            }
            #expect(error?.cause == .connectionLost)
            #expect(server.requests.count == 1)
        }
    }
}
