// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import Testing

/// A spool as `systemd/tmpfiles.conf` makes it, with a daemon of its own user, members of its group, and strangers.
/// Nobody needs an account: the kernel knows numbers.
struct SharedSpool {
    enum User: UInt32 {
        case root = 0
        case daemon = 61_001
        case member = 61_002
        case stranger = 61_003

        var group: UInt32 { self == .root ? 0 : self == .stranger ? 61_003 : 61_000 }
        var launcher: [String] {
            ["/usr/bin/setpriv", "--reuid=\(rawValue)", "--regid=\(group)", "--clear-groups"]
        }
    }

    let spool: TestSpool
    /// Beside the spool.
    let around: URL
    private let binary: String

    static func with(_ body: (SharedSpool) async throws -> Void) async throws {
        let around = TestFolder.new()
        defer { try? FileManager.default.removeItem(at: around) }
        let spool = TestSpool(root: around.appendingPathComponent("spool"))
        let modes: [(URL, mode_t)] = [
            (around, 0o755), (spool.root, 0o2750), (spool.inbox, 0o2770), (spool.processing, 0o2700),
            (spool.root.appendingPathComponent("ledger"), 0o2750), (spool.done, 0o2770), (spool.failed, 0o2770),
            (around.appendingPathComponent("published"), 0o755), (around.appendingPathComponent("private"), 0o700),
        ]
        for (folder, mode) in modes { try make(folder, mode) }
        let binary = around.appendingPathComponent("bananadrop")
        try FileManager.default.copyItem(at: Program.binary, to: binary)
        chmod(binary.path, 0o755)
        try await body(SharedSpool(spool: spool, around: around, binary: binary.path))
    }

    private static func make(_ folder: URL, _ mode: mode_t) throws {
        guard mkdir(folder.path, 0o700) == 0, chown(folder.path, User.daemon.rawValue, User.daemon.group) == 0,
            chmod(folder.path, mode) == 0
        else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
    }

    /// A file of the daemon's that nobody else may read.
    func hide(_ content: Data, as name: String) throws {
        let path = around.appendingPathComponent("private/" + name)
        try content.write(to: path)
        chown(path.path, User.daemon.rawValue, User.daemon.group)
        chmod(path.path, 0o600)
    }

    /// Runs a shell script in the spool as somebody.
    func act(_ user: User, _ script: String) async throws {
        let words = user.launcher + ["sh", "-ec", "umask 002; cd \(spool.root.path); \(script)"]
        try await Tool.run(words)
    }

    /// Runs the daemon as its own user while `body` runs.
    func withDaemon(_ api: String, _ options: [String] = [], _ body: (Program) async throws -> Void) async throws {
        let daemon = try Program(
            ["run", "--spool", spool.root.path, "--api-url", api] + TestSpool.options + options, binary: binary,
            launcher: User.daemon.launcher + ["sh", "-c", "umask 0002; exec \"$@\"", "sh"])
        await daemon.guarded {
            await daemon.line(containing: "Watching")
            try await body(daemon)
        }
    }

    /// Waits for these words in the log, or for what they say of a file that is left alone on the page, since the log
    /// names only some at once. False where the test is cancelled before.
    func tells(_ words: String, _ daemon: Program) async -> Bool {
        let halves = words.replacing("\\\"", with: "\"").split(separator: " why=", maxSplits: 1)
        while true {
            if daemon.lines.contains(where: { $0.contains(words) }) { return true }
            if halves.count == 2, let page = try? spool.json("status.json") {
                let (file, why) = (halves[0].replacing("file=", with: ""), halves[1].drop { $0 == "\"" })
                let isTold = TestSpool.leftAlone(page).contains { $0.key.hasSuffix(file) && $0.value.hasPrefix(why) }
                if isTold { return true }
            }
            guard (try? await Task.sleep(for: .milliseconds(50))) != nil else { return false }
        }
    }

    /// The files below a folder in which the bytes stand.
    static func files(below folder: URL, with bytes: Data) -> [String] {
        var found: [String] = []
        let walker = FileManager.default.enumerator(atPath: folder.path)
        while let path = walker?.nextObject() as? String {
            let file = folder.appendingPathComponent(path)
            let facts = try? FileManager.default.attributesOfItem(atPath: file.path)
            // A sparse file of gigabytes is not ours to read.
            guard facts?[.type] as? FileAttributeType == .typeRegular, facts?[.size] as? Int ?? 0 < 1 << 26 else {
                continue
            }
            if (try? Data(contentsOf: file))?.range(of: bytes) != nil { found.append(path) }
        }
        return found
    }
}
