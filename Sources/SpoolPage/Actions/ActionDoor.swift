// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import FileIO
internal import Jobs
internal import Requests
internal import Spool
internal import SystemPackage

/// Carries out what a click asks for: by the same files in the inbox as commands and people. Blocking.
struct ActionDoor: Sendable {
    let files: ResultFiles
    private var spool: Spool { files.spool }

    /// What came of it, in a sentence each way.
    enum Outcome: Equatable, Sendable {
        case done(String)
        case refused(String)
    }

    func perform(_ action: Action, on subject: Action.Subject) -> Outcome {
        do {
            switch (action, subject) {
            case (.retry, .job(let place)): return try retry(place, accepting: [])
            case (.retryAtCost, .job(let place)): return try retry(place, accepting: [.secondCharge, .newSubmit])
            case (.cancel, _): return try put(.stop, action, subject)
            case (.approve, _): return try put(.approve, action, subject)
            case (.hurry, _): return try put(.hurry, action, subject)
            case (.pause, .name(let text)):
                let lane = try lane(text)
                try SteeringFiles(spool).pause(lane)
                return .done(Wording.carriedOut(action, text))
            case (.goOn, .name(let text)):
                let lane = try lane(text)
                _ = try SteeringFiles(spool).goOn(lane)
                return .done(Wording.carriedOut(action, text))
            case (.retry, .name), (.retryAtCost, .name), (.pause, .job), (.goOn, .job):
                return .refused(Wording.notPossible)
            }
        } catch let error as RetryError {
            return .refused("\(error)")
        } catch let error as SteeringError {
            return .refused(Wording.capitalized("\(error)."))
        } catch let error as Errno where error == .noSuchFileOrDirectory {
            return .refused(Wording.noSuchJob)
        } catch {
            return .refused("\(error)")
        }
    }

    private func retry(_ place: JobPlace, accepting accepted: RetryCost) throws(RetryError) -> Outcome {
        guard place.base == .failed else { return .refused(Wording.notPossible) }
        let absolute = spool.failed.pushing(place.path)
        return .done("\(place.name): " + (try FailedJobs(spool).putBack(absolute.string, accepting: accepted)))
    }

    private func put(_ wish: SteeringWish, _ action: Action, _ subject: Action.Subject) throws -> Outcome {
        let put: SteeringFiles.Put
        switch subject {
        case .job(let place):
            let folder = try files.open(place)
            guard let job = (try? JournalText(Journal.read(in: folder)))?.job else {
                return .refused(Wording.noSuchJob)
            }
            if place.base != .processing { throw SteeringError.isOver(place.name) }
            put = try SteeringFiles(spool).put(wish, on: job.origin)
        case .name(let name): put = try SteeringFiles(spool).put(wish, for: name)
        }
        return .done(Wording.carriedOut(action, put.jobName))
    }

    /// All of them, where it is empty.
    private func lane(_ text: String) throws(SteeringError) -> Lane? {
        if text.isEmpty { return nil }
        guard let lane = Lane(text: text) else { throw .noLane(text) }
        return lane
    }
}
