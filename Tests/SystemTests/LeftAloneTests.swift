// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import NanoBananaSimulator
import Testing

/// What is no request, or none yet, stays where it is and as it is, and everyone can see why.
@Suite(.watched, .timeLimit(.minutes(15)))
struct LeftAloneTests {
    struct Left: Sendable {
        /// Below the inbox.
        var path: String
        /// A command that makes it, in the inbox, out of a request beside it: `$f`.
        var making: String
        /// How the reason begins.
        var why: String
        /// Whether each one is said in the log.
        var isSaid = true
    }

    static let shown = [
        Left(
            path: "hero (conflicted copy 2026-11-24 220239).yaml",
            making: "cp $f 'hero (conflicted copy 2026-11-24 220239).yaml'",
            why: "by its name, a sync client made it"),
        Left(
            path: "acme/hero.sync-conflict-20261124-220239-ABCDEFG.yaml",
            making: "mkdir acme; cp $f acme/hero.sync-conflict-20261124-220239-ABCDEFG.yaml",
            why: "by its name, a sync client made it"),
        Left(
            path: "spring (Anna's conflicted copy 2026-11-24)",
            making: "mkdir '../s'; cp $f ../s/inside.yaml; mv ../s \"spring (Anna's conflicted copy 2026-11-24)\"",
            why: "by its name, a sync client made it"),
        Left(path: "link.yaml", making: "ln -s $f link.yaml", why: "it is a symbolic link; copy the file itself"),
        Left(
            path: "linked-lane",
            making: "mkdir ../elsewhere; cp $f ../elsewhere/in.yaml; ln -s ../elsewhere linked-lane",
            why: "it is a symbolic link, which is never followed"),
        Left(path: "pipe.yaml", making: "mkfifo pipe.yaml", why: "it is not a regular file"),
        // As rsync leaves it: named when its time is set.
        Left(
            path: "half.yaml", making: "cp $f .half; touch -d @0 .half; mv .half half.yaml",
            why: "its date is 1970-01-01"),
        Left(path: "empty.yaml", making: ": >empty.yaml", why: "it is empty"),
        Left(path: "named-empty.yaml", making: ": >.new; mv .new named-empty.yaml", why: "it is empty"),
        Left(
            path: "copy/error.txt", making: "mkdir copy; echo Failed. >copy/error.txt", why: "its name does not end in"
        ),
        // Only the daemon knows of it: by its name it is a request that waits.
        Left(
            path: "copy/inside.yaml", making: "cp $f copy/inside.yaml",
            why: "it is in the incomplete folder of an earlier job"),
        Left(path: "notes.txt", making: "cp $f notes.txt", why: "its name does not end in"),
        Left(path: "acme/prices.xlsx", making: "cp $f acme/prices.xlsx", why: "a spreadsheet is read only as CSV"),
        Left(
            path: "_defaults - Copy.yaml", making: "cp $f '_defaults - Copy.yaml'",
            why: "its name looks like a lane's defaults"),
        Left(
            path: "acme/_DEFAULTS.yaml", making: "cp $f ../d; mv ../d acme/_DEFAULTS.yaml",
            why: "its name looks like a lane's defaults"),
        Left(path: "bottle.png", making: "cp $f bottle.png", why: "a picture alone is not a request", isSaid: false),
    ]

    /// What is passed over in silence.
    static let silent = [
        ".hidden.yaml", "hero.yaml.part", "hero.crdownload", "~$hero.yaml", "hero.yaml~", "#hero.yaml#", "4913",
        ".hero.yaml.swp", "._hero.yaml", ".DS_Store", "Thumbs.db", ".syncthing.hero.yaml.tmp", "~syncthing~hero.yaml",
        ".hero.yaml.Xa3b9Z", ".goutputstream-ABC123", "@eaDir/inside.yaml", ".stfolder/inside.yaml",
        ".Trash-1000/inside.yaml", "__MACOSX/inside.yaml", "HOW-TO.txt", "lane/HOW-TO.txt",
    ]

    private static func run(_ commands: [String], in spool: TestSpool) async throws {
        let lines = ["cd \"$1\"", "f=../request"] + commands
        try await Tool.run("sh", "-euc", lines.joined(separator: "\n"), "sh", spool.inbox.path)
    }

    private static func makeAll(in spool: TestSpool) async throws {
        try Data(TestSpool.request("left alone").utf8).write(to: spool.root.appendingPathComponent("request"))
        let silent = silent.map { path in
            let folder = path.split(separator: "/").dropLast().first.map { "mkdir '\($0)'; " } ?? ""
            return folder + "cp $f '\(path)'"
        }
        try await run(shown.map(\.making) + silent, in: spool)
    }

    /// Name, kind, size and times of everything in the inbox.
    private static func listing(_ spool: TestSpool) async throws -> String {
        try await run(["find . -mindepth 1 -printf '%p %y %s %T@ %C@ %l\\n' | sort >../listing"], in: spool)
        return try spool.text("listing")
    }

