// SPDX-License-Identifier: Apache-2.0

import Simulation
import SystemPackage

@testable import Spool

/// Where things lie in the spool of a ``DaemonLife``.
enum LifePlaces {
    static let spool = Spool(root: "/spool")
    /// The one lane below the inbox.
    static let lane = "acme"

    /// What lies in one of the spool's folders and in its lane, by names such as `acme/r1`.
    static func names(in place: String, on disk: SimulatedDisk) -> [String] {
        disk.names(in: "/spool/\(place)").filter { $0 != lane }
            + disk.names(in: "/spool/\(place)/\(lane)").map { "\(lane)/\($0)" }
    }
}
