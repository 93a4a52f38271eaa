// SPDX-License-Identifier: Apache-2.0

import SystemPackage
import Testing

@testable import Documents
@testable import FileIO
@testable import Intake

/// How the daemon learns of what comes in, and how it says why.
struct WatchModeTests {
    struct Case: Sendable {
        var setting: WatchSetting
        /// `nil` for a number that is in no table.
        var magic: UInt32?
        /// `nil` where a trial decides.
        var mode: WatchMode?
    }

    private static let ext4: UInt32 = 0xEF53
    private static let nfs: UInt32 = 0x6969

    static let cases: [Case] = [
        Case(setting: .auto, magic: ext4, mode: nil),
        Case(setting: .auto, magic: nfs, mode: .polling(.shared("kind"))),
        Case(setting: .auto, magic: nil, mode: .polling(.unknownKind("kind"))),
        Case(setting: .events, magic: ext4, mode: .events),
        Case(setting: .events, magic: nfs, mode: .events),
        Case(setting: .events, magic: nil, mode: .events),
        Case(setting: .polling, magic: ext4, mode: .polling(.setting)),
        Case(setting: .polling, magic: nfs, mode: .polling(.setting)),
        Case(setting: .polling, magic: nil, mode: .polling(.setting)),
    ]

    @Test(arguments: cases)
    func `the setting decides, then the kind of file system, then a trial`(item: Case) {
        let kind = item.magic.flatMap(FileSystemKind.init(magic:))
        #expect(WatchMode(item.setting, kind, name: "kind") == item.mode)
    }

    @Test func `a folder that is not watched says what to do where something can be done`() {
        #expect(
            Wording.unwatched(.noSpace)
                == "the kernel has no inotify watches left; raise fs.inotify.max_user_watches; further folders are not named"
        )
        #expect(Wording.unwatched(.permissionDenied) == "Permission denied; further folders are not named")
    }

    struct Sentence: Sendable {
        var reason: WatchMode.Reason
        var text: String
    }

    static let sentences: [Sentence] = [
        Sentence(reason: .setting, text: "the setting watch-mode asks for it"),
        Sentence(
            reason: .shared("fuse.sshfs"),
            text: "it is on fuse.sshfs, where other machines can write without this kernel noticing; if none does, "
                + "set watch-mode to events"),
        Sentence(
            reason: .unknownKind("odd\u{1B}fs"),
            text: "bananadrop does not know its kind of file system (oddU+001Bfs); if events work there, set "
                + "watch-mode to events"),
        Sentence(
            reason: .silent, text: "a test file was made there, and the kernel did not report it within 2 s"),
    ]

    @Test(arguments: sentences)
    func `why the inbox is looked at is said word for word`(item: Sentence) {
        #expect(Wording.sentence(item.reason) == item.text)
    }

    @Test func `an inbox that lies elsewhere is said word for word`() {
        let text =
            "The inbox is on another file system than the rest of the spool, so nothing can be taken from it; is a "
            + "disk not mounted, or mounted over it?"
        #expect(Wording.inboxElsewhere == text)
    }
}
