// SPDX-License-Identifier: Apache-2.0

import Glibc
import Synchronization
import SystemPackage
import Testing

@testable import FileIO
@testable import Requests
@testable import Sharing
@testable import TestSupport

/// Publishing by a command.
extension PictureShareTests {
    @Test func `a command gets a copy that nobody can swap, in one argument`() async throws {
        try await Scratch.with { scratch in
            let job = try scratch.folder("a 'job' \"\n$HOME")
            let saw = scratch.path.appending("saw")
            let script =
                "printf '%s|' \"$@\" > \(saw); cp \"$1\" \(saw)-file; echo new > \(scratch.path)/inbox/a.png; "
                + "cp \"$1\" \(saw)-again"
            try await with(command("sh -c '\(script.replacing("'", with: #"'\''"#))' sh {file} r:{name}"), scratch) {
                share in
                try scratch.write(.png(), to: "inbox/a.png")
                let identity = try scratch.identity(of: "inbox/a.png")
                let published = try await share.share("a.png", in: .root, identity, as: Self.name, for: job)
                #expect(published == PublishedPicture())
                let copy = job.appending(Self.name.text)
                #expect(try scratch.text(of: "saw") == "\(copy)|r:\(Self.name.text)|")
                #expect(try scratch.bytes(of: "saw-file") == .png())
                #expect(try scratch.bytes(of: "saw-again") == .png())
                #expect(try !Kernel.exists(copy), "the copy is left in the job's folder")
            }
        }
    }

    @Test func `a command never sees what is bananadrop's own`() async throws {
        try await Scratch.with { scratch in
            let saw = scratch.path.appending("saw")
            let environment = ["BANANADROP_API_KEY=secret", "BANANADROP_=secret", "AWS_PROFILE=p", "LANG=C"]
            let settings = try command("sh -c 'env > \"$2\"' sh {file}{name} \(saw)")
            try await with(settings, scratch, environment: environment) { share in
                try scratch.write(.png(), to: "inbox/a.png")
                try await self.share(share, scratch)
                let lines = try scratch.text(of: "saw").split(separator: "\n")
                #expect(lines.contains("AWS_PROFILE=p"))
                #expect(lines.contains("LANG=C"))
                #expect(lines.contains { $0.hasPrefix("PATH=") })
                #expect(!lines.contains { $0.contains("BANANADROP") || $0.contains("secret") })
            }
        }
    }

