// SPDX-License-Identifier: Apache-2.0

/// A fetched picture in the job's folder.
struct PictureFile: Equatable, Sendable {
    var name: String
    var bytes: Int64
    var kind: PictureKind
}
