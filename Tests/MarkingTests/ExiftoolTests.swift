// SPDX-License-Identifier: Apache-2.0

import Foundation
import NanoBanana
import Testing

@testable import Marking

/// What another program reads in what is written here, and what is read here of what it has written.
@Suite(.enabled(if: Exiftool.isThere, "needs exiftool"), .timeLimit(.minutes(2)))
struct ExiftoolTests {
    @Test(arguments: Picture.all)
    func `exiftool reads the mark, and finds nothing wrong`(picture: Picture) throws {
        try Exiftool.with { exiftool in
            let before = try exiftool.tags(picture)
            let origin = Profiles.put(Profiles.sRGB, into: Picture.png.with(packet: OriginTests.ada))
            let tags = try exiftool.tags(try #require(try MarkPlanTests.marked(picture, from: origin)))
            #expect(tags["XMP-iptcExt:DigitalSourceType"] as? String == MarkPlanTests.source)
            #expect(tags["XMP-iptcExt:AISystemUsed"] as? String == MarkPlanTests.mark.model)
            #expect(tags["XMP-xmp:CreatorTool"] as? String == MarkPlanTests.mark.model)
            #expect(tags["XMP-xmp:CreateDate"] as? String == "2026:11:30 21:15:30.250Z")
            #expect(tags["XMP-dc:Creator"] as? [String] == ["Ada <ada@example.com> & Co", "Bob"])
            #expect(tags["XMP-dc:Rights"] as? String == "© 2026 Ada")
            for tag in ["ExifTool:Warning", "ExifTool:Error"] {
                #expect(tags[tag] as? String == before[tag] as? String, "\(picture)")
            }
            for tag in ["Composite:ImageSize", "File:MIMEType"] {
                #expect(tags[tag] as? String == before[tag] as? String && before[tag] != nil, "\(picture): \(tag)")
            }
            let isGrey = picture.testDescription.contains("grey")
            #expect((tags["ICC-header:ColorSpaceData"] as? String == nil) == isGrey)
        }
    }

    @Test(arguments: [Picture.png, .jpeg, .webp])
    func `who made one's own picture is read as exiftool writes it`(picture: Picture) throws {
        let ways = [
            ["-XMP-dc:Creator=Ada Böhm", "-XMP-dc:Rights=© Ada"], ["-EXIF:Artist=Ada Böhm", "-EXIF:Copyright=© Ada"],
        ]
        let old = picture.kind == .jpeg ? [["-IPTC:By-line=Ada Böhm", "-IPTC:CopyrightNotice=© Ada"]] : []
        try Exiftool.with { exiftool in
            for way in ways + old {
                let origin = try exiftool.writing(way, into: picture)
                #expect(origin.bytes != picture.bytes)
                let tags = try exiftool.tags(try #require(try MarkPlanTests.marked(.png, from: origin)))
                #expect(tags["XMP-dc:Creator"] as? String == "Ada Böhm", "\(way)")
                #expect(tags["XMP-dc:Rights"] as? String == "© Ada", "\(way)")
            }
        }
    }

    @Test(arguments: [Picture.png, .jpeg, .webp])
    func `to a packet that exiftool has written one thing is added`(picture: Picture) throws {
        try Exiftool.with { exiftool in
            let own = try exiftool.writing(["-XMP-photoshop:Credit=Made elsewhere"], into: picture)
            let tags = try exiftool.tags(try #require(try MarkPlanTests.marked(own)))
            #expect(tags["XMP-photoshop:Credit"] as? String == "Made elsewhere")
            #expect(tags["XMP-iptcExt:DigitalSourceType"] as? String == MarkPlanTests.source)
            let sources: [(String, MarkPlan)] = [
                ("trainedAlgorithmicMedia", .isMarked), ("digitalCapture", .leave(.saysOtherwise)),
            ]
            for (source, plan) in sources {
                let link = "http://cv.iptc.org/newscodes/digitalsourcetype/" + source
                let theirs = try exiftool.writing(["-XMP-iptcExt:DigitalSourceType=" + link], into: picture)
                #expect(try MarkPlanTests.plan(theirs) == plan, "\(source)")
            }
        }
    }
}

/// The program, and a folder for its files.
struct Exiftool {
    let folder: URL

    static let isThere = ["/usr/bin", "/usr/local/bin"].contains {
        FileManager.default.isExecutableFile(atPath: $0 + "/exiftool")
    }

    static func with(_ body: (Exiftool) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("bananadrop-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(Exiftool(folder: folder))
    }

    func tags(_ picture: Picture) throws -> [String: Any] {
        let file = try write(picture)
        let said = try run(["-json", "-G1", "-validate", "-warning", "-error", "-all", file.path])
        let all = try JSONSerialization.jsonObject(with: said) as? [[String: Any]]
        return try #require(all?.first)
    }

    func writing(_ arguments: [String], into picture: Picture) throws -> Picture {
        let file = try write(picture)
        _ = try run(
            ["-q", "-m", "-overwrite_original", "-charset", "utf8", "-codedcharacterset=utf8"] + arguments + [file.path]
        )
        var written = picture
        written.bytes = Array(try Data(contentsOf: file))
        return written
    }

    private func write(_ picture: Picture) throws -> URL {
        let file = folder.appendingPathComponent("picture." + picture.kind.fileExtension)
        try Data(picture.bytes).write(to: file)
        return file
    }

    private func run(_ arguments: [String]) throws -> Data {
        let (process, output) = (Process(), Pipe())
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["exiftool"] + arguments
        process.standardOutput = output
        try process.run()
        let said = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return said
    }
}
