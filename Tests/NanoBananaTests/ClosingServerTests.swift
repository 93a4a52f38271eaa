// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import NanoBanana
@testable import TestSupport

/// Servers that close a connection after an answer, or a moment later, without having said so.
@Suite(.idleLimit)
struct ClosingServerTests {
    private static let body = #"{"code":200,"msg":"success","data":{"task_id":"t-1","state":"running"}}"#
    private static let answer =
        "HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"

    private static let closing: [Reply] = [
        .sendAndClose(answer), .sendAndCloseLater(answer, milliseconds: 0), .sendAndCloseLater(answer, milliseconds: 1),
        .sendAndCloseLater(answer, milliseconds: 3),
    ]

    @Test(arguments: closing)
    func `no submit is lost in a connection that is just being closed`(reply: Reply) async throws {
        try await RawServer.run(answering: { _ in reply }) { server in
            try await Samples.withClient(of: server.url) { client in
                for _ in 0..<100 {
                    let error = try await Samples.submit(by: client)
                    #expect(error == nil)
                }
                try await withThrowingTaskGroup(of: SubmitError?.self) { group in
                    for _ in 0..<100 { group.addTask { try await Samples.submit(by: client) } }
                    for try await error in group { #expect(error == nil) }
                }
            }
            #expect(server.requests.count == 200)
        }
    }

    @Test(arguments: closing)
    func `a question that met such a connection is asked again`(reply: Reply) async throws {
        try await RawServer.run(answering: { _ in reply }) { server in
            try await Samples.withClient(of: server.url) { client in
                for _ in 0..<200 {
                    let report = try await client.poll(Samples.task("t-1"))
                    #expect(report.state == .underWay("running"))
                }
            }
        }
    }

    @Test(arguments: closing)
    func `a picture that met such a connection is asked for again`(reply: Reply) async throws {
        try await RawServer.run(answering: { _ in reply }) { server in
            try await Samples.withClient(of: server.url) { client in
                let link = PictureLink(url: server.url + "/1.png")
                for _ in 0..<200 {
                    let download = try await client.download(link)
                    #expect(try await Samples.read(download) == Self.body)
                }
            }
        }
    }
}
