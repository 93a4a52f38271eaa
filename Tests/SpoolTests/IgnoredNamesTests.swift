// SPDX-License-Identifier: Apache-2.0

import SystemPackage
import Testing

@testable import Spool
@testable import TestSupport

/// The names that are no requests, and those of conflict copies.
struct IgnoredNamesTests {
    /// A name of any bytes; `nil` where the bytes are no single name.
    private static func name(_ bytes: [UInt8]) -> FilePath.Component? {
        (bytes.map { CChar(bitPattern: $0) } + [0]).withUnsafeBufferPointer { text in
            text.baseAddress.flatMap { FilePath(platformString: $0).lastComponent }
        }
    }

    private static func name(_ text: String) throws -> FilePath.Component {
        try #require(name(Array(text.utf8)))
    }

    /// One of each line of the issue, and of the table.
    static let ignored: [String] = [
        ".hidden.yaml", "a.part", "a.yaml.partial", "a.crdownload", "a.download", "a.tmp", "a.filepart", "A.PART",
        "~$a.csv", "a.yaml~", "#a.yaml#", ".#a.yaml", "a.swp", ".a.yaml.swp", "4913", "._a.yaml", ".DS_Store",
        "Thumbs.db", "THUMBS.DB", "desktop.ini", "Desktop.ini", ".goutputstream-AB12CD", ".~lock.a.csv#",
        ".syncthing.a.yaml.tmp", "~syncthing~a.yaml.tmp", ".a.yaml.Xy12Za", "a.idlk",
        // Folders.
        "@eaDir", ".stfolder", ".Trash", ".Trash-1000", ".Trashes", "__MACOSX", "#recycle", "@Recycle", "$RECYCLE.BIN",
        "System Volume Information", "lost+found", "hero.yaml.sb-1a2b3c4d-Qx7Yz9",
        "(A Document Being Saved By TextEdit)", "hero.yaml:Zone.Identifier", "hero.yaml\u{F03A}Zone.Identifier",
    ]

    @Test(arguments: ignored)
    func `what other programs leave is passed over, and is no conflict copy`(text: String) throws {
        let name = try Self.name(text)
        #expect(IgnoredNames.standard.matches(name))
        #expect(!IgnoredNames.standard.isConflictCopy(name))
    }

    static let nearMisses: [String] = [
        "a.yaml", "partial.yaml", "part", "a.part.yaml", "tmp.json", "download.csv", "$a.yaml", "~a.yaml", "a~b.yaml",
        "#a.yaml", "a#.yaml", "a.swp.yaml", "49130", "14913.yaml", "4913.yaml", "thumbs.db.yaml", "eaDir", "MACOSX",
        "recycle", "lost+found.yaml", "conflict.yaml", "conflict-2.yaml", "conflicted copy.yaml", "hero (copy).yaml",
        "hero (case).yaml", "hero_conflict.yaml", "hero.sync-conflict.yaml", "hero.conflicts.yaml",
        "hero [conflict.yaml", "SFConflict.yaml", "war-conflict-1945.yaml", "conflict zone (red).yaml", "konflikt.csv",
        "hero-safebackup.yaml", "conflict-20261124.yaml", "my conflict resolution.yaml", "hero.sb-1a2b3c4d.yaml",
        "diamond.conflict-free.yaml", "hero_konfliktfrei_20261124.yaml", "order_20261124_conflict-free.yaml",
        "copy of conflict.yaml", "conflict copy.yaml", "競合分析 2026-11-24.yaml", "conflict.v2.yaml",
        ".hero.yaml.icloud", "hero.yaml.nextcloud", "hero.yaml.owncloud", "bottle.png.cloud",
    ]

    @Test(arguments: nearMisses)
    func `a name that only looks like one is neither`(text: String) throws {
        let name = try Self.name(text)
        #expect(!IgnoredNames.standard.matches(name))
        #expect(!IgnoredNames.standard.isConflictCopy(name))
    }

