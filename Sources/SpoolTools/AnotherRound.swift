// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import FileIO
internal import Glibc
internal import Jobs
internal import NanoBanana
package import Requests
package import Spool
package import SystemPackage

/// A new request like one that has come to its end, to be paid for once more: the old result stays, and the new one comes
/// beside it. Blocking.
package struct AnotherRound: Sendable {
    /// What is dropped for it.
    package struct NewRequest: Sendable {
        package let lane: Lane
        package let name: FilePath.Component
        package let bytes: [UInt8]
        /// What was sent then; `nil` where the file is dropped as it was, which cannot say itself that it is meant once
        /// more.
        package let request: Request?

        package var isVerbatim: Bool { request == nil }
    }

    private let spool: Spool

    /// Of jobs of this spool, whether a daemon runs or not.
    package init(_ spool: Spool) {
        self.spool = spool
    }

    /// What is to be dropped for another round of a result.
    ///
    /// - Parameters:
    ///   - name: relative to `done/` or `failed/`, such as `acme/hero-2`, or a path that leads there. Where both have it,
    ///     the later result counts.
    ///   - parts: numbers of a batch's parts, from 1; empty for the whole of it.
    ///   - prompt: instead of the one that was sent; `nil` for the same.
    /// - Throws: ``AnotherRoundError``.
    package func requests(
        for name: String, parts: [Int] = [], prompt: String? = nil
    ) throws(AnotherRoundError) -> [NewRequest] {
        let folder = try folder(name)
        let job = try job(in: folder, name)
        if job.parts == nil {
            if !parts.isEmpty { throw .isNoBatch(name) }
            return [try request(of: job, called: job.origin.stem, name, prompt)]
        }
        if parts.isEmpty {
            if prompt != nil { throw .whichParts(name) }
            return [try verbatim(job, in: folder, name)]
        }
        let known: [FilePath.Component]
        do {
            known = try BatchFolder(folder: JobFolder(path: folder)).partNames()
        } catch {
            throw .unreadable(name, error)
        }
        var requests: [NewRequest] = []
        for number in parts {
            let isMeant = { (part: FilePath.Component) in
                ResultNames.numberAndName(ofPart: String(decoding: part))?.number == number
            }
            guard let part = known.first(where: isMeant) else { throw .noPart(name, number, of: known.count) }
            let (place, shown) = (folder.appending(part), "\(name)/\(String(decoding: part))")
            let called = String(decoding: job.origin.stem) + "-" + String(decoding: part)
            guard let stem = FilePath.Component(called) else { throw .noPart(name, number, of: known.count) }
            requests.append(try request(of: try self.job(in: place, shown), called: stem, shown, prompt))
        }
        return requests
    }

    /// What was sent, whatever the lane's defaults have become, with a word of it changed.
    private func request(
        of job: Job, called stem: FilePath.Component, _ name: String, _ prompt: String?
    ) throws(AnotherRoundError) -> NewRequest {
        if job.origin.isPicture { throw .isPicture(name) }
        guard let request = job.request else { throw .neverRead(name) }
        guard let images = request.imagesAsWritten, let file = FilePath.Component(String(decoding: stem) + ".json")
        else {
            throw .pictureName(name)
        }
        let json = JSON.object([
            "prompt": prompt.map(\.json) ?? request.promptAsWritten,
            "images": images.isEmpty ? nil : .array(images.map(\.json)),
            "model": request.edit.model.id.json, "aspect_ratio": request.ratioAsWritten,
            "image_size": request.edit.imageSize?.rawValue.json, "variants": .number(request.copies),
            "save_as": request.saveAs?.text.json, "again": .bool(true),
            "mark": request.mark == .none ? nil : request.mark.rawValue.json, "meta": request.meta,
        ])
        return NewRequest(lane: job.origin.lane, name: file, bytes: json.readable, request: request)
    }

    private func verbatim(_ job: Job, in folder: FilePath, _ name: String) throws(AnotherRoundError) -> NewRequest {
        if job.origin.isFolder { throw .isFolder(name) }
        let path = folder.appending(job.origin.keptName)
        guard case .success(let bytes) = CheckedBytes.read(path, limit: RequestRules.batchSizeLimit) else {
            throw .neverRead(name)
        }
        return NewRequest(lane: job.origin.lane, name: job.origin.file, bytes: bytes, request: nil)
    }

    // MARK: The result

    private func folder(_ name: String) throws(AnotherRoundError) -> FilePath {
        var found: [(folder: FilePath, ended: Int64)] = []
        for base in [spool.done, spool.failed] {
            guard let place = Self.place(name, below: base) else { continue }
            let folder = base.pushing(place)
            let journal = folder.appending(JobFileNames.journal)
            if let status = try? Kernel.status(of: journal, at: AT_FDCWD) {
                found.append((folder, status.identity.modified))
            }
        }
        guard let latest = found.max(by: { $0.ended < $1.ended }) else { throw .missing(name) }
        return latest.folder
    }

    /// Relative to the folder of results; `nil` where the name leads elsewhere.
    private static func place(_ name: String, below base: FilePath) -> FilePath? {
        var path = FilePath(name).lexicallyNormalized()
        if path.isAbsolute {
            guard path.removePrefix(base.lexicallyNormalized()) else { return nil }
        } else if let last = base.lastComponent, path.components.first == last {
            _ = path.removePrefix(FilePath(root: nil, [last]))
        }
        guard !path.isEmpty, let lane = Lane(checking: path) else { return nil }
        return lane.path
    }

    private func job(in folder: FilePath, _ name: String) throws(AnotherRoundError) -> Job {
        do {
            if let job = try JournalText(Journal.read(in: folder)).job { return job }
            throw AnotherRoundError.neverRead(name)
        } catch let error as Errno {
            throw .unreadable(name, error)
        } catch {
            throw .neverRead(name)
        }
    }
}

/// Why there is no other round of a result. The sentences are in ``Wording``.
package enum AnotherRoundError: Error, Equatable, Sendable {
    /// There is no such result.
    case missing(String)
    /// It was never a request: it had mistakes, or its journal is damaged.
    case neverRead(String)
    /// The defaults of its lane would make another request of it by now.
    case defaultsDiffer(String)
    /// It has no parts.
    case isNoBatch(String)
    /// A batch has no prompt.
    case whichParts(String)
    /// The batch has so many parts only.
    case noPart(String, Int, of: Int)
    /// It was a picture alone, which lies with the result.
    case isPicture(String)
    /// It was a folder of pictures.
    case isFolder(String)
    /// The name of one of its pictures is no text.
    case pictureName(String)
    /// It cannot be read.
    case unreadable(String, Errno)

    /// Whether it is not there at all.
    package var isMissing: Bool {
        switch self {
        case .missing: true
        case .neverRead, .defaultsDiffer, .isNoBatch, .whichParts, .noPart, .isPicture, .isFolder, .pictureName,
            .unreadable:
            false
        }
    }
}
