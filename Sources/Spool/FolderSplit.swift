// SPDX-License-Identifier: Apache-2.0

package import Documents
internal import FileIO
internal import Glibc
package import Jobs
package import Requests
package import SystemPackage

/// Takes the pictures of a folder that was claimed into the folders of their parts, each by a rename of its own. Blocking.
///
///     processing/album.1x2y3z/
///         journal.jsonl  folder.parts
///         originals/     what was dropped; in the end only what is neither a picture nor a text
///         001-bottle/    001-bottle.png  001-bottle.txt  journal.jsonl
///
/// As long as `split` does not stand in the batch's journal no part was begun, and the plan says where everything was:
/// whatever has moved when the daemon ends is put together again.
package struct FolderSplit: Sendable {
    private let folder: JobFolder
    private let batch: Origin
    private let reader: RequestReader
    private let defaults: RequestDefaults
    private let time: Timestamp
    private let reached: @Sendable (Checkpoint) -> Void

    package init(
        _ folder: JobFolder, of batch: Origin, _ reader: RequestReader, _ defaults: RequestDefaults, at time: Timestamp,
        reached: @escaping @Sendable (Checkpoint) -> Void
    ) {
        (self.folder, self.batch, self.reader, self.defaults) = (folder, batch, reader, defaults)
        (self.time, self.reached) = (time, reached)
    }

    /// Must be on the disk before the first picture is taken.
    package func write(_ plan: FolderPlan) throws(Errno) {
        try Self.undo(in: folder, of: batch)
        try folder.write(plan.bytes, to: JobFileNames.folderPlan)
    }

    /// Takes one of the pictures, with its text, and reads what it asks for where nobody else can swap it. May be done
    /// again.
    ///
    /// - Parameter judged: what it asked for when its cost was judged; `nil` where nobody has.
    package func take(_ entry: FolderPlan.Entry, judged: Result<Request, Findings>? = nil) throws(Errno) {
        let part = JobFolder(path: folder.path.appending(entry.folder))
        do { try Kernel.makeDirectory(part.path) } catch .fileExists {}
        let origin = entry.origin(in: batch)
        var content: Result<Request, Findings>?
        do throws(Errno) {
            content = Self.checked(try bring(entry, origin, to: part), judged)
        } catch  where error == .permissionDenied || error == .notPermitted {
            // Whoever dropped the folder owns it, and may lock it at any moment: nobody waits for that.
            content = .failure(Findings(.unreadable(error)))
        }
        try note(entry, origin, content, in: part)
    }

    /// Returns what the picture asks for; `nil` while somebody writes on.
    private func bring(
        _ entry: FolderPlan.Entry, _ origin: Origin, to part: JobFolder
    ) throws(Errno) -> Result<Request, Findings>? {
        let source = try PictureFolder(of: folder)
        if let text = entry.part.text, let kept = entry.keptText {
            reached(Checkpoint(.before, .partText))
            try move(text, from: source.files, to: part.path.appending(kept))
            reached(Checkpoint(.after, .partText))
        }
        reached(Checkpoint(.before, .part))
        try move(entry.part.picture, from: source.files, to: part.path.appending(origin.keptName))
        reached(Checkpoint(.after, .part))
        let isSecret = try isSecret([origin.keptName, entry.keptText], in: part, of: source.files)
        return try isSecret ? .failure(Findings(.notAFile)) : read(origin, in: part)
    }

    /// Whoever dropped the folder may have written another text since: nothing is sent that would cost something else.
    private static func checked(
        _ content: Result<Request, Findings>?, _ judged: Result<Request, Findings>?
    ) -> Result<Request, Findings>? {
        guard case .success(let request)? = content, let judged else { return content }
        guard case .success(let other) = judged, request.costsTheSame(as: other) else {
            return .failure(Findings(.costsAnother))
        }
        return content
    }

    private func move(
        _ name: FilePath.Component, from source: borrowing OpenFile, to target: FilePath
    ) throws(Errno) {
        // An earlier attempt has taken it.
        if try Kernel.exists(target) { return }
        do {
            try Kernel.rename(FilePath(root: nil, [name]), at: source.descriptor, to: target, at: AT_FDCWD)
        } catch .noSuchFileOrDirectory {
            // Whoever dropped the folder has taken it away: of that its part tells, where its own folder is there.
        }
    }

    /// Whether what has come is also another's, which not everybody who may write into the folder may read.
    private func isSecret(
        _ names: [FilePath.Component?], in part: JobFolder, of source: borrowing OpenFile
    ) throws(Errno) -> Bool {
        let own = try part.open()
        for name in names.compactMap(\.self) {
            guard let status = try PictureCompany.look(at: name, in: own), status.kind == .regular else { continue }
            if try !status.isNoSecret(in: source) { return true }
        }
        return false
    }

    /// Where somebody writes on it is read when its turn has come.
    private func read(_ origin: Origin, in part: JobFolder) throws(Errno) -> Result<Request, Findings>? {
        if part.isBeingWritten(origin) { return nil }
        switch try part.readContent(of: origin, reader, defaults, .standard) {
        case .success(.request(let request)): return .success(request)
        case .success(.batch): return .failure(Findings(.batch))
        case .failure(let findings): return .failure(findings)
        }
    }

    private func note(
        _ entry: FolderPlan.Entry, _ origin: Origin, _ content: Result<Request, Findings>?, in part: JobFolder
    ) throws(Errno) {
        let text = entry.part.textFile(in: entry.folder)
        var job = Job(claimed: origin, with: text, at: time)
        var lines = JobEvent.claimed(origin, text: text).line(at: time)
        let event: JobEvent? =
            switch content {
            case .success(let request)?: .read(request)
            case .failure(let findings)?:
                .failed(
                    Wording.explain(
                        findings, ofPicture: entry.part.picture, as: origin.keptName, in: batch.file))
            case nil: nil
            }
        if let event {
            do {
                _ = try job.apply(event, at: time)
            } catch {
                preconditionFailure("a new job takes its request, or fails")
            }
            lines += event.line(at: time)
        }
        if let outcome = job.outcome { try part.writeResult(of: job, outcome, finishedAt: time) }
        // That of an earlier attempt may be longer.
        try? Kernel.remove(part.path.appending(JobFileNames.journal), at: AT_FDCWD)
        var journal = Journal(in: part.path)
        try journal.append(lines)
    }
}

