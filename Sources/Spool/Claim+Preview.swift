// SPDX-License-Identifier: Apache-2.0

internal import FileIO
internal import Glibc
package import Jobs
internal import Requests
internal import SystemPackage

extension Claim {
    /// What a file that waits in the inbox will come to, as it is now.
    package enum Preview: Equatable, Sendable {
        /// It will be submitted, as far as can be told; or nobody can tell now.
        case request
        /// It will be split, and its parts submitted.
        case batch
        /// It will be told of its mistake, and nothing will be submitted.
        case mistake
    }

    /// Reads a file where it lies, and changes nothing: while nobody may submit, those can be taken that need no submit.
    /// Its claim judges it anew.
    package func preview(_ origin: Origin) -> Preview {
        let name = RequestFileName(origin.file)
        if name == nil, !origin.isPicture { return .request }
        do throws(Errno) {
            let lane = try origin.lane.open(below: spool.inbox)
            let file = try Kernel.open(
                FilePath(root: nil, [origin.file]), at: lane.descriptor, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
            let status = try file.status()
            // Whoever has it open for writing is not done, and what is not a file is left alone by its claim.
            if status.kind != .regular || Kernel.hasWriter(file.descriptor) { return .request }
            guard let name else { return try previewPicture(origin, file, status, in: lane) }
            switch name.syntax {
            // Whatever is wrong with a row is its part's.
            case .csv, .jsonLines: return .batch
            case .yaml, .json: break
            }
            guard let defaults = try? self.defaults.look(at: origin.lane) else { return .request }
            return try ParsingRoom.shared.reading(file, of: status.size, as: name.syntax) { bytes in
                do throws(Findings) {
                    switch try reader.at(origin).content(of: bytes, as: name.syntax, defaults: defaults) {
                    case .request: return .request
                    case .batch: return .batch
                    }
                } catch {
                    return .mistake
                }
            }
        } catch {
            return .request
        }
    }

    /// One that will not be sent is told so as soon as one with a mistake is.
    private func previewPicture(
        _ origin: Origin, _ file: borrowing OpenFile, _ status: FileStatus, in lane: borrowing OpenFile
    ) throws(Errno) -> Preview {
        guard let defaults = try? defaults.look(at: origin.lane) else { return .request }
        let kind = try PictureContent.kind(of: file, size: status.size, limit: reader.rules.pictureLimit)
        // What its bytes are makes no difference to whether it has a mistake.
        let picture = kind.map { DroppedPicture(name: origin.file, kind: $0, content: Fingerprint(of: [])) }
        let text = Result<SidecarText?, Findings>.success(try .beside(origin.file, in: lane))
        guard case .success = picture.request(beside: text, with: reader.at(origin), defaults) else { return .mistake }
        return .request
    }
}
