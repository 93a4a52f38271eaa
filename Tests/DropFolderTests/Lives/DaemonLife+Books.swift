// SPDX-License-Identifier: Apache-2.0

import Foundation
import Simulation

@testable import DropFolder
@testable import Jobs

/// What is compared at the end of a life.
extension DaemonLife {
    mutating func blame(_ what: String) { complaints.append(what) }

    mutating func check(_ remains: SimulatedDaemon.Remains, after time: Duration) {
        defer { if !complaints.isEmpty { tellBooks() } }
        checkSubmits()
        let waiting = Self.waiting(on: disk, visitor) + disk.names(in: "/spool/processing")
        if !waiting.isEmpty { return blame("after \(time) it still waits for \(waiting)") }
        var expected = SimulatedDaemon.Remains()
        expected.setAside = remains.setAside
        if remains != expected { blame("something is left in memory: \(remains)") }
        var admitted = 0
        for name in names.sorted() {
            let contents = steering.contents(of: name)
            admitted += contents.count == 1 ? check(name, contents[0].kind) : contents.reduce(0) { $0 + check($1) }
        }
        // What a journal with a hole had said nobody knows: see ``damaged``.
        if damaged > 0 { return }
        steering.check()
        complaints += book.complaints + steering.complaints
        let paid = submits.count(where: \.isPaid)
        if admitted < paid { blame("\(paid) submits were paid, and the results admit \(admitted)") }
        let booked = ledgerLines
        if booked < admitted { blame("the ledger has \(booked) of \(admitted) submits that may be charged") }
        // What was charged counts for the day, and nothing else does.
        if !isOfSeveralDays, remains.setAside != booked {
            blame("the day's budget says \(remains.setAside), the ledger \(booked)")
        }
    }

    /// What is on the disk of what was spent, for the story.
    private mutating func tellBooks() {
        for file in disk.names(in: "/spool/ledger") {
            tell(String(decoding: disk.bytes(of: "/spool/ledger/\(file)") ?? [], as: UTF8.self))
        }
        for place in ["done", "failed"] {
            for name in LifePlaces.names(in: place, on: disk) {
                let journal = disk.bytes(of: "/spool/\(place)/\(name)/journal.jsonl") ?? []
                tell("\(place)/\(name):\n" + String(decoding: journal, as: UTF8.self))
            }
        }
    }

    private mutating func checkSubmits() {
        for (prompt, all) in Dictionary(grouping: submits, by: \.prompt) {
            let perhaps = all.count { !$0.wasDenied }
            let again = setting.settings.unknownOutcome == .resubmit ? UnknownOutcomeRule.limit : 0
            let agreed = visitor.snapshot.consents[prompt] ?? 0
            if perhaps > variants(of: prompt) * (1 + again) + agreed { blame("\(prompt) may be paid \(perhaps) times") }
        }
        for prompt in service.snapshot.unannounced { blame("\(prompt) was sent, and nothing on the disk said so") }
        if let (most, allowed) = service.snapshot.tooManyPolls {
            blame("\(most) polls left in a second, and \(allowed) were allowed")
        }
        if service.snapshot.mostUnheard > FlowWindow.first {
            blame("\(service.snapshot.mostUnheard) submits left before one was answered")
        }
    }

    private func variants(of prompt: String) -> Int {
        if case .request(let variants)? = steering.content(of: prompt)?.kind { variants } else { 1 }
    }

    /// The same of one that shares its name with others, whose results have numbers.
    private mutating func check(_ content: LifeContent) -> Int {
        let results = LifePlaces.results(of: content, on: disk)
        guard let folder = results.first, results.count == 1 else {
            blame("\(content.prompt) lies in \(results)")
            return 0
        }
        return check(content.kind, in: folder, folder.hasPrefix("/spool/done/") ? "done" : "failed")
    }

    /// Returns how many submits its result admits.
    private mutating func check(_ name: String, _ kind: LifeContent.Kind) -> Int {
        let isStaying = visitor.snapshot.staying.contains(name)
        let places = (["done", "failed"] + (isStaying ? ["inbox"] : [])).filter {
            LifePlaces.names(in: $0, on: disk).contains(name)
        }
        guard let place = places.first, places.count == 1 else {
            blame("\(name) lies in \(places)")
            return 0
        }
        return check(kind, in: "/spool/\(place)/\(name)", place == "inbox" ? "failed" : place)
    }

    private mutating func check(_ kind: LifeContent.Kind, in folder: String, _ place: String) -> Int {
        let isCancelled = LifePlaces.job(in: folder, on: disk)?.cancellation != nil
        let parts = disk.names(in: folder).filter { disk.kind(of: "\(folder)/\($0)") == .folder }
        // A batch that was cancelled before it was read has none.
        guard case .batch(let rows) = kind, !parts.isEmpty || !isCancelled else {
            return charged(in: folder, place: place)
        }
        if parts.count != rows { blame("\(folder) has \(parts.count) parts of \(rows)") }
        return parts.reduce(0) { sum, part in
            let part = "\(folder)/\(part)"
            let isBegun = LifePlaces.job(in: part, on: disk)?.isNotBegun != true
            return sum + (isCancelled && !isBegun ? 0 : charged(in: part, place: nil))
        }
    }

    private mutating func charged(in folder: String, place: String?) -> Int {
        guard let bytes = disk.bytes(of: folder + "/result.json"),
            let result = try? JSONSerialization.jsonObject(with: Data(bytes)) as? [String: any Sendable]
        else {
            blame("\(folder) has no result")
            return 0
        }
        let files = disk.names(in: folder)
        let outcome = result["outcome"] as? String
        if outcome == "done" { done += 1 }
        if let reason = result["reason"] as? [String: any Sendable], let code = reason["code"] as? String {
            reasons.insert(code)
            if code == "journal-damaged" { damaged += 1 }
        }
        if let place, outcome != place { blame("\(folder) says \(outcome ?? "nothing")") }
        if outcome == "failed", !files.contains("error.txt") { blame("\(folder) has no reason") }
        let pictures = result["pictures"] as? [[String: Any]] ?? []
        // What was on its way when it was cancelled is fetched all the same.
        let job = LifePlaces.job(in: folder, on: disk)
        if let job, job.cancellation != nil, job.pictures.count != pictures.count {
            blame("\(folder) has \(pictures.count) pictures of \(job.pictures.count)")
        }
        if job?.variants.contains(where: { $0.task != nil && $0.reason?.code == "cancelled" }) == true {
            blame("\(folder) has given up what was under way")
        }
        for picture in pictures {
            guard let file = picture["name"] as? String, disk.bytes(of: "\(folder)/\(file)") == ScriptedService.png
            else {
                blame("\(folder) has a picture that is not whole: \(picture)")
                continue
            }
        }
        return ((result["submits_charged"] as? Int) ?? 0) + ((result["submits_maybe_charged"] as? Int) ?? 0)
    }

    private var ledgerLines: Int {
        disk.names(in: "/spool/ledger").reduce(0) { sum, file in
            let text = String(decoding: disk.bytes(of: "/spool/ledger/\(file)") ?? [], as: UTF8.self)
            return sum
                + text.split(separator: "\n").count { line in
                    // A power cut may leave zeros where the first part of a line was: that one counts for nobody.
                    !line.contains("\0") && (line.contains(",submitted,") || line.contains(",maybe,"))
                }
        }
    }
}