extension FolderSplit {
    /// Puts together again what an attempt has moved that came to no end. May be done again, and is nothing where nothing
    /// has moved.
    static func undo(in folder: JobFolder, of batch: Origin) throws(Errno) {
        let plan = folder.path.appending(JobFileNames.folderPlan)
        guard batch.isFolder, try Kernel.exists(plan) else { return }
        // Without all of its plan on the disk none of it has moved.
        if let entries = FolderPlan.read(in: folder.path)?.entries {
            let originals = try PictureFolder(of: folder)
            for entry in entries { try putBack(entry, of: batch, in: folder, to: originals.files) }
            // The plan goes last: until then nothing else knows the pictures' names.
            try originals.files.syncFileSystem()
        } else {
            let moved = try BatchFolder(folder: folder).partNames()
            // Nobody else knows what the pictures were called: somebody has to look at it.
            if !moved.isEmpty { throw .invalidArgument }
        }
        try Kernel.remove(plan, at: AT_FDCWD)
    }

    private static func putBack(
        _ entry: FolderPlan.Entry, of batch: Origin, in folder: JobFolder, to originals: borrowing OpenFile
    ) throws(Errno) {
        let path = folder.path.appending(entry.folder)
        guard Kernel.isDirectory(path) else { return }
        let part = try JobFolder(path: path).open()
        try bringBack(entry.origin(in: batch).keptName, from: part, as: entry.part.picture, to: originals)
        if let text = entry.part.text, let kept = entry.keptText {
            try bringBack(kept, from: part, as: text, to: originals)
        }
        for name in [JobFileNames.journal, ResultSummary.fileName, JobFileNames.error] {
            try? Kernel.remove(FilePath(root: nil, [name]), at: part.descriptor)
        }
        try? Kernel.removeDirectory(path, at: AT_FDCWD)
    }

    private static func bringBack(
        _ kept: FilePath.Component, from part: borrowing OpenFile, as name: FilePath.Component,
        to originals: borrowing OpenFile
    ) throws(Errno) {
        guard let own = try PictureCompany.look(at: kept, in: part) else { return }
        if let there = try PictureCompany.look(at: name, in: originals), there.place == own.place {
            // A rename of two steps had done the first.
            return try Kernel.remove(FilePath(root: nil, [kept]), at: part.descriptor)
        }
        try originals.bringIn(kept, from: part, as: name)
    }
}
