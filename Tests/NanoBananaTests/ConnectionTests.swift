// SPDX-License-Identifier: Apache-2.0

import Glibc
import TestNetwork
import Testing

@testable import NanoBanana
@testable import TestSupport

/// How connections are made, used again, and given up.
@Suite(.idleLimit)
struct ConnectionTests {
    private static let taken = #"{"code":200,"msg":"success","data":{"task_id":"t-1"}}"#

    @Test func `a connection serves many questions in a row`() async throws {
        try await RawServer.run(answering: { _ in .http(200, Self.taken) }) { server in
            try await Samples.withClient(of: server.url) { client in
                for _ in 0..<40 { _ = try? await client.poll(Samples.task()) }
            }
            #expect(server.requests.count == 40)
            var (opened, closed) = (0, 0)
            for await event in server.events {
                if event == .opened { opened += 1 }
                if case .closed = event { closed += 1 }
                if closed == opened { break }
            }
            // One but for moments: the HTTP client hands the end of an answer over before it has put the connection away.
            #expect(opened < 10, "\(opened) connections for 40 calls")
        }
    }

    @Test func `a server that closes each time is connected to each time`() async throws {
        // The test above would see a second connection: this one does.
        let reply = Reply.sendAndClose(
            "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: \(Self.taken.utf8.count)\r\n\r\n\(Self.taken)")
        try await RawServer.run(answering: { _ in reply }) { server in
            try await Samples.withClient(of: server.url) { client in
                for _ in 0..<3 {
                    let error = try await Samples.submit(by: client)
                    #expect(error == nil)
                }
            }
            var opened = 0
            for await event in server.events where event == .opened {
                opened += 1
                if opened == 3 { break }
            }
            #expect(server.requests.count == 3)
        }
    }

    @Test func `an API at an IPv6 address is reached`() async throws {
        try await RawServer.run(on: "::1", answering: { _ in .http(200, Self.taken) }) { server in
            try await Samples.withClient(of: "http://[::1]:\(server.port)") { client in
                let error = try await Samples.submit(by: client)
                #expect(error == nil)
            }
            #expect(server.requests.first?.values(of: "host") == ["[::1]:\(server.port)"])
        }
    }

    @Test(.enabled(if: Certificates.hasOpenSSL, "needs /usr/bin/openssl (package openssl)"))
    func `TLS to an IPv6 address checks the certificate for that address`() async throws {
        let authorities = try TLSTests.authorities(\.authority)
        try await RawServer.run(answering: { _ in .http(200, Self.taken) }) { server in
            for name in [Certificates.Name.good, .elsewhere] {
                try await TLSFront.run(showing: name, before: server.port, host: "::1") { front in
                    let url = "https://[::1]:\(front.port)"
                    let error = try await Samples.withClient(of: url, change: { $0.authorities = authorities }) {
                        try await Samples.submit(by: $0)
                    }
                    #expect((error == nil) == (name == .good), "\(String(describing: error))")
                }
            }
            #expect(server.requests.count == 1)
        }
    }

    @Test func `a connection that is not made in time has sent nothing`() async throws {
        let full = try FullSocket()
        let error = try await Samples.withClient(
            of: "http://127.0.0.1:\(full.port)", change: { $0.connectTimeout = .milliseconds(300) }
        ) {
            try await Samples.submit(by: $0)
        }
        let words = "no connection to 127.0.0.1 port \(full.port) in time (connect-timeout)"
        // In these words this one clock alone ends it.
        #expect(error == .notReachable(Unreachable(message: words)))
    }

    @Test func `a submit that is cancelled while it connects has sent nothing`() async throws {
        let full = try FullSocket()
        let error = try await Samples.withClient(
            of: "http://127.0.0.1:\(full.port)", change: { $0.connectTimeout = .seconds(3600) }
        ) {
            client in
            // Ends what is still under way, for which the client waits on its way out.
            defer { full.stop() }
            // Unstructured, as it is cancelled on its own; awaited at once.
            let call = Task { try await Samples.submit(by: client) }
            try await Task.sleep(for: .milliseconds(100))
            call.cancel()
            return try await call.value
        }
        #expect(error == .notReachable(Unreachable(message: "cancelled before it was sent")))
    }
}
