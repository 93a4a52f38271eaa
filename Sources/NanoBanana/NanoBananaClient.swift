// SPDX-License-Identifier: Apache-2.0

internal import AsyncHTTPClient
internal import Foundation
public import NIOCore
internal import NIOHTTP1
internal import NIOPosix

/// The client of the image-edit API: submit, ask for the task, fetch the pictures.
///
/// A submit costs money and is sent exactly once per call: no retry, no redirect. The key goes to the API's own origin
/// only.
public final class NanoBananaClient: Sendable {
    /// What a client needs to know.
    public struct Configuration: Sendable {
        /// Where the API stands: scheme, host, perhaps a port and a path before `/api`. Default: the vendor's.
        public var apiURL = "https://duomiapi.com"
        /// Which links go through a proxy. Default: none.
        public var proxy = ProxyRules.direct
        /// Whose certificates are accepted beside those that the system knows. Default: nobody's.
        public var authorities = Authorities.systemOnly
        /// How long a connection may take to be made: the name, TCP, the proxy and TLS together. Default: 10 s.
        public var connectTimeout = Duration.seconds(10)
        /// How long the answer to a question (a poll, a ping) may let wait for it once all is sent, how long it may
        /// stand still, and how long it may take from its beginning to its end. Time in which this process stands still
        /// does not count. Default: 60 s.
        public var answerTimeout = Duration.seconds(60)
        /// The same for a submit, whose answer is paid for whether it is awaited or not. Default: 5 min.
        public var submitTimeout = Duration.seconds(300)
        /// How long a download may stand still. Default: 60 s.
        public var downloadIdleTimeout = Duration.seconds(60)
        /// How long a download may take as a whole. Default: 30 min.
        public var downloadTimeout = Duration.seconds(1800)
        /// The largest answer that is read, in bytes: pictures may stand in it. Default: 64 MiB.
        public var maxAnswerBytes = 64 << 20
        /// Where pictures may be fetched from; `nil` means public addresses, or any where the API itself was reached at
        /// one that is not public.
        public var pictureAddresses: AddressPolicy?
        /// How many connections to one host may be open at once. Default: 256.
        public var connectionsPerHost = 256

        /// The defaults.
        public init() {}
    }

    /// The API's address cannot be used; why.
    public struct BadAPIURL: Error, Equatable, Sendable {
        /// The address as it was given; a password may stand in it.
        public let text: String

        /// An error, for tests of one's own.
        public init(text: String) {
            self.text = text
        }
    }

    let configuration: Configuration
    private let base: String
    /// What gives the links of pictures that which they lack.
    private let pictureBase: PictureAddress
    let destination: Destination
    let key: @Sendable () -> APIKey?
    /// A connection for each submit.
    let submits: WebClient
    /// Polls and pings, which may be asked again.
    let questions: WebClient
    let clock: AwakeClock
    private let pictureClient: PictureClient
    private let addressScope: AddressScope
    /// The passwords of the proxies.
    let secrets: Redaction

    /// - Parameters:
    ///   - configuration: where the API stands, times and limits. Default: the vendor's API.
    ///   - group: where the sockets run; `nil` shares the process's own.
    ///   - key: asked before each call, so that it may change meanwhile; `nil` sends none.
    /// - Throws: ``BadAPIURL`` where the address is not `http` or `https` with a host.
    public init(
        _ configuration: Configuration = Configuration(), group: (any EventLoopGroup)? = nil,
        key: @escaping @Sendable () -> APIKey?
    ) throws(BadAPIURL) {
        var base = configuration.apiURL
        while base.hasSuffix("/") { base.removeLast() }
        guard let link = try? ImageLink(base), !base.contains("?"), !base.contains("#"),
            let destination = Destination(link.text), let pictureBase = PictureAddress(base: link.text)
        else { throw BadAPIURL(text: configuration.apiURL) }
        self.pictureBase = pictureBase
        self.configuration = configuration
        var secrets = Redaction()
        secrets.add(configuration.proxy)
        self.secrets = secrets
        self.base = link.text
        self.destination = destination
        self.key = key
        let group = group ?? MultiThreadedEventLoopGroup.singleton
        let route = configuration.proxy.route(to: destination)
        let addressScope = AddressScope(Self.kind(of: link.text, by: route))
        self.addressScope = addressScope
        let connected: @Sendable (any Channel, Route) -> EventLoopFuture<Void> = { channel, route in
            // Through a proxy it is the proxy that was connected to, which tells nothing of the API; and a number was
            // judged as it was given.
            if route == .direct, !pictureBase.isNumber { addressScope.note(channel.remoteAddress) }
            return channel.eventLoop.makeSucceededVoidFuture()
        }
        submits = WebClient(configuration, group: group, keepsConnections: false, connected: connected) { _ in }
        questions = WebClient(configuration, group: group, connected: connected) { _ in }
        clock = AwakeClock(group: group)
        pictureClient = PictureClient(configuration, group: group) { [given = configuration.pictureAddresses] in
            given ?? (addressScope.kind == .isPrivate ? .any : .publicOnly)
        }
    }

    /// What is known of the API's address before the first connection. Through a proxy nothing more is ever
    /// learnt, and a name counts as public: an API in the office's own network is named in `NO_PROXY`.
    private static func kind(of base: String, by route: Route) -> AddressScope.Kind {
        if policy(for: base) == .any { return .isPrivate }
        return route == .direct ? .unknown : .isPublic
    }

    /// What the API's address tells before it is connected to.
    static func policy(for base: String) -> AddressPolicy {
        guard let host = URL(string: base)?.host(percentEncoded: false)?.lowercased() else { return .publicOnly }
        if host == "localhost" { return .any }
        guard let address = try? SocketAddress(ipAddress: host, port: 0) else { return .publicOnly }
        return AddressPolicy.publicOnly.allows(address) ? .publicOnly : .any
    }

