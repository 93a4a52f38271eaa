// SPDX-License-Identifier: Apache-2.0

internal import FoundationEssentials
internal import Hummingbird
internal import Logging
internal import NIOCore
public import ServiceLifecycle
internal import Synchronization

/// The same API on loopback: both endpoints, pictures, sample inputs, and faults on demand. It counts what it is asked,
/// so that a test can ask how often something was paid for.
public final class Simulator: Service {
    private enum Address {
        case unknown([CheckedContinuation<String, any Error>])
        case listening(String)
        case failed(any Error)
    }

    private let configuration: SimulatorConfiguration
    let api: SimulatedAPI
    private let address = Mutex(Address.unknown([]))

    /// Makes a stand-in that does not run yet.
    public init(_ configuration: SimulatorConfiguration = SimulatorConfiguration()) {
        self.configuration = configuration
        api = SimulatedAPI(configuration)
    }

    /// What it was asked so far.
    public var ledger: Ledger { api.ledger }

    /// Troubles that are switched on and off while it runs.
    public var switches: Switches {
        get { api.state.withLock { $0.switches } }
        set { api.state.withLock { $0.switches = newValue } }
    }

    /// The next submits go wrong, one after the other.
    public func script(_ faults: [SubmitFault]) {
        api.state.withLock { $0.submitScript += faults }
    }

    /// The next polls go wrong, one after the other.
    public func script(_ faults: [PollFault]) {
        api.state.withLock { $0.pollScript += faults }
    }

    /// The next pictures go wrong, one after the other.
    public func script(_ faults: [PictureFault]) {
        api.state.withLock { $0.pictureScript += faults }
    }

    /// Runs until a graceful shutdown or until cancelled. Throws where the port cannot be had.
    public func run() async throws {
        let routes = SimulatorRoutes(api: api) { [self] in configuration.linkBase ?? currentAddress ?? "" }
        var logger = Logger(label: "simulator")
        // Being stopped with connections open is how a test ends; Hummingbird logs it as an error.
        logger.logLevel = .critical
        let application = Application(
            router: routes.router(),
            configuration: .init(address: .hostname(configuration.host, port: configuration.port)),
            onServerRunning: { [self] channel in
                let port = channel.localAddress?.port ?? configuration.port
                settle(.success("http://\(configuration.host):\(port)"))
            },
            logger: logger)
        do {
            try await application.run()
            settle(.failure(CancellationError()))
        } catch {
            settle(.failure(error))
            throw error
        }
    }

    /// The base address, `http://127.0.0.1:41234`, once it listens. Throws where it does not come to that.
    public func listening() async throws -> String {
        try await withCheckedThrowingContinuation { continuation in
            let known: Result<String, any Error>? = address.withLock { address in
                switch address {
                case .listening(let base): return .success(base)
                case .failed(let error): return .failure(error)
                case .unknown(let waiting):
                    address = .unknown(waiting + [continuation])
                    return nil
                }
            }
            if let known { continuation.resume(with: known) }
        }
    }

    /// Every task that is under way is finished from now on, however long it was to take.
    public func finishWork() {
        api.finishWork(now: Date().timeIntervalSince1970)
    }

    /// Every picture comes from now on, whatever the prompts ask for.
    public func endPictureFaults() {
        api.state.withLock { $0.pictureFaultsEnded = true }
    }

    private var currentAddress: String? {
        address.withLock { if case .listening(let base) = $0 { base } else { nil } }
    }

    private func settle(_ result: Result<String, any Error>) {
        let waiting = address.withLock { address -> [CheckedContinuation<String, any Error>] in
            guard case .unknown(let waiting) = address else { return [] }
            switch result {
            case .success(let base): address = .listening(base)
            case .failure(let error): address = .failed(error)
            }
            return waiting
        }
        for continuation in waiting { continuation.resume(with: result) }
    }
}

/// Runs a stand-in while `body` runs, and hands it over with its base address.
public func withSimulator<Value: Sendable>(
    _ configuration: SimulatorConfiguration = SimulatorConfiguration(),
    _ body: @Sendable (Simulator, String) async throws -> Value
) async throws -> Value {
    let simulator = Simulator(configuration)
    // Ended calmly: a server that is cancelled while a connection waits to be accepted traps in NIO.
    var logger = Logger(label: "simulator")
    logger.logLevel = .critical
    var settings = ServiceGroupConfiguration(
        services: [.init(service: simulator, successTerminationBehavior: .gracefullyShutdownGroup)], logger: logger)
    settings.maximumGracefulShutdownDuration = .seconds(3)
    let services = ServiceGroup(configuration: settings)
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await services.run() }
        let result = await Result.catching { try await body(simulator, try await simulator.listening()) }
        await services.triggerGracefulShutdown()
        // What is still open after the time for it is cut off, which is how a test may end.
        try? await group.waitForAll()
        return try result.get()
    }
}

extension Result where Failure == any Error {
    fileprivate static func catching(_ work: () async throws -> Success) async -> Self {
        do {
            return .success(try await work())
        } catch {
            return .failure(error)
        }
    }
}
