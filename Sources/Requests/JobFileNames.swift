// SPDX-License-Identifier: Apache-2.0

package import struct SystemPackage.FilePath

/// The names of what a job's folder holds beside its request, its pictures and its result. Requests must know them: such
/// a file is none, wherever it lies.
package enum JobFileNames {
    /// What happened, and when.
    package static let journal: FilePath.Component = "journal.jsonl"
    /// Why the job failed, for people.
    package static let error: FilePath.Component = "error.txt"
    /// A batch that came back, as a page for a browser.
    package static let batchPage: FilePath.Component = "index.html"
    /// Where the request came from, for a start after a power cut that took the journal's first lines and not the
    /// rename: a short symlink lives in the inode and reaches the disk with the rename. Only lanes need one.
    package static let lane: FilePath.Component = "lane"
    /// The folder of pictures of one's own that were taken out of the inbox. It is theirs alone: whatever a picture is
    /// called, it is not taken for one that was fetched.
    package static let originals: FilePath.Component = "originals"
    /// The one folder of a batch's pictures, where its lane asks for that.
    package static let delivered: FilePath.Component = "delivered"
    /// Of a folder that is a batch: which of its pictures is which part.
    package static let folderPlan: FilePath.Component = "folder.parts"
    /// An empty file by which a person says that a job may be sent though that may cost a second time.
    package static let payAgain: FilePath.Component = "pay-again"
    /// A picture while its mark is written: it takes the place of the one that came when all of it is there.
    package static func marking(_ number: Int) -> FilePath.Component {
        FilePath.Component(markingStart + "\(number)") ?? ".marking-0"
    }

    package static func isMarking(_ name: String) -> Bool { name.hasPrefix(markingStart) }

    private static let markingStart = ".marking-"

    /// Windows puts the ending behind the name and does not show it.
    package static let payAgainNames: Set<FilePath.Component> = [payAgain, "pay-again.txt"]
}
