// SPDX-License-Identifier: Apache-2.0

internal import Documents
package import Jobs
internal import NanoBanana
internal import Requests

internal import struct SystemPackage.FilePath

/// The sentences about money.
extension Wording {
    /// Why requests wait, and until when.
    package static func sentence(_ hold: Hold) -> String {
        switch hold.reason {
        case .limit(let limit):
            "today's \(words(limit)) is used up" + (hold.until.map { "; continues at \(hour($0))" } ?? "")
        case .repeated(let why): "\(what(why)), so nothing was sent; \(advice(why))"
        case .defaults(let file, let mistake):
            "\(shown(file)) has a mistake, so the requests of its lane wait until it is corrected: \(mistake)"
        case .defaultsUnsettled(let file): "\(shown(file)) is being changed"
        case .paused(let lane): paused(lane, until: hold.until)
        case .approval(let name, let cost, let limit):
            "\(shown(name)) would cost \(price(of: cost)), which is more than \(words(limit)); to send it, put an empty file "
                + "called \(shown(String(name.split(separator: "/").last ?? "NAME")))\(SteeringWish.approve.ending) beside "
                + "it, or say `bananadrop approve`; otherwise remove it"
        }
    }

    /// `0.48 for 4 submits`.
    package static func price(of cost: Budget.Spent) -> String {
        let unpriced = cost.submitsWithoutPrice > 0 ? ", \(cost.submitsWithoutPrice) of them without a known price" : ""
        return "\(cost.money) for \(count(cost.submits, "submit"))\(unpriced)"
    }

    private static func words(_ limit: ApprovalLimit) -> String {
        let money = limit.money.map { "hold-above (\($0))" }
        let submits = limit.submits.map { "hold-above-submits (\($0))" }
        return [money, submits].compactMap(\.self).joined(separator: " or ")
    }

    /// What is left today of the limits of all lanes; `nil` where there are none.
    package static func left(_ limits: DailyLimits, after spent: Budget.Spent) -> String? {
        let money = limits.money.map { "\($0 - spent.money) of \($0)" }
        let submits = limits.submits.map { "\(max($0 - spent.submits, 0)) of \(count($0, "submit"))" }
        let all = [money, submits].compactMap(\.self)
        return all.isEmpty ? nil : all.joined(separator: " and ") + " left today"
    }

    /// By a word of somebody who sees only the folder.
    private static func paused(_ lane: Lane?, until: Timestamp?) -> String {
        let place = lane.map { $0.isRoot ? "inbox" : "inbox/" + $0.text } ?? "the spool's folder"
        let end = until.map { "; continues at \(hour($0)), or when" } ?? "; continues when"
        return "paused by \(SteeringWord.pauseName.string) in \(shown(place))\(end) that is taken away"
    }

    /// What holds something up, and how much of it.
    package static func held(files: Int, jobs: Int, why: String) -> String {
        var counts: [String] = []
        if files > 0 || jobs == 0 { counts.append(count(files, "file")) }
        if jobs > 0 { counts.append(count(jobs, "job")) }
        return "held: \(counts.joined(separator: " and ")): \(why)"
    }

    private static func what(_ why: Repetition) -> String {
        switch why {
        case .sameName(let name, let since):
            "\(shown(name)) asks for exactly what was asked for under that name at \(LocalTime(since))"
        case .copy(let name, let original, let since):
            "\(shown(name)) looks like a copy of \(shown(original)), which asked for exactly the same at "
                + "\(LocalTime(since))"
        case .loop(let times):
            "the same request was started \(count(times, "time")) within an hour, perhaps by a sync client or a "
                + "script that runs in a loop"
        case .rows(let name, let count): "\(count) rows of \(shown(name)) ask for exactly the same"
        }
    }

    /// What to do about it; nothing goes on by itself.
    private static func advice(_ why: Repetition) -> String {
        let again = "set variants, write `again: true` into it, or put it into a folder `again` beside it"
        switch why {
        case .sameName:
            return "to pay for it once more, change a word, rename the file, \(again); otherwise remove the file, and "
                + "if a program keeps copying it here, let that program remove the original (rsync "
                + "--remove-source-files)"
        case .copy:
            return "to pay for it once more, change a word, give it a name of its own, \(again); otherwise remove it"
        case .loop:
            return "stop whatever drops it, and remove the file; to pay for it once more, change a word, \(again)"
        case .rows:
            return
                "correct the table; to pay for each of them, give one row variants, or fill a column `again` with true"
        }
    }

    package static func explain(_ why: Repetition) -> Explanation {
        Explanation(
            code: .repeated, charge: .no, what: capitalized(what(why)) + ", so nothing was sent.", details: [],
            next: capitalized(advice(why)) + ".")
    }

    /// `spending limit (daily-money: 15)`, `submit limit for lane acme (lane-daily-submits: 100)`.
    static func words(_ limit: Limit) -> String {
        let (kind, setting, size) =
            switch limit.size {
            case .submits(let count): ("submit limit", "daily-submits", "\(count)")
            case .money(let amount): ("spending limit", "daily-money", "\(amount)")
            }
        switch limit.owner {
        case .spool: return "\(kind) (\(setting): \(size))"
        case .lane(let lane): return "\(kind) for lane \(shown(lane.text)) (lane-\(setting): \(size))"
        }
    }

    package static func overLimit(_ limit: Limit) -> Explanation {
        Explanation(
            code: .overLimit, charge: .no,
            what: "This request alone exceeds the daily \(words(limit)), so nothing was sent.", details: [],
            next:
                "Ask for fewer variants or a cheaper model, or ask the administrator for a higher limit. Then put this "
                + "folder back into the inbox."
        )
    }
}

extension PriceTableError: CustomStringConvertible {
    /// What is wrong with the entry, and what it should be.
    package var description: String {
        let entry = Wording.quoted(entry)
        switch problem {
        case .form:
            return "\(entry) is not of the form MODEL = PRICE or MODEL SIZE = PRICE, with a decimal point in the price"
        case .unknownModel(let name, let nearest):
            let hint = nearest.map { "; did you mean \($0)?" } ?? "; name it in models first"
            return "\(entry): there is no model \(Wording.quoted(name))" + hint
        case .unknownSize(let size): return "\(entry): there is no size \(Wording.quoted(size)); it is 1K, 2K or 4K"
        case .sizeNotTaken(_, let model) where model.sizes.isEmpty:
            return "\(entry): \(model.usualName) takes no size"
        case .sizeNotTaken(let size, let model):
            return "\(entry): \(model.usualName) takes no \(size.rawValue)"
        case .notAPrice(let text): return "\(entry): \(Wording.quoted(text)) is not a price such as 0.12"
        case .givenTwice: return "\(entry): this model and size are there twice"
        }
    }
}

extension DailyLimitsError: CustomStringConvertible {
    /// What is wrong with the entry, and what it should be.
    package var description: String {
        let entry = Wording.quoted(entry)
        switch problem {
        case .form: return "\(entry) is not of the form LANE = LIMIT, with commas between the limits"
        case .notALane(let lane): return "\(entry): \(Wording.quoted(lane)) is not a sub-folder of the inbox"
        case .notASize: return "\(entry) is not \(part.rule)"
        case .givenTwice: return "\(entry): this lane is there twice"
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
