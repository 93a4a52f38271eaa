// SPDX-License-Identifier: Apache-2.0

import Simulation
import Synchronization

@testable import Documents
@testable import Jobs
@testable import NanoBanana
@testable import Requests
@testable import TestSupport

/// What people have said by words, and what may leave for the service then: kept beside the daemon's own books, by what was
/// done on the disk and by what the kernel was asked.
final class SteeringBook: Sendable {
    enum Wish: String, Sendable {
        case stop, approve
    }

    /// A word about a request, as it was put there; the daemon may have taken it away since.
    struct Word: Sendable {
        var wish: Wish
        /// The prompts of what lay there, or was under way, under its name.
        var about: [String]
        var came: Timestamp
        /// Whether a power cut leaves it.
        var isDurable: Bool
    }

    /// Where a `PAUSE` may lie. Each place has its own spelling, so that a call of the kernel tells which it is about.
    enum PausePlace: String, CaseIterable, Sendable {
        case spool = "PAUSE"
        case inbox = "Pause"
        case lane = "pause.txt"

        var path: String {
            switch self {
            case .spool: "/spool/\(rawValue)"
            case .inbox: "/spool/inbox/\(rawValue)"
            case .lane: "/spool/inbox/\(LifePlaces.lane)/\(rawValue)"
            }
        }
    }

    struct State {
        var contents: [LifeContent] = []
        /// By their paths.
        var words: [String: Word] = [:]
        /// Prompts of which a word was taken that stops them, and whose name has another word by now.
        var stopped: Set<String> = []
        var approved: Set<String> = []
        var processBegan = Timestamp(milliseconds: 0)
        /// Pauses that the process knows of.
        var knownPauses: Set<PausePlace> = []
        var complaints: [String] = []
    }

    let disk: SimulatedDisk
    /// So many submits of one file need nobody's word; `nil`: any.
    let mostSubmits: Int?
    let state = Mutex(State())

    init(on disk: SimulatedDisk, mostSubmits: Int?) {
        (self.disk, self.mostSubmits) = (disk, mostSubmits)
    }

    var complaints: [String] { state.withLock(\.complaints) }

    private func complain(_ what: String) { state.withLock { $0.complaints.append(what) } }

    /// By the disk, while a machine runs and while none does.
    var now: Timestamp { Timestamp(nanoseconds: disk.clock()) }

    // MARK: What was dropped

    /// All of that name that nobody has replaced before it was taken.
    func contents(of name: String) -> [LifeContent] {
        state.withLock { $0.contents.filter { $0.name == name && !$0.isGone } }
    }

    func content(of prompt: String) -> LifeContent? {
        let whole = LifeContent.whole(prompt)
        return state.withLock { $0.contents.first { $0.prompt == whole } }
    }

    /// Is about to be dropped: what lies there under the same name is gone then.
    func drops(_ content: LifeContent) {
        state.withLock { state in
            for index in state.contents.indices where state.contents[index].path == content.path {
                if state.contents[index].lies(at: content.path, on: disk) { state.contents[index].isGone = true }
            }
            state.contents.append(content)
        }
    }

    /// Whether it waits, or is under way.
    func isOpen(_ content: LifeContent) -> Bool {
        !content.isGone
            && (content.lies(at: content.path, on: disk) || !LifePlaces.jobs(of: content, on: disk).isEmpty)
    }

    /// What costs more than may be spent without a word.
    func isDear(_ content: LifeContent) -> Bool { mostSubmits.map { content.submits > $0 } ?? false }

    // MARK: What was said

    func put(_ wish: Wish, at path: String, about name: String, isDurable: Bool) {
        let about = contents(of: name).filter(isOpen).map(\.prompt)
        state.withLock { state in
            if let before = state.words[path], before.wish == .stop, before.isDurable {
                state.stopped.formUnion(before.about)
            }
            state.words[path] = Word(wish: wish, about: about, came: now, isDurable: isDurable)
            if wish == .approve { state.approved.formUnion(about) }
        }
    }

    /// Somebody has thought better of it, before it was taken.
    func tookBack(_ path: String) { state.withLock { $0.words[path] = nil } }

    /// One that was not there before: whether the daemon knows of it is seen by what it asks for.
    func paused(_ place: PausePlace) { state.withLock { _ = $0.knownPauses.remove(place) } }

    func isPaused(_ place: PausePlace, at now: Timestamp) -> Bool {
        disk.kind(of: place.path) != nil && end(of: place).map { now < $0 } ?? true
    }

    /// Whether it ends by itself.
    func ends(_ place: PausePlace) -> Bool { end(of: place) != nil }

