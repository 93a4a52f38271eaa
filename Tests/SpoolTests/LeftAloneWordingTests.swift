// SPDX-License-Identifier: Apache-2.0

import SystemPackage
import Testing

@testable import Documents
@testable import FileIO
@testable import Requests
@testable import Spool
@testable import TestSupport

/// Why a file stays in the inbox, word for word, and which names say so.
struct LeftAloneWordingTests {
    struct Sentence: Sendable {
        var reason: LeftAloneReason
        var text: String
    }

    static let sentences: [Sentence] = [
        Sentence(reason: .name, text: "its name does not end in .yaml, .yml, .json, .jsonl, .ndjson, .csv or .tsv"),
        Sentence(
            reason: .spreadsheet,
            text: "a spreadsheet is read only as CSV; save it as \"CSV UTF-8\" and drop that file"),
        Sentence(
            reason: .picture,
            text: "a picture alone is not a request; write a .yaml or .json file that says what to do with it, or let "
                + "the `_defaults.yaml` of its folder say so for each (`pictures: each`)"),
        Sentence(
            reason: .unfit(.kind("HEIC")),
            text: "it is a HEIC file, which the API does not take; save it as PNG, JPEG, WebP, GIF or AVIF"),
        Sentence(
            reason: .unfit(.notAPicture),
            text: "it is not a PNG, JPEG, WebP, GIF or AVIF picture, whatever its name says"),
        Sentence(
            reason: .unfit(.tooLarge(limit: 64 << 20)),
            text: "it is larger than the limit of 64 MiB; make it smaller, or ask the administrator to raise "
                + "picture-limit"),
        Sentence(
            reason: .unfit(.cutOff),
            text: "its end is missing; it is taken as soon as the rest is there, so if nothing copies it any more, "
                + "copy it again, or save it anew"),
        Sentence(
            reason: .folder(.noPictures),
            text: "it is a folder with no picture in it as yet; it is taken as soon as there is one"),
        Sentence(
            reason: .folder(.tooMany(limit: 10_000)),
            text: "it is a folder with more than 10000 pictures in it; make several folders of them"),
        Sentence(
            reason: .folder(.tooManyFiles(limit: 21_000)),
            text: "it is a folder with more than 21000 files in it; make several folders of them"),
        Sentence(
            reason: .folder(.cutOff("a.png")),
            text: "it is a folder of pictures, and the end of \"a.png\" does not seem to be there yet; it is taken as "
                + "soon as it is complete, or has not changed for a minute"),
        Sentence(
            reason: .folder(.copyOfJob("a.png", "done/a")),
            text: "of the folder nothing is taken, because of \"a.png\": it is the request of \"done/a\", in a copy "
                + "of that folder; to start over and pay again, drop only the request file"),
        Sentence(
            reason: .folder(.result("a-1.png")),
            text: "of the folder nothing is taken, because of \"a-1.png\": it seems to be a result that comes back "
                + "with its job's folder, and was paid for; if it is not, give the folder another name"),
        Sentence(
            reason: .folder(.doubtfulText(.init(picture: "a.png", .several("a.txt", "a.yaml")))),
            text: "of the folder nothing is taken, because of \"a.png\": it has two texts, \"a.txt\" and "
                + "\"a.yaml\"; keep one of them"),
        Sentence(
            reason: .folder(.linkedFile("a.png")),
            text: "of the folder nothing is taken, because of \"a.png\": it is a hard link to a file "
                + "that not everybody who may drop here may read; copy it instead"),
        Sentence(
            reason: .folder(.nameOfFile),
            text: "it is a folder whose name ends like that of a file; give it a name without such an ending"),
        Sentence(
            reason: .folder(.isLane),
            text: "by its name (`again`, `urgent` or `PAUSE`) or its own `_defaults.yaml` it is a lane, and no batch: "
                + "each picture in it would be a request of its own; give it another name, and take that file out of "
                + "it"),
        Sentence(
            reason: .folder(.notAFolder),
            text: "it was a folder, and is none any more; copy the pictures into a folder"),
        Sentence(
            reason: .conflictCopy,
            text: "by its name, a sync client made it because two people changed a file at once; if you want it and "
                + "will pay for it, rename it"),
        Sentence(
            reason: .symlink,
            text: "it is a symbolic link, which is never followed; copy the file itself, or make a real folder for a "
                + "lane"),
        Sentence(reason: .notAFile(.symlink), text: "it is a symbolic link; copy the file itself"),
        Sentence(reason: .notAFile(.other), text: "it is not a regular file"),
        Sentence(reason: .notAFile(.directory), text: "it is not a regular file"),
        Sentence(
            reason: .linkedFile,
            text: "it is a hard link to a file that not everybody who may drop here may read; copy it instead"),
        Sentence(reason: .empty, text: "it is empty; it is taken as soon as something is in it"),
        Sentence(
            reason: .brokenCopy,
            text: "its date is 1970-01-01 or 1980-01-01, which rsync --partial and robocopy give to a copy that "
                + "broke off; copy it again, or, if it is complete, give it today's date (touch)"
        ),
        Sentence(
            reason: .placeholder,
            text: "it is a placeholder for a file that the sync client has not downloaded yet; make that file "
                + "available offline (\"Always keep on this device\")"),
        Sentence(
            reason: .closedFolder(.permissionDenied),
            text: "it is a folder that cannot be read: Permission denied; let bananadrop read it"),
        Sentence(
            reason: .closedFolder(.socketNotConnected),
            text: "it is a folder that cannot be read: Transport endpoint is not connected; what is mounted there "
                + "does not answer, so mount it again, or unmount it"),
        Sentence(
            reason: .closedFolder(.fileNameTooLong),
            text: "its path is longer than 4096 bytes; move it to a folder further up"),
        Sentence(
            reason: .cannotTake(.fileNameTooLong),
            text: "its path is longer than 4096 bytes; move it to a folder further up"),
        Sentence(
            reason: .cannotTake(.readOnlyFileSystem),
            text: "it is in a snapshot, or on another file system, that can only be read; drop it into a folder of "
                + "the inbox that can be written to"),
        Sentence(
            reason: .cannotTake(.staleNFSFileHandle),
            text: "it cannot be moved out of its folder: Stale file handle; what is mounted there does not answer "
                + "as it should"),
        Sentence(
            reason: .insideJobFolder,
            text: "it is in the incomplete folder of an earlier job; to start over and pay again, drop only the "
                + "request file"),
        Sentence(
            reason: .doneJob,
            text: "it is the folder of a job that is done; to pay again, drop only the request file"),
        Sentence(
            reason: .unfinishedJob,
            text: "it is the folder of a job whose journal ends too early, perhaps because a copy broke off; copy "
                + "the whole folder, or look at its journal before you drop only the request file"),
        Sentence(
            reason: .mixedFolder("a\u{1B}[31m\n.png", request: nil),
            text:
                "it is the folder of a failed job, and \"aU+001B[31mU+000A.png\" in it does not belong to the job; "
                + "take that out of the folder"),
        Sentence(
            reason: .mixedFolder("new.yaml", request: "a\u{1B}.yaml"),
            text: "it is the folder of a failed job, and \"new.yaml\" in it does not belong to the job; take that "
                + "out of the folder, or, if it is the request, rename it back to \"aU+001B.yaml\""),
        Sentence(
            reason: .correctedRows("catalog-failed.csv"),
            text: "it is the folder of a failed batch, and the corrected rows in \"catalog-failed.csv\" would be lost; "
                + "drop that file by itself, or take it out of the folder"),
        Sentence(
            reason: .nearlyDefaults,
            text:
                "its name looks like a lane's defaults, but those are read only from `_defaults.yaml`; rename it to "
                + "that, or, if it is a request, give it another name"),
        Sentence(
            reason: .damagedJob,
            text: "it is the folder of a job whose journal is damaged; look for a task id in journal.jsonl; to "
                + "start over, which may cost again, drop only the request file"),
        Sentence(
            reason: .cannotTake(.improperLink),
            text: "it is on another file system than the spool, and cannot be moved from there in one step; drop it "
                + "into a folder of the inbox that is not a mount of its own"),
        Sentence(
            reason: .cannotTake(.permissionDenied),
            text: "it cannot be moved out of its folder: Permission denied; let bananadrop write to the folder"),
    ]

