// SPDX-License-Identifier: Apache-2.0

internal import CLinux
internal import Glibc

/// As whom files are opened: a user, with its groups.
package struct FileIdentity: Equatable, Sendable {
    /// A user id.
    package let user: UInt32
    /// The user's first group.
    let group: UInt32
    /// All groups of the user.
    let groups: [UInt32]

    /// `nil` where there is no such user. May ask a directory service, so it blocks (`getpwnam_r(3)`).
    package init?(named name: String) {
        self.init { entry, buffer, found in getpwnam_r(name, entry, buffer, Self.bufferSize, found) }
    }

    /// `nil` where there is no such user. May ask a directory service, so it blocks (`getpwuid_r(3)`).
    package init?(user: UInt32) {
        self.init { entry, buffer, found in getpwuid_r(user, entry, buffer, Self.bufferSize, found) }
    }

    private init?(
        _ find: (
            UnsafeMutablePointer<passwd>, UnsafeMutablePointer<CChar>,
            UnsafeMutablePointer<UnsafeMutablePointer<passwd>?>
        ) -> CInt
    ) {
        var (entry, found) = (passwd(), nil as UnsafeMutablePointer<passwd>?)
        // The entry points into it.
        let buffer = UnsafeMutablePointer<CChar>.allocate(capacity: Self.bufferSize)
        defer { buffer.deallocate() }
        guard find(&entry, buffer, &found) == 0, found != nil else { return nil }
        // `NGROUPS_MAX`.
        var (groups, count) = ([gid_t](repeating: 0, count: 65_536), CInt(65_536))
        guard getgrouplist(entry.pw_name, entry.pw_gid, &groups, &count) >= 0 else { return nil }
        (user, group, self.groups) = (entry.pw_uid, entry.pw_gid, Array(groups.prefix(Int(count))))
    }

    private static let bufferSize = 64 << 10

    /// Does something as that user would, on this thread alone; `nil` where this process may not. Root's rights over
    /// files do not count meanwhile (`setfsuid(2)`, `capabilities(7)`).
    package func perform<Value>(_ work: () throws -> Value) rethrows -> Value? {
        let (user, group) = (geteuid(), getegid())
        var before = [gid_t](repeating: 0, count: 65_536)
        let count = getgroups(CInt(before.count), &before)
        guard count >= 0, bd_set_groups(UInt(groups.count), groups) == 0 else { return nil }
        defer {
            _ = bd_set_file_user(user)
            _ = bd_set_file_group(group)
            _ = bd_set_groups(UInt(count), before)
        }
        guard bd_set_file_group(self.group) == self.group, bd_set_file_user(self.user) == self.user else { return nil }
        return try work()
    }
}
