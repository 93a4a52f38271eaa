// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import SystemPackage

/// Takes a file out of the inbox into a job's folder. Blocking; runs on the ``FilePool``.
///
/// The journal's first line is written before the rename, so a crash between the two leaves a folder without a request,
/// which the next start discards: the file is still in the inbox.
struct Claim: Sendable {
    enum Outcome: Sendable {
        case claimed(JobFolder, Journal, Job)
        /// Somebody took it away, or it was never more than a rumour.
        case vanished
        /// A symlink, a folder, a pipe: not ours to touch.
        case notAFile(FileStatus.Kind)
        /// It is there and cannot be moved: its folder belongs to somebody else, or lies on another file system.
        case cannotTake(Errno)
    }

    let spool: Spool
    let reached: @Sendable (Checkpoint) -> Void

    private static let diskTroubles: [Errno] = [
        .noSpace, Errno(rawValue: EDQUOT), .readOnlyFileSystem, .ioError, .tooManyOpenFiles, .tooManyOpenFilesInSystem,
    ]

    func take(_ origin: Origin, at time: Timestamp) throws(Errno) -> Outcome {
        let source = spool.inbox.pushing(origin.path)
        do {
            let kind = try Kernel.status(of: source, at: AT_FDCWD).kind
            guard kind == .regular else { return .notAFile(kind) }
        } catch .noSuchFileOrDirectory {
            return .vanished
        }
        let folder = try JobFolder.make(in: spool, for: origin)
        do {
            return try fill(folder, with: origin, from: source, at: time)
        } catch {
            // Nothing was taken yet: the folder holds at most its first line.
            try? folder.discard()
            if error == .noSuchFileOrDirectory { return .vanished }
            // The disk's own trouble is waited out; what is wrong with this one file must not hold up the others.
            if Self.diskTroubles.contains(error) { throw error }
            return .cannotTake(error)
        }
    }

    private func fill(
        _ folder: JobFolder, with origin: Origin, from source: FilePath, at time: Timestamp
    ) throws(Errno) -> Outcome {
        let event = JobEvent.claimed(origin)
        var journal = Journal(in: folder.path)
        reached(Checkpoint(.before, event.name))
        try journal.append(event.line(at: time))
        try folder.noteLane(origin.lane)
        reached(Checkpoint(.after, event.name))
        let target = folder.path.appending(origin.keptName)
        reached(Checkpoint(.before, "claim"))
        try Kernel.rename(source, at: AT_FDCWD, to: target, at: AT_FDCWD)
        // Between the look and the rename the file may have been swapped for something else: give it back.
        let kind = try Kernel.status(of: target, at: AT_FDCWD).kind
        if kind != .regular {
            try Kernel.rename(target, at: AT_FDCWD, to: source, at: AT_FDCWD)
            try folder.discard()
            return .notAFile(kind)
        }
        reached(Checkpoint(.after, "claim"))
        return .claimed(folder, journal, Job(claimed: origin, at: time))
    }
}
