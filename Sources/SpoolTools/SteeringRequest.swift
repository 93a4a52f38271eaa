// SPDX-License-Identifier: Apache-2.0

package import Documents
internal import FileIO
internal import Glibc
internal import Jobs
package import Requests
package import Spool
internal import SpoolState
package import SystemPackage

/// Puts words into the inbox and takes them away, as people do who see only the folder: see ``SteeringWord``. Blocking.
package struct SteeringRequest: Sendable {
    private let spool: Spool

    /// In this spool, whether a daemon runs or not.
    package init(_ spool: Spool) {
        self.spool = spool
    }

    /// Where a pause lies: in a lane, or at the spool's root.
    private func folder(_ lane: Lane?) throws(SteeringError) -> FilePath {
        guard let lane else { return spool.root }
        let folder = lane.folder(below: spool.inbox)
        guard Kernel.isDirectory(folder) else { throw .noLane(lane.text) }
        return folder
    }

    /// Pauses a lane and those below it; `nil` is all.
    ///
    /// - Parameter until: when it ends by itself.
    package func pause(_ lane: Lane?, until: Timestamp?) throws(SteeringError) {
        let folder = try folder(lane)
        let target = folder.appending(SteeringWord.pauseName)
        // Passed over in silence until it has its name, so that nobody reads half of it.
        let hidden = folder.appending("\(IgnoredNames.ownPrefix)pause-\(getpid())")
        do throws(Errno) {
            let file = try Kernel.open(hidden, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW)
            try file.writeAll(PauseText.text(until: until))
            try Kernel.replace(target, with: hidden, at: AT_FDCWD)
        } catch {
            try? Kernel.remove(hidden, at: AT_FDCWD)
            throw .cannotWrite(target, error)
        }
    }

    /// Takes the pauses of a lane away, in whatever spelling; without one, that of all, and that of the inbox. Returns how
    /// many there were.
    package func goOn(_ lane: Lane?) throws(SteeringError) -> Int {
        var count = 0
        for place in lane == nil ? [nil, Lane.root] : [lane] {
            let folder = try folder(place)
            do throws(Errno) {
                var names: [FilePath.Component] = []
                var listing = try DirectoryListing(folder)
                while let (name, _) = try listing.next() {
                    if SteeringWord(name) == .pause { names.append(name) }
                }
                for name in names {
                    let path = folder.appending(name)
                    if Kernel.isDirectory(path) {
                        try Kernel.removeDirectory(path, at: AT_FDCWD)
                    } else {
                        try Kernel.remove(path, at: AT_FDCWD)
                    }
                    count += 1
                }
            } catch {
                throw .cannotTakeAway(folder, error)
            }
        }
        return count
    }

    /// Asks for a job's end. Returns the word that says so, which the daemon takes away when it has heeded it.
    ///
    /// - Parameter name: `acme/hero`, as status and the log name it.
    package func cancel(_ name: String) throws(SteeringError) -> FilePath { try put(SteeringWord.stopEnding, name) }

    /// Lets a job cost what it costs. The same.
    package func approve(_ name: String) throws(SteeringError) -> FilePath { try put(SteeringWord.approveEnding, name) }

    private func put(_ ending: String, _ name: String) throws(SteeringError) -> FilePath {
        let job: DroppedFile?
        do throws(Errno) {
            job = try JobSearch(spool).job(named: name)
        } catch {
            throw .cannotLook(spool.root, error)
        }
        guard let job else { throw .noJob(name) }
        if let whereabouts = try? job.look(), whereabouts != .onItsWay { throw .isOver(name) }
        let origin = job.origin
        let folder = origin.lane.folder(below: spool.inbox)
        guard let word = FilePath.Component(String(decoding: origin.file) + ending) else {
            throw .noJob(name)
        }
        let path = folder.appending(word)
        do throws(Errno) {
            try makeLane(origin.lane)
            _ = try Kernel.open(path, O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK)
        } catch {
            throw .cannotWrite(path, error)
        }
        return path
    }

    private func makeLane(_ lane: Lane) throws(Errno) {
        for lane in lane.chain where !lane.isRoot {
            do { try Kernel.makeDirectory(lane.folder(below: spool.inbox)) } catch .fileExists {}
        }
    }

    /// Waits until the daemon has heeded words. False where none runs, or where it takes too long.
    package func areHeeded(_ words: [FilePath], within patience: Duration) async throws -> Bool {
        try await wait(patience) { words.allSatisfy { (try? Kernel.exists($0)) == false } }
    }

    /// Waits until the daemon's page says that a lane is paused, or is not.
    package func isPaused(_ lane: Lane?, _ isPaused: Bool, within patience: Duration) async throws -> Bool {
        let spool = spool
        return try await wait(patience) {
            let all = StatusFile(of: spool)?.state?.pausedBy ?? []
            return isPaused == all.contains { $0.lane == lane?.text }
        }
    }

    private func wait(_ patience: Duration, _ isSo: @escaping @Sendable () -> Bool) async throws -> Bool {
        let files = FilePool(threads: 1)
        defer { files.shutDown() }
        let end = ContinuousClock.now.advanced(by: patience)
        while try await files.run({ [spool] in SpoolLock.holder(of: spool) }) != nil, .now < end {
            if try await files.run(isSo) { return true }
            try await Sleep.wait(.milliseconds(50))
        }
        return false
    }
}

/// Why a word cannot be put, or taken away. The sentences are here.
package enum SteeringError: Error, Equatable, Sendable, CustomStringConvertible {
    case noLane(String)
    case noJob(String)
    /// It is done, or has failed.
    case isOver(String)
    case cannotWrite(FilePath, Errno)
    case cannotTakeAway(FilePath, Errno)
    case cannotLook(FilePath, Errno)

    /// What is in the way, and what to do.
    package var description: String {
        switch self {
        case .noLane(let lane): "\(Wording.quoted(lane)) is not a lane: there is no such folder in the inbox"
        case .noJob(let name): "there is no job \(Wording.shown(name)), whether waiting or under way"
        case .isOver(let name): "\(Wording.shown(name)) has come to its end already, so it is too late for that"
        case .cannotWrite(let path, let error):
            "\(Wording.path(path)) cannot be written: \(error); let this user write there"
        case .cannotTakeAway(let folder, let error):
            "what pauses cannot be taken out of \(Wording.path(folder)): \(error); let this user write there"
        case .cannotLook(let folder, let error): "\(Wording.path(folder)) cannot be read as a spool: \(error)"
        }
    }
}
