// SPDX-License-Identifier: Apache-2.0

internal import CCurl
#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// All that is under way for a client: starts exchanges, lets libcurl act when a socket is ready, and ends what takes too
/// long.
// @unchecked: made anywhere, and touched on the thread of its loop only.
final class Transfers: @unchecked Sendable {
    struct Settings: Sendable {
        var authorities: Authorities
        var connectTimeout: Duration
        /// To one host, of each kind.
        var connections: Int
    }

    private let context: TransferContext
    private var pools: [ConnectionPool.Kind: ConnectionPool] = [:]
    private var running: [ObjectIdentifier: (exchange: Exchange, pool: ConnectionPool)] = [:]
    private var lastLook = Duration.zero
    private var isClosed = false

    /// How often it looks whether something takes too long.
    private static let lookInterval = Duration.milliseconds(500)

    init(_ settings: Settings) {
        context = TransferContext(settings)
    }

    // MARK: For the readers

    func start(_ message: Message, _ transfer: Transfer, _ kind: ConnectionPool.Kind, _ way: Way) {
        if isClosed {
            transfer.end(TransferError(.cancelled, wasConnected: false))
            return transfer.tell()
        }
        let pool = pools[kind] ?? ConnectionPool(connections: context.settings.connections)
        pools[kind] = pool
        let exchange = Exchange(message, transfer, way, context)
        running[ObjectIdentifier(transfer)] = (exchange, pool)
        guard let refusal = pool.add(exchange) else { return }
        pool.remove(exchange)
        end(exchange, .lost(refusal))
    }

    func cancel(_ transfer: Transfer) {
        guard let (exchange, pool) = running[ObjectIdentifier(transfer)] else { return }
        pool.remove(exchange)
        end(exchange, .cancelled)
    }

    func goOn(_ transfer: Transfer) { running[ObjectIdentifier(transfer)]?.exchange.goOn() }

    /// Ends what is under way; from now on nothing begins.
    func close() {
        isClosed = true
        for (exchange, pool) in running.values {
            pool.remove(exchange)
            end(exchange, .cancelled)
        }
        tellReaders()
        pools = [:]
    }

    // MARK: For the loop

    /// Does what time brings.
    func act() {
        for pool in pools.values { pool.actOnClocks() }
        takeEnded()
        endLate()
        tellReaders()
    }

    private func end(_ exchange: Exchange, _ trouble: SendTrouble?) {
        running[ObjectIdentifier(exchange.transfer)] = nil
        exchange.transfer.end(trouble.map { TransferError($0, wasConnected: exchange.wasConnected) })
        context.news.append(exchange)
    }

    private func takeEnded() {
        for pool in pools.values {
            while let (exchange, result) = pool.takeEnded() {
                end(exchange, exchange.trouble(result))
            }
        }
    }

    /// What has come is read before this is asked, so it is not late.
    private func endLate() {
        guard !running.isEmpty, context.clock.awake - lastLook >= Self.lookInterval else { return }
        lastLook = context.clock.awake
        for (exchange, pool) in running.values where exchange.isLate {
            pool.remove(exchange)
            end(exchange, exchange.wasConnected ? .noAnswerInTime : .notConnectedInTime)
        }
    }

    private func tellReaders() {
        for exchange in context.news { exchange.transfer.tell() }
        context.news.removeAll(keepingCapacity: true)
    }

    // MARK: poll(2)

    /// How long it may sleep; `nil` for ever.
    var timeout: Duration? {
        var wait: Duration? = running.isEmpty ? nil : Self.lookInterval
        let now = ContinuousClock.now
        for pool in pools.values {
            if let alarm = pool.alarm { wait = min(wait ?? alarm - now, alarm - now) }
            if pool.exchanges.isEmpty {
                let rest = pool.idleSince + ConnectionPool.idleLimit - now
                wait = min(wait ?? rest, rest)
            }
        }
        return wait
    }

    func addSockets(to polled: inout [pollfd]) {
        for pool in pools.values {
            for (socket, events) in pool.sockets { polled.append(pollfd(fd: socket, events: events, revents: 0)) }
        }
    }

    /// Lets libcurl act on what is ready.
    func heard(_ polled: [pollfd]) {
        context.clock.look(at: .now)
        for one in polled where one.revents != 0 {
            for pool in pools.values { pool.act(on: one.fd, one.revents) }
        }
        for (kind, pool) in pools where pool.exchanges.isEmpty && pool.idleSince + ConnectionPool.idleLimit <= .now {
            pools[kind] = nil
        }
        takeEnded()
        tellReaders()
    }
}

/// A client's way to its transfers on their loop.
final class TransferLine: Sendable {
    let loop: TransferLoop
    private let transfers: Transfers
    private let ownsLoop: Bool

    /// - Parameter loop: `nil` for one of its own.
    init(_ loop: TransferLoop?, _ settings: Transfers.Settings) {
        ownsLoop = loop == nil
        self.loop = loop ?? TransferLoop()
        transfers = Transfers(settings)
        _ = self.loop.execute { [loop = self.loop, transfers] in loop.add(transfers) }
    }

    deinit { close() }

    /// Runs `work` on the loop. Returns false where the loop has ended.
    func execute(_ work: @escaping @Sendable (Transfers) -> Void) -> Bool {
        loop.execute { [transfers] in work(transfers) }
    }

    /// Cancels what is under way; whatever begins from now on is cancelled, too.
    func close() {
        _ = loop.execute { [loop, transfers] in
            transfers.close()
            loop.remove(transfers)
        }
        if ownsLoop { loop.shutDown() }
    }
}

/// Time that passes only while this process runs: a stopped process, a frozen container, a suspended machine come back
/// without having waited. What has arrived meanwhile is read, and is not late. Pure.
///
/// While somebody waits there is a look at least twice a second. Where more than that lies between two looks, nobody
/// could look: that time does not count.
struct AwakeTime: Equatable {
    private(set) var awake = Duration.zero
    private var last: ContinuousClock.Instant

    private static let most = Duration.milliseconds(750)

    init(now: ContinuousClock.Instant) {
        last = now
    }

    mutating func look(at now: ContinuousClock.Instant) {
        let passed = last.duration(to: now)
        if passed <= Self.most { awake += passed }
        last = now
    }
}
