// SPDX-License-Identifier: Apache-2.0

internal import CCurl
internal import NIOCore
#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// What all exchanges of a thread share.
final class TransferContext {
    let settings: Transfers.Settings
    let authorities: AuthorityFiles
    var clock = AwakeTime(now: .now)
    /// Whose readers may have something to take.
    var news: [Exchange] = []
    /// TLS sessions, so that a connection of its own need not prove everything anew.
    private let share: UnsafeMutableRawPointer?

    init(_ settings: Transfers.Settings) {
        let version = bd_version()?.pointee.version_num ?? 0
        // QUICK_EXIT and, before it, PREREQFUNCTION: without them a look at addresses would be left out in silence.
        precondition(version >= 0x07_57_00, "libcurl 7.87 or newer is needed")
        self.settings = settings
        authorities = AuthorityFiles(settings.authorities)
        share = curl_share_init()
        _ = bd_share(share, CURL_LOCK_DATA_SSL_SESSION)
    }

    deinit { curl_share_cleanup(share) }

    func lend(to easy: UnsafeMutableRawPointer) { _ = bd_set_pointer(easy, CURLOPT_SHARE, share) }
}

/// How an exchange goes: by which route, and who may be connected to.
struct Way: Sendable {
    var route: Route
    /// Whether HTTP/2 may be spoken where the server offers it.
    var mayBeHTTP2 = false
    /// Asked before an address is connected to, and again before anything is sent on a connection: the proxy's where there
    /// is one. Where it says no, nothing is.
    var mayUse: @Sendable (IPLiteral?) -> Bool = { _ in true }
    /// Told the address once there is a connection.
    var connected: @Sendable (IPLiteral) -> Void = { _ in }
}

