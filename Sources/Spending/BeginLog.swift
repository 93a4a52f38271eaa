// SPDX-License-Identifier: Apache-2.0

internal import DequeModule
internal import Documents
internal import Requests

/// What has begun, oldest first, to be found by its content and by its name. Pure.
///
/// A hundred thousand are remembered, so each takes some 70 bytes: a record of 32, its name among all names in one buffer,
/// and its number in two tables.
struct BeginLog: Sendable {
    struct Record: Sendable {
        let content: Fingerprint
        let moment: Timestamp
        /// Where its name begins, as ``BeginLog/namesEnd`` counts.
        fileprivate let nameStart: UInt32
        /// The one of the same content before it.
        fileprivate let older: RecordNumber?
        fileprivate let nameLength: UInt16
        let isAgain: Bool
        /// Whether it stands for its request: not a further variant.
        let isFirst: Bool
        fileprivate var isUndone = false
    }

    private var records: Deque<Record> = []
    /// The number of the first of ``records``.
    private var first = RecordNumber.one
    private var names: Deque<UInt8> = []
    /// How many bytes of names there ever were. It wraps around: less than 4 GiB of them are kept.
    private var namesEnd: UInt32 = 0
    private var byContent = RecordTable()
    private var byName = RecordTable()

    /// Undone ones included.
    var count: Int { records.count }

    /// When the oldest began; `nil` where none is remembered.
    var since: Timestamp? { records.first?.moment }

    func name(of record: Record) -> String {
        let start = Int(record.nameStart &- (namesEnd &- UInt32(names.count)))
        return String(decoding: names[start..<start + Int(record.nameLength)], as: UTF8.self)
    }

    /// The latest that stand for a request with that content, oldest first.
    ///
    /// - Parameter most: how many requests are looked at, undone ones included.
    func requests(for content: Fingerprint, most: Int) -> [Record] {
        var found: [Record] = []
        visit(newest(of: content), most) { _, record in
            if record.isFirst { found.append(record) }
            return true
        }
        return found.reversed()
    }

    /// The latest of that content and name, further variants included.
    func latest(_ asked: Asked, most: Int) -> Record? {
        var found: Record?
        visit(byName.find(Self.hash(asked)) { isSame($0, asked) }, most) { _, record in
            if name(of: record) == asked.name { found = record }
            return found == nil
        }
        return found
    }

    mutating func append(_ asked: Asked, at moment: Timestamp, isFirst: Bool) {
        let name = asked.name.utf8.prefix(Int(UInt16.max))
        var older = newest(of: asked.content)
        // However often the same is undone, it is not met again.
        while let number = older, let record = self[number], record.isUndone { older = record.older }
        let number = first.advanced(by: records.count)
        records.append(
            Record(
                content: asked.content, moment: moment, nameStart: namesEnd, older: older,
                nameLength: UInt16(name.count), isAgain: asked.isAgain, isFirst: isFirst))
        names.append(contentsOf: name)
        namesEnd &+= UInt32(name.count)
        if byContent.isFull || byName.isFull { indexAnew() } else { index(number, asked) }
    }

    mutating func removeOldest() {
        guard let record = records.popFirst() else { return }
        names.removeFirst(Int(record.nameLength))
        first = first.advanced(by: 1)
    }

    /// The latest request of that content and name does not count, nor do its variants.
    mutating func undo(_ asked: Asked, most: Int) {
        var undone: [RecordNumber] = []
        var isFound = false
        visit(newest(of: asked.content), most) { number, record in
            if name(of: record) == asked.name {
                undone.append(number)
                isFound = record.isFirst
            }
            return !isFound
        }
        for number in undone where isFound { records[first.distance(to: number)].isUndone = true }
    }

    // MARK: Finding

    /// `nil` where it is forgotten.
    private subscript(number: RecordNumber) -> Record? {
        let index = first.distance(to: number)
        return index < records.count ? records[index] : nil
    }

    private func newest(of content: Fingerprint) -> RecordNumber? {
        byContent.find(content.hashValue) { self[$0]?.content == content }
    }

    /// From one on to older ones of the same content, until told to stop.
    private func visit(_ start: RecordNumber?, _ most: Int, _ goesOn: (RecordNumber, Record) -> Bool) {
        var next = start
        var requests = 0
        while let number = next, let record = self[number], requests < most {
            if !record.isUndone, !goesOn(number, record) { return }
            requests += record.isFirst ? 1 : 0
            next = record.older
        }
    }

    private func isSame(_ number: RecordNumber, _ asked: Asked) -> Bool {
        self[number].map { $0.content == asked.content && name(of: $0) == asked.name } ?? false
    }

    private static func hash(_ asked: Asked) -> Int {
        var hasher = Hasher()
        hasher.combine(asked.content)
        hasher.combine(asked.name)
        return hasher.finalize()
    }

    private mutating func index(_ number: RecordNumber, _ asked: Asked) {
        let (content, name) = (
            byContent.slot(asked.content.hashValue) { self[$0]?.content == asked.content },
            byName.slot(Self.hash(asked)) { isSame($0, asked) }
        )
        byContent.set(number, in: content)
        byName.set(number, in: name)
    }

    /// The tables keep the numbers of what is forgotten until then.
    private mutating func indexAnew() {
        byContent = RecordTable(for: records.count)
        byName = RecordTable(for: records.count)
        for (offset, record) in records.enumerated() {
            index(first.advanced(by: offset), Asked(content: record.content, name: name(of: record)))
        }
    }
}

/// The number of a record, counted from the first one ever. It wraps around: less than two billion are kept at a time.
private struct RecordNumber: Sendable {
    /// Never 0, which is a free slot of a table.
    let raw: UInt32

    private static let mark: UInt32 = 1 << 31
    static let one = RecordNumber(raw: mark)

    func advanced(by count: Int) -> RecordNumber {
        RecordNumber(raw: (raw &+ UInt32(truncatingIfNeeded: count)) | Self.mark)
    }

    /// Far beyond all records where `other` came before this one.
    func distance(to other: RecordNumber) -> Int { Int((other.raw &- raw) & ~Self.mark) }
}

/// Numbers of records by the hash of what is looked for (open addressing, linear probing).
private struct RecordTable: Sendable {
    private var slots: [UInt32]
    private var used = 0

    private static let smallest = 16

    /// - Parameter count: how many numbers it has at once; as many again fit in at least.
    init(for count: Int = 0) {
        var size = Self.smallest
        while size / 4 * 3 < 2 * count { size *= 2 }
        slots = Array(repeating: 0, count: size)
    }

    /// Whether it is to be made anew before the next one.
    var isFull: Bool { used >= slots.count / 4 * 3 }

    func find(_ hash: Int, _ isMeant: (RecordNumber) -> Bool) -> RecordNumber? {
        let raw = slots[slot(hash, isMeant)]
        return raw == 0 ? nil : RecordNumber(raw: raw)
    }

    /// Where the one is that is meant, or its place where there is none.
    func slot(_ hash: Int, _ isMeant: (RecordNumber) -> Bool) -> Int {
        var slot = hash & (slots.count - 1)
        while slots[slot] != 0, !isMeant(RecordNumber(raw: slots[slot])) { slot = (slot + 1) & (slots.count - 1) }
        return slot
    }

    mutating func set(_ number: RecordNumber, in slot: Int) {
        used += slots[slot] == 0 ? 1 : 0
        slots[slot] = number.raw
    }
}
