// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc

extension Needs {
    /// Whether all of these programs are installed. Servers lie where only root looks for programs.
    static func programs(_ names: String...) -> Bool {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let folders = path.split(separator: ":").map(String.init) + ["/usr/sbin", "/sbin"]
        return names.allSatisfy { name in folders.contains { access("\($0)/\(name)", X_OK) == 0 } }
    }

    /// Root, a kernel with FUSE, and the tool that takes such a mount away again.
    static let fuse = geteuid() == 0 && access("/dev/fuse", R_OK | W_OK) == 0 && programs("fusermount3")

    /// Root, a kernel that mounts SMB shares, and the server and the tool for it. Debian has that as a module, which
    /// the first mount would load.
    static let cifs: Bool = {
        guard geteuid() == 0, programs("smbd", "mount.cifs") else { return false }
        try? Tool.runBlocking(["modprobe", "cifs"])
        let known = try? String(contentsOfFile: "/proc/filesystems", encoding: .utf8)
        return known?.split(separator: "\n").contains { $0.hasSuffix("\tcifs") } ?? false
    }()
}
