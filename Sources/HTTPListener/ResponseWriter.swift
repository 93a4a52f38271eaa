// SPDX-License-Identifier: Apache-2.0

internal import NIOCore
internal import NIOHTTP1

/// Writes an answer, a piece when the one before it has left: whoever reads slowly costs one piece of memory, and whoever
/// does not read is cut off.
struct ResponseWriter: Sendable {
    let channel: any Channel
    let deadline: Deadline

    /// How long one piece may take to leave.
    private static let patience = Duration.seconds(20)

    /// Closes the connection in the end.
    func write(_ response: WebResponse, isHead: Bool) async {
        do {
            switch response.body {
            case .bytes(let bytes):
                writeHead(response, length: bytes.count)
                if !isHead { send(bytes) }
            case .stream(let length, let next):
                writeHead(response, length: length)
                if !isHead { try await writeAll(next) }
            case .events(let events):
                writeHead(response, length: nil)
                if !isHead { try await writeAll(events) }
            }
            try await channel.writeAndFlush(HTTPServerResponsePart.end(nil)).get()
        } catch {
            // The other side has left, or what it was sent could not be read any further: the length tells.
        }
        deadline.clear()
        channel.close(promise: nil)
    }

    private func writeAll(_ next: @Sendable () async throws -> [UInt8]?) async throws {
        while let piece = try await next() {
            deadline.set(Self.patience)
            try await flush(piece)
        }
    }

    /// Between two events nothing is timed: the kernel finds out whether the other side is still there.
    private func writeAll(_ events: AsyncStream<[UInt8]>) async throws {
        channel.flush()
        deadline.clear()
        for await event in events {
            deadline.set(Self.patience)
            try await flush(event)
            deadline.clear()
        }
    }

    private func writeHead(_ response: WebResponse, length: Int?) {
        var headers = HTTPHeaders(response.headers.map { ($0.name, $0.value) })
        headers.replaceOrAdd(name: "connection", value: "close")
        if let length { headers.add(name: "content-length", value: "\(length)") }
        if !headers.contains(name: "cache-control") { headers.add(name: "cache-control", value: "no-store") }
        let head = HTTPResponseHead(version: .http1_1, status: .init(statusCode: response.status), headers: headers)
        channel.write(HTTPServerResponsePart.head(head), promise: nil)
    }

    private func send(_ bytes: [UInt8]) {
        channel.write(HTTPServerResponsePart.body(.byteBuffer(ByteBuffer(bytes: bytes))), promise: nil)
    }

    private func flush(_ bytes: [UInt8]) async throws {
        try await channel.writeAndFlush(HTTPServerResponsePart.body(.byteBuffer(ByteBuffer(bytes: bytes)))).get()
    }
}
