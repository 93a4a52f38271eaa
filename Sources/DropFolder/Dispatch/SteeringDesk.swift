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
    let settleQueue: SettleQueue
    let leftAlone: LeftAloneFiles

    /// Runs until cancelled.
    func run() async {
        while let words = await context.steering.next() { await heed(words) }
    }

    func heed(_ words: [SteeringWords.Word]) async {
        for word in words {
            switch word.word {
            case .pause: break
            case .approve: await approve(word)
            case .stop: await stop(word)
            case .hurry: await hurry(word)
            }
        }
    }

    /// Cancels what the word is about: jobs under way, and files that wait. Each job that is cancelled asks for this once
    /// more.
    private func stop(_ word: SteeringWords.Word) async {
        func isAbout(_ job: SteeredJob) -> Bool { !job.isPart && word.isAbout(job.origin, since: job.since) }
        let isOpen = scheduler.cancel(where: isAbout)
        // Fails only when the daemon ends.
        let (spool, defaults) = (context.store.spool, context.store.defaults)
        guard let files = try? await context.store.files.run({ Self.files(word, in: spool, defaults) }) else { return }
        let waiting = files.filter { !leftAlone.contains($0.origin.file, in: word.lane) }
        for file in waiting { context.backlog.cancel(file.origin, file.readiness) }
        let isClaiming = context.backlog.isClaiming(in: word.lane) { word.isAbout($0, since: word.stamp.came) }
        // Once more: what waited may have been begun meanwhile.
        if isOpen || isClaiming || !waiting.isEmpty || scheduler.cancel(where: isAbout) {
            return leftAlone.forget(word.path)
        }
        // Where one is under way still, that is noted already.
        let isNoted = word.isHeeded || word.isLate || scheduler.isUnderWay(where: isAbout)
        if isNoted { await takeAway(word) } else { isForNobody(word) }
    }

    /// Has what waits for the word judged anew; the word is taken away when that is noted.
    private func approve(_ word: SteeringWords.Word) async {
        if word.isHeeded { return await takeAway(word) }
        func isAbout(_ job: SteeredJob) -> Bool { !job.isPart && word.isAbout(job.origin, since: job.since) }
        let wasUnderWay = scheduler.isUnderWay(where: isAbout)
        let (spool, defaults) = (context.store.spool, context.store.defaults)
        // Fails only when the daemon ends.
        guard let files = try? await context.store.files.run({ Self.files(word, in: spool, defaults) }) else { return }
        let isClaiming = context.backlog.isClaiming(in: word.lane) { word.isAbout($0, since: word.stamp.came) }
        let isUnderWay = wasUnderWay || scheduler.isUnderWay(where: isAbout)
        if !isUnderWay, files.isEmpty, !isClaiming {
            return word.isLate ? await takeAway(word) : isForNobody(word)
        }
        leftAlone.forget(word.path)
        // What was written since then would be held again, and again.
        let approved = files.filter { file in
            context.steering.isApproved(file.origin, since: file.changed, written: file.written)
        }
        if !approved.isEmpty {
            context.holds.releaseApprovals(of: Set(approved.map(\.origin)))
        } else if isUnderWay {
            context.holds.wakeAll()
        }
    }

    private func isForNobody(_ word: SteeringWords.Word) {
        if scheduler.knowsAll { leftAlone.say(word.path, .wordForNobody) }
    }

    private struct File: Sendable {
        var origin: Origin
        var readiness: Readiness
        var changed: Timestamp
        /// See ``ArrivalTimes/written(_:)``.
        var written: Timestamp?
    }

    /// Has what the word is about go before others as long as the word is there; it is taken away when that was sent.
    private func hurry(_ word: SteeringWords.Word) async {
        if word.isHeeded { return await takeAway(word) }
        let (spool, defaults, before) = (context.store.spool, context.store.defaults, word.hurries)
        let jobs = context.steeredJobs.all { !$0.isPart && word.isAbout($0.origin, since: $0.made) }.map(\.job)
        let open = jobs.first { !$0.isSent }?.origin
        // What was found is not looked for again each time that something of its lane is taken.
        if let before, before == open { return }
        // Fails only when the daemon ends.
        let files = try? await context.store.files.run {
            if let before, (try? Kernel.exists(spool.inbox.pushing(before.path))) == true { return [before] }
            return Self.files(word, in: spool, defaults).map(\.origin)
        }
        let waiting = (files ?? []).filter { !leftAlone.contains($0.file, in: word.lane) }
        guard let origin = waiting.first ?? open else {
            // Whoever claims it says so afterwards.
            if context.backlog.isClaiming(in: word.lane, { word.isAbout($0, since: word.stamp.came) }) { return }
            _ = context.steering.note(word, hurries: nil)
            // It was sent, or has come to its end.
            if !jobs.isEmpty || word.isLate { return await takeAway(word) }
            return leftAlone.say(word.path, .wordForNobody)
        }
        leftAlone.forget(word.path)
        guard context.steering.note(word, hurries: origin) else { return }
        context.log.notice("Hurried by somebody; it goes before all others", metadata: ["job": "\(origin.jobName)"])
        if !context.backlog.hurry(origin), waiting.contains(origin) { settleQueue.look(at: origin) }
        // The word was taken away meanwhile.
        if !context.steering.isHurried(origin) { context.backlog.endHurry(origin) }
    }

    /// The request files in the inbox that the word is about. Blocking.
    private static func files(
        _ word: SteeringWords.Word, in spool: Spool, _ defaults: LaneDefaults
    ) -> [File] {
        guard let lane = try? word.lane.open(below: spool.inbox),
            var listing = try? DirectoryListing(".", at: lane.descriptor)
        else { return [] }
        let takesPictures = defaults.pictures(in: word.lane) == .each
        let takesFolders = defaults.folders(in: word.lane) == .batch
        let place = spool.inbox.pushing(word.lane.path)
        var files: [File] = []
        while let (name, kind) = try? listing.next() {
            let origin = Origin(lane: word.lane, file: name)
            if takesFolders, kind.isFolder(at: place.appending(name)) {
                if let folder = folder(origin, word, at: place, in: lane, spool.names) { files.append(folder) }
                continue
            }
            guard RequestFileName(name) != nil || takesPictures && origin.isPicture,
                word.isAbout(origin, since: word.stamp.came),
                let status = try? Kernel.status(of: FilePath(root: nil, [name]), at: lane.descriptor),
                status.kind == .regular, word.isAbout(origin, since: Self.since(status, of: name, word, in: lane))
            else { continue }
            // Whatever is wanted of a picture is wanted of its text.
            if takesPictures, (try? Sidecar(name)?.isText(in: lane)) == true { continue }
            let text = (try? PictureCompany.beside(name, in: lane))?.text?.sidecar.name
            let written = ArrivalTimes.written(
                place.appending(name), with: text.map { [place.appending($0)] } ?? [])
            files.append(
                File(
                    origin: origin, readiness: Readiness(identity: status.identity, at: .now),
                    changed: Timestamp(nanoseconds: status.changed), written: written))
        }
        return files
    }

    /// A folder of pictures that is a batch, where the word is about it.
    private static func folder(
        _ origin: Origin, _ word: SteeringWords.Word, at place: FilePath, in lane: borrowing OpenFile,
        _ names: IgnoredNames
    ) -> File? {
        guard word.isAbout(origin, since: word.stamp.came), PictureFolder.isOne(origin.file, in: lane),
            let status = try? Kernel.status(of: FilePath(root: nil, [origin.file]), at: lane.descriptor),
            word.isAbout(origin, since: since(status, of: origin.file, word, in: lane))
        else { return nil }
        return File(
            origin: origin, readiness: Readiness(identity: status.identity, at: .now),
            changed: Timestamp(nanoseconds: status.changed),
            written: PictureFolder.written(place.appending(origin.file), names))
    }

    /// What lay there before is another's. Being held renames a file, which says nothing of whose turn it is.
    private static func since(
        _ status: FileStatus, of name: FilePath.Component, _ word: SteeringWords.Word, in lane: borrowing OpenFile
    ) -> Timestamp {
        let changed = Timestamp(nanoseconds: status.changed)
        guard word.wish == .hurry, let birth = Kernel.birth(of: FilePath(root: nil, [name]), at: lane.descriptor) else {
            return changed
        }
        return min(changed, Timestamp(nanoseconds: birth))
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
