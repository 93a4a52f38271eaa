// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import FileIO
internal import Glibc
internal import Requests
internal import SystemPackage

/// The sentences about what stays in the inbox: each completes "it is left alone: …".
extension Wording {
    private static func sentence(_ missing: PutBackFolder.Missing) -> String {
        switch missing {
        case .request(let file): "its request \(quoted(String(decoding: file))) is not there yet"
        case .end(let file): "the end of its request \(quoted(String(decoding: file))) does not seem to be there yet"
        case .file(let file): "\(quoted(String(decoding: file))) is not there yet"
        case .parts(let found, let all): "only \(found) of its \(all) parts \(found == 1 ? "is" : "are") there"
        }
    }

    private static func sentence(_ fault: FolderFault) -> String {
        switch fault {
        case .noPictures: "it is a folder with no picture in it as yet; it is taken as soon as there is one"
        case .tooMany(let limit):
            "it is a folder with more than \(limit) pictures in it; make several folders of them"
        case .tooManyFiles(let limit):
            "it is a folder with more than \(limit) files in it; make several folders of them"
        case .copyOfJob(let picture, let place):
            notTaken(because: picture, sentence(LeftAloneReason.copyOfJob(place)))
        case .result(let picture):
            notTaken(
                because: picture,
                "it seems to be a result that comes back with its job's folder, and was paid for; if it is not, give the "
                    + "folder another name")
        case .doubtfulText(let doubt): notTaken(because: doubt.picture, sentence(doubt.doubt))
        case .cutOff(let picture):
            "it is a folder of pictures, and the end of \(quoted(String(decoding: picture))) does not seem to be there yet; "
                + "it is taken as soon as it is complete, or has not changed for a minute"
        case .linkedFile(let picture): notTaken(because: picture, sentence(LeftAloneReason.linkedFile))
        case .nameOfFile:
            "it is a folder whose name ends like that of a file; give it a name without such an ending"
        case .isLane:
            "by its name (`\(Lane.againName.string)`, `urgent` or `\(SteeringWord.pauseName.string)`) or its own "
                + "`\(RequestDefaults.fileName)` it is a lane, and no batch: each picture in it would be a request of its "
                + "own; give it another name, and take that file out of it"
        case .notAFolder: "it was a folder, and is none any more; copy the pictures into a folder"
        }
    }

    private static func notTaken(because picture: FilePath.Component, _ why: String) -> String {
        "of the folder nothing is taken, because of \(quoted(String(decoding: picture))): \(why)"
    }

    private static let tooDeep = "its path is longer than \(PATH_MAX) bytes; move it to a folder further up"

