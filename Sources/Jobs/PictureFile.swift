// SPDX-License-Identifier: Apache-2.0

package import NanoBanana

/// A fetched picture in the job's folder.
package struct PictureFile: Equatable, Sendable {
    /// Its number in the job, from 1; part of its name.
    package var number: Int
    package var name: String
    package var bytes: Int64
    package var kind: PictureKind
    /// The CRC-32 of its bytes; `nil` where an older version has fetched it.
    package var checksum: UInt32?
    /// Whether it says of itself that a model made it; `nil` where nobody asked for that.
    package var mark: Mark?

    package enum Mark: Equatable, Sendable {
        /// It was written into it.
        case written
        /// The API had written it already.
        case found
        /// It stays as the API gave it, for that reason.
        case none(String)
    }

    package init(number: Int, name: String, bytes: Int64, kind: PictureKind, checksum: UInt32? = nil) {
        self.checksum = checksum
        self.number = number
        self.name = name
        self.bytes = bytes
        self.kind = kind
    }

    /// Whether it is called as a picture of that number and kind is where nothing else is said, whatever its job's name.
    var hasUsualName: Bool { name.hasSuffix("-\(number).\(kind.fileExtension)") }

    /// Its name without the ending.
    var stem: String {
        let ending = ".\(kind.fileExtension)"
        return name.hasSuffix(ending) ? String(name.dropLast(ending.count)) : name
    }
}

/// Which file a shared picture was, and in which state: by that it is known again when the job is done.
package struct SharedPicture: Equatable, Sendable {
    var device: UInt64
    package var inode: UInt64
    package var bytes: Int64
    /// Nanoseconds since 1970.
    package var modified: Int64
    /// Where it was published, where the command that did it has said so. It may be signed: it stands in the journal, and
    /// nowhere that people look.
    package var link: ImageLink?

    /// The size of the smaller picture that was published in its stead; `nil` where it is the picture itself.
    package var sentBytes: Int64?

    package init(
        device: UInt64, inode: UInt64, bytes: Int64, modified: Int64, link: ImageLink? = nil, sentBytes: Int64? = nil
    ) {
        (self.link, self.sentBytes) = (link, sentBytes)
        self.device = device
        self.inode = inode
        self.bytes = bytes
        self.modified = modified
    }
}
