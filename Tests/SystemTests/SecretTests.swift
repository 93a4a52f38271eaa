// SPDX-License-Identifier: Apache-2.0

import Foundation
import NanoBananaSimulator
import TestNetwork
import Testing

/// Nothing secret is written: a daemon lives through all that can go wrong, and then every byte is searched.
@Suite(
    .serialized, .watched, .timeLimit(.minutes(15)),
    .enabled(if: Certificates.hasOpenSSL, "needs /usr/bin/openssl (package openssl)"))
struct SecretTests {
    private static let key = "sk-Very/Secret+Key-4711"
    private static let signature = "5ign4tureOfTheLink"
    private static let answerSignature = "5ign4tureOfTheAnswer"
    private static let link = "https://example.com/bottle.png?X-Amz-Signature=\(signature)&x=1"
    private static let guarded = "https://me:l1nkPassw0rd@example.com/a.png?X-Amz-Signature=\(signature)"

    private static let requests = [".yaml", "rows.csv", "rows-failed.csv", "001.json", "002.json", "003.json"]
    private static let results = [
        "journal.jsonl", "response.json", "result.json", "error.txt", "batch.json", "batch.csv", "index.html",
    ]

    /// Which files hold what. The request and the results of a job are its owner's, and lie side by side.
    static let secrets: [SecretSearch.Secret] = [
        .init(
            name: "key", words: [key, "sk-Very%2FSecret%2BKey-4711", #"sk-Very\/Secret+Key-4711"#, "Secret+Key"],
            allowed: []),
        .init(
            name: "proxy",
            words: ["pass-word-9", "pass%2Dword", Data("office:pass-word-9".utf8).base64EncodedString()],
            allowed: []),
        .init(name: "link's password", words: ["l1nkPassw0rd"], allowed: requests),
        .init(name: "link's signature", words: [signature], allowed: requests + results + ["check"]),
        .init(name: "answer's signature", words: [answerSignature], allowed: ["journal.jsonl", "response.json"]),
    ]

    private static let clean = Dictionary(
        uniqueKeysWithValues: ["https_proxy", "http_proxy", "all_proxy", "no_proxy"].flatMap {
            [($0, ""), ($0.uppercased(), "")]
        })

    private static func request(_ prompt: String, _ image: String = link) -> String {
        "prompt: \"\(prompt)\"\nimages: [\"\(image)\"]\n"
    }

    /// What is dropped, and how it ends.
    static let jobs: [(name: String, content: String, ending: String)] = [
        ("good", request("good"), "Done"), ("refused", request("[fault:submit=echo400]"), "Failed"),
        ("unknown", request("[fault:submit=echo502]"), "Failed"), ("task", request("[fault:poll=echo]"), "Failed"),
        ("asked", request("[fault:poll=echo401x2]"), "Done"), ("later", request("[fault:submit=echo429x1]"), "Done"),
        ("gone", request("[fault:picture=http404]"), "Failed"), ("guarded", request("p", guarded), "Failed"),
        ("bare", request("p", "example.com/a.png?X-Amz-Signature=\(signature)"), "Failed"),
        ("bared", request("p", "me:l1nkPassw0rd@example.com/a.png"), "Failed"),
        ("broken", request("p", guarded + "{}"), "Failed"),
        ("long", request("p", "https://me:l1nkPassw0rd\(String(repeating: "l0ng", count: 30))@example.com/"), "Failed"),
    ]
    private static let rows =
        "prompt,image\ngood,\(link)\nguarded,\(guarded)\n[fault:submit=echo400] row,\(link)\n"

    /// Ends with what nothing can be done about: a lane that is held, pictures that cannot be shared, a pause.
    private static func live(_ spool: TestSpool, _ daemon: Program, _ look: LogLook) async throws {
        for job in jobs {
            try spool.drop(job.content, as: "\(job.name).yaml")
            let line = await look.result(of: job.name, daemon)
            #expect(line.map { look.says(job.ending, $0) } == true, "\(job.name): \(line ?? "")")
        }
        try spool.drop(rows, as: "acme/rows.csv")
        #expect(
            await daemon.line { look.says("Failed", $0) && $0.contains("parts of this batch failed") } != nil)
        try spool.drop("images: [\"\(guarded)\"]\n", as: "held/_defaults.yaml")
        try spool.drop(request("held"), as: "held/held.yaml")
        #expect(await daemon.line { look.says("Requests are held", $0) } != nil)
        try spool.drop(PNGFile.small, as: "bottle.png")
        try spool.drop(request("mine", "bottle.png"), as: "mine.yaml")
        #expect(await daemon.line { look.says("Pictures cannot be published; waiting and trying again", $0) } != nil)
        try spool.drop(request("[fault:submit=echo402]"), as: "paused.yaml")
        #expect(await daemon.line { $0.contains(look.field("why", "balance")) } != nil)
    }

    /// Fails, with words as a program such as rclone may have them.
    private static func publishOptions(_ folder: URL) throws -> [String] {
        let script = folder.appendingPathComponent("publish.sh").path
        let text = "env | grep -i bananadrop_; echo \"cannot put $1 to \(guarded)\"; exit 1\n"
        try Data(text.utf8).write(to: URL(fileURLWithPath: script))
        return [
            "--publish-command", "sh \(script) {file} {name}", "--publish-remove-command", "true {name}",
            "--publish-base-url", "https://pictures.example.com/x",
        ]
    }

