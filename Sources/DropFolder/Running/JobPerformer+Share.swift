// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import FileIO
internal import Intake
internal import Jobs
internal import Logging
internal import Requests
internal import Sharing
internal import Spool
internal import SystemPackage

/// Pictures from one's own disk: gathered before anything is sent, shared, and taken away when the job ends.
extension JobPerformer {
    /// How often what was shared is tried to be taken away before the result is published all the same: it is paid for,
    /// and nobody can guess the picture's name.
    private static let removals = 3
    /// How often it is tried to make a picture smaller before that is taken for a fault of the picture.
    private static let shrinkings = 3

    /// Waits until all pictures are there and whole.
    func gather(_ driver: JobDriver) async throws -> Outcome {
        switch try await wait(for: driver, since: driver.since) {
        case .ready: .event(.sharing)
        case .fault(let failure): failing(failure, driver)
        case .cancelled: .cancel
        }
    }

    /// Shares them.
    func share(_ driver: JobDriver) async throws -> Outcome {
        try await waitForLane(driver.job.origin.lane)
        switch try await publish(driver, isRenewal: false) {
        case .shared(let pictures, let place?): return .shared(pictures, place)
        case .shared(_, nil): preconditionFailure("it was published with a place")
        case .fault(let failure): return failing(failure, driver)
        case .cancelled: return .cancel
        }
    }

    /// Has links printed anew where those that are known may have run out, or do by the time the API fetches the pictures:
    /// that is free, and a submit with one would be paid for nothing. `nil` where all are good.
    func renewLinks(_ variant: Int, _ driver: JobDriver) async throws -> Outcome? {
        var renewals = 0
        while !driver.hasGoodLinks(at: .now) {
            // They run out sooner than they are printed.
            if renewals > 0 {
                try await context.stop.wait(serviceBackoff.wait(attempt: renewals, random: Machine.jitter))
            }
            guard driver.links.beginRenewal() else {
                try await context.stop.wait(.milliseconds(200))
                continue
            }
            defer { driver.links.endRenewal() }
            switch try await publish(driver, isRenewal: true) {
            case .shared: renewals += 1
            case .fault(let failure):
                return .event(.variantFailed(variant: variant, Wording.explain(failure), response: nil))
            case .cancelled: return .cancel
            }
        }
        return nil
    }

    private enum Published {
        case shared([SharedPicture], UploadLimiter.Place?)
        case fault(Failure)
        case cancelled
    }

    /// What stands in the way of publishing one of the pictures.
    private struct PictureTrouble: Error {
        /// As the request names it.
        var file: FilePath
        var error: ShareError
    }

    /// As often as it takes: what stands in the way is no fault of the request, but for a picture that cannot be made
    /// smaller. Whoever waits before another attempt keeps no place from others.
    ///
    /// - Parameter isRenewal: whether they are published already, and links to them are printed anew.
    private func publish(_ driver: JobDriver, isRenewal: Bool) async throws -> Published {
        var troubles = 0
        var shrinkings: [FilePath: Int] = [:]
        var place: UploadLimiter.Place?
        while true {
            if !isRenewal, place == nil { place = try await context.uploadLimiter.enter() }
            let pictures: [FileStatus.Identity]
            // They were there: whatever took its time since then, they get theirs again.
            switch try await wait(for: driver, since: Machine.now) {
            case .ready(let identities): pictures = identities
            case .fault(let failure): return .fault(failure)
            case .cancelled: return .cancelled
            }
            do {
                let published = try await context.store.whileTheDiskRefuses { try await share(pictures, driver) }
                context.board.sharing(troubledBy: nil)
                let shared = zip(pictures, published).map { identity, published in
                    var picture = SharedPicture(identity)
                    (picture.link, picture.sentBytes) = (published.link?.link, published.bytes)
                    return picture
                }
                driver.links.set(published.map(\.link), renewing: isRenewal ? shared : nil)
                return .shared(shared, place)
            } catch is PictureShare.PictureChanged {
                continue
            } catch let trouble as PictureTrouble {
                troubles += 1
                if trouble.error.isOfThePicture { shrinkings[trouble.file, default: 0] += 1 }
                if let failure = heed(trouble, attempts: shrinkings[trouble.file] ?? 0, driver) {
                    return .fault(failure)
                }
                place?.leave()
                place = nil
                driver.letGoOfUploadPlace()
                try await context.stop.wait(serviceBackoff.wait(attempt: troubles, random: Machine.jitter))
            }
        }
    }

    /// Says what the trouble is, or returns how the request fails for it.
    private func heed(_ trouble: PictureTrouble, attempts: Int, _ driver: JobDriver) -> Failure? {
        let why = Wording.sentence(trouble.error)
        guard trouble.error.isOfThePicture else {
            context.board.sharing(troubledBy: why)
            return nil
        }
        if attempts >= Self.shrinkings {
            return .localPictures([LocalPictureFault(file: trouble.file, problem: .notMadeSmaller(why: why))])
        }
        context.log(for: driver.job).notice(
            "A picture could not be made smaller; trying again",
            metadata: ["file": "\(Wording.shown(String(decoding: trouble.file)))", "why": "\(why)"])
        return nil
    }

    private enum Gathered {
        case ready([FileStatus.Identity])
        case fault(Failure)
        case cancelled
    }