    static let conflictCopies: [String] = [
        "hero (conflicted copy 2026-11-24 220239).yaml", "hero (Anna's conflicted copy 2026-11-24).yaml",
        "hero (Anna's conflicted copy).yaml", "hero (Annas in Konflikt stehende Kopie 2026-11-24).yaml",
        "hero (In Konflikt stehende Kopie von Anna 2026-11-24).yaml", "hero (Case Conflict 1).yaml",
        "hero (case clash from anna).yaml", "hero (Unicode Encoding Conflict).yaml",
        "hero_conflict-20261124-220239.yaml", "hero.sync-conflict-20261124-220239-ABCDEFG.yaml",
        "hero (SFConflict anna@example.com 2026-11-24-22-02-39).yaml", "hero.Conflict.yaml", "hero.Conflict2.yaml",
        "hero.Conflict", "hero [Conflict].yaml", "hero (conflicting copy).yaml",
        "hero (Sam's conflicting copy 2022-08-30).yaml", "hero-nas01-safeBackup-0001.yaml",
        "acme-nas01-safeBackup-0001",
        "hero (Copie en conflit de Anna 2026-11-24).yaml", "hero (Copia en conflicto de Anna 2026-11-24).yaml",
        "hero (Anna 的冲突副本 2026-11-24).yaml", "hero（競合コピー 2026-11-24）.yaml", "hero(冲突1).yaml",
        "hero_冲突文件_anna_20261124220239.yaml", "hero (конфликтующая копия Anna).yaml", "hero (충돌된 사본).yaml",
        "hero_DiskStation_Nov-24-220239-2026_Conflict.yaml", "hero.conflict1.yaml", "hero conflicted copy.yaml",
        "hero - conflicting copy 2026.csv", "HERO (CONFLICTED COPY).YAML", "acme (Annas Konflikt 1)",
        "Conflicted copy of hero.yaml", "hero {conflict}.yaml", "hero.conflicted.yaml", "hero 的冲突副本.yaml",
        "hero_DiskStation_Nov-24-220239-2026_CaseConflict.yaml", "hero (αντίγραφο σε διένεξη).yaml",
        "hero (نسخة متعارضة).yaml", "hero (עותק מתנגש).yaml", "hero (salinan bertentangan).yaml",
        "hero (สำเนาที่ขัดแย้ง).yaml", "hero (copia in conflitto di Anna).yaml", "hero.conflict.yaml.txt",
    ]

    @Test(arguments: conflictCopies)
    func `each sync client's second file is a conflict copy, and is not passed over in silence`(text: String) throws {
        let name = try Self.name(text)
        #expect(IgnoredNames.standard.isConflictCopy(name))
        #expect(!IgnoredNames.standard.matches(name))
    }

    struct Odd: Sendable {
        var bytes: [UInt8]
        var isIgnored = false
        var isConflictCopy = false
    }

    static let odd: [Odd] = [
        Odd(bytes: [0xFF, 0xFE] + Array(".part".utf8), isIgnored: true),
        Odd(bytes: [0xE9] + Array(".tmp".utf8), isIgnored: true),
        Odd(bytes: Array(".".utf8) + [0xFF], isIgnored: true),
        Odd(bytes: [0xFF] + Array(".yaml".utf8)),
        Odd(bytes: Array("h".utf8) + [0xE9] + Array("ro (conflicted copy 2026).yaml".utf8), isConflictCopy: true),
        // 255 bytes, the longest name there is.
        Odd(bytes: [UInt8](repeating: 0x78, count: 250) + Array(".part".utf8), isIgnored: true),
        Odd(bytes: [UInt8](repeating: 0x78, count: 250) + Array(".yaml".utf8)),
        Odd(bytes: [UInt8](repeating: 0x78, count: 246) + Array(".Conflict".utf8), isConflictCopy: true),
    ]

    @Test(arguments: odd)
    func `a name is bytes, text or not, up to the longest`(item: Odd) throws {
        let name = try #require(Self.name(item.bytes))
        #expect(IgnoredNames.standard.matches(name) == item.isIgnored)
        #expect(IgnoredNames.standard.isConflictCopy(name) == item.isConflictCopy)
    }

    @Test(arguments: ["hero.yaml.nextcloud", ".hero.yaml.icloud", "bottle.png.owncloud", "a.CLOUD"])
    func `what stands for a file that was not downloaded is told from a wrong ending`(text: String) throws {
        equal(LeftAloneReason(name: try Self.name(text)), .placeholder)
    }

    @Test(arguments: ["_defaults.yaml", "HOW-TO.txt", ".bananadrop-canary", ".bananadrop-anything.yaml"])
    func `the daemon's own names are passed over whatever the settings say`(text: String) throws {
        #expect(IgnoredNames(ignored: [], conflictCopies: []).matches(try Self.name(text)))
    }

    @Test func `the settings replace the table, and add to the rule for conflict copies`() throws {
        let names = IgnoredNames(ignored: ["draft-*"], conflictCopies: ["* (2).*"])
        #expect(names.matches(try Self.name("draft-hero.yaml")))
        #expect(names.isConflictCopy(try Self.name("hero (2).yaml")))
        #expect(!names.matches(try Self.name("a.part")))
        #expect(names.isConflictCopy(try Self.name("hero.Conflict.yaml")))
    }
}
