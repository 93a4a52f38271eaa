// SPDX-License-Identifier: Apache-2.0

internal import CCurl
#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// Connections that are kept for the next exchange: libcurl's multi handle, which tells what it waits for. Confined to
/// the thread of the transfers.
final class ConnectionPool {
    /// Each has connections of its own: none waits because another has many.
    enum Kind: CaseIterable, Sendable {
        case submits, questions, pictures
    }

    /// How long a connection is kept while nothing needs it: shorter than any usual server does (5 s and more).
    static let idleLimit = Duration.seconds(3)

    /// Whether several exchanges may share a connection (HTTP/2). Before 8.5 libcurl also puts them on connections that are
    /// not made yet, where a proxy could read them, and on those that are another exchange's.
    static let sharesSafely = (bd_version()?.pointee.version_num ?? 0) >= 0x08_05_00

    let multi: UnsafeMutableRawPointer
    /// By socket, what libcurl waits for there, as `poll(2)` says it.
    private(set) var sockets: [curl_socket_t: CShort] = [:]
    /// When libcurl wants to look at its clocks; `nil` where it does not.
    private(set) var alarm: ContinuousClock.Instant?
    private(set) var exchanges: [UnsafeMutableRawPointer: Exchange] = [:]
    /// Since when nothing is under way.
    private(set) var idleSince = ContinuousClock.now

    /// - Parameter connections: how many to one host may be open at once.
    init(connections: Int) {
        guard let multi = curl_multi_init() else { preconditionFailure("there is no memory for connections") }
        self.multi = multi
        _ = bd_multi_set_long(multi, CURLMOPT_MAX_HOST_CONNECTIONS, connections)
        _ = bd_multi_set_long(multi, CURLMOPT_MAXCONNECTS, connections)
        let this = Unmanaged.passUnretained(self).toOpaque()
        _ = bd_multi_set_pointer(multi, CURLMOPT_SOCKETDATA, this)
        _ = bd_multi_set_sockets(multi) { _, socket, what, pool, _ in
            pool.map { Unmanaged<ConnectionPool>.fromOpaque($0).takeUnretainedValue().watch(socket, what) }
            return 0
        }
        _ = bd_multi_set_pointer(multi, CURLMOPT_TIMERDATA, this)
        _ = bd_multi_set_timer(multi) { _, milliseconds, pool in
            pool.map { Unmanaged<ConnectionPool>.fromOpaque($0).takeUnretainedValue().ring(after: milliseconds) }
            return 0
        }
    }

    deinit {
        precondition(exchanges.isEmpty, "a pool goes once nothing is under way")
        curl_multi_cleanup(multi)
    }

    private func watch(_ socket: curl_socket_t, _ what: CInt) {
        switch what {
        case CURL_POLL_IN: sockets[socket] = CShort(POLLIN)
        case CURL_POLL_OUT: sockets[socket] = CShort(POLLOUT)
        case CURL_POLL_INOUT: sockets[socket] = CShort(POLLIN | POLLOUT)
        case CURL_POLL_REMOVE: sockets[socket] = nil
        default: break
        }
    }

    private func ring(after milliseconds: Int) {
        alarm = milliseconds < 0 ? nil : .now + .milliseconds(milliseconds)
    }

    /// Returns libcurl's words where it does not take it.
    func add(_ exchange: Exchange) -> String? {
        exchanges[exchange.easy] = exchange
        let result = curl_multi_add_handle(multi, exchange.easy)
        return result == CURLM_OK ? nil : String(cString: curl_multi_strerror(result))
    }

    func remove(_ exchange: Exchange) {
        curl_multi_remove_handle(multi, exchange.easy)
        exchanges[exchange.easy] = nil
        if exchanges.isEmpty { idleSince = .now }
    }

    /// Lets libcurl act on a socket that is ready.
    func act(on socket: curl_socket_t, _ events: CShort) {
        // What was closed by an act before this one is nobody's now.
        guard sockets[socket] != nil else { return }
        var mask: CInt = 0
        if events & CShort(POLLIN | POLLHUP) != 0 { mask |= CURL_CSELECT_IN }
        if events & CShort(POLLOUT) != 0 { mask |= CURL_CSELECT_OUT }
        if events & CShort(POLLERR | POLLNVAL) != 0 { mask |= CURL_CSELECT_ERR }
        var running: CInt = 0
        curl_multi_socket_action(multi, socket, mask, &running)
        // A descriptor that is none would be ready for ever.
        if events & CShort(POLLNVAL) != 0 { sockets[socket] = nil }
    }

    /// Lets libcurl act on its clocks, where it is time.
    func actOnClocks() {
        while let alarm, alarm <= .now {
            self.alarm = nil
            var running: CInt = 0
            curl_multi_socket_action(multi, curl_socket_t(CURL_SOCKET_TIMEOUT), 0, &running)
        }
    }

    /// Takes an exchange that is over, and how it has ended.
    func takeEnded() -> (exchange: Exchange, result: CURLcode)? {
        var left: CInt = 0
        while let message = curl_multi_info_read(multi, &left) {
            guard message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle,
                let exchange = exchanges[easy]
            else { continue }
            let result = message.pointee.data.result
            remove(exchange)
            return (exchange, result)
        }
        return nil
    }
}