    @Test func `a command that fails leaves no copy, and says what it said`() async throws {
        try await Scratch.with { scratch in
            let settings = try command(
                "sh -c 'echo no such bucket >&2; exit 7' {file} {name}", remove: "sh -c 'exit 3' {name}")
            try await with(settings, scratch) { share in
                try scratch.write(.png(), to: "inbox/a.png")
                let output = Array("no such bucket\n".utf8)
                await #expect(throws: ShareError.command(.publish, .failed(code: 7, output: output))) {
                    try await self.share(share, scratch)
                }
                #expect(try scratch.names(in: "job").isEmpty)
                // What a crash has left there.
                try scratch.write([1], to: "job/\(Self.name.text)")
                await #expect(throws: ShareError.command(.remove, .failed(code: 3, output: []))) {
                    try await share.remove(Self.name, for: scratch.path.appending("job"))
                }
                #expect(try scratch.names(in: "job").isEmpty)
            }
        }
    }

    @Test(arguments: ["https://x", ""])
    func `what a command prints last is the picture's link`(base: String) async throws {
        try await Scratch.with { scratch in
            let print = "sh -c 'echo put $2; echo https://i.host/x.png?sig=$2; echo bye >&2' sh {file} {name}"
            try await with(command(print, base: base), scratch) { share in
                try scratch.write(.png(), to: "inbox/a.png")
                #expect(try await self.share(share, scratch) == "https://i.host/x.png?sig=\(Self.name.text)")
                #expect(try scratch.names(in: "job").isEmpty)
            }
        }
    }

    @Test func `a command that prints none is right only where pictures are found below an address`() async throws {
        try await Scratch.with { scratch in
            try scratch.folder("inbox")
            try scratch.write(.png(), to: "inbox/a.png")
            for (said, error) in [("", ShareError.noLink(nil)), ("put it", .noLink("put it"))] {
                let words = "sh -c 'echo \(said)' sh {file}{name}"
                try await with(command(words), scratch) { share in
                    let link = try await self.share(share, scratch)
                    #expect(link == nil)
                }
                try await with(command(words, base: ""), scratch) { share in
                    await #expect(throws: error) { _ = try await self.share(share, scratch) }
                }
            }
        }
    }

    @Test(arguments: ["https://x", ""])
    func `a link that cannot be sent is the command's trouble`(base: String) async throws {
        try await Scratch.with { scratch in
            try scratch.folder("inbox")
            try scratch.write(.png(), to: "inbox/a.png")
            let line = "http://10.0.0.1/x.png"
            try await with(command("sh -c 'echo \(line)' sh {file}{name}", base: base), scratch) { share in
                await #expect(throws: ShareError.badLink(line, .fault(.unreachable(host: "10.0.0.1")))) {
                    _ = try await self.share(share, scratch)
                }
            }
        }
    }

    @Test func `a job folder that is gone is the spool's trouble`() async throws {
        try await Scratch.with { scratch in
            try await with(command("true {file} {name}"), scratch) { share in
                try scratch.write(.png(), to: "inbox/a.png")
                await #expect(throws: Errno.noSuchFileOrDirectory) {
                    try await self.share(share, scratch, job: "gone")
                }
            }
        }
    }

    @Test func `cancelling ends the command, and no copy stays`() async throws {
        try await Scratch.with { scratch in
            let begun = try scratch.write([], to: "begun")
            try await with(command("sh -c 'echo x > \"$2\"; exec sleep 1000' sh {file}{name} \(begun)"), scratch) {
                share in
                try scratch.write(.png(), to: "inbox/a.png")
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { _ = try await self.share(share, scratch) }
                    while try scratch.bytes(of: "begun").isEmpty { try await Task.sleep(for: .milliseconds(5)) }
                    group.cancelAll()
                    await #expect(throws: CancellationError.self) { try await group.next() }
                }
                #expect(try scratch.names(in: "job").isEmpty)
            }
        }
    }

    @Test func `no more than four commands run at once`() async throws {
        try await Scratch.with { scratch in
            // Each notes how many are there while it runs, and goes on once there were two: otherwise the first could
            // be over before the second has begun.
            let script =
                "mkdir \"$2/$$\"; count=$(ls \"$2\" | wc -l); echo $count >> \"$2.log\"; "
                + "[ $count -lt 2 ] || : > \"$2.two\"; "
                + "while [ ! -e \"$2.two\" ]; do sleep 0.05; done; sleep 0.05; rmdir \"$2/$$\""
            let running = try scratch.folder("running")
            let quoted = script.replacing("'", with: #"'\''"#)
            try await with(command("sh -c '\(quoted)' sh {file}{name} \(running)"), scratch) { share in
                try scratch.write(.png(), to: "inbox/a.png")
                let identity = try scratch.identity(of: "inbox/a.png")
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for number in 10..<30 {
                        let job = try scratch.folder("job-\(number)")
                        let name = try #require(SharedName("0123456789abcdef\(number)"))
                        group.addTask { _ = try await share.share("a.png", in: .root, identity, as: name, for: job) }
                    }
                    try await group.waitForAll()
                }
                let counts = try scratch.text(of: "running.log").split(separator: "\n").compactMap { Int($0) }
                #expect(counts.count == 20)
                // More than one: otherwise the first would wait for ever.
                #expect((counts.max() ?? 0) <= 4)
            }
        }
    }
}
