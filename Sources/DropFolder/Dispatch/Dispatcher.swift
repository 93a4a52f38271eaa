// SPDX-License-Identifier: Apache-2.0

internal import Logging
internal import ServiceLifecycle
internal import SystemPackage

/// Starts a job for each file that waits, as soon as a submit may leave, and before that the jobs that an earlier run
/// left. Every job is a child task.
struct Dispatcher: Sendable {
    let shop: Workshop
    let backlog: Backlog
    let foreign: ForeignFiles

    /// Runs until the daemon is asked to stop and every job has come to a place from which the next start goes on.
    func run() async throws {
        let left = try await shop.files.run { [spool = shop.spool] in try LeftJobs(spool: spool).names() }
        await withDiscardingTaskGroup { group in
            for name in left { await resume(name, in: &group) }
            if !left.isEmpty { shop.log.info("Jobs of an earlier run go on", metadata: ["jobs": "\(left.count)"]) }
            while let origin = await backlog.next() {
                guard let turn = await takeTurn() else { return }
                group.addTask { await start(origin, turn) }
            }
        }
    }

    /// `nil` when the daemon stops.
    private func takeTurn() async -> Admission.Turn? {
        let admission = shop.admission
        return try? await cancelWhenGracefulShutdown { try await admission.enter(.fresh) }
    }

    private func start(_ origin: Origin, _ turn: Admission.Turn) async {
        let claim = Claim(spool: shop.spool, reached: shop.reached)
        do {
            switch try await shop.patiently({ try claim.take(origin, at: .now) }) {
            case .claimed(let folder, let journal, let job):
                let live = LiveJob(job: job, journal: journal, folder: folder, turnInHand: turn)
                await JobRunner(shop: shop).run(live, [.read])
            case .vanished: await shop.admission.giveBack(turn)
            case .notAFile(let kind):
                foreign.say(origin.path, .notAFile(kind))
                await shop.admission.giveBack(turn)
            case .cannotTake(let error):
                foreign.say(origin.path, .cannotTake(error))
                await shop.admission.giveBack(turn)
            }
        } catch {
            // The daemon stops while the disk refuses: the file is still in the inbox.
            await shop.admission.giveBack(turn)
        }
    }

    private func resume(_ name: FilePath.Component, in group: inout DiscardingTaskGroup) async {
        let left = LeftJobs(spool: shop.spool)
        do {
            // Not waited for: a folder that cannot be read must not keep the others from going on.
            switch try await shop.files.run({ try left.open(name, now: .now) }) {
            case .job(let folder, let journal, let job):
                let (live, steps) = try await prepared(LiveJob(job: job, journal: journal, folder: folder))
                for index in live.job.variants.indices where live.isUnderWay(index) { await shop.admission.occupy() }
                group.addTask { await JobRunner(shop: shop).run(live, steps) }
            case .damaged(let folder, let origin, let line): try await park(folder, origin, line)
            case nil: break
            }
        } catch {
            shop.log.error("A job cannot be resumed", metadata: ["folder": "\(name)", "error": "\(error)"])
        }
    }

    /// Notes what happened while nobody ran, such as a submit whose answer nobody heard.
    private func prepared(_ found: LiveJob) async throws -> (LiveJob, [JobStep]) {
        var live = found
        let (folder, job) = (live.folder, live.job)
        let whole = try await shop.patiently {
            try folder.removeStrayPictures(of: job.origin.stem, keeping: job.pictures)
            return job.variants.map { folder.has($0.pictures) }
        }
        let unknown = Wording.explain(.interruptedSubmit)
        for event in job.eventsToResume(picturesAreWhole: { whole[$0] }, unknownOutcome: unknown) {
            let now = Timestamp.now
            live.unwritten += event.line(at: now)
            _ = try live.job.apply(event, at: now)
        }
        return (live, live.job.stepsToResume)
    }

    /// A damaged journal parks its job in `failed/` with everything kept, and touches nothing else.
    private func park(_ folder: JobFolder, _ origin: Origin, _ line: Int) async throws {
        let why = Wording.explain(.journalDamaged(line: line))
        let spool = shop.spool
        let place = try await shop.patiently {
            try folder.writeResult(of: Job(claimed: origin, at: .now), .failed(why), finishedAt: .now)
            try spool.sync()
            return try folder.publish(in: spool.failed, as: origin)
        }
        shop.log.error("A damaged journal: the job is set aside", metadata: ["path": "\(place)", "line": "\(line)"])
    }
}
