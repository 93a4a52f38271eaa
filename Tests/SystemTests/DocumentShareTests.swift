// SPDX-License-Identifier: Apache-2.0

import Foundation
import NanoBananaSimulator
import Testing

/// The share that the documents tell administrators to make, as somebody at another machine uses it.
@Suite(.watched, .timeLimit(.minutes(15)))
struct DocumentShareTests {
    /// Who may use the share hangs on accounts, which no test makes.
    private static let accounts = ["valid users", "force group"]

    private static func share(of spool: TestSpool) throws -> String {
        let page = try DocumentPage.named("Installing")
        let block = try #require(page.blocks.first { $0.info == "ini smb.conf" })
        let lines = block.lines.map { $0.replacing("/var/lib/bananadrop", with: spool.root.path) }
        return (lines.filter { line in !accounts.contains { line.contains($0 + " =") } } + ["  guest ok = yes", ""])
            .joined(separator: "\n")
    }

    /// Drops two requests, looks at what came of them, corrects one where it lies, and drags its folder back.
    private static let script =
        Dropper.freePort + #"""
            mkdir -p "$work"/smb/{private,lock,state,cache,pid,ncalrpc}
            chmod 755 "$work/smb/ncalrpc"
            cat > "$work/smb.conf" <<END
            [global]
              server role = standalone server
              interfaces = 127.0.0.1
              bind interfaces only = yes
              smb ports = $port
              disable netbios = yes
              map to guest = Bad User
              guest account = $(id -un)
              private dir = $work/smb/private
              lock directory = $work/smb/lock
              state directory = $work/smb/state
              cache directory = $work/smb/cache
              pid directory = $work/smb/pid
              ncalrpc dir = $work/smb/ncalrpc
              log file = $work/smb/log
              load printers = no
              disable spoolss = yes
            END
            cat "$work/share" >> "$work/smb.conf"
            smbd=$(PATH=$PATH:/usr/sbin command -v smbd)
            setsid "$smbd" --foreground --no-process-group -s "$work/smb.conf" > "$work/smbd.log" 2>&1 & server=$!
            trap 'kill $server' EXIT
            smb() { smbclient -N -p "$port" -s "$work/smb.conf" //127.0.0.1/pictures "$@"; }
            there() {
                until smb -c "get $1 $work/got" > "$work/smbclient.log" 2>&1; do
                    sleep 0.1
                    kill -0 $server
                done
            }
            until smb -c ls > "$work/smbclient.log" 2>&1; do
                sleep 0.1
                kill -0 $server
            done
            cd "$work"
            smb -c 'put hero.yaml inbox/hero.yaml; put slip.yaml inbox/slip.yaml'
            there done/hero/hero-1.png
            there failed/slip/error.txt
            grep -q 'promt' got
            # The jobs under way are nobody's to see.
            if smb -c 'cd processing'; then exit 1; fi
            sed -i s/promt/prompt/ slip.yaml
            smb -c 'put slip.yaml failed/slip/slip.yaml; rename failed/slip inbox/slip'
            there done/slip/slip-1.png
            smb -c 'deltree done/hero'

            """#

    @Test(.enabled(if: Needs.programs("smbd", "smbclient"), "needs samba and smbclient"))
    func `over the share one drops, reads, corrects, drags back and takes away`() async throws {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                let work = TestFolder.new()
                try FileManager.default.createDirectory(at: work, withIntermediateDirectories: true)
                defer { try? FileManager.default.removeItem(at: work) }
                let files = [
                    "share": try Self.share(of: spool), "hero.yaml": TestSpool.request("hero"),
                    "slip.yaml": TestSpool.request("slip").replacing("prompt", with: "promt"),
                ]
                for (name, content) in files {
                    try content.write(to: work.appendingPathComponent(name), atomically: true, encoding: .utf8)
                }
                try await spool.withDaemon(base) { _ in
                    try await Tool.run(["bash", "-euc", "work=$1\n" + Self.script, "smb", work.path])
                }
                #expect(simulator.ledger.snapshot.paidMoreThanOnce == [])
                #expect(spool.names(in: spool.done) == ["slip"])
                #expect(spool.names(in: spool.failed) == [])
            }
        }
    }
}
