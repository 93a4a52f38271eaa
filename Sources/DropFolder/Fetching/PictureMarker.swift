// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import FileIO
internal import Glibc
internal import Jobs
internal import Marking
internal import NanoBanana
internal import Requests
internal import Sharing
internal import Spool
internal import SystemPackage

/// Writes into a picture that has come that a model made it, where its request asks for that.
///
/// The picture is paid for. So it stays what it is until the marked one is whole beside it, which then takes its place by
/// a rename; and only the journal's line that follows makes either count, with the sum of what stands there by then.
/// Whatever is not understood stays as it came. A piece at most is ever held. Blocking; may be done again.
struct PictureMarker: Sendable {
    let folder: JobFolder
    let job: Job
    /// The inbox's pictures; `nil` where none of them is ever shared.
    let pictures: LocalPictures?
    let reached: @Sendable (Checkpoint) -> Void

    private static let chunk = 256 << 10

    /// - Parameter time: when it was made.
    func marked(_ picture: PictureFile, _ request: Request, at time: Timestamp) throws(Errno) -> PictureFile {
        var picture = picture
        let path = folder.path.appending(picture.name)
        do {
            let file = try Kernel.open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
            guard try file.status().size == picture.bytes else {
                picture.mark = .none(Wording.sentence(.notUnderstood))
                return picture
            }
            switch try plan(file.descriptor, picture, request, at: time) {
            case .isMarked: picture.mark = .found
            case .leave(let reason): picture.mark = .none(Wording.sentence(reason))
            case .write(let pieces):
                let new = folder.path.appending(JobFileNames.marking(picture.number))
                (picture.bytes, picture.checksum) = try Self.write(pieces, of: file, to: new)
                reached(Checkpoint(.before, .mark))
                try Kernel.replace(path, with: new, at: AT_FDCWD)
                reached(Checkpoint(.after, .mark))
                picture.mark = .written
            }
        } catch .noSuchFileOrDirectory where Kernel.isDirectory(folder.path) {
            // Somebody took the picture alone, or swapped it: no reason to wait for anything.
            picture.mark = .none(Wording.sentence(.notUnderstood))
        } catch .tooManySymbolicLinkLevels {
            picture.mark = .none(Wording.sentence(.notUnderstood))
        }
        return picture
    }

    private func plan(
        _ descriptor: CInt, _ picture: PictureFile, _ request: Request, at time: Timestamp
    ) throws(Errno) -> MarkPlan {
        let mark = AIMark(
            source: request.isOfWordsAlone ? .generated : .edited, model: request.edit.model.id,
            date: time.description)
        do {
            return try MarkPlan(
                Self.bytes(of: descriptor, size: picture.bytes), picture.kind, mark, from: origin(request))
        } catch let error as Errno {
            throw error
        } catch {
            preconditionFailure("only reading throws")
        }
    }

    /// What the first of one's own pictures says, where it is at hand and still what was sent. Nothing that is wrong with
    /// it is in the way.
    private func origin(_ request: Request) -> MarkPlan.Origin? {
        guard let local = request.locals.first else { return nil }
        if local.content != nil {
            guard
                let file = try? Kernel.open(
                    folder.path.appending(job.origin.keptName), O_RDONLY | O_NOFOLLOW | O_NONBLOCK),
                let status = try? file.status(), status.kind == .regular
            else { return nil }
            return try? MarkPlan.Origin(reading: Self.bytes(of: file.descriptor, size: status.size))
        }
        guard let pictures, case .complete(let shared) = job.sharing, let first = shared.first else { return nil }
        let lane = pictures.lane(of: local.file, for: job.origin.lane)
        return pictures.reading(local.file, in: lane, as: first) { size, descriptor in
            try MarkPlan.Origin(reading: Self.bytes(of: descriptor, size: size))
        }
    }

    private static func bytes(of descriptor: CInt, size: Int64) -> PictureSource {
        PictureSource(size: Int(clamping: size)) { count, offset in
            try OpenFile.read(count, at: offset, from: descriptor)
        }
    }

    /// Returns how many bytes it has, and their sum.
    private static func write(
        _ pieces: [MarkPlan.Piece], of file: borrowing OpenFile, to path: FilePath
    ) throws(Errno) -> (Int64, UInt32) {
        let target = try Kernel.createAnew(path)
        var (written, checksum) = (0, Checksum())
        func append(_ bytes: [UInt8]) throws(Errno) {
            try target.writeAll(bytes, at: written)
            bytes.withUnsafeBytes { checksum.add($0) }
            written += bytes.count
        }
        for piece in pieces {
            switch piece {
            case .new(let bytes): try append(bytes)
            case .kept(let range):
                var offset = range.lowerBound
                while offset < range.upperBound {
                    let bytes = try file.read(min(chunk, range.upperBound - offset), at: offset)
                    // It was whole a moment ago.
                    if bytes.isEmpty { throw .ioError }
                    try append(bytes)
                    offset += bytes.count
                }
            }
        }
        return (Int64(written), checksum.value)
    }
}
