// SPDX-License-Identifier: Apache-2.0

internal import FileIO
internal import Glibc
internal import Jobs
internal import Requests
internal import SystemPackage

/// A request file that is open for reading on its way out of the inbox: by one descriptor, whatever its name is. Blocking.
final class OpenRequest: Sendable {
    let file: OpenFile

    /// `nil` where it cannot be opened: why not is found out where it has to be.
    init?(_ origin: Origin, in lane: borrowing OpenFile) {
        let flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK
        guard let file = try? Kernel.open(FilePath(root: nil, [origin.file]), at: lane.descriptor, flags) else {
            return nil
        }
        self.file = file
    }

    /// Whether it is what has such a status.
    func isThe(_ other: FileStatus?) -> Bool {
        guard let other, let own = try? file.status() else { return false }
        return own.place == other.place
    }
}

extension RequestReader {
    /// For what was dropped as that.
    func at(_ origin: Origin) -> RequestReader {
        let stem = String(decoding: origin.stem)
        guard origin.batch != nil, let (number, name) = ResultNames.numberAndName(ofPart: stem) else {
            return at(origin.lane, stem)
        }
        return at(origin.lane, name, number: number)
    }
}
