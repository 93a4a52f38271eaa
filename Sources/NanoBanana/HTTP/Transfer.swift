// SPDX-License-Identifier: Apache-2.0

internal import NIOCore
internal import Synchronization

/// Why an answer did not come, or not whole.
struct TransferError: Error, Equatable {
    var trouble: SendTrouble
    /// Whether there was a connection, through proxy and TLS, on which the request could leave. Where there was none,
    /// nothing of it has left.
    var wasConnected: Bool

    init(_ trouble: SendTrouble, wasConnected: Bool) {
        (self.trouble, self.wasConnected) = (trouble, wasConnected)
    }
}

/// What the thread of the transfers and one reader share of an exchange: what has come, and who waits for it.
final class Transfer: Sendable {
    /// What the reader waits for.
    enum Need {
        case head, part, end
    }

    private struct State {
        var head: ResponseHead?
        var bytes = ByteBuffer()
        var hasEnded = false
        var error: TransferError?
        var isPaused = false
        var waiter: (need: Need, continuation: CheckedContinuation<Void, Never>)?
        var validity: [CertificateFault.Validity] = []

        func has(_ need: Need) -> Bool {
            if hasEnded { return true }
            switch need {
            case .head: return head != nil
            case .part: return bytes.readableBytes > 0
            case .end: return false
            }
        }
    }

    private let state = Mutex(State())
    let capacity: Message.Capacity

    init(_ capacity: Message.Capacity) {
        self.capacity = capacity
    }

    /// Returns when it is there, or when nothing more will come.
    func wait(for need: Need) async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                if state.has(need) { return true }
                precondition(state.waiter == nil, "an answer has one reader")
                state.waiter = (need, continuation)
                return false
            }
            if isThere { continuation.resume() }
        }
    }

    var head: ResponseHead? { state.withLock { $0.head } }
    var error: TransferError? { state.withLock { $0.error } }
    var hasEnded: Bool { state.withLock { $0.hasEnded } }
    /// Those that a server showed, where they were asked for.
    var validity: [CertificateFault.Validity] { state.withLock { $0.validity } }

    /// What has come since it was asked for the last time, and whether the transfer waits for that.
    func takeBytes() -> (bytes: ByteBuffer, wasPaused: Bool) {
        state.withLock { state in
            let bytes = state.bytes
            state.bytes = ByteBuffer()
            defer { state.isPaused = false }
            return (bytes, state.isPaused)
        }
    }

    /// How bytes that came were taken.
    enum Taken {
        case yes
        /// Not now: they come again once somebody has read.
        case later
        /// There are too many.
        case no
    }

    func take(_ bytes: UnsafeRawBufferPointer) -> Taken {
        state.withLock { state in
            switch capacity {
            case .whole(let most):
                guard state.bytes.readableBytes + bytes.count <= most else { return .no }
            case .stream(let kept):
                guard state.bytes.readableBytes < kept else {
                    state.isPaused = true
                    return .later
                }
            }
            state.bytes.writeBytes(bytes)
            return .yes
        }
    }

    func take(_ head: ResponseHead) { state.withLock { $0.head = head } }
    func take(_ validity: [CertificateFault.Validity]) { state.withLock { $0.validity = validity } }

    /// Nothing more will come; with the error where less came than there should. The first word counts.
    func end(_ error: TransferError?) {
        state.withLock { state in
            if state.hasEnded { return }
            state.hasEnded = true
            state.error = error
        }
    }

    /// Tells the reader, where it waits for what is there now.
    func tell() {
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard let waiter = state.waiter, state.has(waiter.need) else { return nil }
            state.waiter = nil
            return waiter.continuation
        }
        waiter?.resume()
    }
}

/// An exchange that has begun, in the hands of its one reader. It is broken off where nobody holds it any more.
final class OpenExchange: Sendable {
    private let transfer: Transfer
    private let line: TransferLine

    init(_ message: Message, by line: TransferLine, _ pool: ConnectionPool.Kind, _ way: Way) {
        transfer = Transfer(message.capacity)
        self.line = line
        let transfer = transfer
        let isTaken = line.execute { $0.start(message, transfer, pool, way) }
        if !isTaken { transfer.end(TransferError(.cancelled, wasConnected: false)) }
    }

    deinit {
        if !transfer.hasEnded { _ = line.execute { [transfer] in $0.cancel(transfer) } }
    }

    /// The answer's head. Throws ``TransferError`` where none comes.
    func head() async throws(TransferError) -> ResponseHead {
        await wait(for: .head)
        if let head = transfer.head { return head }
        throw transfer.error ?? TransferError(.closed, wasConnected: true)
    }

    /// All that comes, and why no more where it is not whole.
    func whole() async -> (head: ResponseHead?, body: ByteBuffer, error: TransferError?) {
        await wait(for: .end)
        return (transfer.head, transfer.takeBytes().bytes, transfer.error)
    }

    /// The next bytes, or `nil` at the end. Throws ``TransferError`` where that came too early.
    func next() async throws(TransferError) -> ByteBuffer? {
        await wait(for: .part)
        let (bytes, wasPaused) = transfer.takeBytes()
        if wasPaused { _ = line.execute { [transfer] in $0.goOn(transfer) } }
        if bytes.readableBytes > 0 { return bytes }
        if let error = transfer.error { throw error }
        return nil
    }

    /// The times of the certificates that the server shows.
    func certificates() async -> [CertificateFault.Validity] {
        await wait(for: .end)
        return transfer.validity
    }

    private func wait(for need: Transfer.Need) async {
        await withTaskCancellationHandler {
            await transfer.wait(for: need)
        } onCancel: {
            let isTaken = line.execute { [transfer] in $0.cancel(transfer) }
            if !isTaken {
                transfer.end(TransferError(.cancelled, wasConnected: true))
                transfer.tell()
            }
        }
    }
}
