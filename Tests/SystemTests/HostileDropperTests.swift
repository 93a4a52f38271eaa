// SPDX-License-Identifier: Apache-2.0

import CLinux
import Foundation
import NanoBananaSimulator
import Synchronization
import Testing

/// A member of the group who drops what is meant to be read, moved, overwritten or published in his place gets nothing
/// but an explanation, and others get their results.
@Suite(.watched, .timeLimit(.minutes(15)), .enabled(if: Needs.users))
struct HostileDropperTests {
    struct Attack: Sendable {
        var name: String
        /// Done by a member in the spool's folder; `link` stands for a hard link, which only root can make where
        /// `fs.protected_hardlinks` is on.
        var script: String
        var links: [String: String] = [:]
        var asRoot = "true"
        /// Done by the member when the links are there: what looks for them must not come before them.
        var afterwards = "true"
        /// What the daemon, or a failed job, says.
        var words: String
    }

    static let mark = "HUSH-5f3a"

    private static func put(_ name: String, _ picture: String) -> String {
        "printf 'prompt: \(name)\\nimages: [\(picture)]\\n' >inbox/\(name).yaml"
    }

    static let attacks = [
        Attack(
            name: "symlink", script: "ln -s ../../private/key inbox/symlink.yaml",
            words: "symlink.yaml why=\"it is a symbolic"),
        Attack(
            name: "socket",
            script:
                "perl -MIO::Socket::UNIX -e 'IO::Socket::UNIX->new(Local => \"inbox/socket.yaml\", Listen => 1) or die'",
            words: "socket.yaml why=\"it is not a regular"),
        Attack(
            name: "device", script: "true", asRoot: "mknod -m 666 inbox/device.yaml c 1 9",
            words: "device.yaml why=\"it is not a regular"),
        Attack(
            name: "table",
            script:
                "printf 'name,prompt,image\\n../../../private/x,one,../../private/a.png\\n/etc/x,two,/etc/passwd\\n' >inbox/table.csv",
            words: " Failed job=table "),
        Attack(
            name: "100 lanes deep",
            script:
                "d=inbox/deep$(printf '/%s' $(seq 100)); mkdir -p $d; printf 'prompt: deep\\nimage: https://a.b/c.png\\n' >$d/x.yaml",
            words: "where nothing is taken"),
        Attack(
            name: "a path that is too long",
            script:
                "perl -e 'chdir \"inbox\"; for (1..30) { mkdir \"l\" x 200 or die; chdir \"l\" x 200 or die }'",
            words: "File name too long"),
        Attack(name: "fifo", script: "mkfifo inbox/fifo.yaml", words: "fifo.yaml why=\"it is not a regular"),
        Attack(
            name: "hard", script: "true", links: ["inbox/hard.yaml": "key"], words: "hard.yaml why=\"it is a hard link"),
        Attack(name: "lane", script: "ln -s ../../private inbox/lane", words: "file=lane why="),
        Attack(
            name: "defaults symlink",
            script:
                "mkdir inbox/d1; ln -s ../../../private/key inbox/d1/_defaults.yaml; echo 'prompt: d1' >inbox/d1/a.yaml",
            words: "d1/_defaults.yaml has a mistake"),
        Attack(
            name: "defaults hard link", script: "mkdir inbox/d2", links: ["inbox/d2/_defaults.yaml": "key"],
            afterwards: "echo 'prompt: d2' >inbox/d2/a.yaml", words: "d2/_defaults.yaml"),
        Attack(
            name: "defaults of 10 GB",
            script: "mkdir inbox/d3; truncate -s 10G inbox/d3/_defaults.yaml; echo 'prompt: d3' >inbox/d3/a.yaml",
            words: "d3/_defaults.yaml has a mistake"),
        Attack(name: "10 GB", script: "truncate -s 10G inbox/big.yaml", words: "job=big"),
        Attack(
            name: "picture symlink", script: "ln -s ../../private/a.png inbox/p1.png; " + put("p1", "p1.png"),
            words: "job=p1"),
        Attack(
            name: "picture hard link", script: "true", links: ["inbox/p2.png": "a.png"],
            afterwards: put("p2", "p2.png"), words: "job=p2"),
        Attack(name: "picture fifo", script: "mkfifo inbox/p3.png; " + put("p3", "p3.png"), words: "job=p3"),
        Attack(
            name: "picture in a symlinked folder", script: "ln -s ../../private inbox/p4; " + put("p4", "p4/a.png"),
            words: "job=p4"),
        Attack(name: "picture above", script: put("p5", "../../private/a.png"), words: "job=p5"),
        Attack(
            name: "picture of 10 GB", script: "truncate -s 10G inbox/p6.png; " + put("p6", "p6.png"), words: "job=p6"),
        Attack(
            name: "result folder led elsewhere",
            script:
                "ln -s ../../private done/acme; mkdir inbox/acme; printf 'prompt: acme\\nimage: https://a.b/c.png\\n' >inbox/acme/x.yaml",
            words: "done/acme-2/x"),
        Attack(
            name: "result folder led nowhere",
            script:
                "ln -s nowhere done/void; mkdir inbox/void; printf 'prompt: void\\nimage: https://a.b/c.png\\n' >inbox/void/x.yaml",
            words: "done/void-2/x"),
        Attack(
            name: "journal fifo", script: "mkdir inbox/j1; mkfifo inbox/j1/journal.jsonl",
            words: "j1 why=\"it is the folder of a job whose journal is damaged"),
        Attack(
            name: "journal of 10 GB", script: "mkdir inbox/j2; truncate -s 10G inbox/j2/journal.jsonl",
            words: "j2 why=\"it is the folder of a job whose journal is damaged"),
        Attack(
            name: "put back with a fifo for a result",
            script: "rm failed/back1/result.json; mkfifo failed/back1/result.json; mv failed/back1 inbox",
            words: "back1 why=\"it is the folder of a failed job, and \\\"result.json"),
        Attack(
            name: "put back with a symlink for the request",
            script:
                "rm failed/back2/back2.yaml; ln -s ../../../private/key failed/back2/back2.yaml; mv failed/back2 inbox",
            words: "back2 why=\"it is the folder of a failed job, and \\\"back2.yaml"),
        Attack(
            name: "put back with a hard link for the request",
            script: "rm failed/back3/back3.yaml; mv failed/back3 inbox/.back3",
            links: ["inbox/.back3/back3.yaml": "key"], afterwards: "mv inbox/.back3 inbox/back3",
            words: "back3 why=\"it is the folder of a failed job, and \\\"back3.yaml"),
        Attack(
            name: "put back with a hard link for a file that is written over",
            script: "rm failed/back4/error.txt; mv failed/back4 inbox/.back4", links: ["inbox/.back4/error.txt": "key"],
            afterwards: "mv inbox/.back4 inbox/back4",
            words: "back4 why=\"it is the folder of a failed job, and \\\"error.txt"),
    ]

