// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import Jobs

/// The sentences of the page for a browser.
extension Wording {
    /// What it is about, in one or two sentences.
    static func lead(_ state: SpoolState) -> String {
        switch state.condition {
        case .notRunning:
            let since = state.stoppedAt.map { "It stopped at \(clock($0)). " } ?? ""
            return since + "Whatever is in the inbox waits until an administrator starts it again. Nothing is lost."
        case .paused:
            return "Requests stay in the inbox until this is over. Nothing is lost, and what was paid for still comes."
        case .held: return "Some requests wait for somebody, or for tomorrow. The others go on."
        case .working:
            let count = state.underWay?.count ?? 0
            return "\(capitalized(self.count(count, "job"))) under way, \(state.queue.count) waiting."
        case .idle: return "Everything that was dropped has come back. Put a request into the inbox to begin."
        }
    }

    /// How long the page can be believed.
    static func freshness(_ state: SpoolState) -> String {
        if state.stoppedAt != nil { return "This was the daemon's last word." }
        if state.isIdle { return "It stays like this until something is dropped; then this page is written again." }
        return
            "While there is work, this page is written again at least every minute. If that time is minutes ago, the "
            + "daemon does not run: tell your administrator."
    }

    // MARK: A batch's page

    /// What became of a batch, without its full stop.
    static func lead(done: Int, failed: Int, notBegun: Int) -> String {
        let counts = [(failed, "failed"), (notBegun, "not begun")].filter { $0.0 > 0 }.map { ", \($0.0) \($0.1)" }
        return "\(count(done, "part")) done" + counts.joined()
    }

    /// How many submits were paid for, and how much that was where prices are known, without its full stop.
    static func cost(_ bill: Bill) -> String {
        if bill.charged + bill.maybeCharged == 0 { return "Nothing was charged" }
        func said(_ submits: Int, _ money: String?) -> String {
            count(submits, "submit") + (money.map { " (\($0))" } ?? "")
        }
        if bill.maybeCharged == 0 { return "Charged: " + said(bill.charged, bill.money) }
        let maybe = "perhaps charged: " + said(bill.maybeCharged, bill.moneyMaybe)
        return capitalized(bill.charged == 0 ? maybe : "charged: \(said(bill.charged, bill.money)); \(maybe)")
    }

    static func failedParts(_ count: Int) -> String { "Failed: \(count)" }
    static func doneParts(_ count: Int) -> String { "Done: \(count)" }
    static func notBegunParts(_ count: Int) -> String { "Not begun: \(count)" }
    static func moreParts(_ count: Int) -> String { "and \(count) more: batch.csv has all of them." }
    static let noPicture = "no picture: it was made from words alone"
    static let tableSays = "has the same as a table, with your own columns."

    // MARK: What a batch under way has by now

    /// What is over, and that it is not all.
    static func comingLead(done: Int, failed: Int, of all: Int) -> String {
        "\(done) of \(count(all, "part")) \(done == 1 ? "is" : "are") done"
            + (failed > 0 ? ", \(failed) failed" : "") + ". The others are on their way."
    }

    static let comingLies = "what is done lies in"
    static func moreComing(_ count: Int) -> String { "and \(count) more in this folder." }
    static let comingEnds =
        "When the last part is over, all of it comes to done or failed with the batch's own page, and this folder goes. "
        + "Until then look, and copy what you need: these are the pictures themselves, so do not edit them here."

    // MARK: A lane's page

    /// What a lane's page shows, without more than that.
    static func laneLead(done: Int, failed: Int) -> String {
        "Came back last: \(done) done" + (failed > 0 ? ", \(failed) failed" : "") + "."
    }

    static let failedLast = "Failed last"
    static let cameBackLast = "Came back last"
    static let wholeBatch = "the whole batch"
    static let laneFolder = "All of them lie in this folder."
    static func lastResults(_ count: Int) -> String {
        "This page shows the last \(count) results, a second after they come."
    }
    static func morePictures(_ count: Int) -> String { "\(self.count(count, "picture")) more." }

    /// Of the machine: `UTC+01:00`.
    static func zone(at moment: Timestamp) -> String {
        let local = LocalTime(moment).description.split(separator: " ").joined(separator: "T") + ".000Z"
        guard let shown = Timestamp(local) else { return "local time" }
        // Parts of a second are dropped on the clock.
        let minutes = Int((Double(shown.milliseconds - moment.milliseconds) / 60_000).rounded())
        let (hours, rest) = (abs(minutes) / 60, abs(minutes) % 60)
        func two(_ number: Int) -> String { (number < 10 ? "0" : "") + String(number) }
        return "UTC" + (minutes < 0 ? "-" : "+") + two(hours) + ":" + two(rest)
    }
}
