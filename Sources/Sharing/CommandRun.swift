// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import SystemPackage

/// One run of a command, from its start to its end.
package struct CommandRun: Sendable {
    /// The program and its arguments.
    let arguments: [[UInt8]]
    /// `NAME=VALUE` each.
    let environment: [[UInt8]]
    /// How long it may take; then it is asked to end (SIGTERM).
    let timeout: Duration
    /// How long it may go on after it was asked; then it is ended (SIGKILL).
    var grace = Duration.seconds(5)
    /// What it reads on its standard input.
    let input: [UInt8]

    /// How much of what it writes is kept for people, from the end.
    private static let saidLimit = 4096
    /// The same of its standard output, for whoever reads what it prints.
    package static let printedLimit = 16 << 10

    /// What it has written: all of it in the order in which it came, and what it printed by itself.
    private struct Output {
        var said: [UInt8] = []
        var printed: [UInt8] = []

        mutating func take(_ bytes: [UInt8], from stream: ChildProcess.Stream) {
            said = (said + bytes).suffix(saidLimit)
            if stream == .output { printed = (printed + bytes).suffix(printedLimit) }
        }
    }

    private enum Phase: Equatable {
        case running
        case asked(Reason)
        case ended(Reason)

        enum Reason { case stop, timeout }

        /// Why it has to end; `nil` where it need not.
        var reason: Reason? {
            switch self {
            case .running: nil
            case .asked(let reason), .ended(let reason): reason
            }
        }
    }

    /// - Parameters:
    ///   - arguments: the program first.
    ///   - environment: all that it gets to see of one.
    ///   - grace: how long it may go on after it was asked to end.
    ///   - input: what it reads.
    package init(
        arguments: [[UInt8]], environment: [[UInt8]], timeout: Duration, grace: Duration = .seconds(5),
        input: [UInt8] = []
    ) {
        (self.arguments, self.environment, self.input) = (arguments, environment, input)
        (self.timeout, self.grace) = (timeout, grace)
    }

    /// Blocks until the command has ended. Returns the end of what it has printed on its standard output.
    ///
    /// Throws ``CommandTrouble``, or `CancellationError` where `alarm` was raised.
    @discardableResult
    package func run(until alarm: Alarm) throws -> [UInt8] {
        if alarm.isRaised { throw CancellationError() }
        var output = Output()
        var phase = Phase.running
        let end: ChildProcess.End
        do throws(Errno) {
            let child = try ChildProcess(arguments, environment: environment, input: input)
            do throws(Errno) {
                try follow(child, alarm, &output, &phase)
            } catch {
                _ = child.reap()
                throw error
            }
            end = child.reap()
        } catch {
            let program = String(decoding: arguments.first ?? [], as: UTF8.self)
            throw error == .noSuchFileOrDirectory
                ? CommandTrouble.notFound(program: program) : .cannotStart(program: program, error)
        }
        switch (phase.reason, end) {
        case (.stop, _): throw CancellationError()
        case (.timeout, _): throw CommandTrouble.timedOut(after: timeout, output: output.said)
        case (nil, .exited(0)): return output.printed
        case (nil, .exited(let code)): throw CommandTrouble.failed(code: code, output: output.said)
        case (nil, .killed(let signal)): throw CommandTrouble.killed(signal: signal, output: output.said)
        }
    }

    private func follow(
        _ child: borrowing ChildProcess, _ alarm: Alarm, _ output: inout Output, _ phase: inout Phase
    ) throws(Errno) {
        var open = Set(ChildProcess.Stream.allCases)
        var deadline: ContinuousClock.Instant? = .now.advanced(by: timeout)
        while true {
            let stop = phase == .running ? alarm.descriptor : nil
            switch try child.wait(reading: open, stop: stop, until: deadline) {
            case .ended: return
            case .written(let stream, nil): open.remove(stream)
            case .written(let stream, let bytes?): output.take(bytes, from: stream)
            case .stopped:
                child.signal(SIGTERM)
                (phase, deadline) = (.asked(.stop), .now.advanced(by: grace))
            case .timeIsUp:
                if let reason = phase.reason {
                    child.signal(SIGKILL)
                    (phase, deadline) = (.ended(reason), nil)
                } else {
                    child.signal(SIGTERM)
                    (phase, deadline) = (.asked(.timeout), .now.advanced(by: grace))
                }
            }
        }
    }

    /// What a command gets to see of this process's environment: all but what is bananadrop's own, and the key with it.
    package static func environment(from entries: [[UInt8]]) -> [[UInt8]] {
        entries.filter { !$0.starts(with: "BANANADROP_".utf8) }
    }

    /// This process's environment, entry by entry.
    package static var ownEnvironment: [[UInt8]] {
        var entries: [[UInt8]] = []
        var next = environ
        while let entry = next.pointee {
            entries.append(UnsafeBufferPointer(start: entry, count: strlen(entry)).map(UInt8.init(bitPattern:)))
            next += 1
        }
        return entries
    }
}
