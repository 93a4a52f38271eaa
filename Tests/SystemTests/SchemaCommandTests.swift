// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// The JSON Schema in the hands of a validator that others wrote, and against what `check` says.
@Suite(.watched, .timeLimit(.minutes(15)))
struct SchemaCommandTests {
    struct Sample: Sendable {
        var text: String
        var isGood: Bool
        /// Whether `check` says the same; `nil` where that hangs on the configuration.
        var check: Bool?
        var options: [String] = []
    }

    private static func good(_ text: String) -> Sample { Sample(text: text, isGood: true, check: true) }
    private static func bad(_ text: String) -> Sample { Sample(text: text, isGood: false, check: false) }
    private static let url = "url: https://a.b/c.png\n"

    static let samples: [Sample] =
        ["images", "image_urls", "urls", "image", "image_url", "url"].map { good("prompt: x\n\($0): https://a.b/c\n") }
        + ["auto", "1:1", "16:9", "21:9", "\"\"", ""].map { good("prompt: x\n\(url)aspect_ratio: \($0)\n") }
        + ["[1:1, 9:16]", "[auto]"].map { good("prompt: x\n\(url)aspect_ratio: \($0)\n") }
        + ["[x]", "[x, y]"].map { good("prompt: \($0)\n\(url)") }
        + ["hero", "4711", "\"{name}_{n}\"", "\"\"", ""].map { good("prompt: x\n\(url)save_as: \($0)\n") }
        + ["../../etc/x", "'a\\b'", "[a]"].map { bad("prompt: x\n\(url)save_as: \($0)\n") }
        + ["[1:1, 7:5]", "[[1:1]]"].map { bad("prompt: x\n\(url)aspect_ratio: \($0)\n") }
        + ["1K", "2k", "4K", "\"\"", ""].map { good("prompt: x\n\(url)image_size: \($0)\n") }
        + ["1", "8", ""].map { good("prompt: x\n\(url)variants: \($0)\n") }
        + ["{a: [1, {b: c}]}", ""].map { good("prompt: x\n\(url)meta: \($0)\n") }
        + [
            good("prompt: x\nimages: [https://a.b/c, 'HTTP://a.b:80/d?e=f#g']\n"),
            good("prompt: x\n\(url)model: nano-banana-pro\nimage_size: 4K\n"),
            good("prompt: x\n\(url)model: nano-banana\nimage_size:\n"),
            good("prompt: x\n\(url)model: gemini-2.5-flash-image\n"),
        ]
        + [
            bad("prompt: x\n"), bad(url), bad("prompt: ' '\n\(url)"), bad("prompt: [[x]]\n\(url)"),
            bad("prompt: x\n\(url)image: https://a.b/d\n"), bad("promt: x\n\(url)"), bad("prompt: x\n\(url)seed: 1\n"),
            bad("prompt: x\nimages: []\n"), bad("prompt: x\nimages:\n"), bad("prompt: x\nimages: [[https://a.b/c]]\n"),
            bad("prompt: x\nimages: [\(Array(repeating: "https://a.b/c", count: 11).joined(separator: ","))]\n"),
            bad("prompt: x\nurl: ftp://a.b/c.png\n"), bad("prompt: x\nurl: file:///c.png\n"),
            bad("prompt: x\nurl: /srv/c.png\n"), bad("prompt: x\nurl: ../c.png\n"),
            bad("prompt: x\nurl: 'C:\\c.png'\n"),
            bad("prompt: x\nurl: 'https://a.b/c d'\n"), bad("prompt: x\nurl: https://me@a.b/c\n"),
            bad("prompt: x\n\(url)model: dall-e\n"), bad("prompt: x\n\(url)aspect_ratio: 16:10\n"),
            bad("prompt: x\n\(url)image_size: 8K\n"), bad("prompt: x\n\(url)model: nano-banana\nimage_size: 2K\n"),
            bad("prompt: x\n\(url)variants: 0\n"), bad("prompt: x\n\(url)variants: 9\n"),
            bad("prompt: x\n\(url)variants: two\n"), bad("prompt: x\n\(url)meta: 5\n"), bad("just words\n"),
        ]
        + [
            Sample(text: "prompt: x\nimages: [bottle.png, 'a b/Bottle 2.JPG']\n", isGood: true),
            Sample(text: "prompt: x\nimages: notes.txt\n", isGood: false),
            Sample(
                text: "- {prompt: x, url: https://a.b/c, name: one}\n- {prompt: y, url: https://a.b/c}\n", isGood: true),
            Sample(text: "- {prompt: x, url: https://a.b/c}\n- {prompt: y}\n", isGood: false),
            Sample(text: "prompt: x\nname: one\n\(url)", isGood: false),
            Sample(text: "[]\n", isGood: false),
            Sample(
                text: "prompt: x\n\(url)model: new-one\n", isGood: true, check: true, options: ["--models", "new-one"]),
            Sample(
                text: "prompt: x\n\(url)image_size: 2K\n", isGood: false, check: false,
                options: ["--model", "nano-banana"]),
            Sample(
                text: "prompt: x\n\(url)model: nano-banana-pro\nimage_size: 2K\n", isGood: true, check: true,
                options: ["--model", "nano-banana"]),
        ]

    /// Prints the names of those of the files that are not valid. YAML 1.2, as the daemon reads it: 16:9 is no number.
    private static let validator = """
        import json, sys
        from jsonschema import Draft202012Validator
        from ruamel.yaml import YAML
        schema = json.load(open(sys.argv[1]))
        Draft202012Validator.check_schema(schema)
        validator = Draft202012Validator(schema)
        wrong = [f for f in sys.argv[3:] if not validator.is_valid(YAML(typ='safe', pure=True).load(open(f)))]
        open(sys.argv[2], 'w').write('\\n'.join(wrong))
        """

    /// Those of the files that the schema refuses.
    private static func refused(_ files: [String], _ options: [String], in folder: URL) async throws -> Set<String> {
        let schema = try await Program.run(["schema"] + options)
        #expect(schema.code == 0)
        let paths = ["schema", "script.py", "wrong"].map { folder.appendingPathComponent($0).path }
        try schema.output.write(toFile: paths[0], atomically: true, encoding: .utf8)
        try validator.write(toFile: paths[1], atomically: true, encoding: .utf8)
        // Debian's own, which has the package.
        try await Tool.run(["/usr/bin/python3", paths[1], paths[0], paths[2]] + files)
        return Set(try String(contentsOfFile: paths[2], encoding: .utf8).split(separator: "\n").map(String.init))
    }

    /// What `check` says of each of the files: whether it is good.
    private static func checked(_ files: [String], _ options: [String]) async throws -> [String: Bool] {
        let result = try await Program.run(["check", "--json"] + files + options)
        let page = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
        let found = try #require(page?["files"] as? [[String: Any]])
        return Dictionary(uniqueKeysWithValues: found.map { ($0["file"] as? String ?? "", $0["ok"] as? Bool ?? false) })
    }

    @Test func `a validator and check say the same of good and bad requests`() async throws {
        try await TestSpool.with { spool in
            for options in Set(Self.samples.map(\.options)) {
                let samples = Self.samples.enumerated().filter { $0.element.options == options }
                let files = try samples.map { index, sample in
                    let path = spool.root.appendingPathComponent("\(index).yaml").path
                    try sample.text.write(toFile: path, atomically: true, encoding: .utf8)
                    return path
                }
                let refused = try await Self.refused(files, options, in: spool.root)
                let checked = try await Self.checked(files, options)
                for ((_, sample), file) in zip(samples, files) {
                    #expect(refused.contains(file) != sample.isGood, "\(sample.text)")
                    if let check = sample.check { #expect(checked[file] == check, "\(sample.text)") }
                }
            }
        }
    }

    @Test func `the examples are valid, but for the mistaken one, and name the schema`() async throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let folder = root.deletingLastPathComponent().appendingPathComponent("examples/requests")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        let files = names.filter { $0.hasSuffix(".yaml") || $0.hasSuffix(".json") }
            .map { folder.appendingPathComponent($0).path }
        #expect(files.count >= 4)
        try await TestSpool.with { spool in
            let refused = try await Self.refused(files, [], in: spool.root)
            #expect(refused == [folder.appendingPathComponent("mistaken.yaml").path])
        }
        for file in files where file.hasSuffix(".yaml") {
            let first = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n").first
            #expect(first == "# yaml-language-server: $schema=../request.schema.json", "\(file)")
        }
        let schema = folder.deletingLastPathComponent().appendingPathComponent("request.schema.json")
        #expect(FileManager.default.fileExists(atPath: schema.path))
    }
}