    private static func checkStatus(_ spool: TestSpool) async throws {
        let page = try await Program.run(["status", "--spool", spool.root.path])
        #expect(page.output.contains("left alone in the inbox: \(shown.count)\n"), "\(page.output)")
        #expect(page.output.contains("waiting in the inbox: 0\n"), "\(page.output)")
        // One line for each reason, and a few names in it.
        for (why, all) in Dictionary(grouping: shown, by: \.why) {
            let names = all.map(\.path).sorted()
            let more = names.count > 3 ? " and \(names.count - 3) more" : ""
            let line = "\n  \(names.prefix(3).joined(separator: ", "))\(more): \(why)"
            #expect(page.output.contains(line), "\(line) in \(page.output)")
        }
        let program = try await Program.run(["status", "--json", "--spool", spool.root.path])
        let json = try JSONSerialization.jsonObject(with: Data(program.output.utf8)) as? [String: Any] ?? [:]
        #expect(Set(TestSpool.leftAlone(json).keys) == Set(shown.map(\.path)))
        #expect(json["left_alone_count"] as? Int == shown.count)
    }

    @Test(arguments: [true, false])
    func `what is left alone is listed with its reason and stays as it is, and nothing else is`(
        isThereBefore: Bool
    ) async throws {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                if isThereBefore { try await Self.makeAll(in: spool) }
                let request = DroppedFile(path: "request.yaml", prompt: "a request")
                try await spool.guarded(base, ["--rescan-interval", "1s"]) { daemon in
                    await daemon.line(containing: "Watching")
                    if !isThereBefore { try await Self.makeAll(in: spool) }
                    let before = try await Self.listing(spool)
                    let why = try await spool.leavesAlone(Set(Self.shown.map(\.path)))
                    for left in Self.shown {
                        #expect(why[left.path]?.hasPrefix(left.why) == true, "\(left.path): \(why[left.path] ?? "")")
                    }
                    try await Self.checkStatus(spool)
                    try spool.drop([request])
                    await spool.published([request], daemon)
                    try await spool.leavesAlone(Set(Self.shown.map(\.path)))
                    for left in Self.shown {
                        let name = left.path.contains(" ") ? "\"\(left.path)\"" : left.path
                        let isIt = { @Sendable (line: String) -> Bool in
                            line.contains("Left alone") && line.contains("file=\(name) ")
                        }
                        // The page may tell of it first.
                        if left.isSaid { await daemon.line(where: isIt) }
                        let said = daemon.lines.count(where: isIt)
                        #expect(said == (left.isSaid ? 1 : 0), "\(left.path)")
                    }
                    let after = try await Self.listing(spool)
                    #expect(before == after && before.contains("./hero (conflicted copy"))
                }
                spool.checkTakenOnce([request], simulator)
            }
        }
    }

    @Test(arguments: ["1s", "1h"])
    func `what goes away is listed no more`(rescanInterval: String) async throws {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                try await spool.guarded(base, ["--rescan-interval", rescanInterval]) { daemon in
                    await daemon.line(containing: "Watching")
                    try await Self.makeAll(in: spool)
                    let all = Set(Self.shown.map(\.path))
                    try await spool.leavesAlone(all)
                    // One by one, of every kind.
                    try await Self.run(["rm link.yaml", "mv pipe.yaml ..", "rm empty.yaml"], in: spool)
                    try await spool.leavesAlone(all.subtracting(["link.yaml", "pipe.yaml", "empty.yaml"]))
                    // A lane with all that is in it, and what is renamed.
                    try await Self.run(
                        ["rm -r acme copy linked-lane", "mv notes.txt .notes", "rm -r spring*"], in: spool)
                    let left: Set = ["half.yaml", "named-empty.yaml", "bottle.png", "_defaults - Copy.yaml"]
                    let conflict = all.filter { $0.hasPrefix("hero (") }
                    try await spool.leavesAlone(left.union(conflict))
                    try await Self.run(["rm half.yaml named-empty.yaml bottle.png _def*.yaml hero*.yaml"], in: spool)
                    try await spool.leavesAlone([])
                    let page = try await Program.run(["status", "--spool", spool.root.path])
                    #expect(page.code == 0 && !page.output.contains("left alone"), "\(page.output)")
                }
                spool.checkTakenOnce([], simulator)
            }
        }
    }

    @Test func `what was left alone is taken once as soon as it is a whole request`() async throws {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                let empty = DroppedFile(path: "empty.yaml", prompt: "was empty")
                let named = DroppedFile(path: "named.yaml", prompt: "was empty under another name")
                let half = DroppedFile(path: "half.yaml", prompt: "was half a copy")
                let link = DroppedFile(path: "link.yaml", prompt: "was a link")
                let copy = DroppedFile(path: "second.yaml", prompt: "was a conflict copy")
                try await spool.guarded(base, ["--rescan-interval", "1s"]) { daemon in
                    await daemon.line(containing: "Watching")
                    try spool.drop(half.content, as: "../.half")
                    try spool.drop(copy.content, as: "hero [Conflict].yaml")
                    let making = [
                        ": >empty.yaml", ": >New.txt", "mv New.txt named.yaml", "ln -s $f link.yaml",
                        "touch -d @0 ../.half", "mv ../.half half.yaml",
                    ]
                    try await Self.run(making, in: spool)
                    let all: Set = ["empty.yaml", "named.yaml", "half.yaml", "link.yaml", "hero [Conflict].yaml"]
                    try await spool.leavesAlone(all)
                    #expect(simulator.ledger.snapshot.submits == 0)
                    try spool.write(empty.content, to: empty.path)
                    try spool.append(named.content, to: named.path)
                    try await Self.run(["touch half.yaml", "mv 'hero [Conflict].yaml' second.yaml"], in: spool)
                    try spool.drop([link])
                    let files = [empty, named, half, link, copy]
                    await spool.published(files, daemon)
                    try await spool.leavesAlone([])
                    spool.checkTakenOnce(files, simulator)
                }
            }
        }
    }
}
