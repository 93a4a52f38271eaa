// SPDX-License-Identifier: Apache-2.0

internal import Documents
package import Requests

/// What may be spent on one local day, as the administrator says. Pure.
package struct DailyLimits: Equatable, Sendable {
    /// Submits of the whole spool: 0 to 1,000,000,000. `nil`: no limit; 0: none may leave.
    package private(set) var submits: Int?
    /// Money of the whole spool. `nil`: no limit; 0: none may be spent.
    package private(set) var money: Amount?
    /// Submits of a lane together with all lanes below it. By the lane's text: as a Mac writes `ü` or as others do, it
    /// is the same text.
    private(set) var laneSubmits: [String: Int] = [:]
    /// Money of a lane together with all lanes below it.
    private(set) var laneMoney: [String: Amount] = [:]

    private static let submitsRange = 0...1_000_000_000

    /// No limits.
    package init() {}

    /// Reads four settings; a blank one sets no limit.
    ///
    /// - Parameters:
    ///   - submits: a whole number.
    ///   - money: a plain decimal.
    ///   - laneSubmits: `acme = 100, acme/spring = 5`: lanes relative to the inbox, each with a whole number. A lane
    ///     with a comma, ` = ` or a line break in its name cannot be given.
    ///   - laneMoney: the same with plain decimals.
    package init(
        submits: String, money: String, laneSubmits: String, laneMoney: String
    ) throws(DailyLimitsError) {
        self.submits = try Self.size(submits, .submits, Self.count)
        self.money = try Self.size(money, .money) { Amount($0) }
        self.laneSubmits = try Self.lanes(laneSubmits, .laneSubmits, Self.count)
        self.laneMoney = try Self.lanes(laneMoney, .laneMoney) { Amount($0) }
    }

    /// Whether any of the limits is one of money: it needs prices.
    package var limitsMoney: Bool { money != nil || !laneMoney.isEmpty }

    /// The lanes that have limits, by name.
    package var lanes: [String] { Set(laneSubmits.keys).union(laneMoney.keys).sorted() }

    private static func count(_ text: String) -> Int? {
        guard text.utf8.allSatisfy((UInt8(ascii: "0")...UInt8(ascii: "9")).contains) else { return nil }
        return Int(text).flatMap { submitsRange.contains($0) ? $0 : nil }
    }

    private static func size<Size>(
        _ text: String, _ part: DailyLimitsError.Part, _ read: (String) -> Size?
    ) throws(DailyLimitsError) -> Size? {
        let text = text.trimmed
        if text.isEmpty { return nil }
        guard let size = read(text) else {
            throw DailyLimitsError(part: part, entry: text, problem: .notASize(text))
        }
        return size
    }

    private static func lanes<Size>(
        _ text: String, _ part: DailyLimitsError.Part, _ read: (String) -> Size?
    ) throws(DailyLimitsError) -> [String: Size] {
        var sizes: [String: Size] = [:]
        for entry in SettingEntry.all(in: text) {
            guard let name = entry.name else { throw DailyLimitsError(part: part, entry: entry.text, problem: .form) }
            // Entries with no comma between them: the limit of the last, for a lane that nobody has.
            if name.contains(" = ") || name.utf8.contains(0x0A) {
                throw DailyLimitsError(part: part, entry: entry.text, problem: .form)
            }
            guard let lane = Lane(text: name), !lane.isRoot else {
                throw DailyLimitsError(part: part, entry: entry.text, problem: .notALane(name))
            }
            guard let size = read(entry.value) else {
                throw DailyLimitsError(part: part, entry: entry.text, problem: .notASize(entry.value))
            }
            guard sizes.updateValue(size, forKey: lane.text) == nil else {
                throw DailyLimitsError(part: part, entry: entry.text, problem: .givenTwice)
            }
        }
        return sizes
    }
}

/// One of the ``DailyLimits``: whose it is, of what, and how much.
package struct Limit: Hashable, Sendable {
    enum Owner: Hashable, Sendable {
        case spool
        /// The lane together with all lanes below it.
        case lane(Lane)
    }

    enum Size: Hashable, Sendable {
        case submits(Int)
        case money(Amount)
    }

    let owner: Owner
    let size: Size

    /// Whose it is; `nil` for one of the whole spool.
    package var lane: Lane? { if case .lane(let lane) = owner { lane } else { nil } }
}
