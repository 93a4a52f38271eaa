// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// Tells browsers that something has changed (server-sent events, HTML's `EventSource`). Whoever hears of it asks for
/// the page that is shown there; so one line serves all, and while nothing changes nothing is sent.
final class LiveFeed: Sendable {
    private struct State {
        var version = 0
        var next = 0
        var listeners: [Int: AsyncStream<[UInt8]>.Continuation] = [:]
    }

    private let state = Mutex(State())
    /// Versions of another run are others.
    private let run: String

    /// How many may listen at once: each is a connection.
    static let limit = 32

    /// - Parameter run: tells this run of the daemon from others.
    init(run: String) { self.run = run }

    /// Of what is shown now.
    var version: String { version(state.withLock { $0.version }) }

    private func version(_ number: Int) -> String { "\(run)-\(number)" }

    /// Something is shown that was not there before.
    func changed() {
        let (number, listeners) = state.withLock { state in
            state.version += 1
            return (state.version, Array(state.listeners.values))
        }
        let event = event(number)
        for listener in listeners { listener.yield(event) }
    }

    /// The versions from now on, that of now first; who is slow hears of the last only. `nil` where too many listen.
    func listen() -> AsyncStream<[UInt8]>? {
        let (stream, listener) = AsyncStream<[UInt8]>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let place: (id: Int, version: Int)? = state.withLock { state in
            guard state.listeners.count < Self.limit else { return nil }
            state.next += 1
            state.listeners[state.next] = listener
            return (state.next, state.version)
        }
        guard let place else { return nil }
        listener.onTermination = { [weak self] _ in
            _ = self?.state.withLock { $0.listeners.removeValue(forKey: place.id) }
        }
        listener.yield(event(place.version))
        return stream
    }

    /// No more comes; the daemon ends.
    func finish() {
        let listeners = state.withLock { Array($0.listeners.values) }
        for listener in listeners { listener.finish() }
    }

    private func event(_ number: Int) -> [UInt8] {
        Array("retry: 3000\nevent: state\ndata: \(version(number))\n\n".utf8)
    }
}
