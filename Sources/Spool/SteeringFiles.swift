// SPDX-License-Identifier: Apache-2.0

package import Documents
internal import FileIO
internal import Glibc
package import Jobs
package import Requests
package import SystemPackage

/// Puts the files by which people steer, and takes them away, as people do who see only the folder: see ``SteeringWord``.
/// For commands and for the page, whether a daemon runs or not. Through no symlink below the spool. Blocking.
package struct SteeringFiles: Sendable {
    /// A word that was put.
    package struct Put: Equatable, Sendable {
        /// The daemon takes it away when it has heeded it.
        package let path: FilePath
        /// What it is about: `acme/hero`.
        package let jobName: String
    }

    private let spool: Spool

    /// In this spool.
    package init(_ spool: Spool) {
        self.spool = spool
    }

    // MARK: Pauses

    /// Pauses a lane and those below it; `nil` is all.
    ///
    /// - Parameter until: when it ends by itself.
    package func pause(_ lane: Lane?, until: Timestamp? = nil) throws(SteeringError) {
        let folder = try open(lane)
        do throws(Errno) {
            try Self.write(PauseText.text(until: until), to: SteeringWord.pauseName, in: folder)
        } catch .isDirectory where until == nil {
            // A folder of that name pauses as well.
        } catch {
            throw .cannotWrite(place(of: lane).appending(SteeringWord.pauseName), error)
        }
    }

    /// Takes the pauses of a lane away, in whatever spelling; without one, that of all, and that of the inbox. Returns how
    /// many there were.
    package func goOn(_ lane: Lane?) throws(SteeringError) -> Int {
        let count = try removePauses(at: lane)
        return lane == nil ? try count + removePauses(at: .root) : count
    }

    private func removePauses(at lane: Lane?) throws(SteeringError) -> Int {
        let place = place(of: lane)
        let folder = try open(lane)
        let names: [FilePath.Component]
        do throws(Errno) {
            names = try Self.pauses(in: folder)
        } catch {
            throw .cannotLook(place, error)
        }
        for name in names {
            do throws(Errno) {
                try Self.remove(name, in: folder)
            } catch .directoryNotEmpty {
                throw .pausesAsLane(place.appending(name))
            } catch {
                throw .cannotTakeAway(place, error)
            }
        }
        return names.count
    }

    private static func pauses(in folder: borrowing OpenFile) throws(Errno) -> [FilePath.Component] {
        var names: [FilePath.Component] = []
        var listing = try DirectoryListing(".", at: folder.descriptor)
        while let (name, _) = try listing.next() {
            if SteeringWord(name) == .pause { names.append(name) }
        }
        return names
    }

    private static func remove(_ name: FilePath.Component, in folder: borrowing OpenFile) throws(Errno) {
        let path = FilePath(root: nil, [name])
        do {
            try Kernel.remove(path, at: folder.descriptor)
        } catch .isDirectory, .notPermitted {
            try Kernel.removeDirectory(path, at: folder.descriptor)
        } catch .noSuchFileOrDirectory {}
    }

    private func place(of lane: Lane?) -> FilePath { lane?.folder(below: spool.inbox) ?? spool.root }

    private func open(_ lane: Lane?) throws(SteeringError) -> OpenFile {
        do throws(Errno) {
            if let lane { return try lane.open(below: spool.inbox) }
            return try Kernel.open(spool.root, O_RDONLY | O_DIRECTORY)
        } catch {
            if let lane, error.isNoFolder { throw .noLane(lane.text) }
            throw .cannotLook(place(of: lane), error)
        }
    }

    // MARK: Words about one request

    /// Asks for something of a job that waits or is under way.
    ///
    /// - Parameters:
    ///   - name: `acme/hero`, as status and the log name it.
    ///   - told: the names of jobs under way, for whoever may not look for them.
    package func put(_ wish: SteeringWish, for name: String, told: [String] = []) throws(SteeringError) -> Put {
        let file: DroppedFile?
        let batch: String?
        let others: [String]
        do throws(Errno) {
            let search = JobSearch(spool)
            file = try search.job(named: name)
            batch = file == nil ? try search.batch(ofPartNamed: name) : nil
            others = file == nil && batch == nil ? try search.others(named: name) : []
        } catch {
            throw .cannotLook(spool.root, error)
        }
        if let batch { throw .isPart(name, batch: batch) }
        if file == nil, let origin = Lane(text: name).flatMap(Origin.init(folder:)) {
            if told.contains(name) { return try put(wish, on: origin) }
            if told.contains(origin.lane.text) { throw .isPart(name, batch: origin.lane.text) }
        }
        guard let file else { throw .noJob(name, others) }
        if let whereabouts = try? file.look(), whereabouts != .onItsWay { throw .isOver(name) }
        return try put(wish, on: file.origin)
    }

    /// The same of one that is known.
    package func put(_ wish: SteeringWish, on origin: Origin) throws(SteeringError) -> Put {
        if let batch = origin.batch {
            throw .isPart(origin.jobName, batch: Origin(lane: origin.lane, file: batch).jobName)
        }
        let place = origin.lane.folder(below: spool.inbox)
        guard let word = wish.word(for: origin.file) ?? wish.word(for: origin.stem) else {
            throw .cannotWrite(place.appending(origin.file), .fileNameTooLong)
        }
        do throws(Errno) {
            let lane = try openOrMake(origin.lane)
            if Self.isInTheWay(word, in: lane) { throw Errno.fileExists }
            // Anew, where it is there already: it is about what lies there now.
            try Self.write([], to: word, in: lane)
        } catch .isDirectory {
            // An empty folder says the same.
        } catch .fileExists {
            throw .inTheWay(place.appending(word))
        } catch {
            throw .cannotWrite(place.appending(word), error)
        }
        return Put(path: place.appending(word), jobName: origin.jobName)
    }

    /// Whether something of that name is no word: nobody's file is written over.
    private static func isInTheWay(_ name: FilePath.Component, in lane: borrowing OpenFile) -> Bool {
        guard let word = SteeringWord(name) else { return false }
        return switch SteeringLook(name, word, in: lane) {
        case .word, .pause, .gone: false
        case .lane, .leftAlone: true
        }
    }

    /// The lane's folder in the inbox; somebody may have taken it away meanwhile.
    private func openOrMake(_ lane: Lane) throws(Errno) -> OpenFile {
        var folder = try Lane.root.open(below: spool.inbox)
        for name in lane.path.components {
            let path = FilePath(root: nil, [name])
            do { try Kernel.makeDirectory(path, at: folder.descriptor) } catch .fileExists {}
            folder = try Kernel.openFolder(path, beneath: folder.descriptor)
        }
        return folder
    }

    /// Whole at once: under a name that is passed over in silence until it has its own.
    private static func write(
        _ bytes: [UInt8], to name: FilePath.Component, in folder: borrowing OpenFile
    ) throws(Errno) {
        let hidden = FilePath(IgnoredNames.ownPrefix + "word-" + String(Machine.uniqueNumber, radix: 36))
        do throws(Errno) {
            let file = try Kernel.open(hidden, at: folder.descriptor, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW)
            try file.writeAll(bytes)
            try Kernel.replace(FilePath(root: nil, [name]), with: hidden, at: folder.descriptor)
        } catch {
            try? Kernel.remove(hidden, at: folder.descriptor)
            throw error
        }
    }
}

/// Why a word cannot be put, or taken away.
package enum SteeringError: Error, Equatable, Sendable {
    case noLane(String)
    /// With names that may be meant.
    case noJob(String, [String])
    /// It is one of a batch, which is steered as a whole.
    case isPart(String, batch: String)
    /// It is done, or has failed.
    case isOver(String)
    /// Something that is no word has the word's name.
    case inTheWay(FilePath)
    /// What pauses is a folder with something in it.
    case pausesAsLane(FilePath)
    case cannotWrite(FilePath, Errno)
    case cannotTakeAway(FilePath, Errno)
    case cannotLook(FilePath, Errno)
}
