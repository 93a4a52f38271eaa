// SPDX-License-Identifier: Apache-2.0

import Foundation

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
