// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// The package in a Debian that systemd really boots: `Tests/systemd/boot.sh` goes through it step by step, and says
/// which one did not hold.
///
/// `TESTED_PACKAGE` names the package, as `Tests/run.sh` does; making one takes minutes.
@Suite(
    .enabled(if: Needs.machine, "needs root, debootstrap, systemd-nspawn and ip"),
    .enabled(if: Needs.package != nil, "TESTED_PACKAGE names no package"),
    .watched, .timeLimit(.minutes(15)))
struct SystemdBootTests {
    @Test func `installed, dropped into, killed, hung, cut off, upgraded and purged, it loses nothing`() async throws {
        let package = try #require(Needs.package)
        let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let script = tests.appendingPathComponent("systemd/boot.sh").path
        // The signal lets it clean up after itself, before the time of this suite is over. The first run has to fetch
        // the packages of its Debian, too.
        try await Tool.run("timeout", "--kill-after=20s", "840s", script, package)
    }
}
