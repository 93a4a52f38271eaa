// SPDX-License-Identifier: Apache-2.0

import Simulation
import Synchronization

@testable import Documents
@testable import Requests
@testable import TestSupport

/// What people say by words in the folder, at any moment. Each of them may be undone by a power cut, or not.
extension LifeVisitor {
    func speak(_ act: Act) {
        switch act {
        case .stop: stop()
        case .approve: approve()
        case .takeBack: takeBack()
        case .pause: pause()
        case .goOn: goOn()
        case .dropAgain: dropAgain()
        case .putBack, .reload, .setClock, .setClockForward: preconditionFailure("no word")
        }
    }

    /// The daemon is about to ask the kernel for something.
    func comesBetweenCalls() {
        guard !words.isEmpty, snapshot.left > 2, chance(1, of: 300) else { return }
        sayOne()
    }

    /// While the daemon does not run.
    func speaksBetween() {
        guard !words.isEmpty else { return }
        for _ in 0..<state.withLock({ $0.random.index(4) }) where snapshot.left > 1 { sayOne() }
    }

    private func sayOne() {
        let act = words[state.withLock { $0.random.index(words.count) }]
        state.withLock { $0.left -= 1 }
        speak(act)
    }

    private var words: [Act] { habits.acts.filter(\.isWord) }

    /// In the end each that waits for a word gets one of its own, however many have the same name.
    func insist() {
        guard !words.isEmpty, isDone else { return }
        for content in allContents where steering.waitsForApproval(content) {
            let word = "\(content.name).approve"
            if disk.kind(of: "/spool/inbox/\(word)") != nil { continue }
            put(.approve, word, about: content.name, isDurable: true)
        }
    }

    /// Everybody lets all go on: what ends by itself may do so.
    func goOnForGood() {
        tell("all go on for good")
        for place in SteeringBook.PausePlace.allCases where !steering.ends(place) || chance(50, of: 100) {
            if disk.kind(of: place.path) != nil { remove(place.path) }
        }
        for content in allContents where steering.isDear(content) && steering.isOpen(content) {
            put(.approve, "\(content.name).approve", about: content.name, isDurable: true)
        }
    }

    /// Not a person: the daemon itself, where it errs.
    func putAgain(_ path: String) {
        tell("\(path) is put back")
        disk.write([], to: path)
    }

    // MARK: Words about requests

    private func stop() {
        guard let name = someName() else { return }
        let spelling = chance(30, of: 100) ? "\(name).STOP.txt" : "\(name).stop"
        if disk.kind(of: "/spool/inbox/\(spelling)") != nil { return }
        put(.stop, spelling, about: name, isDurable: chance(60, of: 100))
    }

    private func approve() {
        guard let name = someName() else { return }
        put(.approve, "\(name).approve", about: name, isDurable: chance(60, of: 100))
    }

    private func put(_ wish: SteeringBook.Wish, _ word: String, about name: String, isDurable: Bool) {
        let path = "/spool/inbox/\(word)"
        tell("somebody puts \(word)\(isDurable ? "" : ", not on the disk yet")")
        if disk.kind(of: path) != nil { disk.remove(path) }
        if chance(20, of: 100) { disk.makeFolders(path) } else { disk.write([], to: path) }
        if isDurable { disk.settle(path) }
        steering.put(wish, at: path, about: name, isDurable: isDurable)
    }

    private func takeBack() {
        let paths = steering.state.withLock { Array($0.words.keys) }.sorted().filter { disk.kind(of: $0) != nil }
        guard let path = one(of: paths) else { return }
        tell("somebody takes \(path) back")
        remove(path)
        steering.tookBack(path)
    }

    /// Another request of a name: in the place of one that waits, or after one that is under way.
    private func dropAgain() {
        let names = allContents.filter { $0.submits > 0 }.map(\.name)
        guard let name = one(of: names), let last = steering.contents(of: name).last,
            steering.state.withLock({ !$0.words.values.contains { $0.came == steering.now } })
        else { return }
        let number = state.withLock { state in
            state.dropped += 1
            return state.dropped
        }
        let count = state.withLock { 2 + $0.random.index(2) }
        let kind: LifeContent.Kind =
            switch last.kind {
            case .batch: .batch(rows: count)
            case .request, .broken: .request(variants: count)
            }
        let first = LifeContent.prompt(of: name)
        let content = LifeContent(name: name, prompt: "\(first) anew \(number)", kind: kind)
        tell("somebody drops \(content.prompt)")
        steering.drops(content)
        let made = "/elsewhere/\(content.file)"
        disk.makeFolders("/elsewhere")
        disk.write(content.text, to: made)
        disk.settle(made)
        disk.move(made, to: content.path)
        disk.settle(content.path)
    }

    // MARK: Pauses

    private func pause() {
        guard let place = one(of: SteeringBook.PausePlace.allCases), disk.kind(of: place.path) == nil else { return }
        let seconds = chance(50, of: 100) ? state.withLock { 1 + $0.random.index(120) } : nil
        let until = seconds.map { Timestamp(milliseconds: steering.now.milliseconds + Int64($0) * 1_000) }
        tell("somebody puts \(place.path) until \(until?.description ?? "further notice")")
        if until == nil, chance(30, of: 100) {
            disk.makeFolders(place.path)
        } else {
            disk.write(PauseText.text(until: until), to: place.path)
        }
        // What is in it must not be torn: it would say something else.
        disk.settle(place.path)
        steering.paused(place)
    }

    private func goOn() {
        let places = SteeringBook.PausePlace.allCases.filter { disk.kind(of: $0.path) != nil }
        guard let place = one(of: places) else { return }
        tell("somebody takes \(place.path) away")
        remove(place.path)
    }

    /// For good.
    private func remove(_ path: String) {
        disk.remove(path)
        disk.settle(path)
    }

    // MARK: Choices

    private var allContents: [LifeContent] { steering.state.withLock(\.contents) }

    /// Mostly of something that waits or is under way.
    private func someName() -> String? {
        let open = allContents.filter(steering.isOpen)
        return one(of: (open.isEmpty || chance(10, of: 100) ? allContents : open).map(\.name))
    }

    private func one<Choice>(of all: [Choice]) -> Choice? {
        all.isEmpty ? nil : all[state.withLock { $0.random.index(all.count) }]
    }

    private func chance(_ part: Int, of whole: Int) -> Bool { state.withLock { $0.random.index(whole) < part } }
}

extension LifeVisitor.Act {
    var isWord: Bool {
        switch self {
        case .stop, .approve, .takeBack, .pause, .goOn, .dropAgain: true
        case .putBack, .reload, .setClock, .setClockForward: false
        }
    }
}
