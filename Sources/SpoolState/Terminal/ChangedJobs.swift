// SPDX-License-Identifier: Apache-2.0

internal import Documents

/// Which jobs have changed last, for a place that has no room for all of them. Pure.
package struct ChangedJobs: Sendable {
    private struct Key: Hashable {
        var name: String
        var since: Timestamp

        init(_ job: JobLine) { (name, since) = (job.name, job.since) }
    }

    private var jobs: [JobLine] = []
    /// At which look each was seen to change.
    private var changes: [Key: (look: Int, job: JobLine)] = [:]
    private var look = 0

    package init() {}

    package mutating func take(_ new: [JobLine]) {
        look += 1
        let old = changes
        changes = [:]
        for job in new {
            let before = old[Key(job)]
            changes[Key(job)] = before?.job == job ? before : (look, job)
        }
        jobs = new
    }

    /// So many, in the order in which they were given.
    package func last(_ count: Int) -> [JobLine] {
        let looks = jobs.map { changes[Key($0)]?.look ?? 0 }
        let chosen = Set(jobs.indices.sorted { (looks[$1], $0) < (looks[$0], $1) }.prefix(count))
        return jobs.indices.filter(chosen.contains).map { jobs[$0] }
    }
}
