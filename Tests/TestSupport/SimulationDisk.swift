// SPDX-License-Identifier: Apache-2.0

@testable import Jobs

/// The disk of a ``JobSimulation``: the job's journal, of which a power cut leaves at least what was synced, and its pictures.
struct SimulationDisk {
    private struct Picture {
        var file: PictureFile
        var isWhole = true
        var isDurable = false
    }

    private(set) var journal: [UInt8] = []
    private var seal = JournalSeal()
    /// How many bytes of the journal outlive a power cut.
    private(set) var durable = 0
    private var pictures: [String: Picture] = [:]

    mutating func append(_ lines: [UInt8]) {
        journal += seal.seal(lines)
    }

    mutating func save(_ picture: PictureFile) {
        pictures[picture.name] = Picture(file: picture)
    }

    /// Everything written so far is on the disk.
    mutating func sync() {
        durable = journal.count
        for name in pictures.keys { pictures[name]?.isDurable = true }
    }

    func has(_ files: [PictureFile]) -> Bool {
        files.allSatisfy { file in pictures[file.name].map { $0.isWhole && $0.file == file } ?? false }
    }

    /// Takes any part of what was not synced, of the journal from its end.
    mutating func cutPower(_ random: inout SeededRandom) {
        let written = journal.count
        if random.chance(60) { journal.removeLast(random.index(written - durable + 1)) }
        // The size of an append may outlive its content.
        if random.chance(25) { journal += Array(repeating: 0, count: written - journal.count) }
        for name in pictures.keys.sorted() where pictures[name]?.isDurable == false && random.chance(50) {
            pictures[name]?.isWhole = false
        }
        sync()
    }

    /// A start removes pictures that nothing records.
    mutating func removeStrays(keeping files: [PictureFile]) {
        let names = Set(files.map(\.name))
        pictures = pictures.filter { names.contains($0.key) }
    }

    /// What the lines that outlive a power cut say last about a variant; for `nil` about the whole job.
    func lastDurable(about variant: Int?) -> JobEvent? {
        var end = durable
        while end > 0 {
            let start = journal[..<(end - 1)].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
            guard let event = JobEvent.read(journal[start..<(end - 1)])?.event else { return nil }
            if event.variant == variant { return event }
            end = start
        }
        return nil
    }

    func count(where matches: (JobEvent) -> Bool) -> Int {
        journal.split(separator: UInt8(ascii: "\n")).count { JobEvent.read($0).map { matches($0.event) } ?? false }
    }

    /// Cuts off a torn last line.
    mutating func cutJournal(to length: Int, _ seal: JournalSeal) {
        self.seal = seal
        journal.removeLast(journal.count - length)
        durable = min(durable, length)
    }
}
