// SPDX-License-Identifier: Apache-2.0

internal import FileIO
internal import Glibc
internal import Jobs
internal import NIOCore
internal import NanoBanana
internal import Spool
internal import SystemPackage

/// Streams one picture into a job's folder; at most ``chunk`` bytes of it are ever held.
///
/// The file gets its final name at once: nobody looks into the folder, and only the journal's `fetched` makes it count.
struct PictureFetcher: Sendable {
    let context: JobContext
    let folder: JobFolder
    let job: Job

    /// Bytes gathered before they go to the disk: a usual picture needs one visit to the file pool.
    private static let chunk = 256 * 1024

    /// One attempt. Throws ``PictureProblem``, `DownloadError`, or the disk's error.
    func fetch(_ link: PictureLink, number: Int) async throws -> PictureFile {
        let download = try await context.service.download(link)
        var target: (name: String, kind: PictureKind)?
        do {
            let picture = try await write(download, number, &target)
            context.counters.fetchedPicture()
            return picture
        } catch {
            // What came of it is no picture: nobody is to find half of one in a result.
            if let name = target?.name {
                let path = folder.path.appending(name)
                try await context.store.patiently {
                    if try Kernel.exists(path) { try Kernel.remove(path, at: AT_FDCWD) }
                }
            }
            // The answer stays what it is.
            if case .truncated? = error as? PictureProblem, link.isInline { throw PictureProblem.badInline }
            throw error
        }
    }

    private func write(
        _ download: Download, _ number: Int, _ target: inout (name: String, kind: PictureKind)?
    ) async throws -> PictureFile {
        var part = ByteBuffer()
        var written: Int64 = 0
        var checksum = Checksum()
        var tail: [UInt8] = []
        // A limit that is raised meanwhile holds; one that is lowered ends nothing that is under way.
        let limit = context.settings.pictureLimit
        var parts = download.body.makeAsyncIterator()
        var breakage: (any Error)?
        while let bytes = try await Self.next(&parts, &breakage) {
            context.counters.received(bytes: bytes.readableBytes)
            if part.readableBytes == 0 { part = bytes } else { part.writeImmutableBuffer(bytes) }
            // Of a view it takes the end; of a sequence it would go through all of the bytes.
            let end: ByteBufferView = bytes.readableBytesView.suffix(PictureKind.endLength)
            tail = Array((tail + end).suffix(PictureKind.endLength))
            let total = written + Int64(part.readableBytes)
            guard total <= max(limit, context.settings.pictureLimit) else {
                throw PictureProblem.tooLarge(limit: max(limit, context.settings.pictureLimit))
            }
            if part.readableBytes >= Self.chunk {
                target = try target ?? name(number, part)
                checksum = try await write(part, to: target?.name ?? "", at: written, after: checksum)
                written = total
                part.clear()
            }
        }
        let total = written + Int64(part.readableBytes)
        if let breakage, target == nil, PictureKind(signature: part.readableBytesView) == nil { throw breakage }
        let (name, kind) = try target ?? name(number, part)
        target = (name, kind)
        if let breakage, !kind.surelyEnds(with: tail) { throw breakage }
        if !download.tellsItsEnd, !kind.mayEnd(with: tail) { throw PictureProblem.truncated(got: total) }
        if part.readableBytes > 0 || written == 0 {
            checksum = try await write(part, to: name, at: written, after: checksum)
        }
        return PictureFile(number: number, name: name, bytes: total, kind: kind, checksum: checksum.value)
    }

    /// The next part; `nil` at the end, and where the way to it broke.
    private static func next(
        _ parts: inout PictureBytes.AsyncIterator, _ breakage: inout (any Error)?
    ) async throws -> ByteBuffer? {
        do {
            return try await parts.next()
        } catch {
            try Task.checkCancellation()
            breakage = error
            return nil
        }
    }

    private func name(_ number: Int, _ start: ByteBuffer) throws(PictureProblem) -> (name: String, kind: PictureKind) {
        guard let kind = PictureKind(signature: start.readableBytesView) else { throw .notAPicture }
        return (job.pictureName(number, kind), kind)
    }

    /// - Parameter checksum: of what comes before. Returns that of both.
    private func write(
        _ part: ByteBuffer, to name: String, at offset: Int64, after checksum: Checksum
    ) async throws -> Checksum {
        let path = folder.path.appending(name)
        return try await context.store.patiently {
            let file =
                offset == 0
                ? try Kernel.createAnew(path) : try Kernel.open(path, O_WRONLY | O_CREAT | O_NOFOLLOW)
            var checksum = checksum
            try part.withUnsafeReadableBytes { bytes in
                try file.writeAll(bytes, at: Int(offset))
                checksum.add(bytes)
            }
            return checksum
        }
    }
}
