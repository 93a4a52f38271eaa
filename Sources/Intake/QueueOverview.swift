// SPDX-License-Identifier: Apache-2.0

package import Documents
internal import Jobs
package import Requests
internal import Spool
internal import SystemPackage

/// What waits, in numbers. Pure.
package struct QueueOverview: Equatable, Sendable {
    /// How many wait in each lane; parts in the lane of their batch.
    package private(set) var lanes: [Lane: Int] = [:]
    /// When the file was dropped that waits longest, of those that were looked at; `nil` where no file waits.
    package private(set) var oldest: Timestamp?

    /// Files that were found and not looked at.
    package mutating func add(_ count: Int, in lane: Lane) {
        lanes[lane, default: 0] += count
    }

    mutating func add(_ item: Waiting) {
        switch item {
        case .file(let origin, let readiness):
            lanes[origin.lane, default: 0] += 1
            oldest = min(oldest ?? readiness.dropped, readiness.dropped)
        case .part(let part):
            // The batch has a turn of its own, and would have a series of its own for one afternoon.
            lanes[Lane(path: part.batch.path.removingLastComponent()), default: 0] += 1
        }
    }
}
