// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import NanoBananaSimulator
import Testing

/// Where pictures are requests by themselves more is read than was: the text beside one, what its lane adds, a name for
/// the result.
extension HostileDropperTests {
    /// Makes a lane of pictures. Where nothing may be sent, its prompt is `alone`, which is what would be sent of a picture
    /// without its text, or with what is not the lane's.
    private static func lane(_ name: String, _ more: String = "", prompt: String = "alone") -> String {
        "mkdir inbox/\(name); printf 'pictures: each\\nprompt: \(prompt)\\ntext_wait: 0\\n\(more)' "
            + ">inbox/\(name)/_defaults.yaml; "
    }

    private static func dropPicture(in lane: String) -> String { "cp ../plain.png inbox/\(lane)/bottle.png" }

    /// A picture with a text that is none.
    ///
    /// - Parameter making: makes the text; `$t` is its path.
    private static func text(
        _ name: String, in lane: String, _ kind: String, making: String, links: [String: String] = [:]
    ) -> Attack {
        Attack(
            name: "\(name), \(kind)", script: Self.lane(lane) + "t=inbox/\(lane)/\(name); \(making)", links: links,
            afterwards: dropPicture(in: lane),
            words: "\(lane)/bottle.png why=\"its text \\\"\(name)\\\" is a link, or no regular file")
    }

    /// A folder in a lane where such a folder is a batch.
    private static func folder(
        _ name: String, in lane: String, making: String, links: [String: String] = [:], words: String
    ) -> Attack {
        // One that waits long for texts: what is linked by root comes later.
        Attack(
            name: "folder, \(name)",
            script: "mkdir inbox/\(lane); printf 'pictures: each\\nfolders: batch\\nprompt: alone\\ntext_wait: 20\\n' "
                + ">inbox/\(lane)/_defaults.yaml; \(making)",
            links: links, words: "\(lane)/album why=\"\(words)")
    }

    static let pictureAttacks: [Attack] = [
        text("bottle.txt", in: "t1", "symlink", making: "ln -s ../../../private/words.txt $t"),
        text("bottle.txt", in: "t2", "hard link", making: "true", links: ["inbox/t2/bottle.txt": "words.txt"]),
        text("bottle.txt", in: "t3", "FIFO", making: "mkfifo $t"),
        text("bottle.yaml", in: "t4", "symlink", making: "ln -s ../../../private/keys.yaml $t"),
        text("bottle.yaml", in: "t5", "hard link", making: "true", links: ["inbox/t5/bottle.yaml": "keys.yaml"]),
        text("bottle.yaml", in: "t6", "FIFO", making: "mkfifo $t"),
        Attack(
            name: "text of 10 GB", script: lane("t7") + "truncate -s 10G inbox/t7/bottle.txt",
            afterwards: dropPicture(in: "t7"), words: "job=t7/bottle"),
        Attack(
            name: "added symlink",
            script: lane("w1", "with: [logo.png]\\n") + "ln -s ../../../private/a.png inbox/w1/logo.png",
            afterwards: dropPicture(in: "w1"), words: "job=w1/bottle"),
        Attack(
            name: "added hard link", script: lane("w2", "with: [logo.png]\\n"), links: ["inbox/w2/logo.png": "a.png"],
            afterwards: dropPicture(in: "w2"), words: "job=w2/bottle"),
        Attack(
            name: "added FIFO", script: lane("w3", "with: [logo.png]\\n") + "mkfifo inbox/w3/logo.png",
            afterwards: dropPicture(in: "w3"), words: "job=w3/bottle"),
        Attack(
            name: "added from above", script: lane("w4", "with: [../../../private/a.png]\\n"),
            afterwards: dropPicture(in: "w4"), words: "w4/_defaults.yaml has a mistake"),
        Attack(
            name: "names that lead elsewhere", script: lane("s1", "save_as: ../../../private/x\\n"),
            afterwards: dropPicture(in: "s1"), words: "s1/_defaults.yaml has a mistake"),
        Attack(
            name: "names that lead elsewhere, in a text",
            script: lane("s2") + "printf 'save_as: ../../../private/x\\n' >inbox/s2/bottle.yaml",
            afterwards: dropPicture(in: "s2"), words: "job=s2/bottle"),
        Attack(
            name: "names that lead elsewhere by a note",
            script: lane("s3", "save_as: \"{sku}\"\\n", prompt: "served")
                + "printf 'meta: {sku: \"../../../private/x\"}\\n' >inbox/s3/bottle.yaml",
            afterwards: dropPicture(in: "s3"), words: "done/s3/bottle"),
        folder("symlink", in: "f1", making: "ln -s ../../../private inbox/f1/album", words: "it is a symbolic link"),
        folder(
            "picture symlink", in: "f2",
            making: "mkdir inbox/f2/album; ln -s ../../../../private/a.png inbox/f2/album/a.png",
            words: "it is a folder with no picture"),
        folder(
            "picture hard link", in: "f3", making: "mkdir inbox/f3/album", links: ["inbox/f3/album/a.png": "a.png"],
            words: "of the folder nothing is taken, because of \\\"a.png\\\": it is a hard link"),
        folder(
            "picture FIFO", in: "f4", making: "mkdir inbox/f4/album; mkfifo inbox/f4/album/a.png",
            words: "it is a folder with no picture"),
        folder(
            "folder in it", in: "f5", making: "mkdir -p inbox/f5/album/more; cp ../plain.png inbox/f5/album/more/",
            words: "it is a folder with no picture"),
        folder(
            "text hard link", in: "f6", making: "mkdir inbox/f6/album; cp ../plain.png inbox/f6/album/b.png",
            links: ["inbox/f6/album/b.txt": "words.txt"], words: "of the folder nothing is taken, because of"),
        Attack(
            name: "another round elsewhere",
            script: lane("g1", prompt: "served") + "ln -s ../../../private inbox/g1/again",
            afterwards: dropPicture(in: "g1"), words: "g1/again why=\"it is a symbolic link"),
        Attack(
            name: "another round in a file",
            script: lane("g2", prompt: "served")
                + "printf 'prompt: alone\\nimage: https://a.b/c.png\\n' >inbox/g2/again",
            afterwards: dropPicture(in: "g2"), words: "g2/again why=\"its name does not end in"),
    ]

