// SPDX-License-Identifier: Apache-2.0

import Foundation
import Simulation
import SystemPackage

@testable import Documents
@testable import DropFolder
@testable import FileIO
@testable import Jobs
@testable import Spool
@testable import TestSupport

/// The life of one spool by a seed: requests of every kind, a paid API in every temper, and a daemon that is killed, or
/// loses its power, at any call of the kernel. At its end the books are compared.
struct DaemonLife {
    struct Setting: Sendable {
        var requests = 1...6
        /// How often the process is killed, at most.
        var kills = 3
        /// How often in a hundred a kill is a power cut.
        var powerCuts = 50
        /// Calls of the kernel that fail for once, in ten thousand.
        var faults = 0
        var temper = ScriptedService.Temper()
        var settings = DropFolderSettings()
        var sabotage: @Sendable (JobContext) -> Void = { _ in }
        /// A disk that says that it has synced, and has not.
        var lies = false
    }

    private enum Kind {
        case request(variants: Int), batch(rows: Int), broken
    }

    let seed: UInt64
    let setting: Setting
    private var random: SeededRandom
    private let disk: SimulatedDisk
    private let service: ScriptedService
    private var requests: [String: Kind] = [:]
    private(set) var complaints: [String] = []
    private(set) var kills = 0
    private(set) var story: [String] = []
    private(set) var done = 0
    /// Jobs whose journals a power cut has left with a hole. They are set aside with all that is there, and say so.
    private(set) var damaged = 0
    /// Why requests have failed.
    private(set) var reasons: Set<String> = []
    private static let spool = Spool(root: "/spool")

    init(seed: UInt64, _ setting: Setting) {
        self.seed = seed
        self.setting = setting
        random = SeededRandom(seed: seed)
        disk = SimulatedDisk(seed: seed)
        service = ScriptedService(seed: seed &* 31, temper: setting.temper) { [disk] prompt in
            Self.journals(on: disk).contains { journal in
                journal.contains("\"\(prompt)\"") && journal.contains("\"submitting\"")
            }
        }
        for folder in ["inbox", "processing", "done", "failed"] { disk.makeFolders("/spool/\(folder)") }
    }

    var submits: [ScriptedService.Submit] { service.snapshot.submits }
    var polls: Int { service.snapshot.polls }

    /// - Parameter tells: whether its story is kept, call by call.
    mutating func run(tells: Bool = false) {
        drop()
        for round in 0... {
            var habits = SimulatedMachine.Habits()
            habits.mostTurns = 100_000
            let machine = SimulatedMachine(seed: random.next(), disk: disk, habits: habits)
            let isLast = kills >= setting.kills || random.chance(20)
            if !isLast { machine.process.lastCall = 20 + random.index(600) }
            let (faults, lies) = (UInt64(isLast ? 0 : setting.faults), setting.lies)
            machine.process.judge = { call in
                if lies, call.kind == .sync || call.kind == .syncAll { return .pretends }
                return faults > 0 && machine.random() % 10_000 < faults ? .fails(.ioError) : .goes
            }
            let lines = Recorder<String>()
            if tells { machine.tell = { lines.note($0) } }
            let daemon = SimulatedDaemon(
                spool: Self.spool, service: service, settings: setting.settings, sabotage: setting.sabotage)
            let isOver: @Sendable () -> Bool = { [disk] in
                Self.waiting(on: disk).isEmpty && disk.names(in: "/spool/processing").isEmpty
                    || machine.elapsed > .seconds(20_000)
            }
            let end = machine.run { try await daemon.run(until: isOver) }
            if tells { story += ["-- process \(round)"] + lines.all + ["-- \(end)"] }
            service.processEnded()
            switch end {
            case .returned(let remains): return check(remains, after: machine.elapsed)
            case .killed:
                kills += 1
                if random.chance(setting.powerCuts) { disk.cutPower(&random) }
            case .threw(let error): return blame("the daemon gives up: \(error)")
            case .stuck(let why): return blame("it comes to no end: \(why)")
            case .escaped(let what): return blame("it escapes: \(what)")
            }
        }
    }

    /// The files in the inbox that are still to be taken. Where a power cut has undone a claim after the line that a
    /// submit is about to leave, nobody knows whether it has left: the job fails as such, and its file is held for a
    /// person's word.
    private static func waiting(on disk: SimulatedDisk) -> [String] {
        disk.names(in: "/spool/inbox").filter { file in
            let name = file.split(separator: ".").first.map(String.init) ?? file
            let result = disk.bytes(of: "/spool/failed/\(name)/result.json").map { String(decoding: $0, as: UTF8.self) }
            return result?.contains("unknown-outcome") != true
        }
    }

    /// The journals of jobs under way and of their parts, as they would be after a power cut.
    private static func journals(on disk: SimulatedDisk) -> [String] {
        func below(_ folder: String, _ depth: Int) -> [String] {
            disk.names(in: folder).flatMap { name -> [String] in
                let path = folder + "/" + name
                if name == "journal.jsonl" {
                    return disk.durableBytes(of: path).map { [String(decoding: $0, as: UTF8.self)] } ?? []
                }
                return depth > 0 && disk.kind(of: path) == .folder ? below(path, depth - 1) : []
            }
        }
        return below("/spool/processing", 2)
    }

