// SPDX-License-Identifier: Apache-2.0

import Glibc
import NanoBanana
import SystemPackage
import Testing

@testable import Documents
@testable import FileIO
@testable import Jobs
@testable import Requests
@testable import Spool
@testable import TestSupport

/// A picture that is a request, on the disk.
@Suite(.idleLimit)
struct PictureContentTests {
    private static func kind(
        _ bytes: [UInt8], _ scratch: Scratch, limit: Int64
    ) throws -> Result<PictureKind, PictureFault> {
        let file = try Kernel.open(try scratch.write(bytes, to: "a.png"), O_RDONLY)
        return try PictureContent.kind(of: file, size: try file.status().size, limit: limit)
    }

    @Test func `it is what its bytes are, if all of them are there and they are not too many`() async throws {
        try await Scratch.with { scratch in
            let cases: [([UInt8], limit: Int64, Result<PictureKind, PictureFault>)] = [
                (.png(), 1000, .success(.png)), (.png().dropLast(3), 1000, .failure(.cutOff)),
                (.png(), 50, .failure(.tooLarge(limit: 50))),
                (Array("8BPS and so on".utf8), 1000, .failure(.kind("PSD"))),
                (Array("prompt: x".utf8), 1000, .failure(.notAPicture)),
            ]
            for (bytes, limit, expected) in cases {
                let found = try Self.kind(bytes, scratch, limit: limit)
                #expect(found == expected)
            }
        }
    }

    @Test func `one that is still to come is waited for, and whatever it will never be is not`() async throws {
        try await Scratch.with { scratch in
            func isWhole(_ bytes: [UInt8]) throws -> Bool {
                try scratch.write(bytes, to: "a.png")
                return PictureContent.isWhole(Origin(lane: .root, file: "a.png"), in: scratch.path, limit: 1 << 20)
            }
            let whole = try [.png(), .png().dropLast(1), Array("words".utf8)].map(isWhole)
            #expect(whole == [true, false, true])
            #expect(PictureContent.isWhole(Origin(lane: .root, file: "gone.png"), in: scratch.path, limit: 1))
        }
    }

    @Test func `its bytes tell it from others, whatever it is called`() async throws {
        try await Scratch.with { scratch in
            func content(_ bytes: [UInt8], _ name: String) throws -> Fingerprint {
                let file = try Kernel.open(try scratch.write(bytes, to: name), O_RDONLY)
                return try PictureContent.content(of: file, size: try file.status().size)
            }
            let one = try content(.png(), "a.png")
            #expect(try content(.png(), "b.png") == one)
            #expect(try content(.png(100, of: 8), "a.png") != one)
            #expect(try content(.png(101), "a.png") != one)
        }
    }

    struct Stranded: Sendable {
        var folder: FilePath.Component
        var files: [String]
        var request: FilePath.Component?
    }

    static let stranded: [Stranded] = [
        Stranded(folder: "bottle.1x2", files: ["bottle.png"], request: "bottle.png"),
        Stranded(folder: "bottle.1x2", files: ["bottle-1.png", "bottle.png"], request: "bottle.png"),
        Stranded(folder: "bottle.1x2", files: ["bottle-1.png", "bottle.yaml"], request: "bottle.yaml"),
        Stranded(folder: "bottle.1x2", files: ["bottle.png", "bottle.yaml"], request: "bottle.png"),
        Stranded(folder: "bottle.1x2", files: ["bottle-1.png"], request: nil),
        Stranded(folder: "somebody's", files: ["bottle.png"], request: nil),
    ]

    @Test(arguments: stranded)
    func `a request that was claimed is found where a power cut took the journal's first line`(
        item: Stranded
    ) async throws {
        try await Scratch.with { scratch in
            let back = try PutBackJob(in: scratch)
            let folder = try scratch.folder("processing/\(item.folder.string)")
            try JobFolder(path: folder).noteLane(Samples.acme)
            for file in item.files { try scratch.write(.png(), to: "processing/\(item.folder.string)/\(file)") }
            switch try back.left.open(item.folder, now: Samples.later) {
            case .job(let claimed, _)?:
                let request = try #require(item.request)
                #expect(claimed.job.origin == Origin(lane: Samples.acme, file: request))
            case .damaged?: Issue.record("no journal is no damage")
            case nil: #expect(item.request == nil)
            }
        }
    }
}
