// SPDX-License-Identifier: Apache-2.0

import Foundation
import Simulation
import SystemPackage

@testable import Jobs
@testable import Requests
@testable import Spool

/// Where things lie in the spool of a ``DaemonLife``.
enum LifePlaces {
    static let spool = Spool(root: "/spool")
    /// The one lane below the inbox.
    static let lane = "acme"

    /// What lies in one of the spool's folders and in its lane, by names such as `acme/r1`, but for words.
    static func names(in place: String, on disk: SimulatedDisk) -> [String] {
        let all =
            disk.names(in: "/spool/\(place)").filter { $0 != lane }
            + disk.names(in: "/spool/\(place)/\(lane)").map { "\(lane)/\($0)" }
        return all.filter { FilePath($0).lastComponent.flatMap(SteeringWord.init) == nil }
    }

    /// The folders of jobs under way that were dropped as that.
    static func jobs(of content: LifeContent, on disk: SimulatedDisk) -> [String] {
        folders(of: content, in: ["processing"], on: disk)
    }

    static func results(of content: LifeContent, on disk: SimulatedDisk) -> [String] {
        folders(of: content, in: ["done", "failed"].flatMap { [$0, "\($0)/\(lane)"] }, on: disk)
    }

    private static func folders(of content: LifeContent, in places: [String], on disk: SimulatedDisk) -> [String] {
        places.flatMap { place in disk.names(in: "/spool/\(place)").map { "/spool/\(place)/\($0)" } }
            .filter { content.lies(at: "\($0)/\(content.file)", on: disk) }
    }

    /// What a folder's journal comes to; `nil` where it says nothing that can be read.
    static func job(in folder: String, on disk: SimulatedDisk) -> Job? {
        disk.bytes(of: "\(folder)/journal.jsonl").flatMap { try? JournalText($0) }?.job
    }
}

/// What was dropped under a request's name.
struct LifeContent: Sendable {
    enum Kind {
        case request(variants: Int), batch(rows: Int), broken
    }

    /// Such as `acme/r1`.
    var name: String
    /// What is asked for, in each row of a batch with its number.
    var prompt: String
    var kind: Kind
    /// Others of its name that were there before are gone, or are under way already.
    var isGone = false

    var path: String { "/spool/inbox/\(name).\(ending)" }
    var file: String { (name.split(separator: "/").last.map(String.init) ?? name) + "." + ending }
    private var ending: String { if case .batch = kind { "csv" } else { "json" } }

    var submits: Int {
        switch kind {
        case .request(let variants): variants
        case .batch(let rows): rows
        case .broken: 0
        }
    }

    var text: [UInt8] {
        let image = "https://example.com/\(name.filter(\.isNumber)).png"
        let text =
            switch kind {
            case .broken: #"{"prompt": "", "note": "\#(prompt)", "images": ["\#(image)"]}"#
            case .batch(let rows): "prompt,images\n" + (1...rows).map { "\(prompt) row \($0),\(image)\n" }.joined()
            case .request(let variants):
                #"{"prompt": "\#(prompt)", "images": ["\#(image)"], "variants": \#(variants)}"#
            }
        return Array(text.utf8)
    }

    /// Whether it is what lies there.
    func lies(at path: String, on disk: SimulatedDisk) -> Bool {
        guard let bytes = disk.bytes(of: path) else { return false }
        return bytes.holds(Array("\"\(prompt)\"".utf8)) || bytes.holds(Array("\(prompt) row ".utf8))
    }

    /// What a request of that name asks for first.
    static func prompt(of name: String) -> String { name.replacing("/", with: " ") }

    /// Of the prompt of a row that of all.
    static func whole(_ prompt: String) -> String {
        prompt.firstRange(of: " row ").map { String(prompt[..<$0.lowerBound]) } ?? prompt
    }
}

extension [UInt8] {
    func holds(_ part: [UInt8]) -> Bool { Data(self).range(of: Data(part)) != nil }
}