    private mutating func drop() {
        for number in 0..<Int.random(in: setting.requests, using: &random) {
            let name = "r\(number)"
            let image = "https://example.com/\(number).png"
            switch random.index(10) {
            case 0:
                requests[name] = .broken
                disk.write(Array(#"{"prompt": "", "images": ["\#(image)"]}"#.utf8), to: "/spool/inbox/\(name).json")
            case 1:
                let rows = 2 + random.index(3)
                requests[name] = .batch(rows: rows)
                let lines = (1...rows).map { "\(name) row \($0),\(image)\n" }
                disk.write(Array(("prompt,images\n" + lines.joined()).utf8), to: "/spool/inbox/\(name).csv")
            default:
                let variants = random.chance(25) ? 2 + random.index(2) : 1
                requests[name] = .request(variants: variants)
                let text = #"{"prompt": "\#(name)", "images": ["\#(image)"], "variants": \#(variants)}"#
                disk.write(Array(text.utf8), to: "/spool/inbox/\(name).json")
            }
        }
        disk.settle()
    }

    private mutating func blame(_ what: String) { complaints.append(what) }

    // MARK: The books

    private mutating func check(_ remains: SimulatedDaemon.Remains, after time: Duration) {
        checkSubmits()
        let waiting = Self.waiting(on: disk) + disk.names(in: "/spool/processing")
        if !waiting.isEmpty { return blame("after \(time) it still waits for \(waiting)") }
        var expected = SimulatedDaemon.Remains()
        expected.setAside = remains.setAside
        if remains != expected { blame("something is left in memory: \(remains)") }
        var admitted = 0
        for name in requests.keys.sorted() { admitted += check(name) }
        // What a journal with a hole had said nobody knows: see ``damaged``.
        if damaged > 0 { return }
        let paid = submits.count(where: \.isPaid)
        if admitted < paid { blame("\(paid) submits were paid, and the results admit \(admitted)") }
        let booked = ledgerLines
        if booked != admitted { tellBooks() }
        if booked < admitted { blame("the ledger has \(booked) of \(admitted) submits that may be charged") }
        // What was charged counts for the day, and nothing else does.
        if remains.setAside != booked { blame("the day's budget says \(remains.setAside), the ledger \(booked)") }
    }

    /// What is on the disk of what was spent, for the story.
    private mutating func tellBooks() {
        for file in disk.names(in: "/spool/ledger") {
            story.append(String(decoding: disk.bytes(of: "/spool/ledger/\(file)") ?? [], as: UTF8.self))
        }
        for place in ["done", "failed"] {
            for name in disk.names(in: "/spool/\(place)") {
                let journal = disk.bytes(of: "/spool/\(place)/\(name)/journal.jsonl") ?? []
                story.append("\(place)/\(name):\n" + String(decoding: journal, as: UTF8.self))
            }
        }
    }

    private mutating func checkSubmits() {
        for (prompt, all) in Dictionary(grouping: submits, by: \.prompt) {
            let perhaps = all.count { !$0.wasDenied }
            let again = setting.settings.unknownOutcome == .resubmit ? UnknownOutcomeRule.limit : 0
            if perhaps > variants(of: prompt) * (1 + again) { blame("\(prompt) may be paid \(perhaps) times") }
        }
        for prompt in service.snapshot.unannounced { blame("\(prompt) was sent, and nothing on the disk said so") }
        if service.snapshot.mostUnheard > FlowWindow.first {
            blame("\(service.snapshot.mostUnheard) submits left before one was answered")
        }
    }

    private func variants(of prompt: String) -> Int {
        if case .request(let variants)? = requests[prompt] { return variants }
        return 1
    }

    /// Returns how many submits its result admits.
    private mutating func check(_ name: String) -> Int {
        let places = ["done", "failed"].filter { disk.names(in: "/spool/\($0)").contains(name) }
        guard let place = places.first, places.count == 1 else {
            blame("\(name) lies in \(places)")
            return 0
        }
        let folder = "/spool/\(place)/\(name)"
        if case .batch(let rows)? = requests[name] {
            let parts = disk.names(in: folder).filter { disk.kind(of: "\(folder)/\($0)") == .folder }
            if parts.count != rows { blame("\(name) has \(parts.count) parts of \(rows)") }
            return parts.reduce(0) { $0 + charged(in: "\(folder)/\($1)", place: nil) }
        }
        return charged(in: folder, place: place)
    }

    private mutating func charged(in folder: String, place: String?) -> Int {
        guard let bytes = disk.bytes(of: folder + "/result.json"),
            let result = try? JSONSerialization.jsonObject(with: Data(bytes)) as? [String: any Sendable]
        else {
            blame("\(folder) has no result")
            return 0
        }
        let files = disk.names(in: folder)
        let outcome = result["outcome"] as? String
        if outcome == "done" { done += 1 }
        if let reason = result["reason"] as? [String: any Sendable], let code = reason["code"] as? String {
            reasons.insert(code)
            if code == "journal-damaged" { damaged += 1 }
        }
        if let place, outcome != place { blame("\(folder) says \(outcome ?? "nothing")") }
        if outcome == "failed", !files.contains("error.txt") { blame("\(folder) has no reason") }
        for picture in result["pictures"] as? [[String: Any]] ?? [] {
            guard let file = picture["name"] as? String, disk.bytes(of: "\(folder)/\(file)") == ScriptedService.png
            else {
                blame("\(folder) has a picture that is not whole: \(picture)")
                continue
            }
        }
        return ((result["submits_charged"] as? Int) ?? 0) + ((result["submits_maybe_charged"] as? Int) ?? 0)
    }

    private var ledgerLines: Int {
        disk.names(in: "/spool/ledger").reduce(0) { sum, file in
            let text = String(decoding: disk.bytes(of: "/spool/ledger/\(file)") ?? [], as: UTF8.self)
            return sum
                + text.split(separator: "\n").count { line in
                    // A power cut may leave zeros where the first part of a line was: that one counts for nobody.
                    !line.contains("\0") && (line.contains(",submitted,") || line.contains(",maybe,"))
                }
        }
    }
}
