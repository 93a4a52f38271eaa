// SPDX-License-Identifier: Apache-2.0

import CLinux
import Foundation
import Glibc
import NanoBananaSimulator
import Testing

/// Whoever puts a folder back, or names a picture, swaps what is in it while it is taken.
@Suite(.watched, .timeLimit(.minutes(15)), .serialized, .enabled(if: Needs.users))
struct PutBackRaceTests {
    private static let mark = "HUSH-91d0"

    /// Folders that somebody holds open wherever they go, and in each of which he swaps two names, again and again.
    private final class HeldFolders: Sendable {
        private let folders: [CInt]

        init(_ paths: [String]) {
            folders = paths.map { Glibc.open($0, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
        }

        deinit {
            for folder in folders { Glibc.close(folder) }
        }

        /// One pair at a time: thousands of renames a second are as many events, which is another attack.
        func swap(_ round: Int, _ names: (Int) -> [(String, String)]) -> Bool {
            var hasSwapped = false
            for (index, folder) in folders.enumerated() {
                let pairs = names(index)
                let (left, right) = pairs[round % pairs.count]
                if renameat2(folder, left, folder, right, 2) == 0 { hasSwapped = true }
            }
            return hasSwapped
        }

        /// Closes every third of them to writers, in turns.
        func close(_ round: Int) {
            for (index, folder) in folders.enumerated() {
                fchmod(folder, round % 3 == index % 3 ? 0o2555 : 0o2775)
            }
        }

        func open() {
            for folder in folders { fchmod(folder, 0o2775) }
        }
    }

    @Test func `a folder that is put back is taken, given back or set aside, whatever is swapped in it meanwhile`()
        async throws
    {
        try await withSimulator { simulator, base in
            try await SharedSpool.with { shared in
                try shared.hide(Data("promt: \(Self.mark)\n".utf8), as: "key")
                let jobs = (0..<8).map { "b\($0)" }
                try await shared.withDaemon(base) { daemon in
                    for job in jobs { try await shared.act(.member, "echo 'promt: x' >inbox/\(job).yaml") }
                    for job in jobs { #expect(await daemon.result(of: job) != nil) }
                    // Copies are the member's own, with what he swaps in.
                    try await shared.act(
                        .member,
                        """
                        for f in failed/b*; do
                            n=${f#failed/}; cp -r $f inbox/.$n; rm -r $f
                            ln -s ../../../private/key inbox/.$n/.1; mkfifo inbox/.$n/.2; echo x >inbox/.$n/.3
                        done
                        """)
                    let folders = HeldFolders(jobs.map { shared.spool.inbox.path + "/." + $0 })
                    let isOn = OneShot<Bool>()
                    let swap = { @Sendable (round: Int) in
                        if round > 25 { isOn.set(true) }
                        folders.close(round)
                        return folders.swap(round) { index in
                            [("b\(index).yaml", ".1"), ("error.txt", ".2"), ("result.json", ".3"), (".1", ".2")]
                        }
                    }
                    let swaps = try await Racer.race(pause: 4_000, swap) {
                        // As often as that, whoever has the processors then.
                        _ = await isOn.value
                        for job in jobs {
                            try await shared.act(.root, "mv inbox/.\(job) inbox/\(job)")
                            try await Task.sleep(for: .milliseconds(60))
                        }
                        try await Task.sleep(for: .seconds(1))
                    }
                    folders.open()
                    #expect(swaps > 25)
                    try await shared.act(
                        .member, "printf 'prompt: good\\nimage: https://a.b/c.png\\n' >inbox/good.yaml")
                    #expect(await daemon.result(of: "good")?.contains(" Done ") == true, "\(daemon.lines)")
                    #expect(!daemon.lines.contains { $0.contains("disk") }, "\(daemon.lines)")
                }
                // What was taken over in part is set aside by the next start.
                try await shared.withDaemon(base, ["--rescan-interval", "1s"]) { daemon in
                    try await shared.act(
                        .member, "printf 'prompt: last\\nimage: https://a.b/c.png\\n' >inbox/last.yaml")
                    #expect(await daemon.result(of: "last")?.contains(" Done ") == true, "\(daemon.lines)")
                    #expect(!daemon.lines.contains { $0.contains("cannot be resumed") }, "\(daemon.lines)")
                    // A stop would leave the others to the next start.
                    while !shared.spool.names(in: shared.spool.processing).isEmpty {
                        try await Task.sleep(for: .milliseconds(20))
                    }
                }
                #expect(shared.spool.names(in: shared.spool.processing) == [])
                for job in jobs {
                    let journals = shared.spool.places(of: "journal.jsonl").filter {
                        $0.split(separator: "/").dropFirst().first.map { $0 == job || $0.hasPrefix(job + "-") } == true
                    }
                    #expect(!journals.isEmpty, "\(job) is lost")
                }
                #expect(simulator.ledger.snapshot.paid == 2)
                for folder in ["processing", "done", "failed", "ledger"] {
                    let found = SharedSpool.files(
                        below: shared.spool.root.appendingPathComponent(folder), with: Data(Self.mark.utf8))
                    #expect(found == [], "\(folder)")
                }
                let key = shared.around.appendingPathComponent("private/key")
                #expect(try String(contentsOf: key, encoding: .utf8) == "promt: \(Self.mark)\n")
            }
        }
    }

    @Test func `a picture that is swapped before it moves takes nothing else along`() async throws {
        // Nothing moves before the names are swapped.
        try await withSimulator(SimulatorConfiguration().heldWork) { simulator, base in
            try await SharedSpool.with { shared in
                try shared.hide(Data(Self.mark.utf8) + PNGFile.small, as: "a.png")
                let jobs = (0..<4).map { "m\($0)" }
                let options = [
                    "--publish-directory", shared.around.appendingPathComponent("published").path,
                    "--publish-base-url", "https://pictures.example", "--local-images", "move",
                ]
                let picture = shared.around.appendingPathComponent("own.png")
                try PNGFile.small.write(to: picture)
                chmod(picture.path, 0o644)
                try await shared.withDaemon(base, options) { daemon in
                    for job in jobs {
                        try await shared.act(.member, "mkdir inbox/\(job); cp \(picture.path) inbox/\(job)/p.png")
                        try await shared.act(
                            .member, "cd inbox/\(job); ln -s ../../../private/a.png .1; mkfifo .2; echo theirs >.3")
                        try await shared.act(.root, "ln ../private/a.png inbox/\(job)/.4")
                        try await shared.act(
                            .member, "printf 'prompt: \(job)\\nimages: [p.png]\\n' >inbox/\(job)/j.yaml")
                    }
                    await simulator.ledger.wait { $0.paid >= jobs.count }
                    let folders = HeldFolders(jobs.map { shared.spool.inbox.path + "/" + $0 })
                    let isOn = OneShot<Bool>()
                    let swap = { @Sendable (round: Int) in
                        if round > 8 { isOn.set(true) }
                        return folders.swap(round) { _ in (1...4).map { ("p.png", ".\($0)") } }
                    }
                    let swaps = try await Racer.race(pause: 10_000, swap) {
                        _ = await isOn.value
                        simulator.finishWork()
                        for job in jobs {
                            #expect(await daemon.result(of: job + "/j")?.contains(" Done ") == true, "\(daemon.lines)")
                        }
                    }
                    #expect(swaps > 5)
                }
                for job in jobs {
                    let originals = shared.spool.done.appendingPathComponent(job + "/j/originals")
                    for name in (try? FileManager.default.contentsOfDirectory(atPath: originals.path)) ?? [] {
                        let file = originals.appendingPathComponent(name)
                        let facts = try FileManager.default.attributesOfItem(atPath: file.path)
                        #expect(facts[.type] as? FileAttributeType == .typeRegular, "\(job): \(name)")
                        #expect(try Data(contentsOf: file) == PNGFile.small, "\(job): \(name)")
                    }
                    // All four, and the picture where it did not move, under whatever names.
                    let inbox = shared.spool.inbox.appendingPathComponent(job)
                    let left = try FileManager.default.contentsOfDirectory(atPath: inbox.path)
                    let moved = (try? FileManager.default.contentsOfDirectory(atPath: originals.path).count) ?? 0
                    #expect(left.count + moved == 5, "\(job): \(left)")
                }
            }
        }
    }
}
