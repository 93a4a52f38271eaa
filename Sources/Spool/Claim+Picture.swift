// SPDX-License-Identifier: Apache-2.0

internal import FileIO
internal import Glibc
internal import Jobs
internal import Requests
internal import SystemPackage

/// What a claim makes of a picture that is a request by itself, and of the text beside it.
extension Claim {
    /// Why a picture is no request; `nil` where it is one. What cannot be read is told so as any other request is.
    func reason(
        toLeavePicture origin: Origin, _ request: OpenRequest?, _ status: FileStatus, _ company: PictureCompany,
        _ defaults: RequestDefaults, _ isStopped: Bool
    ) throws(Errno) -> LeftAloneReason? {
        guard defaults.pictures == .each else { return .picture }
        if (defaults.with ?? []).contains(.file(origin.file, in: origin.lane)) { return .addedToEach }
        guard !isStopped, let request else { return nil }
        let kind = try PictureContent.kind(of: request.file, size: status.size, limit: reader.rules.pictureLimit)
        if case .failure(let fault) = kind { return .unfit(fault) }
        if case .doubtful(let doubt) = company { return .doubtfulText(doubt) }
        return nil
    }

    /// Why a file in words is no request, but what is said of a picture beside it; `nil` where it is one.
    func reason(
        toLeaveText origin: Origin, _ request: OpenRequest?, in lane: borrowing OpenFile, _ defaults: RequestDefaults,
        _ isStopped: Bool
    ) throws(Errno) -> LeftAloneReason? {
        let areTaken = isStopped ? self.defaults.pictures(in: origin.lane) == .each : defaults.pictures == .each
        guard areTaken, let sidecar = Sidecar(origin.file), let request else { return nil }
        let picture = try sidecar.picture(in: lane)
        // Whoever cancels it wants it away, whatever it is.
        if isStopped, picture == nil { return nil }
        let size = Int(clamping: try request.file.status().size)
        if sidecar.isRequest(try request.file.readAll(limit: sidecar.sizeLimit + 1, expecting: size)) { return nil }
        return picture.map { .textOf($0) } ?? .textAlone
    }

    func takeText(
        _ name: FilePath.Component, to folder: JobFolder, from lane: borrowing OpenFile
    ) throws(Errno) {
        reached(Checkpoint(.before, .claimText))
        try Kernel.rename(
            FilePath(root: nil, [name]), at: lane.descriptor,
            to: folder.path.appending(Origin.keptName(ofText: name)), at: AT_FDCWD)
        reached(Checkpoint(.after, .claimText))
    }
}