    private func end(of place: PausePlace) -> Timestamp? { disk.bytes(of: place.path).flatMap(PauseText.until) }

    // MARK: What the daemon does

    /// What lies there is known before anything leaves.
    ///
    /// - Parameter seesAll: whether the disk errs never.
    func processBegins(seesAll: Bool, at began: Timestamp) {
        let there = PausePlace.allCases.filter { seesAll && disk.kind(of: $0.path) != nil }
        state.withLock { state in
            state.knownPauses = Set(there)
            state.processBegan = began
        }
    }

    /// The daemon asks the kernel for something, and gets it.
    func called(_ call: KernelCall) {
        switch call.kind {
        case .status:
            guard let place = PausePlace(rawValue: call.path), disk.kind(of: place.path) != nil else { return }
            state.withLock { _ = $0.knownPauses.insert(place) }
        case .remove, .removeFolder:
            if let place = PausePlace(rawValue: call.path), isPaused(place, at: now) {
                complain("\(place.path) is taken away, and still holds")
            }
            if call.path.hasSuffix(".approve") { checkUse(of: call.path) }
        case .open, .openBeneath, .duplicate, .makeFolder, .rename, .replace, .link, .symlink, .readSymlink, .realPath,
            .workingFolder, .openStatus, .askServer, .birth, .mountPoint, .access, .mode, .mark, .read, .write,
            .truncate, .allocate, .sync, .syncAll, .list, .next, .lock, .lease, .fileSystem:
            break
        }
    }

    /// An approval is taken away, for one at least that it was about: others of the name may wait for their own.
    private func checkUse(of name: String) {
        guard let (path, word) = state.withLock({ $0.words.first { $0.key.hasSuffix("/\(name)") } }) else { return }
        let about = word.about.compactMap(content)
        let isUsed = about.contains { content in
            (LifePlaces.jobs(of: content, on: disk) + LifePlaces.results(of: content, on: disk)).contains { folder in
                LifePlaces.job(in: folder, on: disk)?.approvedAt.map { word.came <= $0 } ?? false
            }
        }
        if isUsed || !about.contains(where: waitsForApproval) { return }
        complain("\(path) is taken away, and approves of nothing")
    }

    /// Whether it may not go on as long as nobody approves of it.
    func waitsForApproval(_ content: LifeContent) -> Bool {
        if content.isGone || !isDear(content) { return false }
        if content.lies(at: content.path, on: disk) { return true }
        return LifePlaces.jobs(of: content, on: disk).contains { folder in
            guard let job = LifePlaces.job(in: folder, on: disk) else { return false }
            return job.approval == nil && job.cancellation == nil && job.isNotBegun
        }
    }

    /// Whether the call takes a word about a request away.
    static func takesWord(_ call: KernelCall) -> Bool {
        let endings = [".stop", ".STOP.txt", ".approve"]
        return (call.kind == .remove || call.kind == .removeFolder) && endings.contains { call.path.hasSuffix($0) }
    }

    /// A submit leaves.
    func leaves(_ prompt: String) {
        guard let content = content(of: prompt) else { return }
        let (words, stopped, approved, known) = state.withLock {
            ($0.words, $0.stopped, $0.approved, $0.knownPauses)
        }
        let isStopped = words.contains { path, word in
            word.wish == .stop && word.about.contains(content.prompt) && disk.kind(of: path) == nil
        }
        if isStopped || stopped.contains(content.prompt) { complain("\(prompt) leaves after its stop was taken") }
        if isNotedAsCancelled(prompt, content) { complain("\(prompt) leaves, and it is noted that it is cancelled") }
        if isDear(content), !approved.contains(content.prompt) { complain("\(prompt) leaves without an approval") }
        let places = PausePlace.allCases.filter { $0 != .lane || content.name.hasPrefix("\(LifePlaces.lane)/") }
        for place in places where known.contains(place) && isPaused(place, at: now) {
            complain("\(prompt) leaves, and \(place.path) is known to hold")
        }
    }

    private func isNotedAsCancelled(_ prompt: String, _ content: LifeContent) -> Bool {
        LifePlaces.jobs(of: content, on: disk).contains { folder in
            let parts = disk.names(in: folder).map { "\(folder)/\($0)" }.filter { disk.kind(of: $0) == .folder }
            return ([folder] + parts).contains { folder in
                guard let job = LifePlaces.job(in: folder, on: disk), job.cancellation != nil else { return false }
                return job.parts != nil || job.request?.edit.prompt == prompt
            }
        }
    }
}
