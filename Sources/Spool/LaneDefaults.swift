// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import FileIO
internal import Glibc
package import Requests
internal import Synchronization
package import SystemPackage

/// The `_defaults.yaml` files of the inbox and its lanes: what they supply, as they are at the moment. Each is read
/// once as long as it stays the same.
package final class LaneDefaults: Sendable {
    /// Why the requests of a lane have to wait.
    package enum Trouble: Error, Equatable, Sendable {
        /// It was changed a moment ago, or somebody has it open for writing: half of it may be valid, and wrong.
        case unsettled(FilePath)
        case mistakes(FilePath, Findings)
        case unreadable(FilePath, Errno)
    }

    private struct Known {
        var identity: FileStatus.Identity
        var defaults: Result<RequestDefaults, Findings>
        /// What becomes of pictures, as far as a file with a mistake can tell.
        var pictures: DroppedPictures?
        /// The same of folders.
        var folders: DroppedFolders?

        var priority: Int? { if case .success(let defaults) = defaults { defaults.priority } else { nil } }
    }

    private let inbox: FilePath
    private let quiet: @Sendable () -> Duration
    private let rules: @Sendable () -> RequestRules
    private let known = Mutex<[Lane: Known]>([:])
    private let hasNewPriority = Mutex(false)

    /// - Parameters:
    ///   - quiet: for how long a file must have stayed unchanged, at the moment.
    ///   - rules: what requests may ask for, at the moment.
    package init(
        inbox: FilePath, quiet: @escaping @Sendable () -> Duration, rules: @escaping @Sendable () -> RequestRules
    ) {
        self.inbox = inbox
        self.quiet = quiet
        self.rules = rules
    }

    /// The rules have changed: every file is read anew.
    package func forget() { known.withLock { $0 = [:] } }

    /// The lane is gone, with all that lies below it.
    package func forget(below lane: Lane) {
        known.withLock { known in
            for folder in known.keys where folder.path.starts(with: lane.path) { known[folder] = nil }
        }
    }

    /// What holds for the requests of a lane: the nearest folder first, key by key. Blocking.
    package func look(at lane: Lane) throws(Trouble) -> RequestDefaults {
        var all = RequestDefaults.none
        for folder in lane.chain { all = try own(folder).over(all) }
        return all
    }

    /// The same, of a lane whose folder is open already.
    func look(at lane: Lane, in open: borrowing OpenFile) throws(Trouble) -> RequestDefaults {
        var all = RequestDefaults.none
        for folder in lane.chain.dropLast() { all = try own(folder).over(all) }
        return try own(lane, in: open).over(all)
    }

    /// What becomes of a picture that is dropped into a lane.
    package enum PictureRule: Equatable, Sendable {
        case leftAlone
        /// It is a request, which its claim may hold for what is wrong with the defaults.
        case each
        /// Nobody knows before the defaults have settled.
        case unsettled
    }

    /// What the nearest folder says of pictures. Blocking.
    package func pictures(in lane: Lane) -> PictureRule {
        var rule = PictureRule.leftAlone
        for folder in lane.chain {
            do throws(Trouble) {
                switch try own(folder).pictures {
                case .each?: rule = .each
                case .leftAlone?: rule = .leftAlone
                case nil: break
                }
            } catch {
                let known = known.withLock { $0[folder]?.pictures }
                switch error {
                case .unsettled: rule = known == .each ? .each : .unsettled
                case .mistakes: if known == .each { rule = .each }
                // Everything of the lane is held, and whoever can help is told.
                case .unreadable: rule = .each
                }
            }
        }
        return rule
    }

    /// What those of that very lane say of folders.
    func ownFolders(_ lane: Lane) throws(Trouble) -> DroppedFolders? { try own(lane).folders }

    /// The same, as far as they were looked at.
    func knownFolders(_ lane: Lane) -> DroppedFolders? { known.withLock { $0[lane]?.folders } }

    /// Whether the defaults of that very lane add the file to each picture, as they are now. Blocking.
    package func adds(_ name: FilePath.Component, in lane: Lane) -> Bool {
        ((try? own(lane))?.with ?? []).contains(.file(name, in: lane))
    }

    /// How long a picture that is dropped into a lane waits for the text beside it, as far as its defaults can be read.
    /// Blocking.
    package func textWait(in lane: Lane) -> Duration {
        (try? look(at: lane))?.textWait ?? RequestDefaults.usualTextWait
    }

    /// Whether none of those that hold for a lane is being changed. Blocking.
    package func areSettled(_ lane: Lane) -> Bool {
        do throws(Trouble) {
            _ = try look(at: lane)
            return true
        } catch {
            if case .unsettled = error { return false }
            return true
        }
    }

    /// How urgent a lane is, as far as its files and those above it have been looked at. Does not block.
    package func priority(of lane: Lane) -> Int {
        known.withLock { known in
            for folder in lane.chain.reversed() {
                if let priority = known[folder]?.priority { return priority }
                if folder.isUrgent { return RequestDefaults.urgentPriority }
            }
            return RequestDefaults.usualPriority
        }
    }

    /// Whether a lane has become more or less urgent since this was last asked.
    package func takePriorityChange() -> Bool {
        hasNewPriority.withLock { hasNew in
            defer { hasNew = false }
            return hasNew
        }
    }

    private func own(_ lane: Lane) throws(Trouble) -> RequestDefaults {
        let shown = lane.path.appending(RequestDefaults.fileName)
        let folder: OpenFile
        do {
            folder = try lane.open(below: inbox)
        } catch {
            guard error.isNoFolder else { throw .unreadable(shown, error) }
            known.withLock { $0[lane] = nil }
            return .none
        }
        return try own(lane, in: folder)
    }

    private func own(_ lane: Lane, in folder: borrowing OpenFile) throws(Trouble) -> RequestDefaults {
        let shown = lane.path.appending(RequestDefaults.fileName)
        do {
            let name = FilePath(root: nil, [RequestDefaults.fileName])
            let file = try Kernel.open(name, at: folder.descriptor, O_RDONLY | O_NONBLOCK | O_NOFOLLOW)
            let status = try file.status()
            guard status.kind == .regular else { throw Findings(.notAFile) }
            // What is wrong with it is quoted.
            guard try status.isNoSecret(in: folder) else { throw Errno.permissionDenied }
            return try defaults(in: file, status, of: lane)
        } catch let error as Errno {
            if error == .noSuchFileOrDirectory {
                known.withLock { $0[lane] = nil }
                return .none
            }
            if error == .tooManySymbolicLinkLevels { throw .mistakes(shown, Findings(.notAFile)) }
            throw .unreadable(shown, error)
        } catch let error as Findings {
            throw .mistakes(shown, error)
        } catch {
            throw .unsettled(shown)
        }
    }

    private struct Unsettled: Error {}

    private func defaults(
        in file: borrowing OpenFile, _ status: FileStatus, of lane: Lane
    ) throws -> RequestDefaults {
        if let known = known.withLock({ $0[lane] }), known.identity == status.identity {
            return try known.defaults.get()
        }
        let age = Timestamp.now.since(Timestamp(nanoseconds: status.changed))
        // A change in the future is a clock that was set: nothing to wait for.
        let quiet = max(quiet(), .milliseconds(1))
        if (.zero..<quiet).contains(age) || Kernel.hasWriter(file.descriptor) {
            throw Unsettled()
        }
        let bytes = try file.readAll(limit: RequestRules.sizeLimit + 1, expecting: Int(status.size))
        let defaults: Result<RequestDefaults, Findings>
        let pictures: DroppedPictures?
        let folders: DroppedFolders?
        do throws(Findings) {
            let read = try RequestDefaults(reading: bytes, with: RequestReader(rules: rules())).lying(in: lane)
            (defaults, pictures, folders) = (.success(read), read.pictures, read.folders)
        } catch {
            (defaults, pictures) = (.failure(error), RequestDefaults.mayWantPictures(bytes) ? .each : nil)
            folders = RequestDefaults.mayWantFolders(bytes) ? .batch : nil
        }
        let earlier = known.withLock { known in
            defer {
                known[lane] = Known(
                    identity: status.identity, defaults: defaults, pictures: pictures, folders: folders)
            }
            return known[lane]?.priority
        }
        if earlier != (try? defaults.get().priority) { hasNewPriority.withLock { $0 = true } }
        return try defaults.get()
    }
}

extension Lane {
    /// Whether its pictures are requests, as its `_defaults.yaml` files say now. Blocking.
    package func takesPictures(in inbox: FilePath) -> Bool {
        LaneDefaults(inbox: inbox, quiet: { .zero }, rules: { RequestRules() }).pictures(in: self) == .each
    }
}
