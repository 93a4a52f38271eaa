// SPDX-License-Identifier: Apache-2.0

internal import Documents

/// A journal's bytes, replayed: pure.
package struct JournalText: Equatable, Sendable {
    package enum Damage: Error, Equatable, Sendable {
        /// A line before the last is not one of ours, or contradicts those before it. Lines count from 1.
        case line(Int)
    }

    /// `nil` where no whole line is there: the folder was made and nothing more.
    package private(set) var job: Job?
    /// What the whole lines say.
    package private(set) var events: [DatedEvent] = []
    /// How many bytes are whole lines. What follows them is a torn last line, of an append that a crash cut short.
    package private(set) var length = 0
    /// Whether anything follows them.
    package private(set) var isTorn = false

    /// What the whole lines have come to.
    package private(set) var seal = JournalSeal()

    package init(_ bytes: [UInt8]) throws(Damage) {
        var number = 1
        var start = bytes.startIndex
        while let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
            // What an append has left behind that a crash cut short never has a line feed behind it.
            guard seal.accepts(bytes[start..<end]), let (event, time) = JobEvent.read(bytes[start..<end]) else {
                throw .line(number)
            }
            try apply(event, at: time, number)
            events.append(DatedEvent(event: event, at: time))
            start = end + 1
            length = start
            number += 1
        }
        isTorn = start < bytes.endIndex
    }

    private mutating func apply(_ event: JobEvent, at time: Timestamp, _ number: Int) throws(Damage) {
        do {
            switch (job, event) {
            case (nil, .claimed(let origin, let text)): job = Job(claimed: origin, with: text, at: time)
            case (nil, _): throw Damage.line(number)
            case (.some, _): _ = try job?.apply(event, at: time)
            }
        } catch {
            throw .line(number)
        }
    }
}
