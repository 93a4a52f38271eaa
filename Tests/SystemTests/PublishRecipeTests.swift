// SPDX-License-Identifier: Apache-2.0

import Foundation
import NanoBananaSimulator
import Testing

/// The recipes in `examples/publish`, by the daemon with the real tools against real servers on loopback.
/// `Tests/Publishing/run.sh` brings the one that Debian does not have.
@Suite(
    .watched, .serialized, .timeLimit(.minutes(5)),
    .enabled(
        if: Needs.programs(
            "aws", "convert", "curl", "jq", "moto_server", "nginx", "openssl", "rclone", "sftp", "ssh-keygen", "sshd",
            "vipsthumbnail"),
        "needs aws, curl, ImageMagick, jq, moto_server, nginx, OpenSSH, OpenSSL, rclone and vipsthumbnail"))
struct PublishRecipeTests {
    /// Whatever a shell or a tool could take for its own: it is in the name of the folder in which a command finds the
    /// picture.
    private static let job = "it's \"odd\" $(id) -x"

    @Test(arguments: PublishRecipe.all)
    func `a picture is published, can be fetched byte for byte, and is taken away or kept as it is set`(
        recipe: PublishRecipe
    ) async throws {
        try await withSimulator(SimulatorConfiguration().heldWork) { simulator, api in
            try await TestSpool.with { spool in
                try await recipe.serve { options, home in
                    let daemon = try spool.run(api, options, environment: Self.environment(home))
                    var link = ""
                    await daemon.guarded {
                        await daemon.line(containing: "Watching")
                        try spool.drop(PNGFile.small, as: "bottle.png")
                        try spool.drop("prompt: mine\nimages: bottle.png\n", as: Self.job + ".yaml")
                        await simulator.ledger.wait { $0.paid("mine") == 1 }
                        link = try #require(try Self.link(simulator))
                        #expect(try await Self.fetched(link, to: spool) == PNGFile.small)
                        simulator.finishWork()
                        await daemon.line(containing: " Done ")
                    }
                    #expect(spool.names(in: spool.done).count == 1)
                    #expect(!daemon.lines.contains { $0.contains("still published") }, "\(daemon.lines)")
                    if recipe.isKept {
                        #expect(try await Self.fetched(link, to: spool) == PNGFile.small)
                    } else {
                        await #expect(throws: Tool.Failed.self) { try await Self.fetched(link, to: spool) }
                    }
                    let found = try await Self.examined(["--spool", spool.root.path, "--api-url", api] + options, home)
                    #expect(found.count == 3 && found.allSatisfy { $0.hasPrefix("ok ") }, "\(found)")
                }
            }
        }
    }

    /// What goes wrong with an image host, by what is done to the command, and what of that is said.
    private static let hostTroubles: [(old: String, new: String, key: String?, words: String)] = [
        ("/1/upload", "/1/upload", "0f0f-another", " said: Invalid API v1 key. (400); put the key that it"),
        ("/1/upload", "/1/upload", "two words", "/.imagehost-key is no key; put the key for 127.0.0.1:"),
        ("/1/upload", "/small/1/upload", nil, " takes no picture of that size (413); set shrink-"),
        ("/1/upload", "/page/1/upload", nil, " answered 200, and no link; correct the address behind put"),
        ("/1/upload", "/2/upload", nil, " answered 404, and no link; correct the address behind put"),
        ("/1/upload {file} {name}", "/silent/1/upload {file} {name} --max-time 1", nil, " (curl 28: "),
        ("//127.0.0.1:", "//127.0.0.1:1/", nil, "no answer from 127.0.0.1:1 (curl 7: "),
    ]

