// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import NanoBananaSimulator
import Testing

extension TestSpool {
    /// Writes in place, as a program does that saves into the inbox: at once, and closed.
    func write(_ content: String, to name: String) throws {
        let path = inbox.appendingPathComponent(name)
        try FileManager.default.createDirectory(at: path.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(content.utf8).write(to: path)
    }

    /// Writes more at the end, and closes.
    func append(_ content: String, to name: String) throws {
        let file = try FileHandle(forWritingTo: inbox.appendingPathComponent(name))
        try file.seekToEnd()
        try file.write(contentsOf: Data(content.utf8))
        try file.close()
    }

    /// What `status.json` says, as soon as it says that. Throws where the test's time is up before, and says then what
    /// was counted last.
    func status(where isIt: ([String: Any]) -> Bool) async throws -> [String: Any] {
        var counted = "none"
        do {
            while true {
                if let page = try? json("status.json") {
                    if isIt(page) { return page }
                    let counts = page.compactMap { key, value in (value as? Int).map { "\(key): \($0)" } }
                    counted = counts.sorted().joined(separator: ", ")
                }
                try await Task.sleep(for: .milliseconds(20))
            }
        } catch {
            Issue.record(error, "the last status.json said \(counted)")
            throw error
        }
    }

    /// Waits until `status.json` lists just these files as left alone, by their paths; returns why each is.
    @discardableResult
    func leavesAlone(_ files: Set<String>) async throws -> [String: String] {
        var last: [String: String] = [:]
        do {
            _ = try await status { page in
                last = Self.leftAlone(page)
                return Set(last.keys) == files && page["left_alone_count"] as? Int == files.count
            }
        } catch {
            let differing = files.symmetricDifference(last.keys).sorted()
            Issue.record(error, "left alone are \(last.keys.sorted()), which differs in \(differing)")
        }
        return last
    }

    /// The list of `status.json`, and of `status --json`.
    static func leftAlone(_ page: [String: Any]) -> [String: String] {
        let entries = page["left_alone"] as? [[String: String]] ?? []
        return Dictionary(entries.map { ($0["file"] ?? "", $0["why"] ?? "") }) { $0 + $1 }
    }

    /// Each of them is in `done/` and nowhere else, whole, and was submitted once; nothing else was.
    func checkTakenOnce(_ files: [DroppedFile], _ simulator: Simulator) {
        #expect(names(in: failed) == [])
        let walk = SpoolWalk(self)
        for file in files {
            let places = walk.places(of: file.name)
            #expect(places.count == 1 && places[0].hasPrefix("done/"), "\(file.name): \(places)")
            let result = ResultFolder(url: root.appendingPathComponent(walk.folder(of: file.name) ?? ""))
            #expect(result.problems(file) == [], "\(file.name)")
        }
        let submits = simulator.ledger.snapshot.prompts.mapValues(\.submits)
        #expect(submits == Dictionary(uniqueKeysWithValues: files.map { ($0.prompt, 1) }))
    }
}