    /// A stand-in that signs its links, behind TLS and a proxy that wants to know who asks.
    private static func withOffice(_ body: @Sendable (RecordingProxy) async throws -> Void) async throws {
        var configuration = SimulatorConfiguration()
        configuration.linkBase = "https://pictures.example.com"
        configuration.linkQuery = "?X-Amz-Signature=\(answerSignature)&x=1"
        configuration.keys = [key]
        try await withSimulator(configuration) { _, base in
            let port = try #require(base.split(separator: ":").last.flatMap { Int($0) })
            try await TLSFront.run(showing: .good, before: port) { front in
                let hosts = ["api.example.com:443": front.port, "pictures.example.com:443": front.port]
                try await RecordingProxy.run(to: hosts, body)
            }
        }
    }

    @Test(arguments: LogLook.allCases)
    func `neither key nor passwords nor signatures stand where they must not`(look: LogLook) async throws {
        let authority = try Certificates.shared.get().authority.path
        try await Self.withOffice { proxy in
            try await TestSpool.with { beside in
                try await TestSpool.with { spool in
                    let environment = Self.clean.merging(
                        ["BANANADROP_PROXY": "http://office:pass%2Dword%2D9@127.0.0.1:\(proxy.port)"]) { $1 }
                    let settings =
                        ["--spool", spool.root.path, "--api-url", "https://api.example.com", "--ca-file", authority]
                        + (try Self.publishOptions(beside.root))
                    let times = [
                        "--poll-interval", "0.02", "--retry-interval", "0.05s", "--retry-limit", "0.2s",
                        "--picture-patience", "0s",
                    ]
                    let output = beside.root.path + "/output"
                    let daemon = try Program(
                        ["run"] + settings + times + look.options, environment: environment, key: Self.key,
                        launcher: look.launcher(output: output))
                    var search = SecretSearch(Self.secrets)
                    try await Self.live(spool, daemon, look)
                    // While it is paused, held and cannot share.
                    await Self.pageSays(["balance", "held/_defaults.yaml", "cannot put"], spool)
                    search.add("cmdline", try String(contentsOfFile: "/proc/\(daemon.pid)/cmdline", encoding: .utf8))
                    try await Self.ask(settings, environment, spool, &search)
                    search.add("status.json", try spool.text("status.json"))
                    daemon.send(SIGTERM)
                    #expect(await daemon.end() == 0)
                    await daemon.line { _ in false }
                    search.add("log", daemon.lines.joined(separator: "\n"))
                    search.add("output", try String(contentsOfFile: output, encoding: .utf8))
                    try search.add(below: spool.root)

                    #expect(search.leaks == [])
                    #expect(daemon.lines.filter { !look.isRight($0) } == [])
                    Self.expectUse(daemon, look)
                    try Self.expectSight(search)
                }
            }
        }
    }

    private static func pageSays(_ words: [String], _ spool: TestSpool) async {
        while !Task.isCancelled {
            let page = (try? spool.text("status.json")) ?? ""
            if words.allSatisfy(page.contains) { return }
            try? await Task.sleep(for: .milliseconds(50))
        }
        Issue.record("status.json does not say \(words)")
    }

    /// What other commands write meanwhile.
    private static func ask(
        _ settings: [String], _ environment: [String: String], _ spool: TestSpool, _ search: inout SecretSearch
    ) async throws {
        let failed = ["guarded", "bare", "bared", "broken", "long"].map { "\(spool.failed.path)/\($0)/\($0).yaml" }
        let commands: [(name: String, arguments: [String])] = [
            ("status", ["status"] + settings), ("status json", ["status", "--json"] + settings),
            ("doctor", ["doctor"] + settings), ("doctor json", ["doctor", "--json"] + settings),
            ("check", ["check"] + settings + ["\(spool.done.path)/good/good.yaml"] + failed),
        ]
        for (name, arguments) in commands {
            let said = try await Program.run(arguments, environment: environment, key: key)
            #expect(!said.output.isEmpty, "\(name): \(said.errors)")
            search.add(name, said.output)
            search.add("\(name) (errors)", said.errors.joined(separator: "\n"))
        }
    }

    /// What is left is of use: where the link leads, and that something was left out.
    private static func expectUse(_ daemon: Program, _ look: LogLook) {
        let said = daemon.lines.joined(separator: "\n")
        #expect(said.contains("the key *** may not use https://example.com/bottle.png?***"), "from the API itself")
        #expect(said.contains("https://***@example.com/a.png?***"), "the request's link")
        #expect(said.contains("example.com/a.png?***"))
        #expect(
            daemon.lines.contains {
                look.says("Paused: requests stay in the inbox until the service takes them again", $0)
            })
    }

    /// The search sees: it finds what may be there, in each kind of file, and what was planted.
    private static func expectSight(_ search: SecretSearch) throws {
        let places = search.hits.filter { $0.secret == "link's signature" }.map(\.place)
        for kind in requests.prefix(2) + results.dropLast(2) + ["check"] {
            #expect(places.contains { $0.hasSuffix(kind) }, "\(kind)")
        }
        #expect(search.hits.contains { $0.secret == "answer's signature" && $0.place.hasSuffix("response.json") })
        for secret in search.secrets {
            for word in secret.words {
                var planted = search
                planted.add("planted", "\u{0}… \(word)&")
                #expect(planted.leaks == [.init(secret: secret.name, place: "planted")])
            }
        }
    }
}
