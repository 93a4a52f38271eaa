// SPDX-License-Identifier: Apache-2.0

public import Foundation
internal import Glibc
internal import Synchronization

/// Authorities and certificates made for this run, in a folder of their own.
public struct Certificates: Sendable {
    /// The server's, for `api.example.com`, `pictures.example.com`, `localhost`, loopback and 203.0.113.9, but for `elsewhere`.
    public enum Name: String, Sendable, CaseIterable {
        case good, expired, future, elsewhere
        /// In order, and signed by an authority that nobody knows.
        case foreign
    }

    /// What ``make()`` could not do.
    public struct Failed: Error {}

    /// Whether they can be made here.
    public static let hasOpenSSL = access("/usr/bin/openssl", X_OK) == 0

    /// Those of this process.
    public static let shared = Result { try make() }

    /// The folder.
    public let folder: URL

    /// The office's authority, which signed all but `foreign`.
    public var authority: URL { folder.appendingPathComponent("office-ca.pem") }
    /// The other one.
    public var foreignAuthority: URL { folder.appendingPathComponent("foreign-ca.pem") }

    /// A certificate in PEM form.
    public func certificate(_ name: Name) -> URL { folder.appendingPathComponent(name.rawValue + ".pem") }
    /// Its key in PEM form.
    public func key(_ name: Name) -> URL { folder.appendingPathComponent(name.rawValue + ".key") }

    private static func make() throws -> Certificates {
        let manager = FileManager.default
        let folder = manager.temporaryDirectory.appendingPathComponent("bananadrop-certificates-\(getpid())")
        try? manager.removeItem(at: folder)
        try manager.createDirectory(at: folder, withIntermediateDirectories: true)
        // The path goes when the process does; a signal leaves it behind, as any temporary file.
        made.withLock { $0 = folder.path }
        atexit { Certificates.made.withLock { path in path.map { try? FileManager.default.removeItem(atPath: $0) } } }
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
            "certificates.sh")
        try run(["bash", script.path, folder.path])
        return Certificates(folder: folder)
    }

    private static let made = Mutex<String?>(nil)

    private static func run(_ arguments: [String]) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for descriptor: Int32 in 0...2 {
            posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_RDWR, 0)
        }
        var argv: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        defer { argv.forEach { free($0) } }
        var (pid, status) = (pid_t(), Int32())
        guard posix_spawnp(&pid, arguments[0], &actions, nil, &argv, environ) == 0 else { throw Failed() }
        while waitpid(pid, &status, 0) == -1, errno == EINTR {}
        guard status == 0 else { throw Failed() }
    }
}