    @Test(arguments: sentences)
    func `why a file stays is said word for word, and no name in it moves a cursor`(item: Sentence) {
        #expect(Wording.sentence(item.reason) == item.text)
    }

    struct Name: Sendable {
        var name: FilePath.Component
        var reason: LeftAloneReason
    }

    static let names: [Name] = [
        Name(name: "a.png", reason: .picture), Name(name: "A.JPG", reason: .picture),
        Name(name: "a.b.webp", reason: .picture), Name(name: "a.heic", reason: .picture),
        Name(name: "a.tiff", reason: .picture), Name(name: "a.svg", reason: .picture),
        Name(name: "list.xlsx", reason: .spreadsheet), Name(name: "LIST.XLS", reason: .spreadsheet),
        Name(name: "list.ods", reason: .spreadsheet), Name(name: "list.numbers", reason: .spreadsheet),
        Name(name: "png", reason: .name), Name(name: ".png", reason: .name), Name(name: "a.pngx", reason: .name),
        Name(name: "_defaults - Copy.yaml", reason: .nearlyDefaults),
        Name(name: "_defaults (2).yaml", reason: .nearlyDefaults),
        Name(name: "_DEFAULTS.yaml", reason: .nearlyDefaults),
        Name(name: "_defaults.yml", reason: .nearlyDefaults), Name(name: "_defaults.json", reason: .nearlyDefaults),
        Name(name: "_defaults.yaml.txt", reason: .nearlyDefaults), Name(name: "_default.yaml", reason: .nearlyDefaults),
        Name(name: "_Default", reason: .nearlyDefaults), Name(name: "_defaults.xlsx", reason: .nearlyDefaults),
        Name(name: "Copy of _defaults.yaml", reason: .nearlyDefaults), Name(name: "_default.png", reason: .picture),
        Name(name: "a.png.txt", reason: .name), Name(name: "xlsx", reason: .name), Name(name: "a", reason: .name),
    ]

