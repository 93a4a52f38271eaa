// SPDX-License-Identifier: Apache-2.0

import Foundation
import SystemPackage
import Testing

@testable import Documents
@testable import FileIO
@testable import Requests
@testable import Sharing
@testable import TestSupport

/// What a configuration may say about publishing.
struct ShareSettingsTests {
    struct Given: Sendable {
        var directory = ""
        var command = ""
        var remove = ""
        var base = ""
        var keeps = false

        func read() throws(ShareSettingsError) -> ShareSettings? {
            try ShareSettings.read(
                directory: directory, command: command, removeCommand: remove, baseURL: base, keeps: keeps)
        }
    }

    @Test func `nothing is published where nothing says how`() throws {
        #expect(try Given().read() == nil)
        #expect(try Given(keeps: true).read() == nil)
    }

    @Test func `a directory and an address will do`() throws {
        let share = try #require(try Given(directory: "/srv/www", base: "https://x.example/p//").read())
        #expect(share.way == .directory("/srv/www"))
        #expect(share.baseURL == "https://x.example/p")
        #expect(!share.keeps && !share.moves)
        #expect(share.commandTimeout == .seconds(60))
        #expect(share.wait == .seconds(600))
    }

    @Test func `a command is kept as words`() throws {
        let given = Given(
            command: "rclone copyto {file} 'my r:{name}'", remove: "rclone deletefile 'my r:{name}'", base: "http://x")
        let share = try #require(try given.read())
        #expect(
            share.way
                == .command(
                    ["rclone", "copyto", "{file}", "my r:{name}"], remove: ["rclone", "deletefile", "my r:{name}"]))
        let kept = try #require(try Given(command: "put {file} {name}", base: "http://x", keeps: true).read())
        #expect(kept.way == .command(["put", "{file}", "{name}"], remove: nil))
        #expect(kept.keeps)
        #expect(kept.links == SharedLinks(baseURL: "http://x"))
    }

    @Test func `a command that prints its links needs no address`() throws {
        let share = try #require(try Given(command: "c {file} {name}", remove: "r {name}").read())
        #expect(share.baseURL == nil)
        #expect(share.links == .toBePrinted)
    }

    @Test func `a command that makes pictures smaller is kept as words`() throws {
        let share = try Given(directory: "/d", base: "https://x").read()
        let words = "vipsthumbnail {file} --size '4096x4096>' -o {out}"
        let shrink = try #require(try ShareSettings.readShrink(words, above: 10, of: share))
        #expect(shrink.command == ["vipsthumbnail", "{file}", "--size", "4096x4096>", "-o", "{out}"])
        #expect(shrink.above == 10)
        #expect(try ShareSettings.readShrink("", above: 10, of: share) == nil)
        #expect(try ShareSettings.readShrink("", above: 10, of: nil) == nil)
    }

    @Test(arguments: [
        ("c {file} {out}", false, ShareSettingsError.shrinkCommandAlone),
        ("c {file}", true, .markMissing(.shrink, "{out}")), ("c {out}", true, .markMissing(.shrink, "{file}")),
        ("{out} {file}", true, .noProgram(.shrink)),
        ("c {file} > {out}", true, .notWords(.shrink, .shellCharacter(">"))),
    ])
    func `a mistake in it is a clear error`(line: String, isShared: Bool, error: ShareSettingsError) throws {
        let share = isShared ? try Given(directory: "/d", base: "https://x").read() : nil
        #expect(throws: error) { try ShareSettings.readShrink(line, above: 10, of: share) }
        #expect("\(error)".hasPrefix("shrink-command "))
    }

    struct Mistake: Sendable {
        var given: Given
        var error: ShareSettingsError
        var sentence: String
    }

    static let mistakes: [Mistake] = [
        Mistake(
            given: Given(directory: "/d", command: "c {file} {name}", remove: "r {name}", base: "https://x"),
            error: .twoWays,
            sentence: "publish-directory and publish-command are both given; keep only one"),
        Mistake(
            given: Given(directory: "/d"), error: .noBaseURL,
            sentence: "publish-directory needs publish-base-url, the address where published pictures can be fetched"),
        Mistake(
            given: Given(base: "https://x"), error: .baseURLAlone,
            sentence: "publish-base-url needs publish-directory or publish-command, which puts pictures there"),
        Mistake(
            given: Given(directory: "/d", base: "ftp://x"), error: .badBaseURL("ftp://x"),
            sentence: "publish-base-url cannot be \"ftp://x\": it is a folder's address that begins with https:// or "
                + "http://, without ? and #"),
        Mistake(
            given: Given(directory: "/d", base: "https://x/?p="), error: .badBaseURL("https://x/?p="),
            sentence:
                "publish-base-url cannot be \"https://x/?***\": it is a folder's address that begins with https:// "
                + "or http://, without ? and #"),
        Mistake(
            given: Given(command: "c {file} x", remove: "r {name}", base: "https://x"),
            error: .markMissing(.publish, "{name}"),
            sentence:
                "publish-command must have {name} in it: {file} is the picture's path, {name} the name to publish "
                + "it by"),
        Mistake(
            given: Given(command: "c x {name}", remove: "r {name}", base: "https://x"),
            error: .markMissing(.publish, "{file}"),
            sentence:
                "publish-command must have {file} in it: {file} is the picture's path, {name} the name to publish "
                + "it by"),
        Mistake(
            given: Given(command: "c {file} {name}", remove: "r x", base: "https://x"),
            error: .markMissing(.remove, "{name}"),
            sentence: "publish-remove-command must have {name} in it: the name that the picture was published by"),
        Mistake(
            given: Given(command: "c {file} {name}", remove: "r {file} {name}", base: "https://x"),
            error: .removesNoFile,
            sentence: "publish-remove-command cannot have {file} in it: what it removes is published by {name}"),
        Mistake(
            given: Given(command: "c {file} {name}", base: "https://x"), error: .noRemoveCommand,
            sentence: "publish-command needs publish-remove-command, which takes a picture away again when its job "
                + "ends; or set publish-keep: true to keep published pictures"),
        Mistake(
            given: Given(directory: "/d", remove: "r {name}", base: "https://x"), error: .removeCommandAlone,
            sentence: "publish-remove-command needs publish-command"),
        Mistake(
            given: Given(command: "{file} {name}", remove: "r {name}", base: "https://x"), error: .noProgram(.publish),
            sentence: "publish-command must begin with the name of a program"),
        Mistake(
            given: Given(command: "c '{file} {name}", base: "https://x"),
            error: .notWords(.publish, .openQuote("'")),
            sentence: "publish-command cannot be read: a ' is opened but never closed"),
        Mistake(
            given: Given(command: "c {file} {name} \\", base: "https://x"),
            error: .notWords(.publish, .openBackslash),
            sentence: "publish-command cannot be read: a \\ is at its end, and nothing follows"),
        Mistake(
            given: Given(command: "c {file} {name}", remove: "r {name} || true", base: "https://x"),
            error: .notWords(.remove, .shellCharacter("|")),
            sentence:
                "publish-remove-command cannot be read: `|` needs a shell, and the command is run without one; put "
                + "it in single quotes if it is plain text, or put the whole command into a script"),
    ]

    @Test(arguments: mistakes)
    func `a mistake is a clear error`(mistake: Mistake) {
        #expect(throws: mistake.error) { try mistake.given.read() }
        #expect("\(mistake.error)" == mistake.sentence)
    }

    @Test func `a publish directory that cannot be used is found at the start`() async throws {
        try await Scratch.with { scratch in
            let file = try scratch.write([1], to: "file")
            let missing = scratch.path.appending("none")
            #expect(throws: ShareSettingsError.directoryMissing(missing)) {
                try PublishDirectory(path: missing).prove(at: .now)
            }
            #expect(throws: ShareSettingsError.notADirectory(file)) {
                try PublishDirectory(path: file).prove(at: .now)
            }
            #expect(
                "\(ShareSettingsError.directoryMissing("/srv/www"))"
                    == "publish-directory /srv/www is not there; make it, or mount its disk")
            #expect("\(ShareSettingsError.notADirectory("/x"))" == "publish-directory /x is not a folder")
            #expect(
                "\(ShareSettingsError.cannotWrite("/x", .permissionDenied))"
                    == "publish-directory /x cannot be written to: Permission denied; let the user who runs this "
                    + "program write there")
        }
    }

    /// Root may write where the mode forbids it, but not to what is no disk.
    @Test func `a directory that takes no files is refused`() {
        #expect {
            try PublishDirectory(path: "/proc").prove(at: .now)
        } throws: { error in
            guard case .cannotWrite("/proc", _) = error as? ShareSettingsError else { return false }
            return true
        }
    }

    @Test func `a start sweeps what crashes have left long ago, and nothing else`() async throws {
        try await Scratch.with { scratch in
            let name = "0123456789abcdef.png"
            let files = [
                ".bananadrop-\(name)", ".bananadrop-new-\(name)", ".bananadrop-", ".bananadrop-short", name,
                ".htaccess",
                "index.html",
            ]
            for file in files { try scratch.write([1], to: file) }
            try scratch.folder(".bananadrop-folder-\(name)")
            try scratch.link(".bananadrop-link-\(name)", to: "/etc/passwd")
            let old = Timestamp(milliseconds: Timestamp.now.milliseconds + 90_000_000)
            // Written later than the others by that clock: a copy that is under way.
            let fresh = scratch.path.appending(".bananadrop-new-\(name)").string
            let date = Date(timeIntervalSince1970: Double(old.milliseconds) / 1000 - 60)
            try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: fresh)
            let directory = PublishDirectory(path: scratch.path)
            let before = try scratch.names(in: "")
            try directory.prove(at: .now)
            #expect(try scratch.names(in: "") == before)
            try directory.prove(at: old)
            #expect(try scratch.names(in: "") == before.filter { $0 != ".bananadrop-\(name)" })
        }
    }

    @Test(arguments: [
        "0123456789abcdef", "0123456789abcdef.png", "A-Z_.0123456789a", String(repeating: "a", count: 200),
    ])
    func `a published name is plain and long`(text: String) throws {
        let name = try #require(SharedName(text))
        #expect(name.file.string == text)
        #expect(SharedName.isHalf(try #require(name.half.lastComponent)))
    }

    @Test(arguments: [
        "", "index.html", "../0123456789abcdef", "0123456789/abcdefgh", ".0123456789abcdef", "-0123456789abcdef",
        "0123456789abcdé.png", "0123456789abcdef\n", "0123456789 abcdef", "0123456789abcde",
        String(repeating: "a", count: 201),
    ])
    func `a name that somebody wrote into a journal leads nowhere else`(text: String) {
        #expect(SharedName(text) == nil)
    }
}
