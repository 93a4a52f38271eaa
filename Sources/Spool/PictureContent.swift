// SPDX-License-Identifier: Apache-2.0

package import FileIO
internal import Glibc
package import Jobs
package import NanoBanana
package import Requests
package import SystemPackage

/// What the bytes of a picture say, whatever it is called. Blocking.
package enum PictureContent {
    /// Whether all of it is there.
    package static func isWhole(
        _ file: borrowing OpenFile, _ kind: PictureKind, size: Int64
    ) throws(Errno) -> Bool {
        let descriptor = file.descriptor
        var end = PictureEnd<Errno>(size: Int(clamping: size)) { count, offset throws(Errno) in
            try OpenFile.read(count, at: offset, from: descriptor)
        }
        return try end.isThere(of: kind)
    }

    /// What kind it is, or why it cannot be sent.
    ///
    /// - Parameter limit: the largest picture, in bytes.
    static func kind(
        of file: borrowing OpenFile, size: Int64, limit: Int64
    ) throws(Errno) -> Result<PictureKind, PictureFault> {
        let start = try file.read(PictureKind.signatureLength, at: 0)
        guard let kind = PictureKind(signature: start) else { return .failure(PictureFault(signature: start)) }
        if size > limit { return .failure(.tooLarge(limit: limit)) }
        return try isWhole(file, kind, size: size) ? .success(kind) : .failure(.cutOff)
    }

    /// The picture as the request that it is.
    package static func picture(
        in file: borrowing OpenFile, size: Int64, called name: FilePath.Component, limit: Int64
    ) throws(Errno) -> Result<DroppedPicture, PictureFault> {
        switch try kind(of: file, size: size, limit: limit) {
        case .failure(let fault): return .failure(fault)
        case .success(let kind):
            return .success(DroppedPicture(name: name, kind: kind, content: try content(of: file, size: size)))
        }
    }

    /// What tells its bytes from those of others.
    static func content(of file: borrowing OpenFile, size: Int64) throws(Errno) -> Fingerprint {
        // Nobody sends that, and to read it would take long.
        if size > 1 << 30 { return Fingerprint(of: Array("\(size)".utf8)) }
        return Fingerprint(of: Array("\(size) \(try file.checksum().value)".utf8))
    }

    /// What tells it, with the text beside it, from others. What is wrong with the text is another one in any case.
    ///
    /// - Parameter folder: the job's.
    static func source(
        of file: borrowing OpenFile, size: Int64, _ origin: Origin, in folder: borrowing OpenFile
    ) throws(Errno) -> Fingerprint? {
        let picture = try content(of: file, size: size)
        switch try JobFolder.text(beside: origin, in: folder) {
        case .success(let text): return text?.source(of: picture) ?? picture
        case .failure: return nil
        }
    }

    /// Whether a picture that was written a moment ago is whole as yet. One that cannot be read, or is none, will not
    /// become one by waiting.
    package static func isWhole(_ origin: Origin, in inbox: FilePath, limit: Int64) -> Bool {
        do throws(Errno) {
            let folder = try origin.lane.open(below: inbox)
            let file = try Kernel.open(
                FilePath(root: nil, [origin.file]), at: folder.descriptor, O_RDONLY | O_NONBLOCK | O_NOFOLLOW)
            return try kind(of: file, size: try file.status().size, limit: limit) != .failure(.cutOff)
        } catch {
            return true
        }
    }
}

extension Result where Success == DroppedPicture, Failure == PictureFault {
    /// What it asks for, or why it cannot.
    ///
    /// - Parameter text: what the text beside it says.
    package func request(
        beside text: Result<SidecarText?, Findings> = .success(nil), with reader: RequestReader,
        _ defaults: RequestDefaults
    ) -> Result<RequestContent, Findings> {
        do throws(Findings) {
            switch self {
            case .success(let picture):
                return .success(try reader.content(of: picture, beside: try text.get(), defaults: defaults))
            case .failure(let fault): return .failure(Findings(.unfit(fault)))
            }
        } catch {
            return .failure(error)
        }
    }
}
