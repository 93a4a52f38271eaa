// SPDX-License-Identifier: Apache-2.0

internal import Documents
package import Jobs
internal import NanoBanana
internal import Requests

/// The sentences about money.
extension Wording {
    /// Why requests wait, and until when.
    package static func sentence(_ hold: Hold) -> String {
        switch hold.reason {
        case .limit(let limit):
            "\(words(limit)) is reached" + (hold.until.map { "; goes on at \(LocalTime($0))" } ?? "")
        case .repeated(let why): "\(what(why)); \(advice(why))"
        case .defaults(let file, let mistake):
            "\(shown(file)) has a mistake, and the requests of its lane wait until it is corrected: \(mistake)"
        case .defaultsUnsettled(let file): "\(shown(file)) is being changed"
        }
    }

    /// What holds something up, and how much of it.
    package static func held(files: Int, jobs: Int, why: String) -> String {
        var counts: [String] = []
        if files > 0 || jobs == 0 { counts.append(files == 1 ? "1 file" : "\(files) files") }
        if jobs > 0 { counts.append(jobs == 1 ? "1 job" : "\(jobs) jobs") }
        return "held: \(counts.joined(separator: " and ")): \(why)"
    }

    private static func what(_ why: Repetition) -> String {
        switch why {
        case .sameName(let name, let since):
            "\(shown(name)) asks for the very same as what was taken under that name at \(LocalTime(since)), and would "
                + "be paid for again"
        case .copy(let name, let original, let since):
            "\(shown(name)) looks like a copy of \(shown(original)), which asks for the very same and was taken at "
                + "\(LocalTime(since))"
        case .loop(let times):
            "the same request was begun \(times) times within an hour, as a loop of a sync client or a script would"
        case .rows(let name, let count): "\(count) rows of \(shown(name)) ask for the very same"
        }
    }

    /// What to do about it; nothing goes on by itself.
    private static func advice(_ why: Repetition) -> String {
        let again = "set variants, or write `again: true` into it"
        switch why {
        case .sameName:
            return "take the file away, and where a program copies it anew each time let that one remove it from where "
                + "it comes (rsync --remove-source-files); if you mean it, change a word, give it another name, "
                + "\(again)"
        case .copy: return "take it away, or, if you mean it, change a word, give it a name of its own, \(again)"
        case .loop: return "stop what drops it and take the file away, or, if you mean it, change a word, \(again)"
        case .rows:
            return "correct the table, or, if you mean it, give one row variants, or fill a column `again` with true"
        }
    }

    package static func explain(_ why: Repetition) -> Explanation {
        Explanation(
            code: .repeated, charge: .no, what: sentenceCase(what(why)) + ", so nothing was sent.", details: [],
            next: sentenceCase(advice(why)) + ".")
    }

    private static func sentenceCase(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }

    /// `the limit of 100 submits a day for lane acme`.
    static func words(_ limit: Limit) -> String {
        let size =
            switch limit.size {
            case .submits(let count): "\(count) submit\(count == 1 ? "" : "s")"
            case .money(let amount): "\(amount)"
            }
        switch limit.owner {
        case .spool: return "the limit of \(size) a day"
        case .lane(let lane): return "the limit of \(size) a day for lane \(shown(lane.text))"
        }
    }

    package static func overLimit(_ limit: Limit) -> Explanation {
        Explanation(
            code: .overLimit, charge: .no,
            what: "This request alone is more than \(words(limit)), so nothing was sent.", details: [],
            next:
                "Ask for fewer variants or a cheaper model, or ask the administrator for a higher limit; then put this folder back."
        )
    }
}

extension PriceTableError: CustomStringConvertible {
    /// What is wrong with the entry, and what it should be.
    package var description: String {
        let entry = Wording.quoted(entry)
        switch problem {
        case .form: return "\(entry) is not of the form MODEL = PRICE or MODEL SIZE = PRICE, with a point in the price"
        case .unknownModel(let name, let nearest):
            let hint = nearest.map { "; did you mean \($0)?" } ?? "; name it in models first"
            return "\(entry): there is no model \(Wording.quoted(name))" + hint
        case .unknownSize(let size): return "\(entry): there is no size \(Wording.quoted(size)); it is 1K, 2K or 4K"
        case .sizeNotTaken(let model): return "\(entry): \(model.soldName ?? model.id) takes no size"
        case .notAPrice(let text): return "\(entry): \(Wording.quoted(text)) is not a price such as 0.12"
        case .givenTwice: return "\(entry): this model and size stand there twice"
        }
    }
}

extension DailyLimitsError: CustomStringConvertible {
    /// What is wrong with the entry, and what it should be.
    package var description: String {
        let entry = Wording.quoted(entry)
        switch problem {
        case .form: return "\(entry) is not of the form LANE = LIMIT, with a comma before the next"
        case .notALane(let lane): return "\(entry): \(Wording.quoted(lane)) is not a sub-folder of the inbox"
        case .notASize: return "\(entry) is not \(part.rule)"
        case .givenTwice: return "\(entry): this lane stands there twice"
        }
    }
}

extension DailyLimitsError.Part {
    fileprivate var rule: String {
        switch self {
        case .submits, .laneSubmits: "a whole number from 0"
        case .money, .laneMoney: "an amount such as 12.50"
        }
    }
}
