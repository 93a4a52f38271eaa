// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import HTTPListener

/// Which texts are places to listen at.
struct ListenAddressTests {
    struct Good: Sendable {
        var text: String
        var host: String
        var port: Int
    }

    private static let good = [
        Good(text: "127.0.0.1:9464", host: "127.0.0.1", port: 9464),
        Good(text: "127.8.9.10:1", host: "127.8.9.10", port: 1),
        Good(text: "[::1]:9464", host: "::1", port: 9464),
        Good(text: "localhost:0", host: "127.0.0.1", port: 0),
        Good(text: "public 0.0.0.0:65535", host: "0.0.0.0", port: 65_535),
        Good(text: "public [::]:9464", host: "::", port: 9464),
        Good(text: "public 192.0.2.7:9464", host: "192.0.2.7", port: 9464),
        Good(text: "public 127.0.0.1:9464", host: "127.0.0.1", port: 9464),
    ]

    @Test(arguments: good)
    func `an address and a port are read`(good: Good) throws {
        let address = try ListenAddress(good.text)
        #expect(address.host == good.host)
        #expect(address.port == good.port)
    }

    @Test(arguments: [
        "", ":9464", "9464", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "127.0.0.1:+1",
        "127.0.0.1: 9464", " 127.0.0.1:9464", "::1:9464", "[::1]", "[127.0.0.1]:9464", "[::1:9464", "example.com:9464",
        "127.0.0.1:9464/metrics", "http://127.0.0.1:9464", "Public 0.0.0.0:1", "public:0.0.0.0:1", "public ", "*:9464",
    ])
    func `anything else is no address`(text: String) {
        #expect(throws: ListenAddress.Problem.noAddress) { try ListenAddress(text) }
    }

    @Test(arguments: [
        "0.0.0.0:9464", "[::]:9464", "192.0.2.7:9464", "[2001:db8::1]:1", "[::ffff:127.0.0.1]:1", "128.0.0.1:1",
    ])
    func `what others reach has to say so`(text: String) throws {
        #expect(throws: ListenAddress.Problem.notLoopback) { try ListenAddress(text) }
        _ = try ListenAddress("public " + text)
    }
}
