// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import FileIO
internal import Glibc
internal import Jobs
internal import Requests
internal import SystemPackage

/// Whether the request of a folder that is put back may take the place of what was paid for. A changed request is sent
/// anew, and what the one before has cost is given up for it: so half of a file, or one with a mistake, is no reason to.
/// Blocking.
extension PutBackFolder {
    /// Why the job does not go on yet; `nil` where nothing of what was paid for would be lost.
    ///
    /// - Parameter defaults: of the lane that it was put back into; `nil` where they cannot be used now.
    func reasonToWait(
        forRequestOf job: Job, _ reader: RequestReader, _ defaults: RequestDefaults?, _ now: Timestamp
    ) throws(Errno) -> LeftAloneReason? {
        guard job.parts == nil, job.reopening(isChanged: true, isAsked: true) == .anew,
            let before = job.request?.source
        else { return nil }
        let name = FilePath(root: nil, [job.origin.keptName])
        let file = try Kernel.open(name, at: files.descriptor, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
        let status = try file.status()
        if job.origin.isPicture {
            return try reasonToWait(forPictureOf: job, file, status, before, reader, defaults)
        }
        guard let syntax = RequestFileName(job.origin.file)?.syntax else { return nil }
        return try ParsingRoom.shared.reading(file, of: status.size, as: syntax) { bytes in
            if RequestSource.fingerprint(of: bytes, as: syntax) == before { return nil }
            let isYoung = YoungText.isPossible(changed: status.changed, at: now)
            if bytes.isEmpty || Kernel.hasWriter(file.descriptor)
                || isYoung && !YoungText(reader: reader).isWhole(bytes, syntax)
            {
                return .arriving(.end(of: name))
            }
            do throws(Findings) {
                if let defaults { _ = try reader.at(job.origin).content(of: bytes, as: syntax, defaults: defaults) }
                return nil
            } catch {
                return .wrongRequest(job.origin.keptName, error.all.first.map(Wording.located) ?? "")
            }
        }
    }

    /// The same of a picture that is the request.
    private func reasonToWait(
        forPictureOf job: Job, _ file: borrowing OpenFile, _ status: FileStatus, _ before: Fingerprint,
        _ reader: RequestReader, _ defaults: RequestDefaults?
    ) throws(Errno) -> LeftAloneReason? {
        if try PictureContent.source(of: file, size: status.size, job.origin, in: files) == before { return nil }
        let name = job.origin.keptName
        let picture = try PictureContent.picture(
            in: file, size: status.size, called: job.origin.file, limit: reader.rules.pictureLimit)
        if status.size == 0 || Kernel.hasWriter(file.descriptor) || picture == .failure(.cutOff) {
            return .arriving(.end(of: FilePath(root: nil, [name])))
        }
        guard let defaults,
            case .failure(let findings) = picture.request(
                beside: try JobFolder.text(beside: job.origin, in: files), with: reader, defaults)
        else { return nil }
        return .wrongRequest(name, findings.all.first.map(Wording.located) ?? "")
    }
}
