// SPDX-License-Identifier: Apache-2.0

import CLinux
import Foundation
import Glibc

/// Where tests put what is not about the disk: in memory, since a daemon that syncs on a disk writes out what all the
/// others have just written. What is about the disk has one to itself (``LoopImage``).
enum TestFolder {
    /// The temporary folder where that is in memory, as `Tests/run.sh` sees to; else `/dev/shm`, if it is good for it.
    static let parent: URL = {
        let usual = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
        if let good = [usual.path, "/dev/shm"].first(where: isGood) { return URL(fileURLWithPath: good) }
        print("No folder in memory has a gigabyte to spare and runs programs: the tests' spools are in \(usual.path)")
        return usual
    }()

    static func new(_ name: String = "bananadrop") -> URL {
        parent.appendingPathComponent("\(name)-\(UUID().uuidString)")
    }

    private static func isGood(_ path: String) -> Bool {
        var facts = statvfs()
        let (tmpfs, noExec): (UInt32, UInt) = (0x0102_1994, 8)
        var kind: UInt32 = 0
        return bd_file_system_type(path, &kind) == 0 && kind == tmpfs && statvfs(path, &facts) == 0
            && access(path, W_OK) == 0 && facts.f_flag & noExec == 0
            && UInt64(facts.f_bavail) * UInt64(facts.f_frsize) > 1 << 30
    }
}
