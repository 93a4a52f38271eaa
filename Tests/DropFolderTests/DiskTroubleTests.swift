// SPDX-License-Identifier: Apache-2.0

import Glibc
import SystemPackage
import Testing

@testable import DropFolder
@testable import FileIO
@testable import Spool
@testable import TestSupport

/// For whom an error of the kernel speaks, and how long it stands in the status.
struct DiskTroubleTests {
    @Test(arguments: [Errno.noSpace, Errno(rawValue: EDQUOT), .tooManyOpenFiles, .tooManyOpenFilesInSystem, .noMemory])
    func `what all need and nobody gets speaks for all, whatever a trial says`(error: Errno) async throws {
        try await Scratch.with { scratch in
            let spool = Spool(root: scratch.path)
            try spool.make()
            #expect(error.trouble == .shortage)
            #expect(spool.speaksForAll(error))
        }
    }

    static let ofOneFolder: [Errno] = [
        .readOnlyFileSystem, .ioError, .staleNFSFileHandle, .improperLink, .permissionDenied, .notPermitted,
        .tooManySymbolicLinkLevels, .fileNameTooLong, .socketNotConnected, .isDirectory, .resourceBusy, .timedOut,
    ]

    @Test(arguments: ofOneFolder)
    func `what one folder has met speaks for all only where a trial elsewhere fails, too`(error: Errno) async throws {
        try await Scratch.with { scratch in
            let spool = Spool(root: scratch.path)
            try spool.make()
            #expect(!spool.speaksForAll(error))
            #expect(try scratch.names(in: "processing") == [], "the trial leaves nothing")
            try Kernel.removeDirectory(spool.processing, at: AT_FDCWD)
            #expect(spool.speaksForAll(error))
        }
    }

    private static let committer = DiskRefusals.Waiter.committer
    private static let hero = DiskRefusals.Waiter.caller(1, job: "hero")
    private static let bottle = DiskRefusals.Waiter.caller(2, job: "bottle")

    @Test func `trouble ends for all callers when one of them is served, and for one when it waits no longer`() {
        var refusals = DiskRefusals()
        refusals.refused(Self.hero, "full", isEverybodys: true)
        refusals.refused(Self.bottle, "full, too", isEverybodys: true)
        #expect(refusals.error == "full")
        refusals.ended(Self.hero)
        #expect(refusals.error == "full, too")
        refusals.refused(Self.hero, "full", isEverybodys: true)
        refusals.served(Self.hero)
        #expect(refusals.error == nil)
    }

    @Test func `what the committer cannot make durable ends with a round that can, and with nothing else`() {
        var refusals = DiskRefusals()
        refusals.refused(Self.committer, "broken", isEverybodys: true)
        refusals.refused(Self.hero, "full", isEverybodys: true)
        refusals.served(Self.hero)
        #expect(refusals.error == "broken")
        refusals.served(Self.committer)
        #expect(refusals.error == nil)
    }

    @Test func `a job whose own files are refused never speaks for the disk`() {
        var refusals = DiskRefusals()
        refusals.refused(Self.hero, "Input/output error", isEverybodys: false)
        #expect(refusals.error == nil)
        #expect(refusals.jobs == ["hero": "Input/output error"])
        refusals.refused(Self.bottle, "full", isEverybodys: true)
        refusals.served(Self.bottle)
        #expect(refusals.jobs == ["hero": "Input/output error"])
        refusals.refused(Self.hero, "full", isEverybodys: true)
        #expect(refusals.jobs.isEmpty && refusals.error == "full")
        refusals.ended(Self.hero)
        #expect(refusals.error == nil)
    }
}
