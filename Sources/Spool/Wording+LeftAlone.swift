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
        case .end(let file): "the end of its request \(quoted(String(decoding: file))) is not there yet, as it seems"
        case .file(let file): "\(quoted(String(decoding: file))) is not there yet"
        case .parts(let found, let all): "\(found) of its \(all) parts are there"
        }
    }

    private static let tooDeep = "it lies deeper than a path may be long (\(PATH_MAX) bytes); move it further up"

    package static func sentence(_ reason: LeftAloneReason) -> String {
        switch reason {
        case .name: "its name does not end in \(RequestFileName.endings)"
        case .spreadsheet: "a spreadsheet is read as CSV only; save it as \"CSV UTF-8\" and drop that file"
        case .nearlyDefaults: nearlyDefaults
        case .picture: "a picture alone is no request; a .yaml or .json file says what to do with pictures"
        case .placeholder:
            "it stands for a file that the sync client has not downloaded yet; make that file available offline (\"Always "
                + "keep on this device\")"
        case .conflictCopy:
            "by its name a sync client has made it of two files that were changed at once; if it is meant, and to be paid "
                + "for, give it another name"
        case .symlink:
            "it is a symbolic link, which is never followed; copy the file itself, or make a real folder for a lane"
        case .notAFile(.symlink): "it is a symbolic link; copy the file itself"
        case .notAFile(.regular), .notAFile(.directory), .notAFile(.other): "it is not a regular file"
        case .linkedFile:
            "it is a hard link, and not everybody who may drop here may read the file; copy it instead"
        case .empty: "it is empty; it is taken as soon as something is in it"
        case .brokenCopy:
            "its date is 1970-01-01 or 1980-01-01, as rsync --partial and robocopy leave a copy that broke off, and as a "
                + "program leaves a file that it gives no date; copy it again, or touch the file if it is whole"
        case .closedFolder(.fileNameTooLong): tooDeep
        case .deepFolder:
            "it lies more than \(Lane.depthLimit) folders deep in the inbox, where nothing is taken; move it further up"
        case .closedFolder(let error) where error.trouble == .fileSystem:
            "it is a folder that cannot be read: \(error); what is mounted there does not answer: mount it anew, or unmount "
                + "it"
        case .closedFolder(let error): "it is a folder that cannot be read: \(error); let bananadrop read it"
        case .insideJobFolder:
            "it lies in the folder of an earlier job that is not whole; to start anew, and pay anew, drop the request file "
                + "alone"
        case .doneJob: "it is the folder of a job that is done; to pay anew, drop the request file alone"
        case .unfinishedJob:
            "it is the folder of a job whose journal ends before the job does: perhaps a copy that broke off; copy it "
                + "whole, or see its journal before you drop the request file alone"
        case .arriving(let missing):
            "it is the folder of a failed job, and \(sentence(missing)); it is taken as soon as it is whole"
                + (missing.isNeeded ? "" : ", or has not changed for a minute")
        case .wrongRequest(let file, let mistake):
            "it is the folder of a failed job that was paid for, and its request \(quoted(String(decoding: file))) was changed "
                + "and has a mistake: \(mistake); correct it, or put it back as it was to go on with what was paid for"
        case .partOfBatch(let batch):
            "it is a part of the batch \(quoted(String(decoding: batch))), whose own journal is not there yet; to put back "
                + "this part alone, drop it beside that folder"
        case .unheardTooOften:
            "nobody knows what became of its submits, each of which may have been charged, so it is not sent again for "
                + "being put back; see the account, and put an empty file called `\(JobFileNames.payAgain)` into the folder to "
                + "pay once more"
        case .wentOn(let place):
            "it is a copy of a failed job that has gone on since as \(quoted(String(decoding: place))); to start anew, and "
                + "pay anew, drop the request file alone"
        case .resultFile: "it is one of the files that results consist of, and no request"
        case .copyOfJob(let place):
            "it is the request of \(quoted(String(decoding: place))), in a copy of that folder; to start anew, and pay "
                + "anew, drop the request file alone"
        case .mixedFolder(let name, let request):
            "it is the folder of a failed job, and \(quoted(String(decoding: name))) in it is not the job's; take that out "
                + "of the folder"
                + (request.map { ", or, if it is the request, call it \(quoted(String(decoding: $0))) again" } ?? "")
        case .damagedJob:
            "it is the folder of a job whose journal is damaged; see journal.jsonl for a task id, and to start anew, which "
                + "may cost again, drop the request file alone"
        case .cannotTake(Errno(rawValue: EXDEV)):
            "it lies on another file system than the spool, and nothing can be renamed from there to here; drop it into a "
                + "folder of the inbox that is not mounted from elsewhere"
        case .cannotTake(.readOnlyFileSystem):
            "it lies in a snapshot, or on another file system, that can only be read; drop it into a folder of the inbox that "
                + "can be written to"
        case .cannotTake(.fileNameTooLong): tooDeep
        case .cannotTake(let error) where error.trouble == .fileSystem:
            "it cannot be moved out of its folder: \(error); what is mounted there does not answer as it should"
        case .cannotTake(let error):
            "it cannot be moved out of its folder: \(error); let bananadrop write to the folder"
        }
    }
}
