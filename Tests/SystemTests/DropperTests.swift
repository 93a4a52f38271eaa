// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// What people really drop with: each request is taken exactly once, whole, and within the time that its dropper
/// states.
///
/// A few trials run beside each other, one of each suite, since most of their time is waiting. More would disturb the
/// time, which is part of the promise.
@Suite(.watched, .timeLimit(.minutes(15)))
struct DropperTests {
    static func check(_ dropper: Dropper, on share: DropperShare? = nil) async throws {
        let problems = try await DropperTrial(dropper: dropper, share: share).problems()
        #expect(problems == [])
    }

    /// Whole files, from one command.
    @Suite(.serialized) struct Files {
        @Test(.enabled(if: Needs.programs("python3"), "needs python3"), arguments: Dropper.files)
        func `whole files are taken once`(dropper: Dropper) async throws { try await check(dropper) }
    }

    /// Files that grow under the eyes of the daemon.
    @Suite(.serialized) struct Writers {
        @Test(arguments: Dropper.writers)
        func `files that grow are taken when they are whole`(dropper: Dropper) async throws { try await check(dropper) }
    }

    /// Programs that save, and make files of their own while they do.
    @Suite(.serialized) struct Editors {
        @Test(.enabled(if: Needs.programs("vim"), "needs vim"), arguments: Dropper.editors)
        func `what vim saves is taken once, and nothing of its own`(dropper: Dropper) async throws {
            try await check(dropper)
        }

        @Test(.enabled(if: Needs.programs("perl"), "needs perl"), arguments: Dropper.streamEditors)
        func `what sed and perl edit in place is taken as edited`(dropper: Dropper) async throws {
            try await check(dropper)
        }

        @Test(.enabled(if: Needs.programs("nano", "expect"), "needs nano and expect"))
        func `what nano saves is taken once`() async throws { try await check(Dropper.nano) }
    }

    /// Programs that make files of something else.
    @Suite(.serialized) struct Tools {
        @Test(.enabled(if: Needs.programs("tar", "zip", "unzip"), "needs zip and unzip"), arguments: Dropper.archives)
        func `what comes out of an archive is taken once`(dropper: Dropper) async throws { try await check(dropper) }

        @Test(.enabled(if: Needs.programs("git"), "needs git"), arguments: Dropper.git)
        func `what git brings is taken once, and its own folder is left alone`(dropper: Dropper) async throws {
            try await check(dropper)
        }

        @Test(.enabled(if: Needs.programs("curl", "wget"), "needs curl and wget"), arguments: Dropper.downloads)
        func `a slow download is taken when it is whole`(dropper: Dropper) async throws { try await check(dropper) }

        @Test(.enabled(if: Needs.programs("syncthing"), "needs syncthing"))
        func `what syncthing brings is taken once, and not brought again`() async throws {
            try await check(Dropper.syncthing)
        }
    }

    /// All the ways of one tool.
    @Suite(.serialized) struct Rsync {
        @Test(.enabled(if: Needs.programs("rsync"), "needs rsync"), arguments: Dropper.rsync)
        func `what rsync brings is taken once`(dropper: Dropper) async throws { try await check(dropper) }

        @Test(.enabled(if: Needs.programs("sshd", "rsync"), "needs openssh-server and rsync"))
        func `what rsync brings over ssh is taken once`() async throws { try await check(Dropper.rsyncOverSSH) }
    }

    /// Requests that a server on this machine writes for somebody elsewhere.
    @Suite(.serialized) struct Servers {
        @Test(.enabled(if: Needs.programs("sshd", "scp"), "needs openssh-server"), arguments: Dropper.ssh)
        func `what comes over ssh is taken once`(dropper: Dropper) async throws { try await check(dropper) }

        @Test(.enabled(if: Needs.programs("smbd", "smbclient"), "needs samba and smbclient"), arguments: Dropper.samba)
        func `what comes over Samba is taken once`(dropper: Dropper) async throws { try await check(dropper) }
    }

    /// An inbox behind a FUSE mount, which somebody else writes to.
    @Suite(.serialized, .enabled(if: Needs.fuse && Needs.programs("bindfs"), "needs root, FUSE and bindfs"))
    struct Bindfs {
        @Test(arguments: Dropper.outside)
        func `what comes from outside through a mount is taken once`(dropper: Dropper) async throws {
            try await check(dropper, on: .bindfs)
        }

        @Test func `a mount that gives out old sizes is asked for those of now`() async throws {
            try await check(Dropper.oldParts, on: .cachingBindfs)
        }
    }

    /// An inbox on a share of Samba, mounted.
    @Suite(
        .serialized,
        .enabled(if: Needs.cifs, "this kernel mounts no SMB shares, or cifs-utils or samba are missing"))
    struct CIFS {
        @Test(arguments: Dropper.outside)
        func `what comes from the far side of a mounted share is taken once`(dropper: Dropper) async throws {
            try await check(dropper, on: .cifs)
        }
    }

    /// An inbox on another machine, seen through sshfs.
    @Suite(
        .serialized,
        .enabled(if: Needs.fuse && Needs.programs("sshfs", "sshd"), "needs root, FUSE, sshfs and openssh-server"))
    struct SSHFS {
        @Test(arguments: Dropper.outside)
        func `what comes from the far side of sshfs is taken once`(dropper: Dropper) async throws {
            try await check(dropper, on: .sshfs)
        }
    }
}
