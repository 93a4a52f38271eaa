// SPDX-License-Identifier: Apache-2.0

internal import Documents
package import Requests

package import struct SystemPackage.FilePath

/// The sentences about batches.
extension Wording {
    /// A batch of which some parts failed; each of these says more in its own folder.
    ///
    /// - Parameter table: of the rows that can be corrected as one; `nil` where there is none.
    static func explain(failed parts: [BatchSummary.Part], table: FilePath.Component? = nil) -> Explanation {
        let failed = parts.filter { $0.reason != nil }
        let unknown = failed.filter { $0.job.variants.contains(where: \.isUnknown) }
        let paid = failed.contains { $0.charge == .yes }
        let named = failed.prefix(20).map { part in
            let why = part.reason.map { [$0.what] + $0.details.prefix(1) } ?? []
            return "\(String(decoding: part.folder)): " + why.joined(separator: " ")
        }
        var why = Explanation(
            code: .partsFailed, charge: parts.charge,
            what: failed.count == parts.count
                ? "\(parts.count == 1 ? "The only part" : "Each of the \(parts.count) parts") of this batch failed."
                : "\(failed.count) of the \(parts.count) parts of this batch failed; the others are done.",
            details: named + (failed.count > 20 ? ["and \(failed.count - 20) more: see batch.csv"] : [])
                + list(unknown),
            next:
                "Correct the request file in the folder of each failed part whose error.txt asks for that (changing "
                + "the batch's own file no longer has any effect). Then put this whole folder back into the "
                + "inbox: only the failed parts continue, and finished parts are kept and not paid for again."
                + (paid
                    ? " A part that was charged continues without a new charge if its request is unchanged. If its "
                        + "request was changed, it stays as it is, because sending it would be a new charge."
                    : "")
                + (unknown.isEmpty
                    ? "" : " A part that may have been charged stays as it is: check your account with the provider.")
                + (paid || !unknown.isEmpty
                    ? " To pay for such a part anyway, first put an empty file called `\(JobFileNames.payAgain)` "
                        + "into its folder, or put only its folder into the inbox."
                    : ""))
        if let table { why.next += correct(table) }
        return why
    }

    private static func correct(_ table: FilePath.Component) -> String {
        " Or leave this folder where it is: correct the rows in \(shown(String(decoding: table))) and drop that file into "
            + "the inbox as a table of its own; it has the rows that cost nothing. With corrected rows in it, this folder is "
            + "not taken."
    }

    static let notBegun = "The batch was cancelled before this part was begun."

    /// A batch that was cancelled before all of it was sent.
    static func explain(cancelled batch: BatchSummary) -> Explanation {
        let failed = batch.parts.filter { $0.reason != nil && !$0.isCancelled }
        let cut = batch.parts.count(where: \.isCancelled)
        let done = batch.parts.count - failed.count - cut
        let all = batch.parts.count + batch.notBegun.count
        var counts = ["\(done) of its \(count(all, "part")) \(done == 1 ? "is" : "are") done"]
        if !failed.isEmpty { counts.append("\(failed.count) failed") }
        if cut > 0 { counts.append("\(cut) ended before all of them was sent") }
        counts.append("\(batch.notBegun.count) \(batch.notBegun.count == 1 ? "was" : "were") not begun")
        return Explanation(
            code: .cancelled, charge: batch.parts.charge,
            what: "This batch was cancelled: \(counts.joined(separator: ", ")).",
            details: failed.isEmpty ? [] : explain(failed: failed).details,
            next: "Nothing. What is done is in the parts' folders here. If you want the rest after all, put this whole "
                + "folder back into the inbox: finished parts are kept and not paid for again, and those that were not "
                + "begun are sent and paid for.")
    }

    /// Those that stay as they are when the batch is put back, apart from the others.
    private static func list(_ unknown: [BatchSummary.Part]) -> [String] {
        if unknown.isEmpty { return [] }
        let names = unknown.prefix(100).map { String(decoding: $0.folder) }
        let more = unknown.count > 100 ? " and \(unknown.count - 100) more" : ""
        return ["May have been charged, so not sent again with the batch: " + names.joined(separator: ", ") + more]
    }

    /// What is wrong with one part, whose places are those of the batch's file.
    ///
    /// - Parameters:
    ///   - showsText: see ``BatchPart/showsText``.
    ///   - text: that of the batch's file; `nil` where it cannot be had.
    package static func explain(
        _ findings: Findings, ofPart file: FilePath.Component, in batch: FilePath.Component, showsText: Bool,
        from text: String? = nil
    ) -> Explanation {
        var why = explain(.invalidRequest(findings))
        if let text { why = why.quoting(findings, from: text) }
        let name = shown(String(decoding: batch))
        why.what = why.what.replacing("The request file has", with: "This part of \(name) has")
        why.details = why.details.map { "\(name), \($0)" }
        let line = showsText ? ", delete its line `\(RequestKey.asWritten)`," : ""
        why.next =
            "Correct \(shown(String(decoding: file))) in this folder\(line) and put the whole folder of the batch "
            + "back into the inbox, or drop only the corrected file."
        return why
    }

    /// What is wrong with a folder of pictures as a whole.
    package static func explain(_ findings: Findings, ofFolder folder: FilePath.Component) -> Explanation {
        var why = explain(.invalidRequest(findings))
        why.what = "The folder \(quoted(String(decoding: folder))) cannot be sent as a batch, so nothing was sent."
        why.next =
            "Put that right, with the pictures in `\(JobFileNames.originals)` in this folder. Then put this folder back "
            + "into the inbox, or drop only the folder of the pictures."
        return why
    }

    /// What is wrong with a picture of a folder, or with the text beside it.
    ///
    /// - Parameters:
    ///   - picture: as it was called in the folder.
    ///   - file: as it is called in that of its part.
    package static func explain(
        _ findings: Findings, ofPicture picture: FilePath.Component, as file: FilePath.Component,
        in folder: FilePath.Component
    ) -> Explanation {
        var why = explain(.invalidRequest(findings))
        // Left alone, one would be taken when its end is there: this one failed.
        if findings.all.contains(where: { $0.problem == .unfit(.cutOff) }) {
            why.details = ["its end is missing; copy it again, or save it anew"]
        }
        let (name, folder) = (quoted(String(decoding: picture)), quoted(String(decoding: folder)))
        why.what = "The picture \(name) of the folder \(folder) cannot be sent, so nothing was sent for it."
        why.next =
            "Put a picture that can be sent in the place of \(shown(String(decoding: file))) in this folder, or correct "
            + "the text beside it. Then put the whole folder of the batch back into the inbox, or drop only the corrected "
            + "picture."
        return why
    }
}