    /// Jobs that fail, each with a word of why.
    private static let refusedPictures = [
        "t7/bottle": "it is longer than", "w1/bottle": "symlink", "w2/bottle": "hard link", "w3/bottle": "regular",
        "s2/bottle": "it is a name and no place",
    ]

    @Test func `each attack on a lane of pictures ends in words, and no picture goes without its text`() async throws {
        try await withSimulator { simulator, base in
            try await SharedSpool.with { shared in
                let hidden = [
                    "words.txt": Data("\(Self.mark)\n".utf8), "keys.yaml": Data("prompt: \(Self.mark)\n".utf8),
                    "a.png": Self.picture, "b.yaml": Data("prompt: \(Self.mark)\nimage: https://a.b/c.png\n".utf8),
                ]
                for (name, content) in hidden { try shared.hide(content, as: name) }
                let plain = shared.around.appendingPathComponent("plain.png")
                try PNGFile.small.write(to: plain)
                chmod(plain.path, 0o644)
                try await shared.withDaemon(base, Self.options(shared)) { daemon in
                    for attack in Self.pictureAttacks { try await Self.make(attack, shared) }
                    try await shared.act(
                        .member,
                        Self.lane("good", prompt: "served") + "echo words >inbox/good/bottle.txt; "
                            + Self.dropPicture(in: "good"))
                    for lane in ["good", "s3", "g1", "g2"] {
                        #expect(await daemon.result(of: "\(lane)/bottle")?.contains(" Done ") == true, "\(lane)")
                    }
                    for attack in Self.pictureAttacks {
                        #expect(await shared.tells(attack.words, daemon), "\(attack.name)")
                    }
                    for job in Self.refusedPictures.keys {
                        #expect(await daemon.result(of: job)?.contains(" Failed ") == true, "\(job)")
                    }
                    let names = shared.spool.names(in: shared.spool.done.appendingPathComponent("s3/bottle"))
                    #expect(names.contains("___.._.._private_x.png"), "\(names)")
                    let sent = simulator.ledger.snapshot.prompts.mapValues(\.paid)
                    #expect(sent == ["served\nwords": 1, "served": 3])
                    #expect(Self.leaks(shared, daemon, simulator) == [])
                    #expect(try Self.memory(of: daemon) < 300 << 20)
                    try await Self.checkTheChecks(shared, daemon, simulator)
                }
                try Self.checkUntouched(hidden, shared)
                try Self.checkReasons(Self.refusedPictures, shared)
            }
        }
    }

    /// The counters see a picture that goes alone, and what leaves when it is dropped by somebody who may read it.
    private static func checkTheChecks(
        _ shared: SharedSpool, _ daemon: Program, _ simulator: Simulator
    ) async throws {
        try await shared.act(.member, "rm inbox/t1/bottle.txt")
        #expect(await daemon.result(of: "t1/bottle")?.contains(" Done ") == true)
        #expect(simulator.ledger.snapshot.paid("alone") == 1)
        for (name, content) in [("own.txt", Data("\(mark)\n".utf8)), ("own.png", picture)] {
            let file = shared.spool.inbox.appendingPathComponent("good/" + name)
            try content.write(to: file)
            chown(file.path, SharedSpool.User.member.rawValue, SharedSpool.User.member.group)
        }
        #expect(await daemon.result(of: "good/own")?.contains(" Done ") == true)
        let found = leaks(shared, daemon, simulator)
        #expect(found.contains("served\n" + mark), "\(found)")
        let published = SharedSpool.files(
            below: shared.around.appendingPathComponent("published"), with: Data(mark.utf8))
        #expect(published.count == 1 && published.allSatisfy(found.contains), "\(found)")
    }
}
