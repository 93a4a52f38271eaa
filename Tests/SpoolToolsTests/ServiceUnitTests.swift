// SPDX-License-Identifier: Apache-2.0

import SystemPackage
import Testing

@testable import SpoolTools

/// What `doctor` reads out of a unit, and of what is added to it.
struct ServiceUnitTests {
    private static let unit = """
        [Unit]
        # User=nobody
        ConditionPathExists=/etc/bananadrop/%i.api-key
        [Service]
        LoadCredential=api-key:/etc/bananadrop/%i.api-key
        LoadCredential=other:/etc/other
        User = bananadrop
        ProtectSystem=strict
        ReadWritePaths=/var/lib/bananadrop-%i \\
            -/srv/more
        Environment=TZ=Europe/Berlin "https_proxy=http://proxy:3128" 'NO_PROXY=a, b'
        """

    private static func unit(_ additions: String...) -> ServiceUnit {
        ServiceUnit("bananadrop@acme.service", of: .system, [unit] + additions)
    }

    @Test func `the user, the key and the environment are those of the unit`() {
        let unit = Self.unit()
        #expect(unit.user == "bananadrop")
        #expect(unit.keyFile == "/etc/bananadrop/acme.api-key")
        #expect(unit.credentials == "/run/credentials/bananadrop@acme.service")
        #expect(
            unit.environment == [
                "TZ": "Europe/Berlin", "https_proxy": "http://proxy:3128", "NO_PROXY": "a, b",
            ])
        #expect(unit.command("start") == "systemctl start bananadrop@acme")
    }

    @Test(
        arguments: [
            ("/var/lib/bananadrop-acme", true), ("/var/lib/bananadrop-acme/inbox", true), ("/srv/more", true),
            ("/var/lib/bananadrop", false), ("/var/lib/bananadrop-acme/../x", false), ("/srv", false),
        ] as [(FilePath, Bool)])
    func `a strict sandbox lets it write where it says, and nowhere else`(path: FilePath, mayWrite: Bool) {
        #expect(Self.unit().mayWrite(to: path) == mayWrite)
        #expect(Self.unit("[Service]\nProtectSystem=full").mayWrite(to: path))
    }

    @Test func `what is added comes last, and empty takes back what was said before`() {
        let unit = Self.unit(
            "[Service]\nUser=\nReadWritePaths=\nLoadCredential=\nEnvironment=\n",
            "[Service]\nUser=other\nReadWritePaths=/srv/pictures\nBindPaths=/mnt/a:/srv/b\n")
        #expect(unit.user == "other")
        #expect(unit.keyFile == nil)
        #expect(unit.environment == [:])
        #expect(unit.writable == ["/srv/pictures", "/srv/b"])
    }

    @Test func `a unit of one's own has its home`() {
        let unit = ServiceUnit(
            "bananadrop.service", of: .user(home: "/home/eve", runtime: "/run/user/7"),
            ["[Service]\nLoadCredential=api-key:%E/bananadrop/api-key\n"])
        #expect(unit.user == nil)
        #expect(unit.keyFile == "/home/eve/.config/bananadrop/api-key")
        #expect(unit.credentials == "/run/user/7/credentials/bananadrop.service")
        #expect(unit.command("restart") == "systemctl --user restart bananadrop")
        #expect(unit.mayWrite(to: "/anywhere"))
    }

    @Test(
        arguments: [
            ("0::/system.slice/bananadrop.service\n", "bananadrop.service"),
            ("0::/system.slice/system-bananadrop.slice/bananadrop@acme.service\n", "bananadrop@acme.service"),
            ("12:pids:/x.service\n0::/a.slice/b.service\n", "b.service"),
            ("0::/user.slice/user-7.slice/session-3.scope\n", nil),
            ("0::/user.slice/user-7.slice/user@7.service/app.slice/bananadrop.service\n", nil), ("0::/\n", nil),
            ("", nil),
        ] as [(String, String?)])
    func `the control group of a process names its unit`(text: String, name: String?) {
        #expect(ServiceUnit.name(cgroup: text) == name)
    }
}
