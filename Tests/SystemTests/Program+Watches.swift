// SPDX-License-Identifier: Apache-2.0

import Foundation

extension Program {
    /// Waits until the program watches the folder that is at this path now. Throws where the test's time is up before.
    func watches(_ folder: URL) async throws {
        while try !isWatching(folder) { try await Task.sleep(for: .milliseconds(20)) }
    }

    /// By the kernel's own account: `proc_pid_fdinfo(5)`.
    private func isWatching(_ folder: URL) throws -> Bool {
        let attributes = try FileManager.default.attributesOfItem(atPath: folder.path)
        guard let inode = attributes[.systemFileNumber] as? UInt64, let device = attributes[.systemNumber] as? UInt64
        else { return false }
        // glibc's makedev(3) has the bits in another order than the kernel.
        let (major, minor) = (device >> 8 & 0xFFF, device & 0xFF | device >> 12 & 0xFFF00)
        let mark = " ino:\(String(inode, radix: 16)) sdev:\(String(major << 20 | minor, radix: 16)) "
        let descriptors = "/proc/\(pid)/fdinfo"
        return try FileManager.default.contentsOfDirectory(atPath: descriptors).contains { name in
            // Closed since it was listed.
            guard let text = try? String(contentsOfFile: descriptors + "/" + name, encoding: .utf8) else {
                return false
            }
            return text.split(separator: "\n").contains { $0.hasPrefix("inotify ") && $0.contains(mark) }
        }
    }
}

extension Program {
    /// Leaves the program so many descriptors beside those that it has now.
    func limitDescriptors(left: Int) async throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/fd")
        let open = Set(names.compactMap(Int.init))
        // The kernel gives the lowest one that is free, as long as it is below the limit.
        let free = (0...(open.count + left)).filter { !open.contains($0) }
        try await limitDescriptors(to: free[left])
    }

    func limitDescriptors(to limit: Int) async throws {
        try await Tool.run("prlimit", "--nofile=\(limit):", "--pid", "\(pid)")
    }
}
