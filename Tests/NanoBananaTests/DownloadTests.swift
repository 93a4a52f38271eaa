// SPDX-License-Identifier: Apache-2.0

import NIOCore
import Testing

@testable import NanoBanana
@testable import TestSupport

/// Downloads over real sockets.
@Suite(.idleLimit)
struct DownloadTests {
    /// The error of one download from a server that answers so.
    private func download(answering reply: Reply) async throws -> DownloadError? {
        try await RawServer.run(answering: { _ in reply }) { server in
            try await Samples.withClient(of: server.url) { client in
                let link = PictureLink(url: server.url + "/1.png")
                return await #expect(throws: DownloadError.self) { try await client.download(link) }
            }
        }
    }

    /// Reads a download whose beginning is good, to its error. Returns false where not even the beginning came in time.
    private func expectErrorWhileReading(
        _ reply: Reply, change: (inout NanoBananaClient.Configuration) -> Void = { _ in }
    ) async throws -> Bool {
        try await RawServer.run(answering: { _ in reply }) { server -> Bool in
            try await Samples.withClient(of: server.url, change: change) { client -> Bool in
                guard let download = try await begin(client, server.url) else { return false }
                await #expect(throws: (any Error).self) { try await Samples.read(download) }
                return true
            }
        }
    }

    private func begin(_ client: NanoBananaClient, _ url: String) async throws -> Download? {
        do {
            return try await client.download(PictureLink(url: url))
        } catch {
            guard error == .trouble(message: "no answer in time", retryAfter: nil) else { throw error }
            return nil
        }
    }

    /// The same for a reply that comes to its end by a timeout.
    private func expectTimeoutWhileReading(
        _ reply: Reply, change: (inout NanoBananaClient.Configuration, Duration) -> Void
    ) async throws {
        for patience in Samples.patience {
            if try await expectErrorWhileReading(reply, change: { change(&$0, patience) }) { return }
        }
        Issue.record("no picture has begun")
    }

    @Test func `a picture is read with its length and type`() async throws {
        let reply = Reply.http(200, "picture", headers: ["Content-Type: image/png"])
        try await RawServer.run(answering: { _ in reply }) { server in
            try await Samples.withClient(of: server.url) { client in
                let download = try await client.download(PictureLink(url: server.url + "/a/1.png?s=x"))
                #expect(download.tellsItsEnd)
                #expect(download.contentType == "image/png")
                #expect(try await Samples.read(download) == "picture")
                #expect(server.requests.map(\.line) == ["GET /a/1.png?s=x HTTP/1.1"])
            }
        }
    }

    @Test func `the key goes neither to a picture's host nor to where it redirects`() async throws {
        try await RawServer.run(answering: { _ in .http(200, "picture") }) { target in
            let location = "Location: \(target.url)/moved.png"
            let answer: @Sendable (RawRequest) -> Reply = { request in
                request.line.hasPrefix("POST") ? .http(401) : .http(302, headers: [location])
            }
            try await RawServer.run(answering: answer) { server in
                let request = try Samples.request()
                try await Samples.withClient(of: server.url) { client in
                    await #expect(throws: SubmitError.self) { try await client.submit(request) }
                    let download = try await client.download(PictureLink(url: server.url + "/1.png"))
                    #expect(try await Samples.read(download) == "picture")
                }
                // The same server, by the same client: the API's request has the key, the picture's has not.
                #expect(server.requests.map { $0.values(of: "authorization") } == [[Samples.key], []])
                #expect(target.requests.map(\.line) == ["GET /moved.png HTTP/1.1"])
                let sent = (server.requests.dropFirst() + target.requests).flatMap(\.headers).joined(separator: "\n")
                #expect(sent.contains("bananadrop"))
                #expect(!sent.contains(Samples.key))
            }
        }
    }

    @Test(arguments: [
        "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nhalf a pic",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhalf \r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nha",
    ])
    func `a truncated picture is an error while reading`(answer: String) async throws {
        #expect(try await expectErrorWhileReading(.sendAndClose(answer)))
    }

    @Test func `a download that stands still is an error while reading`() async throws {
        try await expectTimeoutWhileReading(.send("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nhalf")) {
            $0.downloadIdleTimeout = $1
        }
    }

    @Test func `a download that takes too long as a whole is an error while reading`() async throws {
        try await expectTimeoutWhileReading(.drip("HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n")) {
            $0.downloadTimeout = $1
        }
    }

    @Test(arguments: [401, 403, 404, 410, 400, 304])
    func `a link that works no longer is gone`(status: Int) async throws {
        #expect(try await download(answering: .http(status)) == .gone(status: status))
    }

