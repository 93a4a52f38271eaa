// SPDX-License-Identifier: Apache-2.0

import Simulation
import Synchronization

@testable import Documents
@testable import Jobs
@testable import TestSupport

/// What must be true after a power cut, and in the end.
extension SteeringBook {
    /// Words that are away by now: what they have asked for must outlive the power.
    func wordsBeforePowerCut() -> [String: Word] {
        state.withLock { state in state.words.filter { disk.kind(of: $0.key) == nil } }
    }

    /// - Parameter taken: those that were away before.
    func powerWasCut(_ taken: [String: Word]) {
        for (path, word) in taken where disk.kind(of: path) == nil {
            // It may never have been on the disk, nor what was done for it.
            state.withLock { state in
                state.words[path] = nil
                if word.isDurable, word.wish == .stop { state.stopped.formUnion(word.about) }
            }
            guard word.isDurable else { continue }
            for prompt in word.about where !hasEffect(word.wish, on: prompt) {
                state.withLock {
                    $0.complaints.append("neither \(path) nor what it has asked for of \(prompt) is on the disk")
                }
            }
        }
        // Those that were not on the disk are as if nobody had put them there.
        state.withLock { state in
            state.words = state.words.filter { $0.value.isDurable || disk.kind(of: $0.key) != nil }
        }
    }

    private func hasEffect(_ wish: Wish, on prompt: String) -> Bool {
        guard let content = content(of: prompt), !content.isGone else { return true }
        if content.lies(at: content.path, on: disk) { return false }
        return LifePlaces.jobs(of: content, on: disk).allSatisfy { folder in
            // A journal with a hole is another matter: its job fails.
            guard let journal = try? JournalText(disk.bytes(of: "\(folder)/journal.jsonl") ?? []) else { return true }
            guard let job = journal.job else { return false }
            if job.outcome != nil || !job.variants.isEmpty && !job.variants.contains(.waiting) { return true }
            return switch wish {
            case .stop: job.cancellation != nil
            case .approve: job.approval != nil || !isDear(content)
            }
        }
    }

    /// Words of which nobody has taken notice. What has ended in an earlier process may have left its word behind, or a
    /// power cut has brought it back: it is said to be for nobody then.
    func check() {
        let began = state.withLock(\.processBegan)
        for (path, word) in state.withLock(\.words) where disk.kind(of: path) != nil {
            for prompt in word.about {
                guard let content = content(of: prompt), !content.isGone,
                    let folder = LifePlaces.results(of: content, on: disk).first,
                    let bytes = disk.bytes(of: "\(folder)/journal.jsonl"), let journal = try? JournalText(bytes),
                    let end = journal.events.last?.at, end >= began, end.since(word.came) > Self.patience
                else { continue }
                state.withLock { $0.complaints.append("\(path) lies there still, and \(prompt) has ended long ago") }
            }
        }
        for place in PausePlace.allCases where disk.kind(of: place.path) != nil && !isPaused(place, at: now) {
            state.withLock { $0.complaints.append("\(place.path) is over, and lies there still") }
        }
    }

    /// A word that comes in the last moment may be too late.
    private static let patience = Duration.seconds(10)
}