    /// Jobs that fail, each with a word of why.
    private static let refused = [
        "p1": "symlink", "p2": "hard link", "p3": "regular", "p4": "symlink", "p6": "larger", "big": "larger",
    ]

    static var picture: Data {
        var text = Data([0, 0, 0, UInt8(mark.utf8.count)]) + Data("tEXt".utf8) + Data(mark.utf8) + Data(count: 4)
        text = PNGFile.small.prefix(33) + text + PNGFile.small.dropFirst(33)
        return text
    }

    @Test func `each attack ends in words, and what is private stays so`() async throws {
        try await withSimulator { simulator, base in
            try await SharedSpool.with { shared in
                let hidden = [
                    "key": Data("promt: \(Self.mark)\n".utf8), "a.png": Self.picture,
                    "b.yaml": Data("prompt: \(Self.mark)\nimage: https://a.b/c.png\n".utf8),
                ]
                for (name, content) in hidden { try shared.hide(content, as: name) }
                try await shared.withDaemon(base, Self.options(shared)) { daemon in
                    for number in 1...4 {
                        try await shared.act(.member, "echo 'promt: x' >inbox/back\(number).yaml")
                        #expect(await daemon.result(of: "back\(number)") != nil)
                    }
                    for attack in Self.attacks { try await Self.make(attack, shared) }
                    try await shared.act(.member, Self.put("good", "https://a.b/c.png"))
                    #expect(await daemon.result(of: "good")?.contains(" Done ") == true)
                    for attack in Self.attacks {
                        #expect(await shared.tells(attack.words, daemon), "\(attack.name)")
                    }
                    // What is told of them first is that they were claimed.
                    for job in Self.refused.keys {
                        #expect(await daemon.result(of: job)?.contains(" Failed ") == true, "\(job)")
                    }
                    #expect(Self.leaks(shared, daemon, simulator) == [])
                    #expect(try Self.memory(of: daemon) < 300 << 20)
                    // The counter sees a leak: the same picture, dropped by somebody who may read it.
                    let own = shared.spool.inbox.appendingPathComponent("own.png")
                    try Self.picture.write(to: own)
                    chown(own.path, SharedSpool.User.member.rawValue, SharedSpool.User.member.group)
                    try await shared.act(.member, Self.put("own", "own.png"))
                    #expect(await daemon.result(of: "own")?.contains(" Done ") == true)
                    #expect(Self.leaks(shared, daemon, simulator).count == 1)
                }
                // Longer than anything but this would remove.
                try await shared.act(.root, "rm -rf inbox/lll*")
                try Self.checkUntouched(hidden, shared)
                try Self.checkReasons(Self.refused, shared)
            }
        }
    }

