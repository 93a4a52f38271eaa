// SPDX-License-Identifier: Apache-2.0

import Foundation
import NanoBananaSimulator
import Testing

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
                for value in part.values(): strict(value)
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
        "table.csv": "name,prompt,image,meta.order\na,row a,https://a.b/c.png,1\nb,,https://a.b/c.png,2\n",
    ]
    private static let results = [
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
                try await spool.withDaemon(base) { daemon in
                    try spool.drop("nothing", as: "picture.xlsx")
                    for (name, content) in Self.requests { try spool.drop(content, as: name) }
                    for job in ["good", "task", "slip", "table"] { await daemon.result(of: job) }
                    _ = try await spool.status { page in
                        (page["left_alone"] as? [Any])?.isEmpty == false && (page["recent"] as? [Any])?.count == 4
                    }
                    try FileManager.default.copyItem(
                        atPath: spool.root.path + "/status.json", toPath: spool.root.path + "/status-of-daemon.json")
                    found.append(("status", spool.root.path + "/status-of-daemon.json"))
                    try await keep("status", ["status", "--json", "--spool", spool.root.path])
                    try await keep("doctor", ["doctor", "--json", "--spool", spool.root.path, "--api-url", base])
                }
                try await keep("status", ["status", "--json", "--spool", spool.root.path])
                try await keep("config", ["config", "--json", "--spool", spool.root.path])
                for (name, content) in Self.requests {
                    try content.write(toFile: spool.root.path + "/" + name, atomically: true, encoding: .utf8)
                }
                try await keep("check", ["check", "--json"] + Self.requests.keys.map { spool.root.path + "/" + $0 })
                found += Self.results.map { ("result", spool.root.path + "/\($0)/result.json") }
                found.append(("batch", spool.root.path + "/failed/table/batch.json"))
                #expect(try await Self.wrong(found, in: spool.root) == [])
                // The program prints the very same.
                let printed = try await Program.run(["schema", "status"]).output
                #expect(try printed == String(contentsOfFile: Self.schema("status"), encoding: .utf8))
                // Each schema had something to say, and would have said it.
                let folder = DocumentPage.root.appendingPathComponent("examples/schemas")
                let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
                #expect(Set(names) == Set(found.map { "\($0.schema).schema.json" }))
                #expect(try await Self.wrong([("result", found[0].file)], in: spool.root).count > 3)
            }
        }
    }
}
