// SPDX-License-Identifier: Apache-2.0

/// The places at which a run passes, in order: `before:claimed`, `after:claimed`, …
struct CrashTrace: Sendable {
    var places: [String]

    init(_ text: String) {
        places = text.split(separator: "\n").map(String.init)
    }

    /// A place to be killed at, with the number of the time that it is passed: `after:submitted:2`.
    func name(_ index: Int) -> String {
        let place = places[index]
        return "\(place):\(places[...index].count { $0 == place })"
    }

    /// Those at which a kill leaves something else than at the one before. Between the end of a step and the beginning
    /// of the next one nothing happens, but for the submit itself.
    var telling: [Int] {
        places.indices.filter { index in
            let isFollowed = index + 1 < places.count && places[index + 1].hasPrefix("before:")
            return !places[index].hasPrefix("after:") || !isFollowed || places[index] == "after:submitting"
        }
    }
}
