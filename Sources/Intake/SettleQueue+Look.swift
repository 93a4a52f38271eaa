// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import FileIO
internal import Glibc
internal import Jobs
internal import Requests
internal import Spool
internal import Synchronization
internal import SystemPackage

/// One look at one file, or at the folder of a job. Blocking; runs on the ``FilePool``.
extension SettleQueue {
    /// Bytes of a text that are read within a look.
    private static let shortText: Int64 = 64 << 10

    /// A lane as it was when it was opened: whoever may drop may swap it for something else at any moment.
    enum OpenLane: ~Copyable {
        case folder(OpenFile)
        /// It is that of a job, or lies in it.
        case jobFolder(Origin)
        case closed(Errno)
    }

    /// How a file, or the folder of a job, looks now.
    private struct Seen {
        var sight: Settling.Sight
        /// How long at least it must go on to look so.
        var quiet: Duration = .zero
        var isBeingWritten: Bool
        var age = Settling.Age.unknown
        /// Whether it is a picture that waits for the text beside it.
        var awaitsText = false
        /// For how long its end may be still to come.
        var youth = YoungText.youth
    }

    func open(_ lane: Lane) -> OpenLane {
        do {
            // Once for all that are looked at now: a deep lane is dear.
            if let folder = try lane.enclosingJobFolder(in: spool.inbox) { return .jobFolder(folder) }
            return .folder(try lane.open(below: spool.inbox))
        } catch {
            return .closed(error)
        }
    }

    /// - Parameters:
    ///   - isPatient: whether the look may take long.
    ///   - slow: those that would take long, otherwise.
    func look(
        _ origin: Origin, in lane: borrowing OpenFile, isPatient: Bool = false, _ slow: inout [Origin]
    ) {
        let name = FilePath(root: nil, [origin.file])
        var seen: Seen?
        do throws(Errno) {
            let status = try Kernel.status(of: name, at: lane.descriptor)
            switch status.kind {
            case .regular: seen = try lookAtFile(origin, name, in: lane)
            case .directory:
                guard isPatient else {
                    if mayLookSlowly(origin) { slow.append(origin) }
                    return
                }
                // What was said of a file that came before the journal.
                leftAlone.forget(below: Lane(path: origin.path))
                if try !isJobFolder(name, in: lane) {
                    seen = try lookAtPictures(origin, in: lane)
                    break
                }
                // A folder may be copied back file by file: it is whole when all of it has stopped changing.
                seen = Seen(
                    sight: .init(identity: try FolderLook.identity(of: name, at: lane.descriptor)),
                    quiet: Settling.jobFolder,
                    isBeingWritten: Kernel.isOpenForWriting(name.appending(JobFileNames.journal), at: lane.descriptor))
            case .symlink, .other: leftAlone.say(origin.path, .notAFile(status.kind))
            }
        } catch {
            cannotLook(at: origin, error)
        }
        guard let seen else {
            return state.withLock { state in
                state.settling.forget(origin)
                state.awaitText.remove(origin)
            }
        }
        if holds.contains(origin, seen.sight.identity, at: .now) { return }
        let verdict = state.withLock { state in
            seen.isBeingWritten
                ? state.settling.sawWriter(origin, at: Machine.now)
                : state.settling.saw(
                    origin, seen.sight, atLeast: seen.quiet, seen.age, youth: seen.youth, at: Machine.now)
        }
        note(verdict, origin, awaitsText: seen.awaitsText)
        act(on: verdict, origin, seen.sight, isPatient: isPatient, &slow)
        // It may have been claimed between the look and its place in the queue, where nobody else would miss it.
        if backlog.contains(origin), (try? Kernel.status(of: name, at: lane.descriptor)) == nil {
            backlog.forget(origin)
        }
    }

    private func isJobFolder(_ name: FilePath, in lane: borrowing OpenFile) throws(Errno) -> Bool {
        try Kernel.exists(name.appending(JobFileNames.journal), at: lane.descriptor)
    }

