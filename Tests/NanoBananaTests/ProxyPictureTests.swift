// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestNetwork
import Testing

@testable import NanoBanana
@testable import TestSupport

/// Pictures through a proxy: what is left of the promise that they come from public addresses only.
@Suite(.idleLimit, .enabled(if: Certificates.hasOpenSSL, "needs /usr/bin/openssl (package openssl)"))
struct ProxyPictureTests {
    private static func change(_ proxy: RecordingProxy) throws -> (inout NanoBananaClient.Configuration) -> Void {
        let authority = try Data(contentsOf: try Certificates.shared.get().authority)
        let authorities = try Authorities(pem: Array(authority))
        let rules = try ProxyRules(setting: proxy.url, environment: [:])
        return {
            $0.authorities = authorities
            $0.proxy = rules
        }
    }

    @Test func `a picture comes through the tunnel, without the key`() async throws {
        try await RawServer.run(answering: { _ in .http(200, "picture") }) { server in
            try await TLSFront.run(showing: .good, before: server.port) { front in
                try await RecordingProxy.run(to: ["pictures.example.com:443": front.port]) { proxy in
                    try await Samples.withClient(of: "https://api.example.com", change: try Self.change(proxy)) {
                        client in
                        for number in 1...3 {
                            let link = PictureLink(url: "https://pictures.example.com/\(number).png?sig=1")
                            let picture = try await Samples.read(try await client.download(link))
                            #expect(picture == "picture")
                        }
                    }
                    #expect(Set(proxy.lines) == ["CONNECT pictures.example.com:443 HTTP/1.1"])
                    #expect(server.requests.map(\.line).first == "GET /1.png?sig=1 HTTP/1.1")
                    #expect(server.requests.allSatisfy { $0.values(of: "authorization").isEmpty })
                }
            }
        }
    }

    @Test func `a picture without TLS comes from the proxy by its whole link`() async throws {
        try await RecordingProxy.run(.answer("HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\npicture")) { proxy in
            try await Samples.withClient(of: "https://api.example.com", change: try Self.change(proxy)) { client in
                let link = PictureLink(url: "http://pictures.example.com?x=1#part")
                let picture = try await Samples.read(try await client.download(link))
                #expect(picture == "picture")
            }
            #expect(proxy.lines == ["GET http://pictures.example.com/?x=1 HTTP/1.1"])
        }
    }

    @Test(arguments: [
        "http://169.254.169.254/latest/meta-data", "https://10.0.0.7/x.png", "http://intranet/x.png",
        "http://printer.local/x", "http://metadata.google.internal/x", "http://2852039166/x", "http://0xa9fea9fe/x",
        "http://[fd00::1]/x", "http://[::ffff:10.0.0.1]/x",
    ])
    func `a link to what is not public is refused before the proxy is asked`(url: String) async throws {
        try await RecordingProxy.run(.answer("HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\npicture")) { proxy in
            try await Samples.withClient(of: "https://api.example.com", change: try Self.change(proxy)) { client in
                let error = await #expect(throws: DownloadError.self) {
                    try await client.download(PictureLink(url: url))
                }
                guard case .forbiddenAddress = error else {
                    Issue.record("\(String(describing: error))")
                    return
                }
            }
            #expect(proxy.connections == 0)
        }
    }

    @Test func `a redirect to what is not public is refused as well`() async throws {
        let answer = "HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/x\r\nContent-Length: 0\r\n\r\n"
        try await RecordingProxy.run(.answer(answer)) { proxy in
            try await Samples.withClient(of: "https://api.example.com", change: try Self.change(proxy)) { client in
                await #expect(throws: DownloadError.forbiddenAddress("169.254.169.254", name: nil)) {
                    try await client.download(PictureLink(url: "http://pictures.example.com/1.png"))
                }
            }
            #expect(proxy.lines == ["GET http://pictures.example.com/1.png HTTP/1.1"])
        }
    }

    @Test func `an API behind a proxy at a private address does not open private addresses to pictures`() async throws {
        // The proxy is at 127.0.0.1: were it taken for the API's own address, any would be allowed.
        try await RawServer.run(answering: { _ in .http(200, "secret") }) { secret in
            try await RecordingProxy.run(.answer("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")) { proxy in
                try await Samples.withClient(of: "http://api.example.com", change: try Self.change(proxy)) { client in
                    try await client.ping()
                    let link = PictureLink(url: secret.url + "/1.png")
                    await #expect(throws: DownloadError.forbiddenAddress("127.0.0.1", name: nil)) {
                        try await client.download(link)
                    }
                }
                #expect(proxy.requests.count == 1)
                #expect(secret.requests.isEmpty)
            }
        }
    }
}
