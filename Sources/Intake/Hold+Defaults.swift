// SPDX-License-Identifier: Apache-2.0

package import Documents
internal import FileIO
internal import NanoBanana
internal import Requests
internal import Spending
package import Spool
internal import SystemPackage

extension Hold {
    /// - Parameter now: the moment of the look.
    package init(_ trouble: LaneDefaults.Trouble, at now: Timestamp = .now) {
        switch trouble {
        case .unsettled(let file):
            self.init(
                reason: .defaultsUnsettled(file: String(decoding: file)),
                until: Timestamp(milliseconds: now.milliseconds + 500))
        case .mistakes(let file, let findings): self.init(file, findings.all.first.map(Wording.located) ?? "", now)
        case .unreadable(let file, let error):
            self.init(file, Wording.sentence(Finding.Problem.unreadable(error)), now)
        }
    }

    private init(_ file: FilePath, _ mistake: String, _ now: Timestamp) {
        // Shown on pages and in logs, away from the file itself.
        self.init(
            reason: .defaults(file: String(decoding: file), mistake: Redaction.links(mistake)),
            until: Timestamp(milliseconds: now.milliseconds + 30_000))
    }
}