    /// A folder of pictures that is a batch. Whatever is in it, nothing of it is taken before all of it is there.
    ///
    /// - Returns: `nil` where it stays as long as it looks so.
    private func lookAtPictures(_ origin: Origin, in lane: borrowing OpenFile) throws(Errno) -> Seen? {
        let folder = try PictureFolder(origin.file, in: lane, spool.names)
        // Of ten thousand pictures that wait for a word, or for somebody, not each is opened with every scan.
        let before = try folder.sight.identity
        if holds.contains(origin, before, at: .now) {
            return Seen(sight: .init(identity: before), isBeingWritten: false)
        }
        if isLeftAlone(origin, before) { return nil }
        // The look comes after it: a writer that closes in between has written what it shows.
        let isBeingWritten = try folder.isBeingWritten
        let sight = try folder.sight
        let share = state.withLock(\.kind)?.reach == .local ? Duration.zero : Settling.share
        let restored = try isRestored(folder, origin) ? Settling.copiedFolder : .zero
        return Seen(
            sight: .init(identity: sight.identity),
            quiet: max(Settling.pictureFolder, share, textWait(origin.lane), restored), isBeingWritten: isBeingWritten,
            age: Settling.Age(changed: sight.lastChange, at: .now, isSound: false, youth: Settling.folderYouth),
            youth: Settling.folderYouth)
    }

    /// Whether a folder of pictures was found to be no batch for what is in it, and that is the same.
    private func isLeftAlone(_ origin: Origin, _ identity: FileStatus.Identity) -> Bool {
        guard leftAlone.folderFault(of: origin.path)?.isOfItsFiles == true else { return false }
        return state.withLock { $0.pushedFolders[origin] == identity }
    }

    /// Whether it seems to be the folder of a job of which more is still to come.
    private func isRestored(_ folder: borrowing PictureFolder, _ origin: Origin) throws(Errno) -> Bool {
        guard madeLately(folder.files) != nil else { return false }
        for (picture, status) in try folder.namesakes(of: origin)
        where isRestored(picture, status, in: folder.files) { return true }
        return false
    }

    /// What this one has alone is said of it; what all have is said elsewhere, and the next scan tries again.
    func cannotLook(at origin: Origin, _ error: Errno) {
        if error.isNoFolder {
            leftAlone.forget(origin.path)
            holds.forget([origin.file], in: origin.lane)
            backlog.forget(origin)
            backlog.changed()
        } else if !spool.speaksForAll(error) {
            leftAlone.say(origin.path, .cannotTake(error))
        }
    }

    /// Whether it is a picture in a lane that takes none, as may be since its defaults have changed. It waits no more.
    func isLeftAlone(asPicture origin: Origin) -> Bool {
        guard origin.isPicture, !takesPictures(origin.lane) else { return false }
        leftAlone.say(origin.path, .init(name: origin.file))
        backlog.feed.forget(origin)
        holds.forget([origin.file], in: origin.lane)
        backlog.forget(origin)
        // They may have changed once more, and a listing have found it before it was forgotten.
        if takesPictures(origin.lane) {
            leftAlone.areRequests([origin.file], in: origin.lane)
            look(at: origin)
        }
        return true
    }

    private func lookAtFile(
        _ origin: Origin, _ name: FilePath, in lane: borrowing OpenFile
    ) throws(Errno) -> Seen? {
        // The look comes after it: a writer that closes in between has written what it shows.
        let isBeingWritten = Kernel.isOpenForWriting(name, at: lane.descriptor)
        let status = try Kernel.statusNow(of: name, at: lane.descriptor)
        guard status.kind == .regular else { return nil }
        if status.isBrokenCopy {
            leftAlone.say(origin.path, .brokenCopy)
            return nil
        }
        if isLeftAlone(asPicture: origin) { return nil }
        let company = origin.isPicture ? try PictureCompany.beside(origin.file, in: lane) : .alone
        let both = company.together(with: status)
        let isTextBeingWritten = isTextBeingWritten(company, origin, in: lane)
        let wait = company == .alone && origin.isPicture ? textWait(origin.lane) : .zero
        let (kind, doubtsTimes) = state.withLock { ($0.kind, Machine.now < $0.doubtsTimes) }
        let isRestored = isRestored(origin, status, in: lane)
        let least = kind?.reach == .local ? Duration.zero : Settling.share
        let isSound = kind?.reach == .local && kind?.hasSoundTimes == true && !doubtsTimes && !isRestored
        return Seen(
            sight: .init(identity: both.identity, changed: both.changed),
            quiet: max(least, isRestored ? Settling.copiedFolder : .zero, wait),
            isBeingWritten: isBeingWritten || isTextBeingWritten,
            age: Settling.Age(changed: both.changed, at: .now, isSound: isSound), awaitsText: wait > .zero)
    }

