// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Fetches pictures: without the key, and only from addresses that the policy allows. The check is made on the address
/// actually connected to, so neither a name that points elsewhere nor a redirect gets around it. Links are read as a
/// browser reads them (``PictureAddress``), redirects too.
///
/// Through a proxy it is the proxy that looks the name up and connects. What is promised then is less: links to
/// addresses that are not public and to names that cannot be (``AddressPolicy/allows(host:)``) are refused before the
/// proxy is asked; a public name that leads to a private address must be refused by the proxy.
struct PictureClient: Sendable {
    private static let redirectLimit = 5
    /// About so many bytes of a picture are held where nobody reads them.
    private static let kept = 256 * 1024

    private let client: WebClient
    private let policy: @Sendable () -> AddressPolicy
    private let timeout: Duration
    private let idleTimeout: Duration

    /// - Parameter policy: asked for each connection.
    init(
        _ configuration: NanoBananaClient.Configuration, _ line: TransferLine,
        policy: @escaping @Sendable () -> AddressPolicy
    ) {
        self.policy = policy
        (timeout, idleTimeout) = (configuration.downloadTimeout, configuration.downloadIdleTimeout)
        client = WebClient(configuration.proxy, line, .pictures, mayUse: { policy().allowsName(leadingTo: $0) })
    }

    /// - Parameter base: where the answer came from; gives what the link lacks.
    func open(_ link: PictureLink, from base: PictureAddress) async throws(DownloadError) -> Download {
        let inline = await HeavyWork.run(bytes: link.url.utf8.count) { InlinePicture(link.url) }
        if let picture = inline {
            guard let bytes = picture.bytes else { throw .badInlinePicture }
            return Download(contentType: nil, tellsItsEnd: false, body: PictureBytes(bytes))
        }
        let deadline = ContinuousClock.now + timeout
        guard var address = PictureAddress(link.url, relativeTo: base) else { throw .badLink(link.url) }
        for _ in 0...Self.redirectLimit {
            let (exchange, head) = try await get(address, deadline)
            guard (300...399).contains(head.status) else { return try download(exchange, head) }
            guard let target = head["location"] else { throw .gone(status: head.status) }
            guard let next = PictureAddress(target, relativeTo: address) else { throw .badLink(target) }
            // What was encrypted stays so, whatever a redirect says.
            if address.isEncrypted, !next.isEncrypted { throw .takesEncryptionOff(next.url) }
            address = next
        }
        throw .tooManyRedirects
    }

    private func get(
        _ address: PictureAddress, _ deadline: ContinuousClock.Instant
    ) async throws(DownloadError) -> (OpenExchange, ResponseHead) {
        let destination = Destination(address)
        // Where a name leads is seen once it is connected to; a proxy alone sees it there.
        let isJudgedByText = address.isNumber || client.route(to: destination) != .direct
        if isJudgedByText, !policy().allows(host: destination.host) {
            throw .forbiddenAddress(destination.host, name: nil)
        }
        var message = Message(
            url: address.url, capacity: .stream(kept: Self.kept),
            patience: ExchangePatience(total: deadline - .now, standstill: idleTimeout))
        message.headers = [("User-Agent", "bananadrop"), ("Accept-Encoding", "identity")]
        if let credentials = address.credentials {
            let plain = credentials.percentDecoded ?? credentials
            message.headers.append(("Authorization", "Basic " + Data(plain.utf8).base64EncodedString()))
        }
        do throws(TransferError) {
            return try await execute(message, to: destination)
        } catch {
            if case .forbiddenAddress(let address) = error.trouble {
                throw .forbiddenAddress(address, name: destination.host)
            }
            let problem = await client.explain(error, to: destination, hasLeft: error.wasConnected)
            throw .trouble(message: problem.message, retryAfter: nil)
        }
    }

    /// Where the server was just closing a connection that was kept, on one of its own.
    private func execute(
        _ message: Message, to destination: Destination
    ) async throws(TransferError) -> (OpenExchange, ResponseHead) {
        let exchange = client.begin(message, to: destination)
        do throws(TransferError) {
            return (exchange, try await exchange.head())
        } catch {
            guard error.trouble.mayBeOldConnection else { throw error }
            var message = message
            message.isAlone = true
            let exchange = client.begin(message, to: destination)
            return (exchange, try await exchange.head())
        }
    }

    private func download(_ exchange: OpenExchange, _ head: ResponseHead) throws(DownloadError) -> Download {
        switch head.status {
        case 200...299:
            return Download(
                contentType: head["content-type"], tellsItsEnd: head.tellsItsEnd,
                body: PictureBytes(exchange, encoding: head["content-encoding"]))
        case 408, 425, 429, 500...:
            let wait = RetryAfter.read(head["retry-after"], now: Date().timeIntervalSince1970)
            throw .trouble(message: "HTTP \(head.status)", retryAfter: wait)
        default: throw .gone(status: head.status)
        }
    }
}
