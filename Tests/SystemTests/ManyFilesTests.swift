// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import Foundation
import Glibc
import NIOCore
import Testing

/// Twenty thousand files in fifty lanes, in every way at once, while scans run all the time.
///
/// With the optimised program: unoptimised, the names of so many files alone take minutes.
@Suite(
    .watched, .timeLimit(.minutes(15)),
    .enabled(if: Needs.optimised != nil, "TESTED_RELEASE names no optimised program")
)
struct ManyFilesTests {
    private static let count = 20_000

    /// Four writers at once: half of the files are renamed in, half written in place; lanes are made meanwhile, and one is
    /// renamed while it holds files.
    private static let writers = """
        import os, sys, threading, time
        root, count = sys.argv[1], int(sys.argv[2])
        inbox = root + "/inbox"
        def lane(n): return "lane%02d" % (n % 50)
        def write(path, n):
            with open(path, "w") as f:
                f.write("prompt: number %d\\nimage: https://example.com/a.png\\n" % n)
        def drop(first):
            for n in range(first, count, 4):
                folder = inbox + "/" + lane(n)
                os.makedirs(folder, exist_ok=True)
                name = "/f%05d.yaml" % n
                if n // 4 % 2:
                    write(root + "/.new%d" % first, n)
                    os.rename(root + "/.new%d" % first, folder + name)
                else:
                    write(folder + name, n)
        threads = [threading.Thread(target=drop, args=(first,)) for first in range(4)]
        for thread in threads: thread.start()
        time.sleep(1)
        os.makedirs(inbox + "/moving", exist_ok=True)
        for n in range(count, count + 100): write(inbox + "/moving/f%05d.yaml" % n, n)
        os.rename(inbox + "/moving", inbox + "/moved")
        for thread in threads: thread.join()

        """

    private static func ledger(_ base: String) async throws -> (paid: Int, twice: [String]) {
        let request = HTTPClientRequest(url: base + "/simulator/ledger")
        let answer = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
        let data = Data((try await answer.body.collect(upTo: 64 << 20)).readableBytesView)
        let page = try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
        return (page["paid"] as? Int ?? 0, page["paid_more_than_once"] as? [String] ?? [])
    }

    @Test func `20,000 files in 50 lanes, dropped while scans run, are each taken once`() async throws {
        let binary = try #require(Needs.optimised)
        try await TestSpool.with { spool in
            let command = "exec '\(binary)' simulate --port 0 --straight-away --picture-bytes 2000 >&2"
            let simulator = try Program(["-c", command], binary: "/bin/sh")
            defer { simulator.send(SIGTERM) }
            let said = try #require(await simulator.line(containing: "listening on "))
            let base = said.replacing("listening on ", with: "")
            let daemon = try Program(
                [
                    "run", "--spool", spool.root.path, "--api-url", base, "--max-in-flight", "256", "--rescan-interval",
                    "1s", "--log-level", "warning",
                ], binary: binary)
            let script = spool.root.appendingPathComponent("writers.py")
            try Data(Self.writers.utf8).write(to: script)
            try await Tool.run("python3", script.path, spool.root.path, "\(Self.count)")
            let all = Self.count + 100
            // As long as more comes of it.
            var (seen, quiet) = (0, ContinuousClock.now)
            while seen < all, quiet.duration(to: .now) < .seconds(60) {
                try await Task.sleep(for: .milliseconds(200))
                let paid = try await Self.ledger(base).paid
                guard paid > seen else { continue }
                (seen, quiet) = (paid, .now)
                TestScope.current?.moved("\(paid) of \(all) are paid")
            }
            daemon.send(SIGTERM)
            #expect(await daemon.end() == 0)
            let again = try Program(["run", "--spool", spool.root.path, "--api-url", base], binary: binary)
            await again.line(containing: "Watching")
            while !spool.names(in: spool.processing).isEmpty { try await Task.sleep(for: .milliseconds(50)) }
            again.send(SIGTERM)
            #expect(await again.end() == 0)

            let (paid, twice) = try await Self.ledger(base)
            #expect(paid == all)
            #expect(twice == [])
            let walk = SpoolWalk(spool)
            let names = (0..<all).map { String(format: "f%05d.yaml", $0) }
            #expect(walk.misplaced(names) == [])
            #expect(names.allSatisfy { walk.places(of: $0).first?.hasPrefix("done/") == true })
            let moved = walk.places(of: names[Self.count]).first ?? ""
            #expect(moved.hasPrefix("done/moved/") || moved.hasPrefix("done/moving/"), "\(moved)")
            // The counter would see one that is missing.
            try FileManager.default.removeItem(
                atPath: spool.root.path + "/" + (walk.places(of: names[7]).first ?? ""))
            #expect(SpoolWalk(spool).misplaced(names) == ["\(names[7]): []"])
        }
    }
}
