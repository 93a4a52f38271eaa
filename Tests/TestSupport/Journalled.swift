// SPDX-License-Identifier: Apache-2.0

@testable import Jobs

/// A journal taken apart by hand, beside what ``JournalText`` makes of it.
struct Journalled {
    struct Unreadable: Error {}

    private(set) var bytes: [UInt8]
    /// Where each line begins, and at last where the journal ends.
    private(set) var starts = [0]
    private(set) var events: [JobEvent] = []
    /// The job after each line.
    private(set) var jobs: [Job] = []

    init(_ bytes: [UInt8]) throws {
        self.bytes = bytes
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            guard let (event, time) = JobEvent.read(line) else { throw Unreadable() }
            if var job = jobs.last {
                _ = try job.apply(event, at: time)
                jobs.append(job)
            } else {
                guard case .claimed(let origin, let text) = event else { throw Unreadable() }
                jobs.append(Job(claimed: origin, with: text, at: time))
            }
            events.append(event)
            starts.append(line.endIndex + 1)
        }
        guard starts.last == bytes.count else { throw Unreadable() }
    }

    /// The journal of a random life of a job that has so many variants and is put back at times.
    init(seed: UInt64, variants: ClosedRange<Int>, retries: Int = 2) throws {
        var simulation = JobSimulation(seed: seed, JobSimulation.Setting(variants: variants, retries: retries))
        try simulation.run()
        try self.init(simulation.disk.journal)
    }

    /// As it was after so many lines.
    func prefix(_ lines: Int) -> Journalled {
        var prefix = self
        prefix.bytes = Array(bytes[..<starts[lines]])
        prefix.starts = Array(starts[...lines])
        prefix.events = Array(events.prefix(lines))
        prefix.jobs = Array(jobs.prefix(lines))
        return prefix
    }

    /// How many whole lines there are within so many bytes.
    func lines(within length: Int) -> Int {
        starts.lastIndex { $0 <= length } ?? 0
    }

    /// The line that a byte lies in, from 0; its newline is part of it.
    func line(at byte: Int) -> Int {
        starts.lastIndex { $0 <= byte } ?? 0
    }

    /// With these lines in place of those that are there.
    func replacing(_ lines: Range<Int>, with others: [UInt8]) -> [UInt8] {
        Array(bytes[..<starts[lines.lowerBound]] + others + bytes[starts[lines.upperBound]...])
    }

    /// A line with its line feed.
    subscript(line: Int) -> [UInt8] {
        Array(bytes[starts[line]..<starts[line + 1]])
    }
}
