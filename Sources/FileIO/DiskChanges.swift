// SPDX-License-Identifier: Apache-2.0

package import SystemPackage

/// What was changed on the disk and is to be made durable: the content of files, and the names in folders, which are
/// two things (`fsync(2)`). Pure.
package struct DiskChanges: Equatable, Sendable {
    package enum Place: Hashable, Sendable {
        /// The content of a file that has its name already.
        case file(FilePath)
        /// The content of all files that lie in a folder itself, and all names in it.
        case files(in: FilePath)
        /// Names that have come into a folder.
        case arrivals(in: FilePath)
        /// Names that have left a folder for another one.
        case departures(from: FilePath)

        /// What refers to something comes after it, and what has left a place may only be gone from there when it has
        /// arrived: in between a power cut must find it twice rather than never.
        fileprivate var rank: Int {
            switch self {
            case .file: 0
            case .files: 1
            case .arrivals: 2
            case .departures: 3
            }
        }
    }

    package var places: Set<Place> = []
    /// Whether more than that has changed, and nobody knows what.
    var isUnknown = false

    package init(places: Set<Place> = [], isUnknown: Bool = false) {
        self.places = places
        self.isUnknown = isUnknown
    }

    /// Nothing.
    package static let nothing = DiskChanges()
    /// Anything: only the whole file system covers it.
    package static let unknown = DiskChanges(isUnknown: true)

    /// In an order in which they may become durable one by one.
    static func ordered(_ places: Set<Place>) -> [Place] { places.sorted { $0.rank < $1.rank } }

    package func union(_ other: DiskChanges) -> DiskChanges {
        DiskChanges(places: places.union(other.places), isUnknown: isUnknown || other.isUnknown)
    }

    var isEmpty: Bool { places.isEmpty && !isUnknown }
}