    @Test(arguments: hostTroubles.indices)
    func `trouble with an image host is told in one line without the key, and waited out`(index: Int) async throws {
        let trouble = Self.hostTroubles[index]
        try await withSimulator { simulator, api in
            try await TestSpool.with { spool in
                try await PublishRecipe.imageHost.serve { options, home in
                    let file = home.appendingPathComponent(".imagehost-key")
                    let key = try String(contentsOf: file, encoding: .utf8).trimmingCharacters(in: .newlines)
                    if let other = trouble.key { try Data("\(other)\n".utf8).write(to: file) }
                    let changed = options.map { $0.replacingOccurrences(of: trouble.old, with: trouble.new) }
                    let daemon = try spool.run(api, changed, environment: Self.environment(home))
                    await daemon.guarded {
                        await daemon.line(containing: "Watching")
                        try spool.drop(PNGFile.small, as: "bottle.png")
                        try spool.drop("prompt: mine\nimages: bottle.png\n", as: Self.job + ".yaml")
                        let line = await daemon.line(containing: "Pictures cannot be published")
                        let told = try #require(line)
                        #expect(told.contains("failed with exit code 1 and said \\\"imagehost.sh: "), "\(told)")
                        #expect(told.contains(trouble.words) && !told.contains(" / "), "\(told)")
                        #expect(simulator.ledger.snapshot.paid == 0)
                        if trouble.key != nil {
                            try Data("\(key)\n".utf8).write(to: file)
                            await daemon.line(containing: " Done ")
                            #expect(simulator.ledger.snapshot.paid == 1)
                        }
                    }
                    #expect(!daemon.lines.contains { $0.contains(key) || $0.contains(trouble.key ?? key) })
                }
            }
        }
    }

    /// As Requests.md has them.
    @Test(arguments: [
        "vipsthumbnail {file} --size '4096x4096>' -o {out}", "convert {file} -auto-orient -resize '4096x4096>' {out}",
    ])
    func `a large picture is published smaller, by the real tool`(command: String) async throws {
        let page = try DocumentPage.named("Requests").blocks.flatMap(\.lines)
        let article = try String(
            contentsOf: DocumentPage.root.appendingPathComponent(
                "Sources/bananadrop/Documentation.docc/Requests.md"), encoding: .utf8)
        #expect(page.contains("shrink-command: \(command)") || article.contains("`\(command)`"))
        try await withSimulator(SimulatorConfiguration().heldWork) { simulator, api in
            try await TestSpool.with { spool in
                let (folder, large) = (spool.root.appendingPathComponent("published"), spool.root.path + "/large.png")
                try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
                try await Tool.run(["convert", "-size", "300x200", "plasma:", large])
                let daemon = try spool.run(
                    api,
                    [
                        "--publish-directory", folder.path, "--publish-base-url", "https://pictures.example",
                        "--shrink-command", command.replacing("4096x4096", with: "64x64"), "--shrink-above", "10KiB",
                    ])
                await daemon.guarded {
                    await daemon.line(containing: "Watching")
                    try spool.drop(Data(contentsOf: URL(fileURLWithPath: large)), as: "bottle.png")
                    try spool.drop("prompt: mine\nimages: bottle.png\n", as: Self.job + ".yaml")
                    await simulator.ledger.wait { $0.paid("mine") == 1 }
                    let name = try #require(try FileManager.default.contentsOfDirectory(atPath: folder.path).first)
                    let small = try Data(contentsOf: folder.appendingPathComponent(name))
                    #expect(PNGFile.isWhole(small))
                    // Its width, in the first chunk.
                    #expect(small.dropFirst(16).prefix(4).elementsEqual([0, 0, 0, 64]))
                    simulator.finishWork()
                    await daemon.line(containing: " Done ")
                }
                #expect(try spool.data("inbox/bottle.png") == Data(contentsOf: URL(fileURLWithPath: large)))
            }
        }
    }

    /// Of an account of its own. Where an authority is set for AWS, rclone takes none.
    private static func environment(_ home: URL) -> [String: String] { ["HOME": home.path, "AWS_CA_BUNDLE": ""] }

    /// What `doctor` says of publishing.
    private static func examined(_ options: [String], _ home: URL) async throws -> [String] {
        let result = try await Program.run(["doctor"] + options, environment: Self.environment(home))
        return result.output.split(separator: "\n").map(String.init).filter { $0.contains(" publishing ") }
    }

    private static func link(_ simulator: Simulator) throws -> String? {
        let body = try #require(simulator.ledger.submitBodies.first)
        let json = try JSONSerialization.jsonObject(with: Data(body)) as? [String: Any]
        return (json?["image_urls"] as? [String])?.first
    }

    private static func fetched(_ link: String, to spool: TestSpool) async throws -> Data {
        let file = spool.root.appendingPathComponent("fetched")
        try await Tool.run(["curl", "-fsS", "--max-time", "30", "-o", file.path, link])
        return try Data(contentsOf: file)
    }
}
