// SPDX-License-Identifier: Apache-2.0

import Foundation
import NanoBananaSimulator
import Testing

/// Who is in the group drops and reads; who is not does neither.
@Suite(.watched, .timeLimit(.minutes(15)), .enabled(if: Needs.users))
struct SecondUserTests {
    struct Deed: Sendable, CustomTestStringConvertible {
        var script: String
        var members: Bool
        var testDescription: String { script }
    }

    static let deeds = [
        Deed(script: "ls .", members: true), Deed(script: "ls inbox", members: true),
        Deed(script: "echo 'prompt: x' >inbox/.mine", members: true), Deed(script: "mkdir inbox/lane", members: true),
        Deed(script: "cat done/hero/hero-1.png", members: true),
        Deed(script: "cat done/hero/result.json", members: true), Deed(script: "cat status.json", members: true),
        Deed(script: "cat ledger/*", members: true), Deed(script: "mv done/hero done/away", members: true),
        Deed(script: "ls processing", members: false), Deed(script: "mkdir processing/mine", members: false),
        Deed(script: "echo >>ledger/2030-01.csv", members: false), Deed(script: "mv inbox away", members: false),
        Deed(script: "echo >>.lock", members: false), Deed(script: "rm status.json", members: false),
        Deed(script: "cat ../private/key", members: false),
    ]

    @Test func `a member who may not see what is under way steers it all the same`() async throws {
        try await withSimulator(SimulatorConfiguration().heldWork) { simulator, base in
            try await SharedSpool.with { shared in
                try await shared.withDaemon(base, ["--max-in-flight", "1"]) { daemon in
                    let table = "prompt,image\\n" + (1...3).map { "row \($0),https://example.com/a.png\\n" }.joined()
                    try await shared.act(.member, "printf '\(table)' >inbox/.t; mv inbox/.t inbox/table.csv")
                    await daemon.line(containing: "Submitted job=table/001")
                    _ = try await shared.spool.status { page in
                        (page["under_way"] as? [[String: Any]])?.contains { $0["job"] as? String == "table" } == true
                    }
                    let cancel = "../bananadrop cancel --spool ."
                    #expect(await !Self.succeeds(shared, .member, cancel + " table/002"))
                    #expect(await !Self.succeeds(shared, .member, cancel + " other"))
                    #expect(await Self.succeeds(shared, .member, cancel + " table"))
                    await daemon.line(containing: "Cancelled by somebody")
                    try await simulator.finishesWork { await daemon.result(of: "table") }
                }
                #expect(simulator.ledger.snapshot.paid == 1)
            }
        }
    }

    private static func succeeds(_ shared: SharedSpool, _ user: SharedSpool.User, _ script: String) async -> Bool {
        (try? await shared.act(user, script)) != nil
    }

    @Test func `a member drops and reads results, a stranger does nothing at all`() async throws {
        try await withSimulator { simulator, base in
            try await SharedSpool.with { shared in
                try shared.hide(Data("key".utf8), as: "key")
                try await shared.withDaemon(base) { daemon in
                    #expect(await !Self.succeeds(shared, .stranger, "echo 'prompt: x' >inbox/theirs.yaml"))
                    let request = TestSpool.request("mine")
                    try await shared.act(.member, "printf '%s' '\(request)' >inbox/hero.yaml")
                    #expect(await daemon.result(of: "hero")?.contains(" Done ") == true)
                    // Written at most once a second.
                    while !FileManager.default.fileExists(atPath: shared.spool.root.path + "/status.json") {
                        try await Task.sleep(for: .milliseconds(20))
                    }
                    for deed in Self.deeds {
                        #expect(await !Self.succeeds(shared, .stranger, deed.script), "a stranger: \(deed.script)")
                        #expect(
                            await Self.succeeds(shared, .member, deed.script) == deed.members,
                            "a member: \(deed.script)")
                    }
                }
                #expect(simulator.ledger.snapshot.paid == 1)
            }
        }
    }
}
