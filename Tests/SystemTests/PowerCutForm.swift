// SPDX-License-Identifier: Apache-2.0

import Foundation
import NanoBananaSimulator
import Testing

/// What lies in the inbox before the power is cut, and what is to come of it.
enum PowerCutForm: String, Sendable {
    case job
    /// Four at once.
    case load = "ten jobs"
    /// In a lane where the picture would be sent at once without its text, and be another request.
    case pictureWithText = "a picture with its text"
    /// The same, which the daemon that is cut has to give back.
    case heldPicture = "a picture with its text, held"
    /// Two of its three pictures come under one name.
    case flatBatch = "a batch into one folder"
    /// Its parts can be looked at before it is over.
    case shownBatch = "a batch that shows its parts"
    /// A folder of three pictures, two with a text.
    case folder = "a folder of pictures"
    /// The same, which the daemon that is cut has to give back.
    case heldFolder = "a folder of pictures, held"
    /// The same request once more, beside its first result.
    case anotherRound = "another round"

    /// - Parameter ending: of each prompt.
    func files(_ ending: String = "") -> [DroppedFile] {
        switch self {
        case .job: [DroppedFile(path: "acme/job.yaml", prompt: "cut" + ending)]
        case .load:
            (0..<10).map { number in
                let lane = ["", "acme/", "acme/spring/"][number % 3]
                return DroppedFile(path: "\(lane)job\(number).yaml", prompt: "cut \(number)" + ending)
            }
        case .pictureWithText, .heldPicture: [DroppedFile(path: "acme/job.png", prompt: "kill\nme")]
        case .flatBatch, .shownBatch: [DroppedFile(path: "acme/job.csv", prompt: "that of no part")]
        // What lies in the folder and is no part shows where it is.
        case .folder, .heldFolder:
            [DroppedFile(path: "acme/job.folder/\(FolderCrashTests.note)", prompt: "that of no part")]
        case .anotherRound: [DroppedFile(path: "acme/again/job.yaml", prompt: "cut" + ending)]
        }
    }

    /// As what it is looked at, where it is a batch.
    var batch: BatchCrashTests.Form? {
        switch self {
        case .flatBatch: .flat
        case .shownBatch: .shown
        case .job, .load, .pictureWithText, .heldPicture, .folder, .heldFolder, .anotherRound: nil
        }
    }

    /// What goes with the one file wherever it goes.
    var text: String? {
        switch self {
        case .pictureWithText, .heldPicture: "job.txt"
        case .job, .load, .flatBatch, .shownBatch, .folder, .heldFolder, .anotherRound: nil
        }
    }

    /// The folder of a result that was there before, and stays as it is.
    var earlier: String? { self == .anotherRound ? "done/acme/job" : nil }

    /// How the place of what is done begins.
    var target: String { self == .anotherRound ? "done/acme/job-2" : "done/" }

    func options(in spool: TestSpool) -> [String] {
        switch self {
        case .job, .load, .flatBatch: []
        case .shownBatch: BatchCrashTests.showing
        case .pictureWithText, .heldPicture:
            [
                "--publish-directory", spool.root.appendingPathComponent("published").path,
                "--publish-base-url", "https://pictures.example/x",
            ]
        case .folder, .heldFolder: FolderCrashTests.options(in: spool)
        case .anotherRound: ["--repeats", "hold"]
        }
    }

    /// More options, of the daemon that is cut.
    var holding: [String] {
        self == .heldPicture || self == .heldFolder
            ? ["--prices", "nano-banana-pro = 0.12", "--hold-above", "0.1"] : []
    }

    /// Drops the files, with all that has to be there for them.
    func drop(_ files: [DroppedFile], into spool: TestSpool, _ api: String) async throws {
        switch self {
        case .job, .load: try spool.drop(files)
        case .pictureWithText, .heldPicture:
            try CrashScenario.makePictureLane(in: spool)
            try CrashScenario.dropPictureWithText(in: spool)
        case .flatBatch: try BatchCrashTests.drop(.flat, into: spool)
        case .shownBatch: try BatchCrashTests.drop(.shown, into: spool)
        case .folder, .heldFolder:
            try FolderCrashTests.makeLane(in: spool)
            try FolderCrashTests.drop(into: spool)
        case .anotherRound:
            for file in files { try spool.drop(file.content, as: "acme/" + file.name) }
            try await spool.guarded(api, options(in: spool)) { daemon in await daemon.result(of: "acme/job") }
            #expect(spool.places(of: "result.json") == ["done/acme/job/result.json"])
            try spool.drop(files)
        }
    }

    /// What ``earlier`` holds, file by file.
    func earlierResult(in spool: TestSpool) throws -> [String: Data] {
        guard let earlier else { return [:] }
        let names = spool.names(in: spool.root.appendingPathComponent(earlier))
        return try Dictionary(uniqueKeysWithValues: names.map { ($0, try spool.data("\(earlier)/\($0)")) })
    }

    /// What keeps a folder in `done/` from being whole; empty where nothing does.
    func problems(
        _ file: DroppedFile, in folder: String, _ spool: TestSpool, _ ledger: LedgerSnapshot
    ) throws -> [String] {
        if isFolder { return try FolderCrashTests.problems(spool, ledger, isUnplugged: true) }
        if let batch { return try BatchCrashTests.problems(spool, ledger, batch) }
        return ResultFolder(url: spool.root.appendingPathComponent(folder)).problems(file)
    }

    /// Whether what is dropped is a folder of pictures.
    var isFolder: Bool { self == .folder || self == .heldFolder }

    /// What is wrong with a picture and its text at the end; empty where it was sent with it or not at all, and both lie
    /// together, or where there is no text.
    func textProblems(_ spool: TestSpool, _ ledger: LedgerSnapshot) -> [String] {
        guard let text, let file = files().first else { return [] }
        let walk = SpoolWalk(spool)
        var problems = ledger.prompts.keys.filter { $0 != file.prompt }.map { "sent as \($0)" }
        let folder = walk.folder(of: file.name) ?? ""
        if walk.places(of: text) != ["\(folder)/\(text)"] { problems.append("the text is in \(walk.places(of: text))") }
        if (try? spool.text("\(folder)/\(text)")) != "me\n" { problems.append("the text is another") }
        return problems
    }
}