    /// What is shared stays where it can be looked at.
    static func options(_ shared: SharedSpool) -> [String] {
        [
            "--publish-directory", shared.around.appendingPathComponent("published").path, "--publish-base-url",
            "https://pictures.example", "--publish-keep", "true", "--local-images-wait", "2s",
        ]
    }

    /// What is private is as it was, and nothing has come to it.
    static func checkUntouched(_ hidden: [String: Data], _ shared: SharedSpool) throws {
        let folder = shared.around.appendingPathComponent("private")
        for (name, content) in hidden {
            #expect(try Data(contentsOf: folder.appendingPathComponent(name)) == content)
        }
        #expect(shared.spool.names(in: folder) == hidden.keys.sorted())
    }

    static func checkReasons(_ refused: [String: String], _ shared: SharedSpool) throws {
        for (job, words) in refused {
            let text = try shared.spool.prose("failed/\(job)/error.txt")
            #expect(text.contains(words), "\(job): \(text)")
        }
    }

    static func make(_ attack: Attack, _ shared: SharedSpool) async throws {
        try await shared.act(.member, attack.script)
        try await shared.act(.root, attack.asRoot)
        for (name, target) in attack.links {
            try await shared.act(.root, "ln ../private/\(target) \(name)")
        }
        try await shared.act(.member, attack.afterwards)
    }

    /// Wherever the mark has come to, but for what the attacker has put into the inbox himself.
    static func leaks(_ shared: SharedSpool, _ daemon: Program, _ simulator: Simulator) -> [String] {
        let bytes = Data(mark.utf8)
        var found = SharedSpool.files(below: shared.around.appendingPathComponent("published"), with: bytes)
        for folder in ["processing", "done", "failed", "ledger", "status.json"] {
            found += SharedSpool.files(below: shared.spool.root.appendingPathComponent(folder), with: bytes)
        }
        if (try? shared.spool.text("status.json"))?.contains(mark) == true { found.append("status.json") }
        found += daemon.lines.filter { $0.contains(mark) }
        return found + simulator.ledger.snapshot.prompts.keys.filter { $0.contains(mark) }
    }

    static func memory(of daemon: Program) throws -> Int {
        let text = try String(contentsOfFile: "/proc/\(daemon.pid)/status", encoding: .utf8)
        let line = text.split(separator: "\n").first { $0.hasPrefix("VmHWM:") } ?? ""
        return (line.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) << 10
    }

    @Test func `a lane swapped for a symlink at any moment leads nowhere`() async throws {
        try await withSimulator { simulator, base in
            try await SharedSpool.with { shared in
                for number in 0..<300 {
                    try shared.hide(Data(TestSpool.request("\(Self.mark) \(number)").utf8), as: "r\(number).yaml")
                }
                try shared.hide(Data("prompt: \(Self.mark)\n".utf8), as: "_defaults.yaml")
                try await shared.act(.member, "mkdir inbox/race; ln -s ../../private inbox/.other")
                try await shared.withDaemon(base, ["--rescan-interval", "1s"]) { daemon in
                    let (lane, link) = (shared.spool.inbox.path + "/race", shared.spool.inbox.path + "/.other")
                    let swaps = Mutex(0)
                    let swap = { @Sendable (_: Int) -> Bool in
                        // RENAME_EXCHANGE, renameat2(2)
                        let isDone = renameat2(AT_FDCWD, lane, AT_FDCWD, link, 2) == 0
                        if isDone { swaps.withLock { $0 += 1 } }
                        return isDone
                    }
                    _ = try await Racer.race(pause: 500, swap) {
                        // Into the folder itself, under whichever of the two names it has at the moment.
                        try await shared.act(
                            .member,
                            """
                            until cd -P inbox/race 2>/dev/null; do :; done
                            for n in $(seq 0 299); do
                                printf 'prompt: race %s\\nimage: https://a.b/c.png\\n' $n >.new
                                mv .new r$n.yaml
                                sleep 0.005
                            done
                            """)
                        await simulator.ledger.wait { $0.fetches >= 100 }
                        // How many there are by now depends on how busy the machine is.
                        while swaps.withLock({ $0 }) <= 2_000 { try await Task.sleep(for: .milliseconds(20)) }
                    }
                    try await shared.act(
                        .member, "[ ! -L inbox/race ] || { rm inbox/race; mv inbox/.other inbox/race; }")
                    await simulator.ledger.wait { $0.fetches == 300 }
                    #expect(Self.leaks(shared, daemon, simulator) == [])
                }
                let hidden = shared.spool.names(in: shared.around.appendingPathComponent("private"))
                #expect(hidden.count == 301, "\(hidden)")
            }
        }
    }
}
