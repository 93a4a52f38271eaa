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

    package init(number: Int, name: String, bytes: Int64, kind: PictureKind, checksum: UInt32? = nil) {
        self.checksum = checksum
        self.number = number
        self.name = name
        self.bytes = bytes
        self.kind = kind
    }

    /// Whether it is called as a picture of that number and kind is, whatever its job's name.
    package var hasItsName: Bool { name.hasSuffix("-\(number).\(kind.fileExtension)") }
}
