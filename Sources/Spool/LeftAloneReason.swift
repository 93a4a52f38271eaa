// SPDX-License-Identifier: Apache-2.0

package import FileIO
package import Requests
package import SystemPackage

/// Why something stays in the inbox: facts only, the sentences are in ``Wording``.
package enum LeftAloneReason: Hashable, Sendable {
    /// The name is not a request's.
    case name
    /// A spreadsheet as its program saves it.
    case spreadsheet
    /// Nearly that of a lane's defaults.
    case nearlyDefaults
    /// A picture, perhaps one that a request is about to name.
    case picture
    /// A picture that would be a request, and cannot be sent.
    case unfit(PictureFault)
    /// A picture that would be a request, and nobody can tell what the text beside it is about.
    case doubtfulText(SidecarDoubt)
    /// A folder of pictures in a lane where such a folder is a batch.
    case folder(FolderFault)
    /// A picture that the defaults of its lane add to each that is dropped there.
    case addedToEach
    /// The text of a picture, which it goes with.
    case textOf(FilePath.Component)
    /// The text of a picture that is not there.
    case textAlone
    /// It stands for a file that a sync client has not downloaded.
    case placeholder
    /// A sync client has made it of two files of one name.
    case conflictCopy
    /// A symbolic link whose name is not a request's: perhaps to a folder, and meant as a lane.
    case symlink
    case notAFile(FileStatus.Kind)
    case empty
    /// It has another name elsewhere, and may not be meant for whoever gave it this one.
    case linkedFile
    /// It says of itself that it is half a copy.
    case brokenCopy
    /// A folder that cannot be looked into.
    case closedFolder(Errno)
    /// A folder deeper than ``Lane/depthLimit``.
    case deepFolder
    /// A request file in the folder of a job, or in a copy of one that is not whole.
    case insideJobFolder
    /// The folder of a job that is done.
    case doneJob
    /// The folder of a job whose journal is damaged.
    case damagedJob
    /// The folder of a job whose journal ends before the job does.
    case unfinishedJob
    /// The folder of a failed job that is still arriving, as it seems.
    case arriving(PutBackFolder.Missing)
    /// The folder of a failed job that was paid for, whose request was changed and has a mistake; the first of them.
    case wrongRequest(FilePath.Component, String)
    /// The folder of a part in what seems to be its batch's folder, of which the journal is still to come.
    case partOfBatch(FilePath.Component)
    /// The folder of a job whose outcome was unknown so often that putting it back is not consent enough.
    case unheardTooOften
    /// A second copy of the folder of a failed job that has gone on since; where that is, relative to the spool.
    case wentOn(FilePath)
    /// A file that a result consists of.
    case resultFile
    /// The request of a job that is known, in a copy of the job's folder; where that is, relative to the spool.
    case copyOfJob(FilePath)
    /// The folder of a job with something in it that is not the job's; and the name of the job's own request file
    /// where it may be that file under another name.
    case mixedFolder(FilePath.Component, request: FilePath.Component?)
    /// The folder of a failed batch whose table of failed rows was corrected where it lies; and that table.
    case correctedRows(FilePath.Component)
    /// It is a word, and there is nothing that it is about.
    case wordForNobody
    /// It has a word's name, and something is in it.
    case wordWithContent
    /// It cannot be moved out of the inbox.
    case cannotTake(Errno)

    /// Whether it lies there for something else, which is told of instead.
    package var isUsual: Bool {
        if case .textOf = self { return true }
        return self == .picture || self == .addedToEach
    }

    /// Whether it is over as soon as what is still to come, or to be corrected, is there: of that each look may tell.
    package var isOfSomethingToCome: Bool {
        switch self {
        case .empty, .arriving, .wrongRequest, .unfit(.cutOff), .doubtfulText, .folder: true
        case .name, .spreadsheet, .nearlyDefaults, .picture, .unfit, .addedToEach, .textOf, .textAlone, .placeholder,
            .conflictCopy,
            .symlink, .notAFile,
            .linkedFile, .brokenCopy, .closedFolder, .deepFolder, .insideJobFolder, .doneJob, .damagedJob,
            .unfinishedJob, .partOfBatch, .unheardTooOften, .wentOn, .resultFile, .copyOfJob, .mixedFolder,
            .correctedRows,
            .wordForNobody, .wordWithContent, .cannotTake:
            false
        }
    }
}

/// Why a folder of pictures is no batch.
package enum FolderFault: Hashable, Sendable {
    case noPictures
    case tooMany(limit: Int)
    /// So many files that it was not even looked at each.
    case tooManyFiles(limit: Int)
    /// Nobody can tell what the text beside one of its pictures is about.
    case doubtfulText(FolderContents.Doubt)
    /// The end of one of its pictures does not seem to be there yet.
    case cutOff(FilePath.Component)
    /// One of its pictures has another name elsewhere, and may not be meant for whoever gave it this one.
    case linkedFile(FilePath.Component)
    /// One of its pictures is that of a job that is known, in a copy of the job's folder; where that is, relative to the
    /// spool.
    case copyOfJob(FilePath.Component, FilePath)
    /// One of its pictures is called as the result of another file in it: perhaps a job's folder that is not whole.
    case result(FilePath.Component)
    /// It is called as a request file, or a picture, is.
    case nameOfFile
    /// By its name, or by what is in it, it is a lane.
    case isLane
    /// Between two looks it became something else.
    case notAFolder

    /// Whether nothing but its own name and files has a say in it: as long as these are the same, so is this.
    package var isOfItsFiles: Bool {
        switch self {
        case .noPictures, .tooMany, .tooManyFiles, .doubtfulText, .nameOfFile: true
        case .cutOff, .linkedFile, .copyOfJob, .result, .isLane, .notAFolder: false
        }
    }
}
