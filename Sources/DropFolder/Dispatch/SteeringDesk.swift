// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import FileIO
internal import Glibc
internal import Intake
internal import Jobs
internal import Logging
internal import Requests
internal import Spool
internal import SystemPackage

/// Does what the words in the inbox ask for, and takes each away when that is on the disk: a kill between any two acts
/// leaves the word, or what came of it.
struct SteeringDesk: Sendable {
    let context: JobContext
    let scheduler: JobScheduler
    let leftAlone: LeftAloneFiles

    /// Runs until cancelled.
    func run() async {
        while let words = await context.steering.next() {
            for word in words {
                switch word.word {
                case .pause: break
                case .approve: await approve(word)
                case .stop: await stop(word)
                }
            }
        }
    }

    /// Cancels what the word is about: jobs under way, and files that wait. Each job that is cancelled asks for this once
    /// more.
    private func stop(_ word: SteeringWords.Word) async {
        let isOpen = scheduler.cancel { !$0.isPart && word.isAbout($0.origin, since: $0.since) }
        // Fails only when the daemon ends.
        let (spool, defaults) = (context.store.spool, context.store.defaults)
        guard let files = try? await context.store.files.run({ Self.files(word, in: spool, defaults) }) else { return }
        let waiting = files.filter { !leftAlone.contains($0.origin.file, in: word.lane) }
        for file in waiting { context.backlog.cancel(file.origin, file.readiness) }
        let isClaiming = context.backlog.isClaiming(in: word.lane) { word.isAbout($0, since: word.stamp.came) }
        if isOpen || isClaiming || !waiting.isEmpty { return leftAlone.forget(word.path) }
        if word.isHeeded { await takeAway(word) } else { leftAlone.say(word.path, .wordForNobody) }
    }

    /// Has what waits for the word judged anew; the word is taken away when that is noted.
    private func approve(_ word: SteeringWords.Word) async {
        if word.isHeeded { return await takeAway(word) }
        let isUnderWay = scheduler.isUnderWay { !$0.isPart && word.isAbout($0.origin, since: $0.since) }
        let (spool, defaults) = (context.store.spool, context.store.defaults)
        // Fails only when the daemon ends.
        guard let files = try? await context.store.files.run({ Self.files(word, in: spool, defaults) }) else { return }
        let isClaiming = context.backlog.isClaiming(in: word.lane) { word.isAbout($0, since: word.stamp.came) }
        if !isUnderWay, files.isEmpty, !isClaiming { return leftAlone.say(word.path, .wordForNobody) }
        leftAlone.forget(word.path)
        context.holds.releaseApprovals()
        context.holds.wakeAll()
    }

    /// The request files in the inbox that the word is about. Blocking.
    private static func files(
        _ word: SteeringWords.Word, in spool: Spool, _ defaults: LaneDefaults
    ) -> [(origin: Origin, readiness: Readiness)] {
        guard let lane = try? word.lane.open(below: spool.inbox),
            var listing = try? DirectoryListing(".", at: lane.descriptor)
        else { return [] }
        let takesPictures = defaults.pictures(in: word.lane) == .each
        var files: [(origin: Origin, readiness: Readiness)] = []
        while let (name, _) = try? listing.next() {
            let origin = Origin(lane: word.lane, file: name)
            guard RequestFileName(name) != nil || takesPictures && origin.isPicture,
                word.isAbout(origin, since: word.stamp.came),
                let status = try? Kernel.status(of: FilePath(root: nil, [name]), at: lane.descriptor),
                status.kind == .regular, word.isAbout(origin, since: Timestamp(nanoseconds: status.changed))
            else { continue }
            files.append((origin, Readiness(identity: status.identity, at: .now)))
        }
        return files
    }

    private func takeAway(_ word: SteeringWords.Word) async {
        let (spool, reached) = (context.store.spool, context.store.reached)
        do {
            let isGone = try await context.store.files.run {
                let lane = try word.lane.open(below: spool.inbox)
                reached(Checkpoint(.before, .heed))
                let isGone = try SteeringLook.remove(word.name, word.stamp, in: lane)
                reached(Checkpoint(.after, .heed))
                return isGone
            }
            // Otherwise it is another by now, of which an event tells.
            guard isGone else { return }
            leftAlone.forget(word.path)
            context.steering.forget([word.name], in: word.lane)
        } catch let error as Errno where !error.isNoFolder {
            leftAlone.say(word.path, .cannotTake(error))
        } catch {
            // The lane went with it, or the daemon ends.
        }
    }
}
