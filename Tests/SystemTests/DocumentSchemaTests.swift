// SPDX-License-Identifier: Apache-2.0

import Foundation
import NanoBananaSimulator
import Testing

@testable import TestSupport

/// The schemas of the documents for programs, in the hands of a validator that others wrote, against what the program
/// writes.
@Suite(.watched, .timeLimit(.minutes(15)))
struct DocumentSchemaTests {
    /// Prints what is wrong with the files, each behind its schema. A member that the schema does not name is wrong, too:
    /// here, not for those who use it.
    private static let validator = """
        import json, sys
        from jsonschema import Draft202012Validator
        def strict(part):
            if isinstance(part, dict):
                if 'properties' in part: part['additionalProperties'] = False
                for key, value in part.items():
                    if key != 'if': strict(value)
            elif isinstance(part, list):
                for value in part: strict(value)
        wrong = []
        for schema, file in zip(sys.argv[2::2], sys.argv[3::2]):
            schema = json.load(open(schema))
            Draft202012Validator.check_schema(schema)
            strict(schema)
            for error in Draft202012Validator(schema).iter_errors(json.load(open(file))):
                wrong.append(f'{file}: {list(error.path)}: {error.message[:300]}')
        open(sys.argv[1], 'w').write('\\n'.join(wrong))
        """

    private static func schema(_ name: String) -> String {
        DocumentPage.root.appendingPathComponent("examples/schemas/\(name).schema.json").path
    }

    private static func wrong(_ files: [(schema: String, file: String)], in folder: URL) async throws -> [String] {
        let (script, wrong) = (folder.appendingPathComponent("validate.py").path, folder.path + "/wrong")
        try validator.write(toFile: script, atomically: true, encoding: .utf8)
        // Debian's own, which has the package.
        let arguments = files.flatMap { [schema($0.schema), $0.file] }
        try await Tool.run(["/usr/bin/python3", script, wrong] + arguments)
        return try String(contentsOfFile: wrong, encoding: .utf8).split(separator: "\n").map(String.init)
    }

    /// The files of a spool, by what they become.
    private static let requests = [
        "good.yaml": TestSpool.request("good", more: "variants: 2\nmeta: {a: [1]}\n"),
        "task.yaml": TestSpool.request("\"[fault:poll=error]\""),
        "slip.yaml": "promt: x\n",
        "marked.yaml": TestSpool.request("marked", more: "mark: ai-edited\n"),
        "named.yaml": TestSpool.request(
            "[named, more]", more: "aspect_ratio: [1:1, 9:16]\nsave_as: \"{name}_{n}\"\n"),
        "table.csv": "name,prompt,image,meta.order\na,row a,https://a.b/c.png,1\nb,,https://a.b/c.png,2\n",
    ]
    private static let lanes = [
        "flat/_defaults.yaml": "deliver: flat\nsave_as: \"{sku}\"\n",
        "flat/shop.csv": "prompt,image,meta.sku\na,https://a.b/c.png,1\nb,https://a.b/c.png,1\n",
        "pictures/_defaults.yaml": "pictures: each\nprompt: on white\n",
        "pictures/bottle.txt": "With lemons.\n",
    ]
    private static let results = [
        "done/named", "done/flat/shop/002", "done/marked", "done/pictures/bottle",
        "done/good", "failed/task", "failed/slip", "failed/table/001-a", "failed/table/002-b",
    ]

