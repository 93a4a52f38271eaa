// SPDX-License-Identifier: Apache-2.0

import Foundation
import SystemPackage
import Testing

@testable import Documents
@testable import Requests
@testable import Spool
@testable import TestSupport

/// The `_defaults.yaml` of lanes, as they are found on the disk.
struct LaneDefaultsTests {
    private static let lane = Lane(path: "acme/spring")

    /// Files are taken as settled at once, so that the tests wait for nothing.
    private static func with(
        quiet: Duration = .zero, _ body: (LaneDefaults, (String, String) throws -> Void, FilePath) throws -> Void
    ) throws {
        let inbox = FileManager.default.temporaryDirectory.appendingPathComponent("bananadrop-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: inbox.appendingPathComponent("acme/spring"), withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: inbox) }
        let write = { (path: String, text: String) in
            let url = inbox.appendingPathComponent(path)
            try Data(text.utf8).write(to: url)
            // Long ago, as far as the file says; what counts is when it was really changed.
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSince1970: 1)], ofItemAtPath: url.path)
        }
        let defaults = LaneDefaults(inbox: FilePath(inbox.path), quiet: { quiet }, rules: { RequestRules() })
        try body(defaults, write, FilePath(inbox.path))
    }

    private static func values(_ defaults: RequestDefaults) -> [String: String] {
        Dictionary(defaults.entries.map { ($0.key, $0.value.text ?? "") }) { $1 }
    }

    @Test func `the nearest folder says first, key by key`() throws {
        try Self.with { defaults, write, _ in
            #expect(try defaults.look(at: Self.lane) == .none)
            try write("_defaults.yaml", "model: nano-banana\naspect_ratio: 1:1\npriority: 2\n")
            try write("acme/spring/_defaults.yaml", "aspect_ratio: 4:5\n")
            Thread.sleep(forTimeInterval: 0.01)
            let found = try defaults.look(at: Self.lane)
            #expect(Self.values(found) == ["model": "nano-banana", "aspect_ratio": "4:5"])
            #expect(found.priority == 2)
            #expect(defaults.priority(of: Self.lane) == 2)
            #expect(defaults.priority(of: Lane(path: "acme")) == 2)
            #expect(Self.values(try defaults.look(at: .root))["aspect_ratio"] == "1:1")
        }
    }

    @Test func `a folder called urgent goes first, unless defaults in it, or nearer, say otherwise`() throws {
        try Self.with { defaults, write, inbox in
            #expect(defaults.priority(of: Self.lane) == 5)
            for lane in ["urgent", "acme/Urgent", "urgent/acme/spring"] {
                #expect(defaults.priority(of: Lane(path: FilePath(lane))) == 9, "\(lane)")
            }
            #expect(defaults.priority(of: Lane(path: "acme/urgently")) == 5)
            try write("_defaults.yaml", "priority: 2\n")
            let folder = inbox.appending("urgent/acme").string
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try write("urgent/acme/_defaults.yaml", "priority: 7\n")
            Thread.sleep(forTimeInterval: 0.01)
            _ = try defaults.look(at: Lane(path: "urgent/acme"))
            #expect(defaults.priority(of: Lane(path: "urgent")) == 9)
            #expect(defaults.priority(of: Lane(path: "urgent/acme")) == 7)
            #expect(defaults.priority(of: Self.lane) == 2)
        }
    }

    @Test func `the nearest folder says what becomes of pictures, also in a file with a mistake`() throws {
        try Self.with { defaults, write, inbox in
            func rule() -> LaneDefaults.PictureRule {
                Thread.sleep(forTimeInterval: 0.01)
                return defaults.pictures(in: Self.lane)
            }
            #expect(rule() == .leftAlone)
            try write("acme/_defaults.yaml", "pictures: each\n")
            #expect(rule() == .each)
            #expect(defaults.pictures(in: .root) == .leftAlone)
            try write("acme/spring/_defaults.yaml", "prompt: x\n")
            #expect(rule() == .each)
            try write("acme/spring/_defaults.yaml", "pictures: none\n")
            #expect(rule() == .leftAlone)
            try write("acme/_defaults.yaml", "prompt: x\n")
            try write("acme/spring/_defaults.yaml", "modl: x\npictures: each\n")
            #expect(rule() == .each, "held for the mistake, which says so")
            try write("acme/spring/_defaults.yaml", "modl: x\n")
            #expect(rule() == .leftAlone)
            try FileManager.default.removeItem(atPath: inbox.appending("acme/spring/_defaults.yaml").string)
            try write("acme/_defaults.yaml", "pictures: each\n")
            #expect(rule() == .each)
            try FileManager.default.removeItem(atPath: inbox.appending("acme/_defaults.yaml").string)
            #expect(rule() == .leftAlone)
        }
    }

    @Test func `what a lane adds to each picture lies beside its own defaults`() throws {
        try Self.with { defaults, write, _ in
            try write("acme/_defaults.yaml", "pictures: each\nwith: [back.png, https://a.b/c.png]\n")
            Thread.sleep(forTimeInterval: 0.01)
            #expect(defaults.adds("back.png", in: Lane(path: "acme")))
            #expect(!defaults.adds("other.png", in: Lane(path: "acme")))
            #expect(!defaults.adds("back.png", in: Self.lane) && !defaults.adds("back.png", in: .root))
            #expect(try defaults.look(at: Self.lane).with?.contains(.file("back.png", in: Lane(path: "acme"))) == true)
        }
    }

    @Test func `as long as the defaults are being written, nobody knows, unless they said so before`() throws {
        try Self.with(quiet: .seconds(60)) { defaults, write, _ in
            try write("acme/_defaults.yaml", "pictures: each\n")
            #expect(defaults.pictures(in: Self.lane) == .unsettled)
        }
        try Self.with { defaults, write, inbox in
            try write("acme/_defaults.yaml", "pictures: each\n")
            Thread.sleep(forTimeInterval: 0.01)
            #expect(defaults.pictures(in: Self.lane) == .each)
            let file = inbox.appending("acme/_defaults.yaml")
            let writer = try FileHandle(forWritingTo: URL(fileURLWithPath: file.string))
            try writer.write(contentsOf: Data("pictures: none\n".utf8))
            #expect(defaults.pictures(in: Self.lane) == .each)
            try writer.close()
            waitForEndOfWriting(file)
            Thread.sleep(forTimeInterval: 0.01)
            #expect(defaults.pictures(in: Self.lane) == .leftAlone)
        }
    }

    @Test func `a mistake names the file, and is gone with it`() throws {
        try Self.with { defaults, write, inbox in
            try write("acme/_defaults.yaml", "promt: x\n")
            Thread.sleep(forTimeInterval: 0.01)
            #expect {
                try defaults.look(at: Self.lane)
            } throws: { error in
                guard case .mistakes("acme/_defaults.yaml", let findings)? = error as? LaneDefaults.Trouble else {
                    return false
                }
                return findings.all.first?.place?.line == 1
            }
            #expect(try defaults.look(at: .root) == .none)
            try FileManager.default.removeItem(atPath: inbox.appending("acme/_defaults.yaml").string)
            #expect(try defaults.look(at: Self.lane) == .none)
        }
    }

    @Test func `a file that was changed a moment ago, or is being written, is not believed`() throws {
        try Self.with(quiet: .seconds(60)) { defaults, write, _ in
            try write("_defaults.yaml", "model: nano-banana\n")
            #expect(throws: LaneDefaults.Trouble.unsettled("_defaults.yaml")) { try defaults.look(at: Self.lane) }
        }
        try Self.with { defaults, write, inbox in
            try write("_defaults.yaml", "model: nano-banana\n")
            Thread.sleep(forTimeInterval: 0.01)
            let writer = try FileHandle(forWritingTo: URL(fileURLWithPath: inbox.appending("_defaults.yaml").string))
            #expect(throws: LaneDefaults.Trouble.unsettled("_defaults.yaml")) { try defaults.look(at: Self.lane) }
            try writer.close()
            waitForEndOfWriting(inbox.appending("_defaults.yaml"))
            #expect(Self.values(try defaults.look(at: Self.lane)) == ["model": "nano-banana"])
        }
    }

    @Test func `a symlink or a folder of that name is said, and nothing is read through it`() throws {
        try Self.with { defaults, _, inbox in
            let path = inbox.appending("_defaults.yaml").string
            try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "/etc/passwd")
            #expect {
                try defaults.look(at: .root)
            } throws: { error in
                (error as? LaneDefaults.Trouble) == .mistakes("_defaults.yaml", Findings(.notAFile))
            }
            try FileManager.default.removeItem(atPath: path)
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            #expect {
                try defaults.look(at: .root)
            } throws: { error in
                (error as? LaneDefaults.Trouble) == .mistakes("_defaults.yaml", Findings(.notAFile))
            }
        }
    }
}
