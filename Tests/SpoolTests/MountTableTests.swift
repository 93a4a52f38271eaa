// SPDX-License-Identifier: Apache-2.0

import SystemPackage
import Testing

@testable import FileIO
@testable import Spool

/// What is mounted where, from the kernel's own file.
struct MountTableTests {
    private static let text = #"""
        22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw,discard
        23 22 0:5 / /proc rw,relatime - proc proc rw
        40 22 0:40 / /mnt/a\040b\134c rw shared:7 master:3 - nfs4 server:/share rw,vers=4.2
        41 22 0:41 / /mnt/- rw - tmpfs none rw
        42 22 0:42 / /srv rw - ext4 /dev/sdb rw
        43 42 0:43 /bottom /srv/pictures rw unbindable - fuse.sshfs me@host: rw
        44 22 0:44 / /srv rw - xfs /dev/sdc rw
        a line that is none
        45 22 0:45 / /half

        """#

    private static let table = MountTable(Array(text.utf8))

    struct Case: Sendable {
        var path: FilePath
        var point: FilePath
        var type: String
    }

    static let cases = [
        Case(path: "/", point: "/", type: "ext4"),
        Case(path: "/srvx/spool", point: "/", type: "ext4"),
        Case(path: "/proc/1", point: "/proc", type: "proc"),
        Case(path: #"/mnt/a b\c/spool"#, point: #"/mnt/a b\c"#, type: "nfs4"),
        Case(path: "/mnt/-/spool", point: "/mnt/-", type: "tmpfs"),
        Case(path: "/srv/pictures/spool", point: "/srv/pictures", type: "fuse.sshfs"),
        // Mounted over the one before.
        Case(path: "/srv/spool", point: "/srv", type: "xfs"),
    ]

    @Test(arguments: cases)
    func `a path lies on the deepest mount above it, and on the last of several`(item: Case) {
        #expect(Self.table.mount(of: item.path) == MountTable.Mount(point: item.point, type: item.type))
    }

    struct Home: Sendable {
        var line: String
        var spool: FilePath = "/home/ada/drop"
        var home: FilePath?
    }

    static let homes = [
        // As ProtectHome=tmpfs and ProtectHome=yes have it.
        Home(line: "46 22 0:46 / /home ro,nosuid,nodev - tmpfs tmpfs ro,mode=755", home: "/home"),
        Home(
            line: "46 22 0:46 /systemd/inaccessible/dir /home ro,nosuid,nodev,noexec - tmpfs tmpfs rw,mode=755",
            home: "/home"),
        Home(line: "46 22 0:46 / /root ro - tmpfs tmpfs ro", spool: "/root/drop", home: "/root"),
        Home(line: "46 22 0:46 / /home ro - tmpfs tmpfs ro", spool: "/srv/drop", home: nil),
        Home(line: "46 22 0:46 / /home rw - tmpfs tmpfs rw", home: nil),
        Home(line: "46 22 8:3 / /home ro - ext4 /dev/sda3 rw", home: nil),
        Home(line: "46 22 0:46 / /home/ada/drop ro - tmpfs tmpfs ro", home: nil),
    ]

    @Test(arguments: homes)
    func `people's homes are hidden where something empty that can only be read stands in their place`(item: Home) {
        let table = MountTable(Array((Self.text + item.line + "\n").utf8))
        #expect(table.hiddenHome(above: item.spool) == item.home)
    }

    @Test func `a hidden spool is said to be hidden, and what to do`() {
        #expect(
            "\(SpoolError.hidden("/home/ada/drop", home: "/home"))"
                == "/home is hidden from this service (ProtectHome=), and so is /home/ada/drop; set "
                + "ProtectHome=tmpfs and BindPaths=/home/ada/drop for it (`systemctl edit`), or keep the spool "
                + "elsewhere")
    }

    @Test func `a line that is none counts for nothing`() {
        #expect(Self.table.mounts.count == 7)
        #expect(MountTable([]).mount(of: "/") == nil)
    }

    @Test func `a mount point is bytes`() {
        let table = MountTable(Array(#"1 0 0:1 / /m\303\351\1 rw - ext4 x rw"#.utf8))
        let bytes: [CChar] = [0x2F, 0x6D, CChar(bitPattern: 0xC3), CChar(bitPattern: 0xE9), 0x5C, 0x31, 0]
        #expect(table.mounts.first?.point == FilePath(platformString: bytes))
    }
}
