// SPDX-License-Identifier: Apache-2.0

import Foundation
import SystemPackage
import Testing

@testable import FileIO

/// A key that everybody can read is none.
struct SecretFileTests {
    private func withFile(_ mode: mode_t, _ body: (FilePath) throws -> Void) throws {
        let path = NSTemporaryDirectory() + "/bananadrop-secret-\(UUID().uuidString)"
        try Data("key\n".utf8).write(to: URL(fileURLWithPath: path))
        defer { unlink(path) }
        #expect(chmod(path, mode) == 0)
        try body(FilePath(path))
    }

    @Test(arguments: [mode_t(0o600), 0o400, 0o640, 0o660])
    func `owner and group may have rights`(mode: mode_t) throws {
        try withFile(mode) { path in
            let bytes = try SecretFile.read(path)
            #expect(bytes == Array("key\n".utf8))
        }
    }

    @Test(arguments: [mode_t(0o644), 0o604, 0o602, 0o601, 0o666])
    func `others may not`(mode: mode_t) throws {
        try withFile(mode) { path in
            let problem = SecretFile.Problem.openToOthers(path, permissions: mode)
            #expect(throws: problem) { try SecretFile.read(path) }
            #expect(
                problem.description == "\(path) is open to everybody on this machine (mode "
                    + "\(String(mode, radix: 8))), so it is not secret; run `chmod o= \(path)`")
        }
    }

    @Test func `a link leads to the file that counts`() throws {
        try withFile(0o644) { path in
            let link = FilePath(path.string + ".link")
            #expect(symlink(path.string, link.string) == 0)
            defer { unlink(link.string) }
            #expect(throws: SecretFile.Problem.openToOthers(link, permissions: 0o644)) { try SecretFile.read(link) }
        }
    }

    @Test func `what is no file is refused, and does not hold up the start`() throws {
        #expect(throws: SecretFile.Problem.notAFile("/tmp")) { try SecretFile.read("/tmp") }
        let pipe = NSTemporaryDirectory() + "/bananadrop-secret-\(UUID().uuidString)"
        #expect(mkfifo(pipe, 0o600) == 0)
        defer { unlink(pipe) }
        #expect(throws: SecretFile.Problem.notAFile(FilePath(pipe))) { try SecretFile.read(FilePath(pipe)) }
        #expect(throws: SecretFile.Problem.cannotRead("/nowhere/key", .noSuchFileOrDirectory)) {
            try SecretFile.read("/nowhere/key")
        }
        #expect(
            "\(SecretFile.Problem.notAFile("/tmp"))" == "/tmp is not a regular file")
        #expect(
            "\(SecretFile.Problem.cannotRead("/nowhere/key", .noSuchFileOrDirectory))"
                == "/nowhere/key cannot be read: No such file or directory")
    }
}
