// SPDX-License-Identifier: Apache-2.0

internal import Documents

package import struct SystemPackage.FilePath

/// What `result.json`, or the `batch.json` of a batch, says to a program that waits for it. Pure.
package struct PublishedResult: Equatable, Sendable {
    package var isDone: Bool
    /// Relative to the folder.
    package var pictures: [FilePath]
    /// Why it failed, and what to do; empty where it is done.
    package var explanation: String

    package static let fileNames: [FilePath.Component] = [ResultSummary.fileName, BatchSummary.fileName]
    /// Ten thousand parts of a batch, each with a long prompt, stay below it.
    package static let sizeLimit = 256 << 20

    /// `nil` where the bytes are no such summary.
    package init?(_ bytes: [UInt8]) {
        guard let page = try? JSONDocumentParser.parse(bytes), let outcome = page["outcome"]?.text else { return nil }
        isDone = outcome == "done"
        let own = (page["pictures"]?.list ?? []).compactMap { $0["name"]?.text }
        let parts = (page["parts"]?.list ?? []).flatMap { $0["pictures"]?.list ?? [] }.compactMap(\.text)
        pictures = (own + parts).map { FilePath($0) }
        let reason = page["reason"]
        let details = (reason?["details"]?.list ?? []).compactMap(\.text).map { "  " + $0 }
        let lines = [reason?["what"]?.text].compactMap(\.self) + details + [reason?["next"]?.text].compactMap(\.self)
        explanation = lines.map(Wording.line).joined(separator: "\n")
    }
}
