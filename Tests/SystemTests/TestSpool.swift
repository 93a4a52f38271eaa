// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A spool in a fresh temporary folder, and the ways in which people and programs drop files into it.
struct TestSpool: Sendable {
    let root: URL

    var inbox: URL { root.appendingPathComponent("inbox") }
    var processing: URL { root.appendingPathComponent("processing") }
    var done: URL { root.appendingPathComponent("done") }
    var failed: URL { root.appendingPathComponent("failed") }

    /// Runs `body` with a fresh spool and removes it afterwards.
    static func with<Value>(_ body: (TestSpool) async throws -> Value) async throws -> Value {
        let spool = try make(at: TestFolder.new())
        defer { try? FileManager.default.removeItem(at: spool.root) }
        return try await body(spool)
    }

    /// Writes beside the inbox and renames in: complete at once.
    func drop(_ content: String, as name: String) throws {
        try drop(Data(content.utf8), as: name)
    }

    func drop(_ content: Data, as name: String) throws {
        let target = inbox.appendingPathComponent(name)
        let parent = target.deletingLastPathComponent()
        try FileManager.default.createDirectory(at: parent, withIntermediateDirectories: true)
        let new = root.appendingPathComponent(".new-\(UUID().uuidString)")
        try content.write(to: new)
        guard rename(new.path, target.path) == 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
    }

    static func request(_ prompt: String, more: String = "") -> String {
        "prompt: \(prompt)\nimages: [\"https://example.com/bottle.png\"]\n\(more)"
    }

    /// The names of what is in a folder, without hidden ones, and without a lane's page among results.
    func names(in folder: URL) -> [String] {
        let all = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).filter {
            !$0.hasPrefix(".")
        }
        return all.filter { $0 != "index.html" || all.contains("journal.jsonl") }.sorted()
    }

    func data(_ path: String) throws -> Data {
        try Data(contentsOf: root.appendingPathComponent(path))
    }

    func text(_ path: String) throws -> String {
        String(decoding: try data(path), as: UTF8.self)
    }

    /// What an `error.txt` says, without the line breaks that keep its lines short.
    func prose(_ path: String) throws -> String {
        try text(path).replacing(/\r\n +/, with: " ")
    }

    func json(_ path: String) throws -> [String: Any] {
        try JSONSerialization.jsonObject(with: try data(path)) as? [String: Any] ?? [:]
    }

    /// Nothing is waited for, and what is dropped twice is paid for twice: the guard against that would hide what a test
    /// is to see.
    static let options = [
        "--poll-interval", "0.02", "--retry-interval", "0.05s", "--retry-limit", "0.2s", "--picture-patience", "0s",
        "--repeats", "pay",
    ]

    func run(
        _ api: String, _ options: [String] = [], environment: [String: String] = [:], launcher: [String] = []
    ) throws -> Program {
        let arguments = ["run", "--spool", root.path, "--api-url", api] + Self.options + options
        return try Program(arguments, environment: environment, launcher: launcher)
    }

    /// Runs the daemon while `body` runs, then stops it calmly; returns the exit code with the body's value.
    func withDaemon<Value>(
        _ api: String, _ options: [String] = [], environment: [String: String] = [:],
        _ body: (Program) async throws -> Value
    ) async throws -> Value {
        let daemon = try run(api, options, environment: environment)
        _ = await daemon.line(containing: "Watching")
        do {
            let value = try await body(daemon)
            daemon.send(SIGTERM)
            _ = await daemon.end()
            return value
        } catch {
            daemon.send(SIGKILL)
            _ = await daemon.end()
            throw error
        }
    }

    /// Every request that was dropped, by where it is now: the promise is exactly one place.
    func places(of file: String) -> [String] {
        var places: [String] = []
        for folder in ["inbox", "processing", "done", "failed"] {
            let base = root.appendingPathComponent(folder)
            let walker = FileManager.default.enumerator(atPath: base.path)
            while let path = walker?.nextObject() as? String {
                if URL(fileURLWithPath: path).lastPathComponent == file { places.append(folder + "/" + path) }
            }
        }
        return places
    }
}
