// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Documents
internal import FileIO
internal import Requests
internal import Spool
internal import SpoolTools
internal import SystemPackage

struct PauseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause",
        abstract: "Submit nothing more, or nothing more of a lane, until go-on.",
        discussion: """
            The same as an empty file called PAUSE in the spool, or in the lane's folder of the inbox: the daemon need not \
            be running. Requests stay in the inbox, and jobs that have begun wait before their next submit; what was \
            submitted is still fetched. Exit codes: 0 paused, 66 there is no such lane, 77 this user may not.

            \(SettingsOptions.hint)
            """)

    @Option(name: .customLong("for"), help: ArgumentHelp("How long, such as 90m or 2h.", valueName: "time"))
    var time: String?

    @Argument(
        help: ArgumentHelp("A folder of the inbox, such as acme/spring; without it, all.", valueName: "lane"),
        completion: Completions.lanes)
    var lane: String?

    @OptionGroup var options: SettingsOptions

    func run() async throws {
        try await orExit {
            let options = self.options.orPackaged
            let spool = try options.load().spool
            options.tell(of: spool)
            var until: Timestamp?
            if let time {
                guard let time = SettingText.time(time) else {
                    throw CommandFailure(.usage, "--for cannot be \"\(time)\": it is a time such as 90m or 2h")
                }
                until = Timestamp(milliseconds: Timestamp.now.milliseconds + time.milliseconds)
            }
            let place = try Steering.lane(lane)
            try Steering.saying { () throws(SteeringError) in try SteeringFiles(spool).pause(place, until: until) }
            let isHeeded = try await SteeringAnswer(of: spool).isPaused(place, true, within: Steering.patience)
            print("\(lane ?? "all lanes"): paused" + (until.map { " until \(LocalTime($0))" } ?? ""))
            if !isHeeded { Following.tellWhetherServed(spool, so: "it holds as soon as one does") }
        }
    }
}

struct GoOnCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "go-on",
        abstract: "End what pause has begun, or somebody's PAUSE file.",
        discussion: """
            Without a lane it ends the pause of all, and that of the inbox itself; those of single lanes are ended by \
            their names. Exit codes: 0 nothing pauses there any more, 66 there is no such lane, 77 this user may not.

            \(SettingsOptions.hint)
            """)

    @Argument(
        help: ArgumentHelp("A folder of the inbox, such as acme/spring.", valueName: "lane"),
        completion: Completions.lanes)
    var lane: String?

    @OptionGroup var options: SettingsOptions

    func run() async throws {
        try await orExit {
            let options = self.options.orPackaged
            let spool = try options.load().spool
            options.tell(of: spool)
            let place = try Steering.lane(lane)
            let count = try Steering.saying { () throws(SteeringError) in try SteeringFiles(spool).goOn(place) }
            _ = try await SteeringAnswer(of: spool).isPaused(place, false, within: Steering.patience)
            print("\(lane ?? "all lanes"): " + (count > 0 ? "no longer paused" : "nothing was paused there"))
        }
    }
}

/// What the commands that steer have in common.
enum Steering {
    /// How long to wait for the daemon's answer.
    static let patience = Duration.seconds(10)

    static func lane(_ text: String?) throws -> Lane? {
        guard let text else { return nil }
        guard let lane = Lane(text: text) else { throw CommandFailure(SteeringError.noLane(text)) }
        return lane
    }

    /// Puts a word for each job, and waits for the daemon to heed them.
    static func put(
        _ wish: SteeringWish, _ names: [String], _ options: SettingsOptions, done: String, later: String
    ) async throws {
        try await orExit {
            let options = options.orPackaged
            let spool = try options.load().spool
            options.tell(of: spool)
            try await put(wish, names, in: spool, done: done, later: later)
        }
    }

    private static func put(
        _ wish: SteeringWish, _ names: [String], in spool: Spool, done: String, later: String
    ) async throws {
        let answer = SteeringAnswer(of: spool)
        let told = answer.underWay
        var (words, worst): ([(name: String, word: SteeringFiles.Put)], CommandFailure.Code?) = ([], nil)
        for name in names {
            do throws(SteeringError) {
                words.append((name, try SteeringFiles(spool).put(wish, for: name, told: told)))
            } catch {
                let failure = CommandFailure(error)
                printError("bananadrop: \(failure.message)")
                worst = worst ?? failure.code
            }
        }
        let isServed = SpoolLock.holder(of: spool) != nil
        var areHeeded = words.isEmpty
        if !areHeeded {
            areHeeded = try await answer.isThere(for: wish, words.map(\.word), within: patience)
        }
        for (name, _) in words { print("\(name): \(areHeeded ? done : later)") }
        if !areHeeded {
            if isServed { worst = worst ?? .temporary }
            Following.tellWhetherServed(spool, so: "it holds as soon as one does")
        }
        if let worst { throw ExitCode(worst.rawValue) }
    }

    static func saying<Value>(_ work: () throws(SteeringError) -> Value) throws -> Value {
        do throws(SteeringError) {
            return try work()
        } catch {
            throw CommandFailure(error)
        }
    }
}

extension CommandFailure {
    init(_ error: SteeringError) {
        message = "\(error)"
        switch error {
        case .noLane, .noJob, .cannotLook: code = .noInput
        case .isPart, .isOver: code = .data
        case .inTheWay, .pausesAsLane, .cannotWrite, .cannotTakeAway: code = .noPermission
        }
    }
}
