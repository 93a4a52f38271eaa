// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// A place in which a document is true: the files that it shows lie in a home, the folders that it names stand below a
/// scratch folder, and a daemon works on each spool that it speaks of.
struct DocumentWorld: Sendable {
    /// Stands for `/`.
    let root: URL
    let api: String

    private static let places = ["/srv/", "/etc/bananadrop/", "/var/lib/bananadrop"]

    var home: URL { root.appendingPathComponent("home/ada") }

    static func with(_ api: String, _ body: (DocumentWorld) async throws -> Void) async throws {
        let world = DocumentWorld(root: TestFolder.new("document"), api: api)
        defer { try? FileManager.default.removeItem(at: world.root) }
        for folder in ["home/ada", "bin", "tmp", "etc/bananadrop", "srv", "var/lib"] {
            try FileManager.default.createDirectory(
                at: world.root.appendingPathComponent(folder), withIntermediateDirectories: true)
        }
        try world.link("bin/bananadrop", to: Program.binary)
        try world.link("home/ada/examples", to: DocumentPage.root.appendingPathComponent("examples"))
        try await body(world)
    }

    private func link(_ path: String, to target: URL) throws {
        try FileManager.default.createSymbolicLink(
            at: root.appendingPathComponent(path), withDestinationURL: target)
    }

    /// A text of a document with its places where they are here.
    func placed(_ text: String) -> String {
        Self.places.reduce(text) { $0.replacing($1, with: root.path + $1) }
    }

    /// What was printed here, as the document has it. Some lines end as Windows wants it, in one character of Swift's.
    func shown(_ text: String) -> String { text.replacing(root.path, with: "").replacing("\r\n", with: "\n") }

    /// Writes the file of a block; its path.
    func write(_ block: DocumentPage.Block, as name: String?) throws -> String {
        // Two blocks without a name do not get in each other's way.
        let path = name.map(placed) ?? "unnamed-\(block.line)/\(DocumentKind.usualName(block.info))"
        let file = path.hasPrefix("/") ? URL(fileURLWithPath: path) : home.appendingPathComponent(path)
        let isThere = FileManager.default.fileExists(atPath: file.path)
        #expect(!isThere, "line \(block.line): another block has that name")
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try placed(block.text).write(to: file, atomically: true, encoding: .utf8)
        return file.path
    }

    /// Runs a script, with a daemon on each spool that stands in it; what it said.
    func run(_ script: String) async throws -> (code: Int32, output: String) {
        let (own, packaged) = (home.path + "/drop", root.path + "/var/lib/bananadrop")
        let configuration = root.path + "/etc/bananadrop/config.yaml"
        var daemons: [Program] = []
        if script.contains("~/drop") {
            daemons.append(try await daemon(["--spool", try make(own)]))
        }
        if script.contains(packaged) || script.contains(root.path + "/etc/bananadrop") {
            try "spool: \(try make(packaged))\n".write(toFile: configuration, atomically: true, encoding: .utf8)
            daemons.append(try await daemon(["--config", configuration]))
        }
        let result = try await Program.run(["-c", script], environment: environment, binary: "/bin/bash")
        for daemon in daemons {
            daemon.send(SIGTERM)
            _ = await daemon.end()
        }
        return (result.code, result.output)
    }

    private func make(_ path: String) throws -> String {
        _ = try TestSpool.make(at: URL(fileURLWithPath: path))
        return path
    }

    /// With the settings that a document does not speak of as quick as tests have them.
    private func daemon(_ options: [String]) async throws -> Program {
        let daemon = try Program(["run", "--poll-interval", "0.02"] + options, environment: environment)
        await daemon.line(containing: "Watching")
        return daemon
    }

    var environment: [String: String] {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        return [
            "HOME": home.path, "TMPDIR": root.path + "/tmp", "PATH": "\(root.path)/bin:\(path)",
            "BANANADROP_API_URL": api, "QUICKSTART_PROGRAM": Program.binary.path,
        ]
    }
}

/// The commands of a document as one script, so that what one has set holds for the next.
struct DocumentScript: Sendable {
    private struct Step: Sendable {
        var number: Int
        var command: DocumentCommand
        /// Whether it must end well, whatever it prints.
        var mustEndWell: Bool
    }

    private var steps: [Step] = []
    var isEmpty: Bool { steps.isEmpty }

    init(_ page: DocumentPage) {
        for block in page.blocks {
            switch DocumentKind(block.info) {
            case .commands?:
                if DocumentKind.reasons(in: block.lines).isEmpty {
                    add(block, [DocumentCommand(text: block.lines.joined(separator: "\n"))], mustEndWell: true)
                }
            case .session?:
                let commands = DocumentCommand.all(in: block.lines)
                if DocumentKind.reasons(in: commands.map(\.text)).isEmpty {
                    add(block, commands, mustEndWell: false)
                }
            case .request?, .defaults?, .configuration?, .file?, .sample?, .shown?, nil: break
            }
        }
    }

    private mutating func add(_ block: DocumentPage.Block, _ commands: [DocumentCommand], mustEndWell: Bool) {
        steps += commands.map { Step(number: block.line, command: $0, mustEndWell: mustEndWell) }
    }

    private static let mark = "\u{1E}"

    /// Each step is announced. Whoever looks at a result waits a moment for it, as a reader does.
    private static let start = #"""
        cd; exec 2>&1
        mark() { local code=$?; printf '\n\036%s\n' "$1"; return $code; }
        await() {
            local code=$? n=0
            until [ -e "$1" ] || [ $((n++)) -gt 600 ]; do sleep 0.1; done
            return $code
        }

        """#

    func text(in world: DocumentWorld) -> String {
        var lines: [String] = []
        for (index, step) in steps.enumerated() {
            let words = step.command.text.split(separator: " ")
            let command = world.placed(step.command.text)
            lines.append("mark \(index)")
            if step.mustEndWell {
                lines.append("set -e\n\(command)\nset +e")
            } else {
                if ["cat", "ls"].contains(words.first), let path = words.last {
                    lines.append("await \(world.placed(String(path)))")
                }
                lines.append(command)
            }
        }
        return Self.start + lines.map { $0 + "\n" }.joined() + "mark end\n"
    }

    /// What differs from the document, a sentence each.
    func differences(in output: String, _ page: DocumentPage) -> [String] {
        var said: [String: [String]] = [:]
        for part in output.components(separatedBy: "\n" + Self.mark).dropFirst() {
            let lines = part.components(separatedBy: "\n")
            said[lines[0]] = Array(lines.dropFirst())
        }
        var found: [String] = []
        for (index, step) in steps.enumerated() {
            let place = "\(page.path):\(step.number): \(step.command.text)"
            guard let lines = said["\(index)"] else {
                found.append("\(place)\ndid not run")
                continue
            }
            // The last one is at its end when another mark comes.
            let ended = said["\(index + 1)"] != nil || said["end"] != nil
            let text = lines.joined(separator: "\n")
            if step.mustEndWell {
                if !ended { found.append("\(place)\nended badly:\n\(text)") }
            } else if !step.command.prints(lines) {
                found.append("\(place)\nprints:\n\(text)\nand not:\n\(step.command.output.joined(separator: "\n"))")
            }
        }
        return found
    }
}
