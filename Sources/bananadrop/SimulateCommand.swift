// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Glibc
internal import Logging
internal import NanoBananaSimulator
internal import ServiceLifecycle
internal import UnixSignals

struct SimulateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate", abstract: "Run a stand-in of the API on this machine; nothing costs money.",
        discussion: """
            Prints its address once it listens. A prompt can ask for faults: [fault:submit=lost], \
            [fault:poll=http502x3], [fault:picture=truncatedx1]; or for answers in another shape: \
            [fault:shape=camel]. GET /simulator/ledger shows what was paid for.
            """)

    @Option(help: "The port; 0 takes a free one.")
    var port = 8787
    @Option(help: ArgumentHelp("How long a task takes: a time, or a range such as 2s..6s.", valueName: "time"))
    var workTime = "2s..6s"
    @Option(help: ArgumentHelp("Pictures for each task, 1 to 8.", valueName: "n"))
    var picturesPerTask = 1
    @Option(help: ArgumentHelp("Always serve the same picture, of exactly this many bytes.", valueName: "bytes"))
    var pictureBytes: Int?
    @Flag(help: "Answer a submit with the pictures straight away.")
    var straightAway = false
    @Option(
        help: ArgumentHelp(
            "How the answers look: \(AnswerShape.allCases.map(\.rawValue).joined(separator: ", ")).", valueName: "shape"
        ), completion: .list(AnswerShape.allCases.map(\.rawValue)))
    var shape: String?
    @Option(help: "How to refuse: code (HTTP 200 with a code) or http.", completion: .list(["code", "http"]))
    var errorStyle = "code"
    @Option(name: .customLong("accept-key"), help: "A key to accept; may be repeated. Default: any.")
    var acceptKeys: [String] = []
    @Option(
        help: ArgumentHelp(
            "A fault and its probability, such as submit=lost:0.05; may be repeated.", valueName: "fault"))
    var fault: [String] = []
    @Option(help: "The seed of all random choices, so that a run can be repeated.")
    var seed: UInt64 = 1

    func run() async throws {
        try await orExit {
            let simulator = Simulator(try simulatorConfiguration())
            var logger = Logger(label: "simulate")
            logger.logLevel = .error
            let group = ServiceGroup(
                configuration: .init(
                    services: [.init(service: simulator, successTerminationBehavior: .gracefullyShutdownGroup)],
                    gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask { try await group.run() }
                tasks.addTask { try await announce(simulator) }
                do {
                    try await tasks.waitForAll()
                } catch {
                    throw CommandFailure(.unavailable, "the stand-in cannot listen on port \(port): \(error)")
                }
            }
        }
    }

    private func announce(_ simulator: Simulator) async throws {
        print("listening on \(try await simulator.listening())")
        // Whoever started it in the background waits for this line.
        fflush(nil)
    }

    private func simulatorConfiguration() throws -> SimulatorConfiguration {
        var configuration = SimulatorConfiguration()
        configuration.port = port
        configuration.workTime = try range(workTime)
        configuration.picturesPerTask = picturesPerTask
        configuration.pictureBytes = pictureBytes
        configuration.straightAway = straightAway
        configuration.keys = Set(acceptKeys)
        configuration.seed = seed
        guard let style = SimulatorConfiguration.ErrorStyle(rawValue: errorStyle) else {
            throw CommandFailure(.usage, "--error-style cannot be \"\(errorStyle)\": it is code or http")
        }
        configuration.errorStyle = style
        configuration.shape = try shape.map { name in
            guard let shape = AnswerShape(rawValue: name) else {
                throw CommandFailure(.usage, "there is no shape \"\(name)\"")
            }
            return shape
        }
        for text in fault { try add(text, to: &configuration) }
        return configuration
    }

    private func range(_ text: String) throws -> ClosedRange<Duration> {
        let ends = text.split(separator: "..", omittingEmptySubsequences: false).map { SettingText.time(String($0)) }
        guard (1...2).contains(ends.count), let low = ends[0], let high = ends[ends.count - 1], low <= high else {
            throw CommandFailure(
                .usage, "--work-time cannot be \"\(text)\": it is a time such as 3s, or a range such as 2s..6s")
        }
        return low...high
    }

    private func add(_ text: String, to configuration: inout SimulatorConfiguration) throws {
        let parts = text.split(whereSeparator: { "=:".contains($0) }).map(String.init)
        guard parts.count == 3, let chance = Double(parts[2]), (0...1).contains(chance) else {
            throw CommandFailure(.usage, "--fault cannot be \"\(text)\": it looks like submit=lost:0.05")
        }
        switch parts[0] {
        case "submit":
            if let fault = SubmitFault(marker: parts[1]) { return configuration.submitFaults[fault] = chance }
        case "poll": if let fault = PollFault(marker: parts[1]) { return configuration.pollFaults[fault] = chance }
        case "picture":
            if let fault = PictureFault(marker: parts[1]) { return configuration.pictureFaults[fault] = chance }
        default: break
        }
        throw CommandFailure(.usage, "there is no fault \"\(parts[0])=\(parts[1])\"")
    }
}
