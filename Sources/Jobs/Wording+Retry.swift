// SPDX-License-Identifier: Apache-2.0

internal import Documents

/// The sentences about failed jobs that are put back.
extension Wording {
    package static func sentence(_ plan: RetryPlan) -> String {
        var words: [String] = []
        if plan.goingOn > 0 { words.append("goes on with what was paid for, nothing is paid again for it") }
        if plan.anew > 0, words.isEmpty { words.append("begins anew, nothing of it was charged") }
        let submits = plan.submits + (plan.goingOn > 0 ? plan.anew : max(plan.anew - 1, 0))
        if submits > 0 { words.append("sends \(count(submits, "submit")) more, which will be paid") }
        if plan.second > 0 {
            words.append("sends \(count(plan.second, "submit")) again, which may be a second charge")
        }
        if plan.changed > 0 {
            words.append("sends \(count(plan.changed, "submit")) of a changed request, which will be paid anew")
        }
        if words.isEmpty { words.append("goes on where it stopped") }
        let second = plan.staying.count { $0 == .secondCharge }
        let changed = plan.staying.count - second
        let stays = [
            second > 0 ? "\(stay(second)), since it may be a second charge (--accept-second-charge)" : nil,
            changed > 0 ? "\(stay(changed)), since a changed request is a new charge (--accept-charge)" : nil,
        ]
        return (["put back; " + words.joined(separator: ", and ")] + stays.compactMap(\.self)).joined(separator: "; ")
    }

    private static func stay(_ parts: Int) -> String {
        count(parts, "part") + (parts == 1 ? " stays as it is" : " stay as they are")
    }

    private static func count(_ number: Int, _ thing: String) -> String {
        "\(number) \(thing)" + (number == 1 ? "" : "s")
    }

    /// What the log says of a job that was put back, and is taken up again.
    package static func putBack(_ job: Job) -> String {
        if !job.isUnread { return "Put back by somebody: goes on where it stopped" }
        return switch job.charge {
        case .no: "Put back by somebody: begins anew, nothing was paid"
        case .maybe: "Put back by somebody: is sent again, though an earlier submit may have been charged"
        case .yes: "Put back by somebody: is sent anew, since its request was changed after it had been paid for"
        }
    }
}
