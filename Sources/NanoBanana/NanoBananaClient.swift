// SPDX-License-Identifier: Apache-2.0

internal import NIOCore

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
    let line: TransferLine
    private let pictureClient: PictureClient
    private let addressScope: AddressScope
    /// The passwords of the proxies.
    let secrets: Redaction

    /// - Parameters:
    ///   - configuration: where the API stands, times and limits. Default: the vendor's API.
    ///   - key: asked before each call, so that it may change meanwhile; `nil` sends none.
    /// - Throws: ``BadAPIURL`` where the address is not `http` or `https` with a host.
    public convenience init(
        _ configuration: Configuration = Configuration(), key: @escaping @Sendable () -> APIKey?
    ) throws(BadAPIURL) {
        try self.init(configuration, on: nil, key: key)
    }

    /// - Parameter loop: whose thread carries the transfers; `nil` for one of its own.
    package init(
        _ configuration: Configuration, on loop: TransferLoop?, key: @escaping @Sendable () -> APIKey?
    ) throws(BadAPIURL) {
        var base = configuration.apiURL
        while base.hasSuffix("/") { base.removeLast() }
        guard let link = try? ImageLink(base), !base.contains("?"), !base.contains("#"),
            let pictureBase = PictureAddress(base: link.text)
        else { throw BadAPIURL(text: configuration.apiURL) }
        self.pictureBase = pictureBase
        self.configuration = configuration
        var secrets = Redaction()
        secrets.add(configuration.proxy)
        self.secrets = secrets
        // Where it is spelt in letters of other languages, libcurl would read them by the locale.
        self.base = String(pictureBase.url.dropLast())
        let destination = Destination(pictureBase)
        self.destination = destination
        self.key = key
        let route = configuration.proxy.route(to: destination)
        let addressScope = AddressScope(Self.kind(of: destination, by: route))
        self.addressScope = addressScope
        // Through a proxy it is the proxy that is connected to, which tells nothing of the API; and a number was judged as
        // it was given.
        let connected: @Sendable (IPLiteral) -> Void = { if !pictureBase.isNumber { addressScope.note($0) } }
        line = TransferLine(
            loop,
            Transfers.Settings(
                authorities: configuration.authorities, connectTimeout: configuration.connectTimeout,
                connections: configuration.connectionsPerHost))
        submits = WebClient(configuration.proxy, line, .submits, connected: connected)
        questions = WebClient(configuration.proxy, line, .questions, connected: connected)
        pictureClient = PictureClient(configuration, line) { [given = configuration.pictureAddresses] in
            given ?? (addressScope.kind == .isPrivate ? .any : .publicOnly)
        }
    }

    /// What is known of the API's address before the first connection. Through a proxy nothing more is ever
    /// learnt, and a name counts as public: an API in the office's own network is named in `NO_PROXY`.
    private static func kind(of destination: Destination, by route: Route) -> AddressScope.Kind {
        if policy(for: destination) == .any { return .isPrivate }
        return route == .direct ? .unknown : .isPublic
    }

    /// What the API's address tells before it is connected to.
    static func policy(for destination: Destination) -> AddressPolicy {
        if destination.host == "localhost" { return .any }
        guard let address = IPLiteral(destination.host) else { return .publicOnly }
        return AddressPolicy.publicOnly.allows(address) ? .publicOnly : .any
    }

    /// Whether the API's name has led to an address that a proxy makes up for names (`fake-ip`), as those of pictures
    /// then do, too.
    public var namesAreMadeUp: Bool { addressScope.namesAreMadeUp }

    /// Closes the connections. What is still under way is cancelled, and so is each call from then on. A client that
    /// goes out of use does so by itself.
    public func shutdown() { line.close() }

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
        var message = message(base + request.path, within: configuration.submitTimeout)
        message.method = .post(ByteBuffer(bytes: request.encoded()), gate)
        message.headers = [("Content-Type", "application/json")]
        message.isAlone = true
        let answer: AnswerReader
        do throws(CallError) {
            answer = try await send(message, by: submits, asked: request)
        } catch {
            // From here on the body stays here, if it has not left: what is said next holds.
            let hasLeft = gate.callOff()
            var part: AnswerReader?
            if case .cut(let cut) = error { part = cut.answer }
            // What came may say enough, though more was announced.
            guard let part, part.mayBeUsedThoughCut || part.namesTask else {
                throw await submits.explain(error.reason, to: destination, hasLeft: hasLeft).submitError(part)
            }
            answer = part
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
        do throws(TransferError) {
            answer = try await ask(base + "/api/gemini/nano-banana/bananadrop-ping", asked: nil)
        } catch {
            let problem = await questions.explain(error, to: destination, hasLeft: error.wasConnected)
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
        do throws(TransferError) {
            answer = try await ask(base + "/api/gemini/nano-banana/" + task.pathSegment, asked: asked)
        } catch {
            let problem = await questions.explain(error, to: destination, hasLeft: error.wasConnected)
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