    package static func sentence(_ reason: LeftAloneReason) -> String {
        switch reason {
        case .name: "its name does not end in \(RequestFileName.endings)"
        case .spreadsheet: "a spreadsheet is read only as CSV; save it as \"CSV UTF-8\" and drop that file"
        case .nearlyDefaults: nearlyDefaults
        case .picture: pictureAlone
        case .unfit(let fault): sentence(fault)
        case .doubtfulText(let doubt): sentence(doubt)
        case .folder(let fault): sentence(fault)
        case .addedToEach:
            "the lane's `\(RequestDefaults.fileName)` adds it to each picture (`with`), "
                + "so it is no request itself"
        case .textOf(let picture): "it is the text of \(quoted(String(decoding: picture))), and goes with it"
        case .textAlone:
            "it is the text of a picture that is not here; drop the picture beside it, with the same name but for the "
                + "ending, or remove it"
        case .placeholder:
            "it is a placeholder for a file that the sync client has not downloaded yet; make that file available "
                + "offline (\"Always keep on this device\")"
        case .conflictCopy:
            "by its name, a sync client made it because two people changed a file at once; if you want it and will "
                + "pay for it, rename it"
        case .symlink:
            "it is a symbolic link, which is never followed; copy the file itself, or make a real folder for a lane"
        case .notAFile(.symlink): "it is a symbolic link; copy the file itself"
        case .notAFile(.regular), .notAFile(.directory), .notAFile(.other): "it is not a regular file"
        case .linkedFile:
            "it is a hard link to a file that not everybody who may drop here may read; copy it instead"
        case .empty: "it is empty; it is taken as soon as something is in it"
        case .brokenCopy:
            "its date is 1970-01-01 or 1980-01-01, which rsync --partial and robocopy give to a copy that broke "
                + "off; copy it again, or, if it is complete, give it today's date (touch)"
        case .closedFolder(.fileNameTooLong): tooDeep
        case .deepFolder:
            "it is more than \(Lane.depthLimit) folders deep in the inbox, where nothing is taken; move it further up"
        case .closedFolder(let error) where error.trouble == .fileSystem:
            "it is a folder that cannot be read: \(error); what is mounted there does not answer, so mount it "
                + "again, or unmount it"
        case .closedFolder(let error): "it is a folder that cannot be read: \(error); let bananadrop read it"
        case .insideJobFolder:
            "it is in the incomplete folder of an earlier job; to start over and pay again, drop only the request file"
        case .doneJob: "it is the folder of a job that is done; to pay again, drop only the request file"
        case .unfinishedJob:
            "it is the folder of a job whose journal ends too early, perhaps because a copy broke off; copy the "
                + "whole folder, or look at its journal before you drop only the request file"
        case .arriving(let missing):
            "it is the folder of a failed job, and \(sentence(missing)); it is taken as soon as it is complete"
                + (missing.isNeeded ? "" : ", or has not changed for a minute")
        case .wrongRequest(let file, let mistake):
            "it is the folder of a failed job that was paid for, and its request \(quoted(String(decoding: file))) "
                + "was changed and has a mistake: \(mistake); correct it, or undo the change to continue with what "
                + "was paid for"
        case .partOfBatch(let batch):
            "it is a part of the batch \(quoted(String(decoding: batch))), whose own journal is not there yet; to "
                + "put back only this part, drop it beside that folder"
        case .unheardTooOften:
            "its submits may have been charged, and nobody knows, so putting it back does not send it again; check "
                + "the account, and to pay once more put an empty file called `\(JobFileNames.payAgain)` into the "
                + "folder"
        case .wentOn(let place):
            "it is a copy of a failed job that has since continued as \(quoted(String(decoding: place))); to start "
                + "over and pay again, drop only the request file"
        case .resultFile: "it is a file of a result, not a request"
        case .copyOfJob(let place):
            "it is the request of \(quoted(String(decoding: place))), in a copy of that folder; to start over and "
                + "pay again, drop only the request file"
        case .mixedFolder(let name, let request):
            "it is the folder of a failed job, and \(quoted(String(decoding: name))) in it does not belong to the "
                + "job; take that out of the folder"
                + (request.map {
                    ", or, if it is the request, rename it back to \(quoted(String(decoding: $0)))"
                } ?? "")
        case .correctedRows(let name):
            "it is the folder of a failed batch, and the corrected rows in \(quoted(String(decoding: name))) would be "
                + "lost; drop that file by itself, or take it out of the folder"
        case .wordForNobody:
            "there is no request of that name here, waiting or under way, that was dropped before it; remove it"
        case .wordWithContent:
            "only an empty file of this name stops, approves or hurries a request, and something is in this one; make "
                + "an empty one"
        case .damagedJob:
            "it is the folder of a job whose journal is damaged; look for a task id in journal.jsonl; to start "
                + "over, which may cost again, drop only the request file"
        case .cannotTake(Errno(rawValue: EXDEV)):
            "it is on another file system than the spool, and cannot be moved from there in one step; drop it into "
                + "a folder of the inbox that is not a mount of its own"
        case .cannotTake(.readOnlyFileSystem):
            "it is in a snapshot, or on another file system, that can only be read; drop it into a folder of the "
                + "inbox that can be written to"
        case .cannotTake(.fileNameTooLong): tooDeep
        case .cannotTake(let error) where error.trouble == .fileSystem:
            "it cannot be moved out of its folder: \(error); what is mounted there does not answer as it should"
        case .cannotTake(let error):
            "it cannot be moved out of its folder: \(error); let bananadrop write to the folder"
        }
    }
}
