// SPDX-License-Identifier: Apache-2.0

/// A fetched picture in the job's folder.
struct PictureFile: Equatable, Sendable {
    /// Its number in the job, from 1; part of its name.
    var number: Int
    var name: String
    var bytes: Int64
    var kind: PictureKind

    /// Whether it is called as a picture of that number and kind is, whatever its job's name.
    var hasItsName: Bool { name.hasSuffix("-\(number).\(kind.fileExtension)") }
}