    @Test(arguments: names)
    func `a picture and a spreadsheet are known by their endings, in any case`(item: Name) {
        #expect(LeftAloneReason(name: item.name) == item.reason)
        #expect(PictureName.isOne(item.name) == (item.reason == .picture))
        #expect(RequestFileName(item.name) == nil)
    }

    @Test(arguments: ["my_defaults.yaml", "defaults.yaml", "default.json"] as [FilePath.Component])
    func `a name that only resembles that of defaults is a request's`(name: FilePath.Component) {
        #expect(RequestFileName(name) != nil)
    }
    @Test func `a symlink is known by what it is, whatever its name and wherever it leads`() async throws {
        try await Scratch.with { scratch in
            try scratch.folder("real")
            try scratch.write([1], to: "notes.txt")
            for (name, target) in [("lane", "real"), ("link.txt", "notes.txt"), ("gone", "nowhere")] {
                try scratch.link(name, to: FilePath(target))
                let reason = LeftAloneReason(
                    name: try #require(FilePath.Component(name)), at: scratch.path.appending(name))
                #expect(reason == .symlink)
            }
            #expect(LeftAloneReason(name: "notes.txt", at: scratch.path.appending("notes.txt")) == .name)
            #expect(LeftAloneReason(name: "gone.png", at: scratch.path.appending("gone.png")) == .picture)
        }
    }
}