    @Test(arguments: [408, 425, 429, 500, 502, 503])
    func `a picture's host in trouble may be asked again`(status: Int) async throws {
        let reply = Reply.http(status, headers: ["Retry-After: 9"])
        let trouble = DownloadError.trouble(message: "HTTP \(status)", retryAfter: .seconds(9))
        #expect(try await download(answering: reply) == trouble)
    }

    @Test(arguments: ["", " ", "file:///etc/passwd", "s3://bucket/x", "https://", "http://a b/x", "http://h:99999/x"])
    func `what is no link to an HTTP server is refused`(url: String) async throws {
        try await Samples.withClient(of: "http://127.0.0.1:9") { client in
            await #expect(throws: DownloadError.badLink(url)) { try await client.download(PictureLink(url: url)) }
        }
    }

    @Test(arguments: [(5, true), (6, false)])
    func `five redirects are followed and no more`(redirects: Int, arrives: Bool) async throws {
        let answer: @Sendable (RawRequest) -> Reply = { request in
            let step = Int(request.line.split(separator: " ")[1].dropFirst()) ?? 0
            return step < redirects ? .http(302, headers: ["Location: /\(step + 1)"]) : .http(200, "picture")
        }
        try await RawServer.run(answering: answer) { server in
            try await Samples.withClient(of: server.url) { client in
                let link = PictureLink(url: server.url + "/0")
                if arrives {
                    let download = try await client.download(link)
                    #expect(try await Samples.read(download) == "picture")
                } else {
                    await #expect(throws: DownloadError.tooManyRedirects) { try await client.download(link) }
                }
                #expect(server.requests.count == 6)
            }
        }
    }

    @Test func `a name that leads to loopback is refused and nothing is sent`() async throws {
        try await RawServer.run(answering: { _ in .http(200, "picture") }) { server in
            let link = PictureLink(url: "http://localhost:\(server.port)/secret.png")
            try await Samples.withClient(of: server.url, change: { $0.pictureAddresses = .publicOnly }) { client in
                let error = await #expect(throws: DownloadError.self) { try await client.download(link) }
                let forbidden = ["127.0.0.1", "::1"].map { DownloadError.forbiddenAddress($0, name: "localhost") }
                #expect(error.map(forbidden.contains) == true, "\(String(describing: error))")
            }
            #expect(server.requests.isEmpty)
            // The server would have seen it: without the policy it does, on the first connection that is made at all.
            try await Samples.withClient(of: server.url) { client in
                let download = try await client.download(link)
                #expect(try await Samples.read(download) == "picture")
            }
            #expect(server.requests.map(\.line) == ["GET /secret.png HTTP/1.1"])
            var events = server.events.makeAsyncIterator()
            #expect(await events.next() == .opened)
            guard case .request? = await events.next() else {
                Issue.record("there was a connection before")
                return
            }
        }
    }

    @Test func `loopback in another spelling is refused and nothing is sent`() async throws {
        try await RawServer.run(answering: { _ in .http(200, "picture") }) { target in
            // 127.0.0.1 as a resolver may read it.
            let link = PictureLink(url: "http://2130706433:\(target.port)/x")
            try await Samples.withClient(of: target.url, change: { $0.pictureAddresses = .publicOnly }) { client in
                await #expect(throws: DownloadError.forbiddenAddress("127.0.0.1", name: nil)) {
                    try await client.download(link)
                }
            }
            #expect(target.requests.isEmpty)
        }
    }
}

/// Transfers in all their forms.
extension DownloadTests {
    /// What comes of a download whose answer has this head and body.
    private func read(_ head: [String], _ body: [UInt8], closing: Bool = false) async throws -> (Download, [UInt8]) {
        let bytes = Array((head + ["", ""]).joined(separator: "\r\n").utf8) + body
        return try await RawServer.run(answering: { _ in .bytes(bytes, closing: closing) }) { server in
            try await Samples.withClient(of: server.url) { client in
                let download = try await client.download(PictureLink(url: server.url + "/1.png"))
                var whole = ByteBuffer()
                for try await part in download.body { whole.writeImmutableBuffer(part) }
                return (download, Array(whole.readableBytesView))
            }
        }
    }

    private static let plain = Array("a picture, a picture".utf8)

    @Test(arguments: [(InflaterTests.gzip, "gzip"), (InflaterTests.zlib, "deflate"), (InflaterTests.raw, "deflate")])
    func `what comes compressed is unpacked`(head: CInt, encoding: String) async throws {
        let body = Array(InflaterTests.packed(Self.plain, head: head).readableBytesView)
        let lines = ["HTTP/1.1 200 OK", "Content-Encoding: \(encoding)", "Content-Length: \(body.count)"]
        #expect(try await read(lines, body).1 == Self.plain)
    }

