// SPDX-License-Identifier: Apache-2.0

internal import NIOCore

/// Sends bodies to addresses that the administrator has chosen, by the same proxy rules and with the same trust as the
/// API. Follows no redirect, and sends no key.
package final class WebPost: Sendable {
    /// Why a body was not taken, in words.
    package struct Failure: Error, Equatable {
        package var message: String
    }

    private let client: WebClient
    private let line: TransferLine
    private let connectTimeout: Duration

    /// - Parameter loop: whose thread carries the transfers.
    package init(_ configuration: NanoBananaClient.Configuration, on loop: TransferLoop? = nil) {
        connectTimeout = configuration.connectTimeout
        line = TransferLine(
            loop,
            Transfers.Settings(
                authorities: configuration.authorities, connectTimeout: configuration.connectTimeout,
                connections: configuration.connectionsPerHost))
        client = WebClient(configuration.proxy, line, .submits)
    }

    /// Closes the connections.
    package func shutdown() { line.close() }

    /// Whether it is an address that can be posted to.
    package static func isAddress(_ text: String) -> Bool { PictureAddress(base: text) != nil && !text.contains("#") }

    /// Returns when the receiver has answered with a 2xx, and does not read what it says beside that.
    package func post(
        _ body: [UInt8], to url: String, headers: [(name: String, value: String)], within time: Duration
    ) async throws(Failure) {
        guard let destination = Destination(url) else { throw Failure(message: "it is no address") }
        var message = Message(
            url: url, capacity: .stream(kept: 1 << 14), patience: ExchangePatience(total: time))
        message.method = .post(ByteBuffer(bytes: body), BodyGate())
        message.headers = [("Content-Type", "application/json"), ("User-Agent", "bananadrop")] + headers
        message.isAlone = true
        let head: ResponseHead
        do throws(TransferError) {
            head = try await client.begin(message, to: destination).head()
        } catch {
            throw Failure(message: await client.explain(error, to: destination, hasLeft: error.wasConnected).message)
        }
        guard (200...299).contains(head.status) else {
            throw Failure(message: "\(destination.authority) answered with HTTP \(head.status)")
        }
    }
}
