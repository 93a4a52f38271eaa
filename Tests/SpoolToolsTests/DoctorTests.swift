// SPDX-License-Identifier: Apache-2.0

import Inotify
import NanoBanana
import SystemPackage
import Testing

@testable import Documents
@testable import FileIO
@testable import Spool
@testable import SpoolTools

/// What `doctor` makes of the facts: how it is, and the exact words.
struct DoctorTests {
    struct Case: Sendable {
        var diagnosis: Diagnosis
        var level: Diagnosis.Level
        var finding: String
        var advice: String?

        init(_ symptom: some Symptom, _ level: Diagnosis.Level, _ finding: String, _ advice: String? = nil) {
            diagnosis = Diagnosis(symptom)
            self.level = level
            self.finding = finding
            self.advice = advice
        }
    }

    private static func expect(_ item: Case) {
        #expect(item.diagnosis.level == item.level)
        #expect(item.diagnosis.finding == item.finding)
        #expect(item.diagnosis.advice == item.advice)
        // What is not well has its reason in the finding, and something to do; InotifyError says both at once.
        #expect(item.level == .ok || item.advice != nil || item.finding.contains(";"), "\(item.finding)")
    }

    @Test func `the schema knows each subject`() throws {
        var root = FilePath(#filePath)
        for _ in 0..<3 { root.removeLastComponent() }
        let file = root.appending("examples/schemas/doctor.schema.json")
        let schema = try JSONDocumentParser.parse(CheckedBytes.read(file, limit: 1 << 20).get())
        let check = schema["properties"]?["checks"]?["items"]?["properties"]
        let known = check?["subject"]?["enum"]?.list?.compactMap(\.text)
        #expect(known == Diagnosis.Subject.allCases.map(\.rawValue))
    }

    // MARK: the disk

    private static func room(_ free: UInt64, of total: UInt64, files: UInt64 = 900_000) -> DiskRoom {
        DiskRoom(freeBytes: free, totalBytes: total, freeFiles: files, totalFiles: 1_000_000)
    }

    private static let (mebi, gibi): (UInt64, UInt64) = (1 << 20, 1 << 30)

    static let space: [Case] = [
        Case(
            SpaceSymptom(room(2 * gibi, of: 20 * gibi)), .ok,
            "2 GiB of 20 GiB free, 900000 of 1000000 inodes free"),
        Case(
            SpaceSymptom(DiskRoom(freeBytes: 2 * gibi, totalBytes: 20 * gibi, freeFiles: 0, totalFiles: 0)), .ok,
            "2 GiB of 20 GiB free"),
        Case(
            SpaceSymptom(room(gibi - 1, of: 2 * gibi)), .warn, "1023.9 MiB of 2 GiB free",
            "free space before pictures no longer fit"),
        Case(
            SpaceSymptom(room(2 * gibi, of: 100 * gibi)), .warn, "2 GiB of 100 GiB free",
            "free space before pictures no longer fit"),
        Case(
            SpaceSymptom(room(64 * mebi, of: gibi)), .warn, "64 MiB of 1 GiB free",
            "free space before pictures no longer fit"),
        Case(
            SpaceSymptom(room(64 * mebi - 1, of: gibi)), .fail, "63.9 MiB of 1 GiB free",
            "free space; until then, the daemon takes no files"),
        Case(
            SpaceSymptom(room(500, of: gibi)), .fail, "500 B of 1 GiB free",
            "free space; until then, the daemon takes no files"),
        Case(
            SpaceSymptom(room(2 * gibi, of: 20 * gibi, files: 49_999)), .warn, "49999 of 1000000 inodes free",
            "remove or archive old results before no more files can be made"),
        Case(
            SpaceSymptom(room(2 * gibi, of: 20 * gibi, files: 799)), .fail, "799 of 1000000 inodes free",
            "remove or archive old results; until then, the daemon takes no files"),
    ]

    @Test(arguments: space)
    func `little room is a warning, next to none a failure`(item: Case) { Self.expect(item) }

    @Test func `status says of a disk what doctor takes for a failure, and nothing else`() {
        #expect(
            SpoolSurvey.trouble(ofRoom: Self.room(500, of: Self.gibi))
                == "the disk is almost full: 500 B of 1 GiB free; free space")
        #expect(
            SpoolSurvey.trouble(ofRoom: Self.room(2 * Self.gibi, of: 20 * Self.gibi, files: 0))
                == "the disk is almost full: 0 of 1000000 inodes free; free space")
        #expect(SpoolSurvey.trouble(ofRoom: Self.room(Self.gibi - 1, of: 2 * Self.gibi)) == nil)
        #expect(SpoolSurvey.trouble(ofRoom: Self.room(2 * Self.gibi, of: 20 * Self.gibi)) == nil)
        #expect(SpoolSurvey.trouble(ofRoom: nil) == nil)
    }

    private static func onMount(_ type: String) -> FileSystemSymptom {
        FileSystemSymptom(MountTable.Mount(point: "/srv", type: type), of: "/srv/s")
    }

    static let fileSystems: [Case] =
        [
            Case(onMount("ext4"), .ok, "ext4, mounted at /srv"),
            Case(onMount("overlay"), .ok, "overlay, mounted at /srv"),
        ]
        + ["nfs", "nfs4", "cifs", "9p", "virtiofs", "fuse.sshfs", "fuse"].map { type in
            Case(
                onMount(type), .warn,
                "\(type), mounted at /srv: the kernel does not report what other machines write there, so it is "
                    + "found later",
                "if that is too slow, keep the spool on a disk of this machine and share it from here")
        } + [
            Case(
                onMount("tmpfs"), .warn,
                "tmpfs, mounted at /srv: when the machine stops, everything there is lost, even paid pictures and "
                    + "journals",
                "keep the spool on a disk"),
            Case(
                FileSystemSymptom(nil, of: "/s"), .warn, "the file system of /s is not in the mount table",
                "see `findmnt`"),
        ]

    @Test(arguments: fileSystems)
    func `shares and memory are named as such`(item: Case) { Self.expect(item) }

    static let spools: [Case] = [
        Case(SpoolSymptom.notNamed, .fail, "no spool is given", "give --spool DIR, or set BANANADROP_SPOOL"),
        Case(SpoolSymptom.works("/s", as: "me"), .ok, "/s is on one file system, and a trial worked as me"),
        Case(
            SpoolSymptom.worksFor("root", "/s", notTriedAs: "drop"), .warn,
            "/s is on one file system, and a trial worked as root, which says nothing about drop",
            "run `doctor` as root, who tries it as drop"),
        Case(
            SpoolSymptom.broken(.missing("/s/inbox"), as: "me"), .fail, "/s/inbox is not there (tried as me)",
            "make the spool with `bananadrop init`, or mount its disk"),
        Case(
            SpoolSymptom.untried("/s", by: "me", for: "drop"), .warn,
            "whether the daemon can work in /s was not tried: it runs as drop, and me may not write there",
            "run `doctor` as root, who tries it as drop"),
        Case(
            SpoolSymptom.outside("/s", "bananadrop@x.service"), .fail,
            "the sandbox of bananadrop@x.service does not let the daemon write to /s",
            "give it ReadWritePaths=/s by `systemctl edit bananadrop@x.service`"),
        Case(
            SpoolSymptom.broken(.cannotUse("/s/inbox", .noSpace), as: "me"), .fail,
            "/s/inbox cannot be written to: No space left on device (tried as me)", "free space on its disk"),
        Case(
            SpoolSymptom.broken(.notADirectory("/a\u{1B}[31m"), as: "me"), .fail,
            "/aU+001B[31m is not a folder (tried as me)", "move it away"),
    ]

    @Test(arguments: spools)
    func `the trial says as whom it was made`(item: Case) { Self.expect(item) }

    private static func permissions(
        _ mode: UInt32, acl: Bool = false, results: UInt32 = 0o755, resultsGroup: UInt32 = 50, daemon: UInt32 = 10
    ) -> PermissionsSymptom {
        let accounts = Accounts(user: { "u\($0)" }, group: { "g\($0)" })
        let rights = FileRights(mode: mode, owner: 10, group: 50, hasAccessList: acl)
        let result = FileRights(mode: results, owner: 10, group: resultsGroup, hasAccessList: false)
        return PermissionsSymptom(
            inbox: ("/s/inbox", rights), results: [("/s/done", result), ("/s/failed", result)], daemon: daemon,
            accounts: accounts)
    }

    private static let cannotRead = "members of the group g50 can drop files, but not read /s/done and /s/failed"

    static let rights: [Case] = [
        Case(permissions(0o755), .ok, "only u10 can drop files"),
        Case(permissions(0o2775), .ok, "members of the group g50 can drop files and read results"),
        Case(
            permissions(0o775, resultsGroup: 51), .ok,
            "members of the group g50 can drop files and read results"),
        Case(
            permissions(0o775, results: 0o700), .warn, cannotRead,
            "run `chmod g+rx` there, so that they get their pictures"),
        Case(
            permissions(0o775, acl: true), .ok,
            "an access list says who can drop files; `getfacl /s/inbox` shows it"),
        Case(
            permissions(0o777), .warn,
            "everybody on this machine can drop files into /s/inbox, and each request costs money",
            "run `chmod o-w` there, and give a group the right to drop files"),
        Case(permissions(0o1775), .ok, "members of the group g50 can drop files and read results"),
        Case(
            permissions(0o1777, daemon: 0), .warn,
            "everybody on this machine can drop files into /s/inbox, and each request costs money",
            "run `chmod o-w` there, and give a group the right to drop files"),
        Case(
            permissions(0o1775, daemon: 11), .fail,
            "/s/inbox has the sticky bit and belongs to u10, so the daemon cannot take other people's files",
            "run `chmod -t` there, or make the daemon's user the owner of the folder"),
    ]

    @Test(arguments: rights)
    func `only what is sure is said of rights`(item: Case) { Self.expect(item) }
}
