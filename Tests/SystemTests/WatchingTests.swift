// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import NanoBananaSimulator
import Testing

/// How the daemon learns of what comes: by events where they arrive, by looking where they do not; and whatever becomes
/// of the inbox.
@Suite(.watched, .timeLimit(.minutes(15)))
struct WatchingTests {
    /// What is taken all the same is not found by the regular look.
    private static let seldom = ["--rescan-interval", "1h"]
    private static let polls = "The inbox is checked every 2 s"
    private static let another = "The inbox was replaced by another folder"
    private static let back = "The inbox is back"

    private static func files(_ paths: String...) -> [DroppedFile] {
        paths.map { DroppedFile(path: $0, prompt: "watched \($0)") }
    }

    private static func count(_ text: String, _ daemon: Program) -> Int {
        daemon.lines.count { $0.contains(text) }
    }

    @Test func `where events arrive nothing is polled, and no word is said of it`() async throws {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                let files = Self.files("renamed.yaml", "lane/written.yaml")
                try await spool.guarded(base, Self.seldom) { daemon in
                    let page = try await spool.status { $0["watching"] is String }
                    #expect(page["watching"] as? String == "events")
                    #expect(page["watching_why"] is NSNull)
                    try spool.drop([files[0]])
                    try spool.write(files[1].content, to: files[1].path)
                    await spool.published(files, daemon)
                    #expect(Self.count(Self.polls, daemon) == 0)
                    let status = try await Program.run(["status", "--spool", spool.root.path])
                    #expect(status.code == 0 && !status.output.contains("checked every"), "\(status.output)")
                    let left = try FileManager.default.contentsOfDirectory(atPath: spool.inbox.path)
                    #expect(left == ["lane"], "the file of the trial is gone")
                }
                spool.checkTakenOnce(files, simulator)
            }
        }
    }

    /// The daemon may watch its own file and the inbox, and nothing more: of what comes into a lane it hears nothing.
    @Test(.enabled(if: Needs.ownWatchLimit, "needs the right to make a user namespace"))
    func `with watch-mode polling a file is found and taken once without any event, and the log says once why`()
        async throws
    {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                let files = Self.files("lane/renamed.yaml", "lane/written.yaml", "lane/later.yaml")
                let lane = spool.inbox.appendingPathComponent("lane")
                try FileManager.default.createDirectory(at: lane, withIntermediateDirectories: true)
                let options = Self.seldom + ["--watch-mode", "polling"]
                try await spool.guarded(base, options, launcher: Needs.twoWatches) { daemon in
                    #expect(await daemon.line { $0.contains("cannot be watched") && $0.contains(lane.path) } != nil)
                    let line = await daemon.line(containing: Self.polls)
                    #expect(line?.contains("the setting watch-mode asks for it") == true)
                    try spool.drop([files[0]])
                    try spool.write(files[1].content, to: files[1].path)
                    await spool.published([files[0], files[1]], daemon)
                    // A later look finds this one, and the first two no more.
                    try spool.drop([files[2]])
                    await spool.published([files[2]], daemon)
                    #expect(Self.count(Self.polls, daemon) == 1)
                    let page = try await spool.status { $0["watching"] is String }
                    #expect(page["watching"] as? String == "polling")
                    let status = try await Program.run(["status", "--spool", spool.root.path])
                    #expect(
                        status.output.contains("the inbox is checked every 2 s: the setting watch-mode asks for it"))
                }
                spool.checkTakenOnce(files, simulator)
            }
        }
    }

    /// Runs `body` with a spool on a FUSE mount, and the same spool as those see it who write from outside.
    private func withShare(_ body: (_ spool: TestSpool, _ outside: TestSpool) async throws -> Void) async throws {
        try await Mounts.withFolder { folder in
            let outside = try TestSpool.make(at: folder.appendingPathComponent("outside"))
            let mounted = folder.appendingPathComponent("mounted")
            try FileManager.default.createDirectory(at: mounted, withIntermediateDirectories: true)
            try await Tool.run("bindfs", outside.root.path, mounted.path)
            try await body(TestSpool(root: mounted), outside)
        }
    }

    @Test(.enabled(if: Needs.fuse && Needs.programs("bindfs"), "needs root, FUSE and bindfs"))
    func `a share without events is recognised, said once, and looked at every two seconds`() async throws {
        try await withSimulator { simulator, base in
            try await withShare { spool, outside in
                let unseen = Self.files("unseen.yaml")
                let seen = Self.files("seen.yaml")
                try await spool.guarded(base, Self.seldom + ["--watch-mode", "events"]) { daemon in
                    await daemon.line(containing: "Watching")
                    try outside.drop(unseen)
                    try spool.drop(seen)
                    await spool.published(seen, daemon)
                    #expect(spool.names(in: spool.inbox) == ["unseen.yaml"], "no event comes from outside")
                    #expect(Self.count(Self.polls, daemon) == 0)
                }
                let files = Self.files("renamed.yaml", "lane/written.yaml", "later.yaml")
                try await spool.guarded(base, Self.seldom) { daemon in
                    let line = await daemon.line(containing: Self.polls)
                    #expect(line?.contains("it is on fuse") == true, "\(line ?? "")")
                    await spool.published(unseen, daemon)
                    try outside.drop([files[0]])
                    try outside.write(files[1].content, to: files[1].path)
                    try outside.write("", to: "notes.txt")
                    await spool.published([files[0], files[1]], daemon)
                    try await spool.leavesAlone(["notes.txt"])
                    try FileManager.default.removeItem(at: outside.inbox.appendingPathComponent("notes.txt"))
                    try await spool.leavesAlone([])
                    try outside.drop([files[2]])
                    await spool.published([files[2]], daemon)
                    #expect(Self.count(Self.polls, daemon) == 1)
                }
                outside.checkTakenOnce(unseen + seen + files, simulator)
            }
        }
    }

    @Test func `an empty folder in the inbox's place is noticed, said, and watched from then on`() async throws {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                let files = Self.files("before.yaml", "soon.yaml", "lane/later.yaml")
                let stray = Self.files("stray.yaml")[0]
                let away = spool.root.appendingPathComponent("away")
                try spool.write("", to: "old/notes.txt")
                try await spool.guarded(base, Self.seldom) { daemon in
                    try spool.drop([files[0]])
                    await spool.published([files[0]], daemon)
                    try await spool.leavesAlone(["old/notes.txt"])
                    #expect(rename(spool.inbox.path, away.path) == 0)
                    #expect(mkdir(spool.inbox.path, 0o755) == 0)
                    // In between there is none.
                    let line = await daemon.line { $0.contains(Self.another) || $0.contains(Self.back) }
                    #expect(line != nil)
                    try await daemon.watches(spool.inbox)
                    try spool.drop([files[1]])
                    await spool.published([files[1]], daemon)
                    try Data(stray.content.utf8).write(to: away.appendingPathComponent("old/" + stray.name))
                    try spool.drop([files[2]])
                    await spool.published([files[2]], daemon)
                    try await spool.leavesAlone([])
                    #expect(Self.count(Self.another, daemon) + Self.count(Self.back, daemon) == 1)
                }
                #expect(FileManager.default.fileExists(atPath: away.path + "/old/" + stray.name))
                spool.checkTakenOnce(files, simulator)
            }
        }
    }

    @Test(.enabled(if: Needs.mounts, "needs root and the right to mount"))
    func `what is mounted over the inbox, and unmounted, is noticed and said each time`() async throws {
        try await withSimulator { simulator, base in
            try await Mounts.withFolder { folder in
                let spool = try TestSpool.make(at: folder.appendingPathComponent("spool"))
                let files = Self.files("before.yaml", "soon.yaml", "later.yaml")
                // The kernel tells nobody of a mount: the regular look finds it.
                try await spool.guarded(base, ["--rescan-interval", "1s"]) { daemon in
                    try spool.drop([files[0]])
                    await spool.published([files[0]], daemon)
                    try Mounts.makeTemporary(spool.inbox, bytes: 1 << 20)
                    #expect(await daemon.line(containing: Self.another) != nil)
                    #expect(await daemon.line(containing: "The inbox is on another file system") != nil)
                    try await daemon.watches(spool.inbox)
                    try spool.write(files[1].content, to: "covered.yaml")
                    let why = try await spool.leavesAlone(["covered.yaml"])
                    #expect(why["covered.yaml"]?.hasPrefix("it is on another file system") == true, "\(why)")
                    #expect(spool.names(in: spool.inbox) == ["covered.yaml"])

                    let said = daemon.lines.count
                    try Mounts.unmountLazily(spool.inbox)
                    #expect(await daemon.line(after: said) { $0.contains(Self.another) } != nil)
                    try await daemon.watches(spool.inbox)
                    for file in files.dropFirst() {
                        try spool.drop([file])
                        await spool.published([file], daemon)
                    }
                    try await spool.leavesAlone([])
                    #expect(Self.count(Self.another, daemon) == 2)
                    #expect(Self.count("The inbox is on another file system", daemon) == 1)
                }
                spool.checkTakenOnce(files, simulator)
            }
        }
    }
}
