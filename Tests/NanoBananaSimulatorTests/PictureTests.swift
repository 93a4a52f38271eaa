// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization
import Testing

@testable import NanoBananaSimulator
@testable import TestSupport

@Suite(.idleLimit) struct PictureTests {
    static let ratios = ["1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9"]
    static let sizes = [("1K", 1024), ("2K", 2048), ("4K", 4096)]

    @Test(arguments: ratios, sizes)
    func `a picture has its ratio exactly and its size's area nearly`(ratio: String, size: (name: String, side: Int))
        throws
    {
        let format = try #require(PictureFormat(ratio: ratio, size: size.name))
        let numbers = ratio.split(separator: ":").compactMap { Int($0) }
        #expect(format.width * numbers[1] == format.height * numbers[0])
        let area = Double(format.width * format.height) / Double(size.side * size.side)
        #expect((0.96...1).contains(area))
    }

    @Test(arguments: [nil, "", "auto"]) func `without a ratio it is a square, without a size it is 1K`(ratio: String?)
        throws
    {
        for size in [nil, "", "1K"] {
            let format = try #require(PictureFormat(ratio: ratio, size: size))
            #expect(format.width == 1024 && format.height == 1024)
        }
    }

    @Test(arguments: [("7:5", "1K"), ("1:1", "1k"), ("1:1", "3K"), ("auto:1", "1K"), ("1", "1K")])
    func `what is not on the vendor's lists is no format`(ratio: String, size: String) {
        #expect(PictureFormat(ratio: ratio, size: size) == nil)
    }

    @Test(arguments: [4_096, 4_097, 100_000, 1 << 20])
    func `a benchmark's picture has its size exactly, each time`(size: Int) {
        var configuration = SimulatorConfiguration()
        configuration.pictureBytes = size
        let api = SimulatedAPI(configuration)
        for _ in 1...2 { _ = api.submit(Submit().body, key: "k", base: "", now: 0) }
        for id in api.state.withLock({ Array($0.tasks.keys) }) {
            guard case .picture(let bytes) = api.picture(id, number: 1) else {
                Issue.record("no picture")
                continue
            }
            #expect(bytes.count == size)
        }
    }

    @Test func `the same request gives the same picture, another prompt or caption another`() throws {
        let format = try #require(PictureFormat(ratio: "1:1", size: "1K"))
        func png(_ prompt: String, _ caption: String, _ inputs: Int) -> [UInt8] {
            PicturePainter(prompt: prompt, caption: caption, inputs: inputs, format: format).png()
        }
        #expect(png("a", "c", 1) == png("a", "c", 1))
        #expect(png("a", "c", 1) != png("b", "c", 1))
        #expect(png("a", "c", 1) != png("a", "d", 1))
        #expect(png("a", "c", 1) != png("a", "c", 2))
    }

    @Test(.enabled(if: Decoder.isThere, "an independent decoder takes python3"))
    func `an independent decoder reads each ratio and size, and odd prompts`() throws {
        let decoder = try Decoder()
        defer { decoder.remove() }
        var expected: [String: PictureFormat] = [:]
        func add(_ name: String, _ prompt: String, _ format: PictureFormat, _ padding: Int? = nil) throws {
            let painter = PicturePainter(prompt: prompt, caption: name, inputs: 3, format: format)
            try decoder.add("\(name).png", painter.png(paddedTo: padding))
            expected["\(name).png"] = format
        }
        for ratio in Self.ratios {
            for (size, _) in Self.sizes {
                let format = try #require(PictureFormat(ratio: ratio, size: size))
                try add("\(ratio) \(size)", "put the bottle on a beach", format)
            }
        }
        let square = try #require(PictureFormat(ratio: nil, size: nil))
        let long = [String(repeating: "x", count: 5_000), String(repeating: "word ", count: 5_000)]
        let odd = ["", "バナナ 🍌 é", "\u{0}\u{1B}"] + long
        for (number, prompt) in odd.enumerated() { try add("odd \(number)", prompt, square) }
        try add("padded", "padded", square, 65_536)
        let seen = try decoder.run()
        #expect(seen.mapValues { [$0.width, $0.height] } == expected.mapValues { [$0.width, $0.height] })
    }

    @Test(.enabled(if: Decoder.isThere, "an independent decoder takes python3"))
    func `an independent decoder notices a spoilt picture`() throws {
        let decoder = try Decoder()
        defer { decoder.remove() }
        let format = try #require(PictureFormat(ratio: nil, size: nil))
        var bytes = PicturePainter(prompt: "p", caption: "c", inputs: 1, format: format).png()
        bytes[bytes.count / 2] ^= 1
        try decoder.add("spoilt.png", bytes)
        #expect(throws: Decoder.Failed.self) { try decoder.run() }
    }
}