    /// Whether somebody writes to the text beside a picture; that it is the picture's is told of it from here on.
    private func isTextBeingWritten(
        _ company: PictureCompany, _ picture: Origin, in lane: borrowing OpenFile
    ) -> Bool {
        guard let text = company.text?.sidecar.name else { return false }
        if leftAlone.contains(text, in: picture.lane) {
            leftAlone.say(picture.lane.path.appending(text), .textOf(picture.file))
        }
        return Kernel.isOpenForWriting(FilePath(root: nil, [text]), at: lane.descriptor)
    }

    private func note(_ verdict: Settling.Verdict, _ origin: Origin, awaitsText: Bool) {
        if !origin.isPicture { return }
        let waits = if awaitsText, case .lookAgain = verdict { true } else { false }
        let isChange = state.withLock { state in
            waits ? state.awaitText.insert(origin).inserted : state.awaitText.remove(origin) != nil
        }
        if isChange { backlog.changed() }
    }

    /// Whether it seems to be the first file of a job's folder that comes back slowly, from a backup or another machine:
    /// it bears the folder's name, and is older than the folder, which was made a moment ago.
    private func isRestored(_ origin: Origin, _ status: FileStatus, in lane: borrowing OpenFile) -> Bool {
        guard origin.liesInFolderOfItsName else { return false }
        guard let made = madeLately(lane) else { return false }
        return made.since(Timestamp(nanoseconds: status.identity.modified)) > Settling.olderThanFolder
    }

    /// When a folder was made, where that was a moment ago.
    private func madeLately(_ folder: borrowing OpenFile) -> Timestamp? {
        guard let birth = Kernel.birth(of: ".", at: folder.descriptor) else { return nil }
        let made = Timestamp(nanoseconds: birth)
        return Timestamp.now.since(made) < Settling.newFolder ? made : nil
    }

    /// Whether nothing shows that more of it is to come.
    private func isWhole(_ origin: Origin) -> Bool {
        let rules = rules()
        let text = YoungText(reader: RequestReader(rules: rules))
        if origin.isPicture {
            return PictureContent.isWhole(origin, in: spool.inbox, limit: rules.pictureLimit)
                && isTextWhole(beside: origin, text)
        }
        if let name = RequestFileName(origin.file) { return text.isWhole(origin, in: spool.inbox, name) }
        guard let fault = PictureFolder.unfinished(origin, in: spool, limit: rules.pictureLimit) else {
            return true
        }
        leftAlone.say(origin.path, .folder(fault))
        return false
    }

    private func isTextWhole(beside picture: Origin, _ young: YoungText) -> Bool {
        guard let lane = try? picture.lane.open(below: spool.inbox),
            case .text(let sidecar, _)? = try? PictureCompany.beside(picture.file, in: lane),
            let name = RequestFileName(sidecar.name)
        else { return true }
        return young.isWhole(Origin(lane: picture.lane, file: sidecar.name), in: spool.inbox, name)
    }

    private func act(
        on verdict: Settling.Verdict, _ origin: Origin, _ sight: Settling.Sight, isPatient: Bool,
        _ slow: inout [Origin]
    ) {
        switch verdict {
        case .take:
            // Nothing of its lane may begin, and it is counted among what is held: once is enough. When that is over it is
            // looked at as it is then.
            if holds.isHeld(origin.lane), holds.mayContain(origin) {
                backlog.feed.forget(origin)
                // Unless it was let go meanwhile.
                if holds.mayContain(origin) { return }
            }
            // Of the folder of a job that is put back nobody has asked.
            let changed = sight.changed > 0 ? Timestamp(nanoseconds: sight.changed) : nil
            if changed == nil { state.withLock { $0.pushed(folder: origin, sight.identity) } }
            backlog.push(origin, sight.identity, changed: changed)
            // A scan may have left it alone just before that.
            _ = isLeftAlone(asPicture: origin)
        case .read:
            // Little of a picture is read.
            guard isPatient || origin.isPicture || sight.identity.size <= Self.shortText else {
                if mayLookSlowly(origin) { slow.append(origin) }
                return
            }
            let next = state.withLock { [isWhole = isWhole(origin)] state in
                state.settling.read(origin, isWhole: isWhole, at: Machine.now)
            }
            act(on: next, origin, sight, isPatient: true, &slow)
        case .empty: leftAlone.say(origin.path, .empty)
        case .lookAgain(let instant):
            // An event may have asked for a look before that.
            state.withLock { $0.due.set(origin, atLatest: instant) }
        }
    }
}
