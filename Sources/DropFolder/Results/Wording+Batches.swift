// SPDX-License-Identifier: Apache-2.0

internal import SystemPackage

/// The sentences about batches.
extension Wording {
    /// A batch of which some parts failed; each of these says more in its own folder.
    static func explain(failed parts: [BatchSummary.Part]) -> Explanation {
        let failed = parts.filter { $0.reason != nil }
        let named = failed.prefix(20).map { part in
            let why = part.reason.map { [$0.what] + $0.details.prefix(1) } ?? []
            return "\(String(decoding: part.folder)): " + why.joined(separator: " ")
        }
        return Explanation(
            code: "parts-failed", charge: parts.charge,
            what: failed.count == parts.count
                ? "\(parts.count == 1 ? "The only part" : "Each of the \(parts.count) parts") of this batch failed."
                : "\(failed.count) of the \(parts.count) parts of this batch failed; the others are done.",
            details: named + (failed.count > 20 ? ["and \(failed.count - 20) more: see batch.csv"] : []),
            next:
                "Correct the request file in the folder of each part that failed, where its error.txt asks for that (a "
                + "change to the batch's own file has no effect any more), and put this whole folder back into the inbox: "
                + "it goes on with those parts, and what is done is kept and not paid again.")
    }

    /// What is wrong with one part, whose places are those of the batch's file.
    ///
    /// - Parameter showsText: see ``BatchPart/showsText``.
    static func explain(
        _ findings: Findings, ofPart file: FilePath.Component, in batch: FilePath.Component, showsText: Bool
    ) -> Explanation {
        var why = explain(.invalidRequest(findings))
        let name = shown(String(decoding: batch))
        why.what = why.what.replacing("The request file has", with: "This part of \(name) has")
        why.details = why.details.map { "\(name), \($0)" }
        let line = showsText ? ", delete its line `\(RequestKey.asWritten)`," : ""
        why.next =
            "Correct \(shown(String(decoding: file))) in this folder\(line) and put the whole folder of the batch back "
            + "into the inbox, or drop the corrected file alone."
        return why
    }
}
