// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import FileIO
internal import Glibc
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
            case (.cancel, _): return try word(action, behind: ".stop", subject)
            case (.approve, _): return try word(action, behind: ".approve", subject)
            case (.pause, .name(let lane)): return try pause(lane)
            case (.goOn, .name(let lane)): return try goOn(lane)
            case (.retry, .name), (.retryAtCost, .name), (.pause, .job), (.goOn, .job):
                return .refused(Wording.notPossible)
            }
        } catch let error as RetryError {
            return .refused("\(error)")
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

    /// Puts a word beside where the request lies, or lay.
    private func word(_ action: Action, behind ending: String, _ subject: Action.Subject) throws(Errno) -> Outcome {
        guard let (lane, name) = try origin(of: subject),
            let text = String(validating: name), let word = FilePath.Component(text + ending)
        else { return .refused(Wording.noSuchJob) }
        try make(word, in: open(lane))
        return .done(Wording.carriedOut(action, String(decoding: lane.path.appending(name))))
    }

    /// The request's lane, and its name without its ending.
    private func origin(of subject: Action.Subject) throws(Errno) -> (Lane, FilePath.Component)? {
        switch subject {
        case .job(let place):
            let folder = try files.open(place)
            guard let job = (try? JournalText(Journal.read(in: folder)))?.job else { return nil }
            return (job.origin.lane, job.origin.batch ?? job.origin.stem)
        case .name(let text):
            guard let whole = Lane(text: text), let name = whole.path.lastComponent else { return nil }
            return (Lane(path: whole.path.removingLastComponent()), name)
        }
    }

    private func pause(_ text: String) throws(Errno) -> Outcome {
        guard let lane = Lane(text: text) else { return .refused(Wording.notPossible) }
        try make(Self.pauseName, in: folder(ofPause: lane))
        return .done(Wording.carriedOut(.pause, lane.text))
    }

    private static let pauseName: FilePath.Component = "PAUSE"

    /// Whoever has paused it may have done so by a name that Windows has made.
    private func goOn(_ text: String) throws(Errno) -> Outcome {
        guard let lane = Lane(text: text) else { return .refused(Wording.notPossible) }
        try removePauses(in: folder(ofPause: lane))
        if lane.isRoot { try removePauses(in: open(lane)) }
        return .done(Wording.carriedOut(.goOn, lane.text))
    }

    /// What pauses everything lies beside the inbox.
    private func folder(ofPause lane: Lane) throws(Errno) -> OpenFile {
        lane.isRoot ? try Kernel.open(spool.root, O_RDONLY | O_DIRECTORY) : try open(lane)
    }

    private func removePauses(in folder: borrowing OpenFile) throws(Errno) {
        for name in try names(in: folder) where Self.isPause(name) {
            let path = FilePath(root: nil, [name])
            do {
                try Kernel.remove(path, at: folder.descriptor)
            } catch .isDirectory, .notPermitted {
                try Kernel.removeDirectory(path, at: folder.descriptor)
            }
        }
    }

    private static func isPause(_ name: FilePath.Component) -> Bool {
        ["pause", "pause.txt"].contains(String(decoding: name).lowercased())
    }

    private func names(in folder: borrowing OpenFile) throws(Errno) -> [FilePath.Component] {
        var names: [FilePath.Component] = []
        var listing = try DirectoryListing(".", at: folder.descriptor)
        while let (name, _) = try listing.next() { names.append(name) }
        return names
    }

    /// An empty file; that it is there already is as good.
    private func make(_ name: FilePath.Component, in folder: borrowing OpenFile) throws(Errno) {
        do {
            _ = try Kernel.open(
                FilePath(root: nil, [name]), at: folder.descriptor, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW)
        } catch .fileExists {}
    }

    /// The lane's folder in the inbox, through no symlink.
    private func open(_ lane: Lane) throws(Errno) -> OpenFile {
        let inbox = try Kernel.open(spool.inbox, O_RDONLY | O_DIRECTORY)
        if lane.isRoot { return inbox }
        return try Kernel.openFolder(lane.path, beneath: inbox.descriptor)
    }
}
