// SPDX-License-Identifier: Apache-2.0

internal import AsyncHTTPClient
internal import Foundation
internal import NIOCore
internal import NIOHTTP1

/// Fetches pictures: without the key, and only from addresses that the policy allows. The check is made on the address
/// actually connected to, so neither a name that points elsewhere nor a redirect gets around it. Links are read as a
/// browser reads them (``PictureAddress``), redirects too.
///
/// Through a proxy it is the proxy that looks the name up and connects. What is promised then is less: links to
/// addresses that are not public and to names that cannot be (``AddressPolicy/allows(host:)``) are refused before the
/// proxy is asked; a public name that leads to a private address must be refused by the proxy.
final class PictureClient: Sendable {
    private struct ForbiddenAddress: Error {
        var address: String
    }

    private static let redirectLimit = 5

    private let client: WebClient
    /// A connection for each question: for those that met one that the server was just closing.
    private let fresh: WebClient
    private let policy: @Sendable () -> AddressPolicy
    private let timeout: TimeAmount
    private let idleTimeout: TimeAmount

    /// - Parameter policy: asked for each connection.
    init(
        _ configuration: NanoBananaClient.Configuration, group: any EventLoopGroup,
        policy: @escaping @Sendable () -> AddressPolicy
    ) {
        self.policy = policy
        idleTimeout = TimeAmount(configuration.downloadIdleTimeout)
        let connected: @Sendable (any Channel, Route) -> EventLoopFuture<Void> = { channel, route in
            if route != .direct || policy().allowsName(leadingTo: channel.remoteAddress) {
                return channel.eventLoop.makeSucceededVoidFuture()
            }
            let address = channel.remoteAddress?.ipAddress ?? "an unknown address"
            // The HTTP client leaves a channel open that it was told not to use.
            return channel.close().flatMapErrorThrowing { _ in }
                .flatMapThrowing { throw ForbiddenAddress(address: address) }
        }
        let change = { (settings: inout HTTPClient.Configuration) in
            settings.timeout.read = .init(configuration.downloadIdleTimeout)
            // Pictures need no more.
            settings.httpVersion = .http1Only
        }
        client = WebClient(configuration, group: group, connected: connected, change: change)
        fresh = WebClient(configuration, group: group, keepsConnections: false, connected: connected, change: change)
        timeout = .init(configuration.downloadTimeout)
    }

    func shutdown() async throws {
        do {
            try await client.shutdown()
        } catch {
            try? await fresh.shutdown()
            throw error
        }
        try await fresh.shutdown()
    }

    /// - Parameter base: where the answer came from; gives what the link lacks.
    func open(_ link: PictureLink, from base: PictureAddress) async throws(DownloadError) -> Download {
        let inline = await HeavyWork.run(bytes: link.url.utf8.count) { InlinePicture(link.url) }
        if let picture = inline {
            guard let bytes = picture.bytes else { throw .badInlinePicture }
            return Download(contentType: nil, tellsItsEnd: false, body: PictureBytes(bytes))
        }
        let deadline = NIODeadline.now() + timeout
        guard var address = PictureAddress(link.url, relativeTo: base) else { throw .badLink(link.url) }
        for _ in 0...Self.redirectLimit {
            let response = try await get(address, deadline)
            guard (300...399).contains(response.status.code) else { return try download(response, deadline) }
            guard let target = response.headers.first(name: "location") else {
                throw .gone(status: Int(response.status.code))
            }
            guard let next = PictureAddress(target, relativeTo: address) else { throw .badLink(target) }
            // What was encrypted stays so, whatever a redirect says.
            if address.isEncrypted, !next.isEncrypted { throw .takesEncryptionOff(next.url) }
            address = next
        }
        throw .tooManyRedirects
    }

    private func get(_ address: PictureAddress, _ deadline: NIODeadline) async throws(DownloadError)
        -> HTTPClientResponse
    {
        guard let destination = Destination(address.url) else { throw .badLink(address.url) }
        // Where a name leads is seen once it is connected to; a proxy alone sees it there.
        let isJudgedByText = address.isNumber || client.route(to: destination) != .direct
        if isJudgedByText, !policy().allows(host: destination.host) {
            throw .forbiddenAddress(destination.host, name: nil)
        }
        var request = HTTPClientRequest(url: address.url)
        request.headers.add(name: "user-agent", value: "bananadrop")
        request.headers.add(name: "accept-encoding", value: "identity")
        if let credentials = address.credentials {
            let plain = credentials.removingPercentEncoding ?? credentials
            request.headers.add(
                name: "authorization", value: "Basic " + Data(plain.utf8).base64EncodedString())
        }
        do {
            return try await execute(request, to: destination, deadline)
        } catch let error as ForbiddenAddress {
            throw .forbiddenAddress(error.address, name: destination.host)
        } catch {
            let problem = await client.explain(error, to: destination, hasLeft: nil)
            throw .trouble(message: problem.message, retryAfter: nil)
        }
    }

    private func execute(
        _ request: HTTPClientRequest, to destination: Destination, _ deadline: NIODeadline
    ) async throws -> HTTPClientResponse {
        do {
            return try await client.execute(request, to: destination, deadline: deadline)
        } catch  where !(error is ForbiddenAddress) && SendTrouble(error).mayBeOldConnection {
            return try await fresh.execute(request, to: destination, deadline: deadline)
        }
    }

    private func download(_ response: HTTPClientResponse, _ deadline: NIODeadline) throws(DownloadError) -> Download {
        let status = Int(response.status.code)
        switch status {
        case 200...299:
            let isChunked = response.headers["transfer-encoding"].contains { $0.lowercased().contains("chunked") }
            let patience = ReadingPatience(total: max(deadline - .now(), .zero), longest: idleTimeout)
            return Download(
                contentType: response.headers.first(name: "content-type"),
                tellsItsEnd: isChunked || response.headers.contains(name: "content-length"),
                body: PictureBytes(
                    response.body, encoding: response.headers.first(name: "content-encoding"), patience: patience))
        case 408, 425, 429, 500...:
            let wait = RetryAfter.read(response.headers.first(name: "retry-after"), now: Date().timeIntervalSince1970)
            throw .trouble(message: "HTTP \(status)", retryAfter: wait)
        default: throw .gone(status: status)
        }
    }
}