    private func wait(for driver: JobDriver, since start: ContinuousClock.Instant) async throws -> Gathered {
        guard let share = context.share, let locals = driver.job.request?.locals else { return .fault(.notShared) }
        let lane = driver.job.origin.lane
        for lane in Set([lane, lane.ofResults]) {
            context.leftAlone.areNamed(locals.filter(\.isNamed).map { lane.path.pushing($0.file) })
        }
        let places = locals.map { place(of: $0, driver) }
        var wait = PictureWait(
            for: locals, from: start, wait: share.settings.wait, settle: context.settings.settle)
        while true {
            if driver.steered.cancel.isRaised { return .cancelled }
            let looks = try await context.store.patiently { [defaults = context.store.defaults] in
                try places.map { place -> PictureLook in
                    // Whoever writes a journal must not name what nobody gave to this lane.
                    if let added = place.added, !defaults.adds(added, in: place.lane) { return .missing }
                    let pictures = place.pictures ?? share.pictures
                    return try pictures.look(at: place.file, in: pictures.lane(of: place.file, for: place.lane))
                }
            }
            switch wait.saw(looks, at: Machine.now) {
            case .ready(let identities): return .ready(identities)
            case .givenUp(let faults): return .fault(.localPictures(faults))
            case .lookAgain(let instant):
                try await context.stop.wait(max(Machine.now.duration(to: instant), .zero))
            }
        }
    }

    /// Returns where each was published, and as what.
    private func share(_ pictures: [FileStatus.Identity], _ driver: JobDriver) async throws -> [PublishedPicture] {
        guard let share = context.share, let request = driver.job.request else { return [] }
        var all: [PublishedPicture] = []
        for (local, identity) in zip(request.locals, pictures) {
            guard let name = SharedName(local.name) else { preconditionFailure("\(local.name) was let through") }
            let place = place(of: local, driver)
            let lane = try await context.store.files.run {
                (place.pictures ?? share.pictures).lane(of: place.file, for: place.lane)
            }
            var published: PublishedPicture
            do {
                published = try await share.share(
                    place.file, in: lane, identity, of: place.pictures, as: name, for: driver.folder.path)
            } catch let error as ShareError {
                throw PictureTrouble(file: local.file, error: error)
            }
            if published.link == nil, request.link(to: local).map(SharedLinks.isToBePrinted) == true {
                // It was read when the settings were others.
                published.link = share.settings.links.link(local.name).map { PrintedLink($0, at: .now) }
            }
            if let bytes = published.bytes {
                context.log(for: driver.job).info(
                    "Made a picture smaller before it was published",
                    metadata: [
                        "file": "\(Wording.shown(String(decoding: local.file)))", "from": "\(identity.size)",
                        "to": "\(bytes)",
                    ])
            }
            all.append(published)
        }
        return all
    }

    private struct Place: Sendable {
        /// `nil` for those of the inbox.
        var pictures: LocalPictures?
        var file: FilePath
        var lane: Lane
        /// What the defaults of that lane have to add.
        var added: FilePath.Component?
    }

    /// Where a picture lies: the one that is the request itself was claimed.
    private func place(of local: LocalPicture, _ driver: JobDriver) -> Place {
        let origin = driver.job.origin
        if local.isNamed { return Place(file: local.file, lane: origin.lane) }
        if let lane = local.lane { return Place(file: local.file, lane: lane, added: local.file.lastComponent) }
        let own = context.share?.pictures.within(driver.folder.path)
        return Place(pictures: own, file: FilePath(root: nil, [origin.keptName]), lane: .root)
    }

    /// No submit that is still to come can leave without the pictures.
    private func failing(_ failure: Failure, _ driver: JobDriver) -> Outcome {
        let why = Wording.explain(failure)
        let waiting = driver.job.variants.indices.filter { driver.job.variants[$0] == .waiting }
        return .events(waiting.map { .variantFailed(variant: $0, why, response: nil) })
    }

    /// Takes away what was shared, before the job is published. `nil` where that is done.
    func unshared(_ driver: JobDriver) async throws -> Outcome? {
        do {
            try await context.stop.cancellable { try await unshare(driver) }
            return nil
        } catch is CancellationError {
            return .stopped
        }
    }

    private func unshare(_ driver: JobDriver) async throws {
        guard let share = context.share, let locals = driver.job.request?.locals else { return }
        let folder = driver.folder.path
        for name in locals.compactMap({ SharedName($0.name) }) {
            for attempt in 1...Self.removals {
                do {
                    try await context.store.whileTheDiskRefuses { try await share.remove(name, for: folder) }
                    break
                } catch let error as ShareError where attempt == Self.removals {
                    context.log(for: driver.job).warning(
                        "A picture is still published", metadata: ["why": "\(Wording.leftBehind(name, error))"])
                } catch is ShareError {
                    try await context.stop.wait(serviceBackoff.wait(attempt: attempt, random: Machine.jitter))
                }
            }
        }
    }

    /// Takes the pictures of a job that is done along into its folder, where the settings want it so. Blocking.
    func movePictures(of job: Job, to folder: JobFolder) throws {
        guard let share = context.share, share.settings.moves, case .complete(let shared) = job.sharing else { return }
        let moved = MovedPictures(pictures: share.pictures, folder: folder.path)
        for (local, picture) in zip(job.request?.locals ?? [], shared) where local.isNamed {
            let lane = job.origin.lane
            let isMoved = try moved.take(local.file, in: lane, picture) != nil
            if !isMoved, lane.isAgain { _ = try moved.take(local.file, in: lane.ofResults, picture) }
        }
    }
}