    @Test func `what the program writes is as the schemas say`() async throws {
        try await withSimulator { _, base in
            try await TestSpool.with { spool in
                var found: [(schema: String, file: String)] = []
                func keep(_ schema: String, _ arguments: [String]) async throws {
                    let output = try await Program.run(arguments).output
                    let file = spool.root.appendingPathComponent("\(found.count).json").path
                    try output.write(toFile: file, atomically: true, encoding: .utf8)
                    found.append((schema, file))
                }
                let script = try Self.keepingAll(in: spool)
                let published = spool.root.appendingPathComponent("published")
                try FileManager.default.createDirectory(at: published, withIntermediateDirectories: true)
                let share = ["--publish-directory", published.path, "--publish-base-url", "http://127.0.0.1:1"]
                let notify = ["--notify-command", script, "--notify-events", "all"]
                try await spool.withDaemon(base, notify + share) { daemon in
                    try spool.drop("nothing", as: "picture.xlsx")
                    for (name, content) in Self.lanes.sorted(by: { $0.key < $1.key }) {
                        try spool.drop(content, as: name)
                    }
                    // After its text.
                    try spool.drop(PNGFile.small, as: "pictures/bottle.png")
                    for (name, content) in Self.requests { try spool.drop(content, as: name) }
                    let jobs = ["good", "task", "slip", "marked", "table", "named", "flat/shop", "pictures/bottle"]
                    for job in jobs { await daemon.result(of: job) }
                    _ = try await spool.status { page in
                        (page["left_alone"] as? [Any])?.isEmpty == false
                            && (page["recent"] as? [Any])?.count == jobs.count
                    }
                    try FileManager.default.copyItem(
                        atPath: spool.root.path + "/status.json", toPath: spool.root.path + "/status-of-daemon.json")
                    found.append(("status", spool.root.path + "/status-of-daemon.json"))
                    try await keep("status", ["status", "--json", "--spool", spool.root.path])
                    try await keep(
                        "doctor", ["doctor", "--json", "--spool", spool.root.path, "--api-url", base] + share)
                    while spool.names(in: Self.told(in: spool)).count < 4 {
                        try await Task.sleep(for: .milliseconds(20))
                    }
                }
                found += spool.names(in: Self.told(in: spool)).map {
                    ("notification", Self.told(in: spool).appendingPathComponent($0).path)
                }
                try await keep("status", ["status", "--json", "--spool", spool.root.path])
                try await keep("config", ["config", "--json", "--spool", spool.root.path])
                for (name, content) in Self.requests {
                    try content.write(toFile: spool.root.path + "/" + name, atomically: true, encoding: .utf8)
                }
                try await keep("check", ["check", "--json"] + Self.requests.keys.map { spool.root.path + "/" + $0 })
                found += Self.results.map { ("result", spool.root.path + "/\($0)/result.json") }
                for batch in ["failed/table", "done/flat/shop"] {
                    found.append(("batch", spool.root.path + "/\(batch)/batch.json"))
                }
                #expect(try await Self.wrong(found, in: spool.root) == [])
                #expect(try spool.json("done/pictures/bottle/result.json")["text"] as? String == "bottle.txt")
                #expect(try spool.text("done/marked/result.json").contains("\"marked\""))
                // The program prints the very same.
                for name in ["status", "notification"] {
                    let printed = try await Program.run(["schema", name]).output
                    #expect(try printed == String(contentsOfFile: Self.schema(name), encoding: .utf8))
                }
                // Each schema had something to say, and would have said it.
                let folder = DocumentPage.root.appendingPathComponent("examples/schemas")
                let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
                #expect(Set(names) == Set(found.map { "\($0.schema).schema.json" }))
                #expect(try await Self.wrong([("result", found[0].file)], in: spool.root).count > 3)
            }
        }
    }

    /// Where each notification is a file.
    private static func told(in spool: TestSpool) -> URL { spool.root.appendingPathComponent("told") }

    /// A command that puts each notification there, whole.
    private static func keepingAll(in spool: TestSpool) throws -> String {
        try FileManager.default.createDirectory(at: told(in: spool), withIntermediateDirectories: true)
        let script = spool.root.appendingPathComponent("tell")
        let text = """
            #!/bin/sh
            cat >"$BANANADROP_SPOOL/told/.$BANANADROP_ID" &&
                mv "$BANANADROP_SPOOL/told/.$BANANADROP_ID" "$BANANADROP_SPOOL/told/$BANANADROP_ID.json"
            """
        try Data(text.utf8).write(to: script)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: script.path)
        return script.path
    }

    @Test func `whatever may be told is as the schema says, and what nobody tells is not`() async throws {
        try await TestSpool.with { spool in
            func write(_ bytes: [UInt8], _ name: String) throws -> (schema: String, file: String) {
                let file = spool.root.appendingPathComponent(name)
                try Data(bytes).write(to: file)
                return ("notification", file.path)
            }
            let good = try NotificationSamples.objects.enumerated().map { try write($1, "good\($0).json") }
            #expect(good.count > 50)
            #expect(try await Self.wrong(good, in: spool.root) == [])
            let head = #""version":1,"id":"a","at":"2026-11-24T08:15:30.250Z","text":"x""#
            let bad = [
                #"{\#(head),"event":"dne"}"#, #"{\#(head)}"#, #"{\#(head),"event":"done"}"#,
                #"{\#(head),"event":"paused","job":"x"}"#, #"{\#(head),"event":"paused","reason":{"code":"key"}}"#,
                #"{\#(head),"event":"paused","more":1}"#,
            ]
            for (index, text) in bad.enumerated() {
                let file = try write(Array(text.utf8), "bad\(index).json")
                #expect(try await !Self.wrong([file], in: spool.root).isEmpty, "\(text)")
            }
        }
    }
}
