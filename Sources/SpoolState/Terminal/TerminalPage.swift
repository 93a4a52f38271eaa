// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import Jobs
internal import Spending

internal import struct SystemPackage.FilePath

/// What `status` shows: the important first, and no more than fits. Pure.
package struct TerminalPage: Sendable {
    /// A few rows that belong together.
    private struct Section {
        /// Shown before the items of any.
        var head: [StyledLine]
        var items: [StyledLine] = []
        /// How many items more there are than are in ``items``.
        var unnamed = 0
        /// So many items have room before others have more; and whose turn it is, the smallest first.
        var first = 1
        var rank = 2

        var count: Int { items.count + unnamed }
    }

    package let state: SpoolState

    package init(_ state: SpoolState) {
        self.state = state
    }

    /// - Parameter rows: how many fit; `nil` for all.
    package func lines(rows: Int? = nil, columns: Int? = nil) -> [StyledLine] {
        let sections = self.sections(columns ?? 100).filter { !$0.head.isEmpty || !$0.items.isEmpty }
        guard let rows else { return sections.flatMap { Self.lines(of: $0, $0.items.count) } }
        var left = rows
        var shown: [(section: Section, items: Int)] = []
        for section in sections where section.head.count <= left {
            left -= section.head.count
            shown.append((section, 0))
        }
        // Each has its share, in the order of importance, and then whoever has more to show.
        let turns = shown.indices.sorted { (shown[$0].section.rank, $0) < (shown[$1].section.rank, $1) }
        for share in [\Section.first, \Section.count] {
            for index in turns {
                let (section, items) = shown[index]
                let isAll = section.unnamed == 0 && section.items.count - items <= left
                let wanted = min(section[keyPath: share], section.items.count) - items
                let given = isAll ? wanted : min(wanted, left)
                if given <= 0 { continue }
                shown[index].items += given
                left -= given
            }
        }
        return shown.flatMap { Self.fitting($0.section, $0.items, left: &left) }.prefix(rows).map(\.self)
    }

    private static func lines(of section: Section, _ items: Int) -> [StyledLine] {
        let more = section.count - items
        let last = more > 0 ? [StyledLine("  … and \(more) more", .faint)] : []
        return section.head + section.items.prefix(items) + last
    }

    /// The line that counts the rest takes the place of the last item where there is no other.
    private static func fitting(_ section: Section, _ items: Int, left: inout Int) -> [StyledLine] {
        if items == section.count || items == 0 { return section.head + section.items.prefix(items) }
        if left > 0 {
            left -= 1
            return lines(of: section, items)
        }
        return lines(of: section, items - 1)
    }

    /// What stands below the log of a daemon: these jobs, what holds things up, and all of it in one row. Nothing where
    /// nothing goes on.
    package func lines(below jobs: [JobLine], columns: Int) -> [StyledLine] {
        guard state.isBusy, let underWay = state.underWay else { return [] }
        let trouble = state.troubleLines.first.map { [StyledLine($0, .warning)] } ?? []
        let others = underWay.count - jobs.count
        let sum = StyledLine("under way: ", .strong).adding("\(underWay.count)")
            .adding(others > 0 && !jobs.isEmpty ? " (\(others) not shown)" : "", .faint)
            .adding("  waiting: ", .strong).adding("\(state.queue.count)")
            .adding("  today: ", .strong).adding(Wording.words(state.today.spent))
        return lines(of: jobs, columns) + trouble + [sum]
    }

    // MARK: The sections

    private func sections(_ columns: Int) -> [Section] {
        [head, troubles, spent, waiting, unsettled, underWay(columns), recent, leftAlone]
    }

    private var head: Section {
        let style: StyledLine.Style =
            switch state.condition {
            case .notRunning, .paused: .bad
            case .held: .warning
            case .working, .idle: .good
            }
        let line = StyledLine("running: ", .strong).adding(state.pid.map { "process \($0)" } ?? "no", style)
        guard state.pid == nil, let stopped = state.stoppedAt else { return Section(head: [line]) }
        return Section(head: [line.adding("; stopped at \(Wording.clock(stopped))")])
    }

    private var troubles: Section {
        var lines = state.troubleLines.map { StyledLine($0, .warning) }
        if let why = state.watching?.why { lines.append(StyledLine("the inbox is checked every 2 s: \(why)", .faint)) }
        return Section(head: [], items: lines, first: 2, rank: 0)
    }

    private var spent: Section {
        let today = StyledLine("today: ", .strong).adding(Wording.words(state.today.spent))
        let limits = state.today.limits.map { limit in
            StyledLine("  \(Wording.name(limit)): ").adding(Wording.left(limit), limit.share >= 1 ? .warning : .plain)
        }
        return Section(head: [today], items: limits)
    }

    private var waiting: Section {
        let line = StyledLine("waiting in the inbox: ", .strong).adding("\(state.queue.count)")
        let names = state.queue.next
        let hurried = state.hurried.isEmpty ? [] : [hurriedLine]
        if names.isEmpty || state.queue.count == 0 { return Section(head: [line], items: hurried) }
        let next = StyledLine("  next: ", .faint).adding(names.map { Wording.words($0) }.joined(separator: ", "))
        let lanes = state.queue.lanes.count > 1 ? state.queue.lanes : []
        return Section(
            head: [line],
            items: [next] + hurried + lanes.map { StyledLine("  \($0.files) in \(Wording.lane($0.name))") })
    }

    private var hurriedLine: StyledLine {
        StyledLine("  \(Wording.hurried): ", .faint).adding(Wording.list(state.hurried, of: state.hurried.count))
    }

    private var unsettled: Section {
        let queue = state.queue
        let lines = [
            ("still being written: ", queue.unsettledNames, queue.unsettled),
            (Wording.awaitingText + ": ", queue.awaitingTextNames, queue.awaitingText),
        ]
        return Section(
            head: lines.filter { $0.2 > 0 }.map { StyledLine($0.0, .strong).adding(Wording.list($0.1, of: $0.2)) })
    }

    private func underWay(_ columns: Int) -> Section {
        let title = StyledLine("under way: ", .strong)
        guard let underWay = state.underWay else {
            return Section(head: [title.adding("only root and the daemon's user can see that")])
        }
        return Section(
            head: [title.adding("\(underWay.count)")], items: lines(of: underWay.jobs, columns),
            unnamed: max(underWay.count - underWay.jobs.count, 0), first: 3, rank: 1)
    }

    private func lines(of jobs: [JobLine], _ columns: Int) -> [StyledLine] {
        let name = min(jobs.map { TextWidth.of(Wording.line($0.name)) }.max() ?? 0, max(columns / 3, 12))
        return jobs.map { line(of: $0, name, columns) }
    }

    private func line(of job: JobLine, _ nameWidth: Int, _ columns: Int) -> StyledLine {
        let name = TextWidth.cut(Wording.line(job.name), to: nameWidth)
        var line = StyledLine("  " + name + String(repeating: " ", count: nameWidth - TextWidth.of(name)) + "  ")
        if let progress = job.progress {
            line = line.adding(Self.bar(progress, width: min(max(columns / 6, 8), 24)), .good).adding(" ")
        }
        line = line.adding(Wording.words(job))
        if job.stage != .batch, let progress = job.progress {
            line = line.adding(", \(progress.done) of \(progress.of)")
        }
        line = line.adding("  since \(Wording.clock(job.since, near: state.at))", .faint)
        guard let expected = job.expected else { return line }
        return line.adding(", about \(Wording.clock(expected, near: state.at))", .faint)
    }

    static func bar(_ progress: JobLine.Progress, width: Int) -> String {
        let filled = progress.of > 0 ? min(max(progress.done, 0), progress.of) * width / progress.of : 0
        return "[" + String(repeating: "#", count: filled) + String(repeating: "-", count: width - filled) + "]"
    }

    private var recent: Section {
        let lines = state.recent.map { ended in
            let time = StyledLine("  \(Wording.clock(ended.at, near: state.at))  ", .faint)
            let name = Wording.shownPath(ended.folder)
            let (word, style): (String, StyledLine.Style) = ended.failure == nil ? ("done", .good) : ("failed", .bad)
            return time.adding(word.padded(to: 6), style).adding("  \(name)  ").adding(Wording.words(ended), .faint)
        }
        return Section(head: lines.isEmpty ? [] : [StyledLine("came back last:", .strong)], items: lines, first: 2)
    }

    private var leftAlone: Section {
        if state.leftAlone.count == 0 { return Section(head: []) }
        let groups = state.leftAlone.byReason(named: SpoolState.namesLimit).map { group in
            let names = group.names.map { Wording.shownPath($0) }
            return StyledLine("  \(Wording.list(names, of: group.count)): ").adding(group.reason, .faint)
        }
        let others = state.leftAlone.others
        return Section(
            head: [StyledLine("left alone in the inbox: ", .strong).adding("\(state.leftAlone.count)")],
            items: groups + (others > 0 ? [StyledLine("  and \(others) more")] : []))
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String { self + String(repeating: " ", count: max(width - count, 0)) }
}