    /// Whether the API's name has led to an address that a proxy makes up for names (`fake-ip`), as those of pictures
    /// then do, too.
    public var namesAreMadeUp: Bool { addressScope.namesAreMadeUp }

    /// Closes the connections. Call it once, when nothing is under way.
    ///
    /// A client must not go out of use before: its connections could not be closed any more, which is a fatal error in
    /// debug builds. ``withClient(_:isolation:key:_:)`` does so by itself.
    ///
    /// - Throws: what went wrong while they were closed. Nothing can be done about it.
    public func shutdown() async throws {
        // Each of them, whatever becomes of the other.
        let results = [
            await Self.result(submits.shutdown), await Self.result(questions.shutdown),
            await Self.result(pictureClient.shutdown),
        ]
        for result in results { try result.get() }
    }

    private static func result(_ work: () async throws -> Void) async -> Result<Void, any Error> {
        do { return .success(try await work()) } catch { return .failure(error) }
    }

    /// Sends a request, once. Each call may cost money; what an error allows is in ``SubmitError``.
    ///
    /// A call that is cancelled after its request has left is an unknown outcome; ``edit(_:patience:taken:)`` awaits the
    /// answer then, too.
    ///
    /// - Returns: the task to poll, or the pictures where they are finished already. Either is paid for: keep it.
    /// - Throws: ``SubmitError``, which says whether the request was charged, and whether it may be sent again.
    public func submit(_ request: EditRequest) async throws(SubmitError) -> SubmitAnswer {
        try await submit(request, through: BodyGate())
    }

    /// - Parameter gate: lets the request go, once.
    func submit(_ request: EditRequest, through gate: BodyGate) async throws(SubmitError) -> SubmitAnswer {
        let body = ByteBuffer(bytes: request.encoded())
        var message = HTTPClientRequest(url: base + "/api/gemini/nano-banana-edit")
        message.method = .POST
        message.headers.add(name: "content-type", value: "application/json")
        message.body = .stream(
            GatedBody(bytes: body, gate: gate), length: .known(Int64(body.readableBytes)))
        let answer: AnswerReader
        do {
            answer = try await send(message, by: submits, within: configuration.submitTimeout, asked: request)
        } catch let cut as CutAnswer {
            // What came may say enough, though more was announced.
            guard cut.answer.mayBeUsedThoughCut || cut.answer.namesTask else {
                let hasLeft = gate.callOff()
                let problem = await submits.explain(cut.reason, to: destination, hasLeft: hasLeft)
                throw problem.submitError(cut.answer)
            }
            answer = cut.answer
        } catch {
            // From here on the body stays here, if it has not left: what is said next holds.
            let hasLeft = gate.callOff()
            throw await submits.explain(error, to: destination, hasLeft: hasLeft).submitError(nil)
        }
        return try answer.submitAnswer()
    }

    /// Asks whether the API is there and takes the key, by asking for a task that cannot exist. Costs nothing. Returns
    /// also where the answer does not tell.
    ///
    /// - Throws: ``PingError``, which says what stands in the way.
    public func ping() async throws(PingError) {
        _ = try await serverTime()
    }

    /// The same question as ``ping()``. Returns what the server's clock showed when it answered (`Date`, RFC 9110,
    /// 6.6.1), in seconds since 1970; `nil` where the answer does not say.
    ///
    /// - Throws: ``PingError``, which says what stands in the way.
    public func serverTime() async throws(PingError) -> Int64? {
        let answer: AnswerReader
        do {
            answer = try await ask(base + "/api/gemini/nano-banana/bananadrop-ping", asked: nil)
        } catch {
            let problem = await questions.explain(error, to: destination, hasLeft: nil)
            if problem.reach == .notSent { throw .notReachable(Unreachable(message: problem.message)) }
            throw .down(message: problem.message, retryAfter: nil)
        }
        try answer.pingAnswer()
        return answer.serverTime
    }

    /// Asks how far a task is. Costs nothing, and may be repeated as often as one likes: every few seconds is plenty.
    ///
    /// - Parameters:
    ///   - task: what the submit gave.
    ///   - asked: what was submitted, where that is known: what an answer repeats of it decides nothing. `nil` where it
    ///     is not.
    /// - Throws: ``PollError``. None of them says that the task is lost.
    public func poll(_ task: TaskID, asked: EditRequest? = nil) async throws(PollError) -> TaskReport {
        let answer: AnswerReader
        do {
            answer = try await ask(base + "/api/gemini/nano-banana/" + task.pathSegment, asked: asked)
        } catch {
            let problem = await questions.explain(error, to: destination, hasLeft: nil)
            throw .trouble(message: problem.message, retryAfter: nil)
        }
        return try answer.taskReport(on: task)
    }

    /// Opens a picture. Costs nothing; the key is not sent. Follows up to five redirects. The link is read as a browser
    /// reads one; a picture that stands in the answer itself is decoded.
    ///
    /// - Returns: the picture, open for reading: its bytes come as they are read, and are checked by nobody.
    /// - Throws: ``DownloadError``. Reading throws, too, where the connection breaks.
    public func download(_ link: PictureLink) async throws(DownloadError) -> Download {
        do {
            return try await pictureClient.open(link, from: pictureBase)
        } catch .forbiddenAddress(let address, _) where addressScope.kind == .unknown {
            // Nobody has spoken with the API yet, so it is not known where it stands.
            do {
                try await ping()
            } catch {
                throw .trouble(message: "the API cannot be reached, and its picture is at \(address)", retryAfter: nil)
            }
            return try await pictureClient.open(link, from: pictureBase)
        }
    }
}