    @Test func `compressed bytes that break off are an error, however the connection ends`() async throws {
        let body = Array(InflaterTests.packed(Self.plain, head: InflaterTests.gzip).readableBytesView).dropLast(4)
        await #expect(throws: (any Error).self) {
            try await read(["HTTP/1.1 200 OK", "Content-Encoding: gzip"], Array(body), closing: true)
        }
    }

    @Test(
        arguments: [
            (["Content-Length: 20"], plain, true),
            (["Transfer-Encoding: chunked"], Array("14\r\n".utf8) + plain + Array("\r\n0\r\n\r\n".utf8), true),
            ([], plain, false),
        ] as [([String], [UInt8], Bool)])
    func `a transfer says whether it tells its own end`(lines: [String], body: [UInt8], tells: Bool) async throws {
        let (download, bytes) = try await read(["HTTP/1.1 200 OK"] + lines, body, closing: !tells)
        #expect(bytes == Self.plain)
        #expect(download.tellsItsEnd == tells)
    }

    @Test func `links and redirects are followed as a browser does, against the API's address`() async throws {
        let answer: @Sendable (RawRequest) -> Reply = { request in
            switch request.line {
            case "GET /a/my%20output%7B1%7D.png?s=%E5%9B%BE HTTP/1.1": .http(302, headers: ["Location: next one.png"])
            case "GET /a/next%20one.png HTTP/1.1":
                .http(302, headers: ["Location: //\(request.values(of: "host").joined())\\last"])
            default: .http(200, "picture")
            }
        }
        try await RawServer.run(answering: answer) { server in
            try await Samples.withClient(of: server.url) { client in
                let download = try await client.download(PictureLink(url: "/a/my output{1}.png?s=\u{56FE}\r\n"))
                #expect(try await Samples.read(download) == "picture")
            }
            #expect(server.requests.last?.line == "GET /last HTTP/1.1")
            #expect(server.requests.count == 3)
        }
    }

    @Test func `a picture in the answer is opened without a connection`() async throws {
        try await Samples.withClient(of: "http://127.0.0.1:9") { client in
            let download = try await client.download(PictureLink(url: "data:image/png;base64,cGljdHVyZQ"))
            // Half of one is known by its bytes alone.
            #expect(!download.tellsItsEnd)
            #expect(try await Samples.read(download) == "picture")
            await #expect(throws: DownloadError.badInlinePicture) {
                try await client.download(PictureLink(url: "data:image/png;base64,c"))
            }
        }
    }

    @Test func `credentials in a link go to its own host and no further`() async throws {
        try await RawServer.run(answering: { _ in .http(200, "picture") }) { target in
            let location = "Location: \(target.url.replacing("127.0.0.1", with: "localhost"))/2"
            try await RawServer.run(answering: { _ in .http(302, headers: [location]) }) { server in
                try await Samples.withClient(of: server.url) { client in
                    let link = server.url.replacing("http://", with: "http://me:p%40w@") + "/1"
                    _ = try await Samples.read(client.download(PictureLink(url: link)))
                }
                #expect(server.requests.first?.values(of: "authorization") == ["Basic bWU6cEB3"])
                #expect(target.requests.first?.values(of: "authorization") == [])
            }
        }
    }

    @Test func `a picture that nobody reads is not taken in, and is not late`() async throws {
        // Twice as much as the sockets of both sides may hold.
        let size = 24 << 20
        let head = "HTTP/1.1 200 OK\r\nContent-Length: \(size)\r\n\r\n"
        let picture = head + String(repeating: "x", count: size)
        try await RawServer.run(answering: { _ in .send(picture) }) { server in
            try await Samples.withClient(of: server.url, change: { $0.downloadIdleTimeout = .seconds(1) }) { client in
                let download = try await client.download(PictureLink(url: server.url + "/1.png"))
                // Longer than it may stand still.
                try await Task.sleep(for: .seconds(2))
                var (count, largest) = (0, 0)
                for try await part in download.body {
                    count += part.readableBytes
                    largest = max(largest, part.readableBytes)
                }
                #expect(count == size)
                #expect(largest < 1 << 20)
            }
        }
    }

    @Test func `time in which the process stands still does not count`() {
        let start = ContinuousClock.now
        var time = AwakeTime(now: start)
        time.look(at: start + .milliseconds(500))
        // It stood still for a day.
        time.look(at: start + .seconds(86_400))
        time.look(at: start + .seconds(86_400) + .milliseconds(700))
        #expect(time.awake == .milliseconds(1200))
    }
}
