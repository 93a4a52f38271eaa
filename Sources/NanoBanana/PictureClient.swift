// SPDX-License-Identifier: Apache-2.0

internal import AsyncHTTPClient
internal import Foundation
internal import NIOCore
internal import NIOHTTP1

/// Fetches pictures: without the key, and only from addresses that the policy allows. The check is made on the address
/// actually connected to, so neither a name that points elsewhere nor a redirect gets around it.
///
/// Through a proxy it is the proxy that looks the name up and connects. What is promised then is less: links to
/// addresses that are not public and to names that cannot be (``AddressPolicy/allows(host:)``) are refused before the
/// proxy is asked; a public name that leads to a private address is the proxy's to refuse.
final class PictureClient: Sendable {
    private struct ForbiddenAddress: Error {
        var address: String
    }

    private static let redirectLimit = 5

    private let client: WebClient
    private let policy: @Sendable () -> AddressPolicy
    private let timeout: TimeAmount

    /// - Parameter policy: asked for each connection.
    init(
        _ configuration: NanoBananaClient.Configuration, group: any EventLoopGroup,
        policy: @escaping @Sendable () -> AddressPolicy
    ) {
        self.policy = policy
        client = WebClient(
            configuration, group: group,
            connected: { channel, route in
                if route != .direct || policy().allows(channel.remoteAddress) {
                    return channel.eventLoop.makeSucceededVoidFuture()
                }
                let address = channel.remoteAddress?.ipAddress ?? "an unknown address"
                // The HTTP client leaves a channel open that it was told not to use.
                return channel.close().flatMapErrorThrowing { _ in }
                    .flatMapThrowing { throw ForbiddenAddress(address: address) }
            },
            change: { settings in
                settings.timeout.read = .init(configuration.downloadIdleTimeout)
                // Pictures need no more.
                settings.httpVersion = .http1Only
            })
        timeout = .init(configuration.downloadTimeout)
    }

    func shutdown() async throws {
        try await client.shutdown()
    }

    func open(_ link: PictureLink) async throws(DownloadError) -> Download {
        let deadline = NIODeadline.now() + timeout
        var url = link.url
        for _ in 0...Self.redirectLimit {
            guard let address = try? ImageLink(url) else { throw .badLink(url) }
            let response = try await get(address.text, deadline)
            guard (300...399).contains(response.status.code) else { return try download(response, deadline) }
            guard let target = response.headers.first(name: "location"),
                let next = URL(string: target, relativeTo: URL(string: url))?.absoluteString
            else { throw .gone(status: Int(response.status.code)) }
            if Self.takesEncryptionOff(from: address.text, to: next) { throw .badLink(next) }
            url = next
        }
        throw .tooManyRedirects
    }

    /// What was encrypted stays so, whatever a redirect says. Schemes have no case (RFC 3986, 3.1).
    static func takesEncryptionOff(from url: String, to next: String) -> Bool {
        url.lowercased().hasPrefix("https:") && !next.lowercased().hasPrefix("https:")
    }

    private func get(_ url: String, _ deadline: NIODeadline) async throws(DownloadError) -> HTTPClientResponse {
        guard let destination = Destination(url) else { throw .badLink(url) }
        if client.route(to: destination) != .direct, !policy().allows(host: destination.host) {
            throw .forbiddenAddress(destination.host)
        }
        var request = HTTPClientRequest(url: url)
        request.headers.add(name: "user-agent", value: "bananadrop")
        do {
            return try await client.execute(request, to: destination, deadline: deadline)
        } catch let error as ForbiddenAddress {
            throw .forbiddenAddress(error.address)
        } catch {
            let problem = await client.explain(error, to: destination, hasLeft: nil)
            throw .trouble(message: problem.message, retryAfter: nil)
        }
    }

    private func download(_ response: HTTPClientResponse, _ deadline: NIODeadline) throws(DownloadError) -> Download {
        let status = Int(response.status.code)
        switch status {
        case 200...299:
            let length = response.headers.first(name: "content-length").flatMap { Int64($0) }
            let type = response.headers.first(name: "content-type")
            return Download(
                contentLength: length, contentType: type, body: PictureBytes(response.body, before: deadline))
        case 408, 425, 429, 500...:
            let wait = RetryAfter.read(response.headers.first(name: "retry-after"), now: Date().timeIntervalSince1970)
            throw .trouble(message: "HTTP \(status)", retryAfter: wait)
        default: throw .gone(status: status)
        }
    }
}
