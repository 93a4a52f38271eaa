// SPDX-License-Identifier: Apache-2.0

internal import Documents

/// The sentences about failed jobs that are put back.
extension Wording {
    package static func sentence(_ plan: RetryPlan) -> String {
        var words: [String] = []
        if plan.goingOn > 0 { words.append("continues with what was paid for, without paying for it again") }
        if plan.anew > 0, words.isEmpty { words.append("starts over, since it was not charged") }
        let submits = plan.submits + (plan.goingOn > 0 ? plan.anew : max(plan.anew - 1, 0))
        if submits > 0 { words.append("sends \(count(submits, "more submit")), which will be charged") }
        if plan.second > 0 {
            words.append("sends \(count(plan.second, "submit")) again, which may be a second charge")
        }
        if plan.changed > 0 {
            words.append("sends \(count(plan.changed, "submit")) of a changed request, which will be charged again")
        }
        if words.isEmpty { words.append("continues where it stopped") }
        let second = plan.staying.count { $0 == .secondCharge }
        let changed = plan.staying.count - second
        let stays = [
            second > 0 ? "\(stay(second)), since sending again may be a second charge (--accept-second-charge)" : nil,
            changed > 0 ? "\(stay(changed)), since a changed request is a new charge (--accept-charge)" : nil,
        ]
        return (["put back; " + words.joined(separator: ", and ")] + stays.compactMap(\.self)).joined(separator: "; ")
    }

    private static func stay(_ parts: Int) -> String {
        count(parts, "part") + (parts == 1 ? " stays as it is" : " stay as they are")
    }

    /// What the log says of a job that was put back, and is taken up again.
    package static func putBack(_ job: Job) -> String {
        if !job.isUnread { return "Put back by somebody: continues where it stopped" }
        return switch job.charge {
        case .no: "Put back by somebody: starts over, since it was not charged"
        case .maybe: "Put back by somebody: is sent again, although an earlier submit may have been charged"
        case .yes:
            "Put back by somebody: is sent and charged again, since its request was changed after it was charged"
        }
    }
}
