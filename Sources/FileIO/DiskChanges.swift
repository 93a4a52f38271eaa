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

    /// What has left a place may only be gone from there when it has arrived: in between a power cut must find it twice
    /// rather than never. So there is what may become durable in any order, and then this.
    static func inTwo(_ places: Set<Place>) -> (first: [Place], departures: [Place]) {
        var (first, departures): ([Place], [Place]) = ([], [])
        for place in places {
            switch place {
            case .file, .files, .arrivals: first.append(place)
            case .departures: departures.append(place)
            }
        }
        return (first, departures)
    }

    package func union(_ other: DiskChanges) -> DiskChanges {
        var both = self
        both.formUnion(other)
        return both
    }

    mutating func formUnion(_ other: DiskChanges) {
        places.formUnion(other.places)
        isUnknown = isUnknown || other.isUnknown
    }

    var isEmpty: Bool { places.isEmpty && !isUnknown }
}
