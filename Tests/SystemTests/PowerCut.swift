// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import NanoBananaSimulator
import Testing

/// One power cut: a daemon stops at a place, the disk is copied as it is, and the next daemon goes on from the copy.
struct PowerCut: Sendable, CustomStringConvertible {
    /// `before:submitting`, or `after:submitted:3` for the third time.
    var place: String
    var form = PowerCutForm.job
    var straightAway = false
    /// Whether its pictures are marked.
    var isMarked = false
    /// Whether the kernel has just written out by itself what nobody has synced.
    var isWrittenOut = false
    /// What the stand-in is asked to do wrong, such as `poll=error`.
    var fault: String?
    /// Why the jobs fail in any case, where they do.
    var reason: String?

    /// An event that has to be on the disk when a job alone has come to the place.
    private var durable: String? {
        switch place {
        // What relies on it may be under way.
        case "after:submitting", "before:submitted": "submitting"
        case "after:done", "before:deliver", "after:deliver", "before:publish", "after:publish": "done"
        case "after:failed": "failed"
        // The task takes a hundred times as long as the disk.
        case "before:answered", "after:answered", "before:fetched", "after:fetched", "before:done":
            straightAway ? "submitting" : "submitted"
        default: nil
        }
    }

    var description: String {
        [
            place, form == .job ? nil : form.rawValue, straightAway ? "straight away" : nil, isMarked ? "marked" : nil,
            isWrittenOut ? "written out" : nil, fault,
        ].compactMap(\.self).joined(separator: ", ")
    }

    private var files: [DroppedFile] { form.files(fault.map { " [fault:\($0)]" } ?? "") }

    /// Of each file that has to be in one place.
    private var names: [String] { files.map(\.name) + [form.text].compactMap(\.self) }

    private func options(in spool: TestSpool) -> [String] {
        ["--max-in-flight", form == .shownBatch ? "1" : "4"] + (isMarked ? ["--mark", "ai-edited"] : [])
            + form.options(in: spool)
    }

    func run() async throws {
        var configuration = SimulatorConfiguration()
        configuration.straightAway = straightAway
        let (shortest, longest) = form == .load ? (5, 50) : (200, 200)
        configuration.workTime = .milliseconds(shortest)...(.milliseconds(longest))
        if form == .shownBatch { configuration = configuration.heldWork }
        try await withSimulator(configuration) { simulator, base in
            try await LoopImage.with { image in
                let before = try TestSpool.make(at: image.mountPoint)
                try await form.drop(files, into: before, base)
                let earlier = try form.earlierResult(in: before)
                simulator.ledger.reset()
                try await image.sync()
                let copy = try await cut(image, before, base, simulator)
                try Task.checkCancellation()
                try await image.replace(with: copy)
                let spool = TestSpool(root: copy.mountPoint)
                let onDisk = try check(spool, simulator.ledger.snapshot)
                try await spool.guarded(base, options(in: spool)) { daemon in
                    let missing = files.filter { onDisk[$0.name]?.isPublished != true }
                    if form == .shownBatch {
                        try await simulator.finishesWork { await spool.published(missing, daemon, "\(self)") }
                    } else {
                        await spool.published(missing, daemon, "\(self)")
                    }
                }
                try Task.checkCancellation()
                try checkEnd(spool, simulator.ledger.snapshot, onDisk)
                #expect(try form.earlierResult(in: spool) == earlier, "\(self)")
            }
        }
    }

    private func cut(
        _ image: LoopImage, _ spool: TestSpool, _ base: String, _ simulator: Simulator
    ) async throws -> LoopImage {
        let daemon = try spool.run(
            base, options(in: spool) + form.holding, environment: ["BANANADROP_TEST_STOP_AT": place])
        var isReached = false
        if form == .shownBatch {
            try await simulator.showsEach(spool) { isReached = await daemon.stopped() }
            #expect(ComingTests.pictures(in: spool).count > 0, "\(self)")
        } else {
            isReached = await daemon.stopped()
        }
        try Task.checkCancellation()
        #expect(isReached, "\(self): the place is reached")
        let copy: Result<LoopImage, any Error>
        do {
            if isWrittenOut { try await image.sync() }
            copy = .success(try await image.copyAsItIs())
        } catch {
            copy = .failure(error)
        }
        daemon.send(SIGKILL)
        _ = await daemon.end()
        return try copy.get()
    }

    /// What the disk says of a job.
    private struct Found {
        var events: [String]
        var isPublished: Bool
    }

    /// Checks what the cut has left.
    private func check(_ spool: TestSpool, _ ledger: LedgerSnapshot) throws -> [String: Found] {
        let walk = SpoolWalk(spool, without: form.earlier)
        #expect(walk.misplaced(names) == [], "\(self)")
        var found: [String: Found] = [:]
        for file in files {
            guard let folder = walk.folder(of: file.name) else { continue }
            var url = spool.root.appendingPathComponent(folder)
            if form.isFolder { url.deleteLastPathComponent() }
            let events = folder.hasPrefix("inbox") ? [] : JournalLines(url).events
            found[file.name] = Found(events: events, isPublished: walk.isPublished(file.name))
            if let prompt = ledger.prompts[file.prompt], prompt.submits > 0 {
                #expect(events.contains("submitting"), "\(self): a submit of \(file.name) left, and nothing tells")
            }
            if form.isFolder { #expect(FolderCrashTests.lost(spool) == [], "\(self)") }
            if folder.hasPrefix("done/") {
                #expect(try form.problems(file, in: folder, spool, ledger) == [], "\(self)")
            }
            if form != .load, let event = durable { #expect(events.contains(event), "\(self): \(events)") }
        }
        return found
    }

    private func checkEnd(_ spool: TestSpool, _ ledger: LedgerSnapshot, _ onDisk: [String: Found]) throws {
        let walk = SpoolWalk(spool, without: form.earlier)
        #expect(walk.misplaced(names) == [], "\(self)")
        #expect(spool.names(in: spool.processing) == [], "\(self)")
        #expect(form.textProblems(spool, ledger) == [], "\(self)")
        if form.isFolder {
            #expect(try FolderCrashTests.problems(spool, ledger, isUnplugged: true) == [], "\(self)")
            return
        }
        if let batch = form.batch {
            #expect(try BatchCrashTests.problems(spool, ledger, batch) == [], "\(self)")
            return
        }
        for file in files {
            let folder = walk.folder(of: file.name) ?? ""
            let result = ResultFolder(url: spool.root.appendingPathComponent(folder))
            #expect(ledger.paid(file.prompt) <= 1, "\(self): \(file.name)")
            // The disk knows of a submit and not of its answer: nobody can know more.
            let isUnheard = onDisk[file.name]?.events.last == "submitting"
            if let reason = isUnheard ? "unknown-outcome" : reason {
                #expect(folder.hasPrefix("failed/"), "\(self): \(folder)")
                #expect(result.reason?["code"] as? String == reason, "\(self): \(file.name)")
            } else {
                #expect(folder.hasPrefix(form.target), "\(self): \(folder) \(result.reason ?? [:])")
                #expect(result.problems(file) == [], "\(self): \(file.name)")
                #expect(ledger.paid(file.prompt) == 1, "\(self): \(file.name)")
            }
            if isUnheard {
                let words = (try? result.data("error.txt")).map { String(decoding: $0, as: UTF8.self) } ?? ""
                #expect(words.contains("may have been charged"), "\(self): \(words)")
            }
        }
    }
}