/// One exchange on the thread of the transfers: libcurl's easy handle, and what it reports.
final class Exchange {
    let easy: UnsafeMutableRawPointer
    let transfer: Transfer
    /// Whether there is a connection on which the request may leave.
    private(set) var wasConnected = false
    private let message: Message
    private let way: Way
    private let context: TransferContext
    private let words = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))
    private var lines: UnsafeMutablePointer<curl_slist>?
    private var head = ResponseHead()
    private var hasHead = false
    private var sent = 0
    private var forbidden: String?
    /// Why the last socket could not be made; 0 where it could.
    private var openingError = 0
    private var isTooLarge = false
    private var pausedSince: Duration?
    private var deadline: Duration
    private var lastHeard: Duration

    init(_ message: Message, _ transfer: Transfer, _ way: Way, _ context: TransferContext) {
        guard let easy = curl_easy_init() else { preconditionFailure("there is no memory for a request") }
        (self.easy, self.transfer, self.message) = (easy, transfer, message)
        (self.way, self.context) = (way, context)
        lastHeard = context.clock.awake
        deadline = context.clock.awake + message.patience.total
        words[0] = 0
        prepare()
    }

    deinit {
        curl_easy_cleanup(easy)
        curl_slist_free_all(lines)
        words.deallocate()
    }

    // MARK: What is asked for

    private func prepare() {
        set(CURLOPT_ERRORBUFFER, UnsafeRawPointer(words))
        set(CURLOPT_URL, message.url)
        set(CURLOPT_PROTOCOLS_STR, "http,https")
        // A signed link is what it is.
        set(CURLOPT_PATH_AS_IS, 1)
        set(CURLOPT_NOSIGNAL, 1)
        // A name that is being looked up does not hold up the thread when nobody wants it any more.
        set(CURLOPT_QUICK_EXIT, 1)
        set(CURLOPT_CONNECTTIMEOUT_MS, max(Int(context.settings.connectTimeout / .milliseconds(1)), 1))
        set(CURLOPT_HTTP_VERSION, way.mayBeHTTP2 ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1)
        set(CURLOPT_PIPEWAIT, way.mayBeHTTP2 ? 1 : 0)
        set(CURLOPT_MAXAGE_CONN, Int(ConnectionPool.idleLimit.components.seconds))
        if message.isAlone {
            set(CURLOPT_FRESH_CONNECT, 1)
            set(CURLOPT_FORBID_REUSE, 1)
        }
        context.lend(to: easy)
        prepareProxy()
        prepareTLS()
        prepareMethod()
        prepareCalls()
    }

    private func prepareProxy() {
        // None of the environment's: the rules have been read already.
        set(CURLOPT_NOPROXY, "")
        guard let proxy = way.route.proxy else { return set(CURLOPT_PROXY, "") }
        set(CURLOPT_PROXY, "http://\(proxy)")
        set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        guard let who = proxy.credentials else { return }
        set(CURLOPT_PROXYUSERNAME, who.user)
        set(CURLOPT_PROXYPASSWORD, who.password)
    }

    private func prepareTLS() {
        set(CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2)
        context.authorities.apply(to: easy)
        guard case .lookAtCertificates = message.method else { return }
        set(CURLOPT_SSL_VERIFYPEER, 0)
        set(CURLOPT_SSL_VERIFYHOST, 0)
        set(CURLOPT_CERTINFO, 1)
        set(CURLOPT_CONNECT_ONLY, 1)
    }

    private func prepareMethod() {
        for (name, value) in message.headers { add("\(name): \(value)") }
        if case .post(let body, _) = message.method {
            set(CURLOPT_POST, 1)
            set(CURLOPT_POSTFIELDSIZE, body.readableBytes)
            set(CURLOPT_UPLOAD_BUFFERSIZE, 16384)
            // Nothing is asked first, so nothing is sent again without having been asked.
            add("Expect:")
        }
        if message.isAlone { add("Connection: close") }
        set(CURLOPT_HTTPHEADER, lines.map { UnsafeRawPointer($0) })
    }

    private func prepareCalls() {
        let this = UnsafeRawPointer(Unmanaged.passUnretained(self).toOpaque())
        let all = [
            CURLOPT_WRITEDATA, CURLOPT_HEADERDATA, CURLOPT_READDATA, CURLOPT_PREREQDATA, CURLOPT_OPENSOCKETDATA,
        ]
        for data in all { set(data, this) }
        _ = bd_set_transfer(easy, CURLOPT_HEADERFUNCTION) { bytes, size, count, exchange in
            Exchange.of(exchange).heard(line: UnsafeRawBufferPointer(start: bytes, count: size * count))
            return size * count
        }
        _ = bd_set_transfer(easy, CURLOPT_WRITEFUNCTION) { bytes, size, count, exchange in
            Exchange.of(exchange).heard(UnsafeRawBufferPointer(start: bytes, count: size * count))
        }
        // Without a way to go back in it, libcurl cannot send a body twice: see SubmitOnceTests.
        _ = bd_set_transfer(easy, CURLOPT_READFUNCTION) { room, size, count, exchange in
            Exchange.of(exchange).give(UnsafeMutableRawBufferPointer(start: room, count: size * count))
        }
        _ = bd_set_connected(easy) { exchange, address, _, _, _ in
            Exchange.of(exchange).isConnected(to: address)
        }
        _ = bd_set_opening(easy) { exchange, _, address in
            guard let address else { return curl_socket_t(-1) }
            return Exchange.of(exchange).open(&address.pointee)
        }
    }

    private static func of(_ pointer: UnsafeMutableRawPointer?) -> Exchange {
        guard let pointer else { preconditionFailure("it was set") }
        return Unmanaged<Exchange>.fromOpaque(pointer).takeUnretainedValue()
    }

    private func set(_ option: CURLoption, _ value: Int) { _ = bd_set_long(easy, option, value) }
    private func set(_ option: CURLoption, _ text: String) { _ = text.withCString { bd_set_pointer(easy, option, $0) } }
    private func set(_ option: CURLoption, _ pointer: UnsafeRawPointer?) { _ = bd_set_pointer(easy, option, pointer) }
    private func add(_ line: String) { lines = curl_slist_append(lines, line) }

    // MARK: What libcurl reports

    private func open(_ address: inout curl_sockaddr) -> curl_socket_t {
        guard mayOpen(&address) else { return curl_socket_t(-1) }
        // Commands that are started for pictures inherit nothing.
        #if canImport(Glibc)
            let closing = CInt(SOCK_CLOEXEC.rawValue)
            let descriptor = socket(address.family, address.socktype | closing, address.protocol)
        #else
            let descriptor = socket(address.family, address.socktype, address.protocol)
        #endif
        // libcurl would say that nobody answered, where this process has too many files open.
        openingError = descriptor < 0 ? Int(errno) : 0
        #if !canImport(Glibc)
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        #endif
        return descriptor
    }

    /// Nothing is sent to an address that is forbidden, not even a greeting. A name may lead to others as well.
    private func mayOpen(_ address: inout curl_sockaddr) -> Bool {
        let literal = withUnsafePointer(to: &address.addr) { IPLiteral($0, length: address.addrlen) }
        if way.mayUse(literal) { return true }
        forbidden = literal?.text ?? "an unknown address"
        return false
    }

    /// Also called for a connection that was kept, which may have been opened under other rules.
    private func isConnected(to address: UnsafeMutablePointer<CChar>?) -> CInt {
        let text = address.map { String(cString: $0) } ?? ""
        let literal = IPLiteral(text)
        guard way.mayUse(literal) else {
            forbidden = text.isEmpty ? "an unknown address" : text
            return CURL_PREREQFUNC_ABORT
        }
        literal.map(way.connected)
        (wasConnected, forbidden) = (true, nil)
        // Waiting for a connection was no waiting for the answer.
        if let answer = message.patience.answer { deadline = context.clock.awake + answer }
        return CURL_PREREQFUNC_OK
    }

    /// Gives as much of the body as there is room for; none of it where it was called off.
    private func give(_ room: UnsafeMutableRawBufferPointer) -> Int {
        guard case .post(let body, let gate) = message.method else { return 0 }
        guard gate.leave() else { return Int(CURL_READFUNC_ABORT) }
        let bytes = body.readableBytesView.dropFirst(sent).prefix(room.count)
        room.copyBytes(from: bytes)
        sent += bytes.count
        return bytes.count
    }

    private func heard(line: UnsafeRawBufferPointer) {
        lastHeard = context.clock.awake
        // What comes behind the body is not its head.
        guard !hasHead, head.take(line: line) else { return }
        hasHead = true
        if let more = message.patience.answer { deadline = context.clock.awake + more }
        transfer.take(head)
        context.news.append(self)
    }

    private func heard(_ bytes: UnsafeRawBufferPointer) -> Int {
        lastHeard = context.clock.awake
        switch transfer.take(bytes) {
        case .yes:
            context.news.append(self)
            return bytes.count
        case .later:
            pausedSince = context.clock.awake
            return Int(CURL_WRITEFUNC_PAUSE)
        case .no:
            isTooLarge = true
            return Int(CURL_WRITEFUNC_ERROR)
        }
    }

    /// Somebody has read what had come.
    func goOn() {
        guard let since = pausedSince else { return }
        pausedSince = nil
        deadline += context.clock.awake - since
        lastHeard = context.clock.awake
        curl_easy_pause(easy, CURLPAUSE_CONT)
    }

    var isLate: Bool {
        let now = context.clock.awake
        if pausedSince != nil { return false }
        if let most = message.patience.standstill, now - lastHeard >= most { return true }
        return now >= deadline
    }

    // MARK: How it has ended

    /// What went wrong; `nil` where all came.
    func trouble(_ result: CURLcode) -> SendTrouble? {
        if case .lookAtCertificates = message.method { transfer.take(CertificateFault.Validity.shown(by: easy)) }
        if result == CURLE_OK { return nil }
        if let forbidden { return .forbiddenAddress(forbidden) }
        if isTooLarge { return .answerTooLarge }
        let hasSocket = result != CURLE_COULDNT_CONNECT || openingError == 0
        let kernelError = hasSocket ? number(CURLINFO_OS_ERRNO) : openingError
        return SendTrouble(result, wasConnected: wasConnected, kernelError, facts)
    }

    private var facts: SendTrouble.Facts {
        SendTrouble.Facts(
            words: String(cString: words), tunnelStatus: number(CURLINFO_HTTP_CONNECTCODE),
            verification: number(CURLINFO_SSL_VERIFYRESULT))
    }

    private func number(_ info: CURLINFO) -> Int {
        var value = 0
        _ = bd_get_long(easy, info, &value)
        return value
    }
}
