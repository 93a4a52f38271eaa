// SPDX-License-Identifier: Apache-2.0

import Foundation
import NanoBananaSimulator
import Testing

/// Requests without pictures, and models of the configuration.
@Suite(.watched, .timeLimit(.minutes(5)))
struct TextToImageTests {
    private static let words = "prompt: a lamp made of glass\n"

    @Test func `a request without pictures is made from words alone where the settings allow it`() async throws {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                try await spool.withDaemon(base, ["--allow-text-to-image", "true"]) { daemon in
                    try spool.drop(Self.words, as: "lamp.yaml")
                    try spool.drop("name,prompt,image\na,x,https://example.com/a.png\nb,y,\n", as: "table.csv")
                    await daemon.line(containing: "Done job=lamp ")
                    await daemon.line(containing: "Failed job=table ")
                }
                #expect(spool.places(of: "lamp-1.png").count == 1)
                // The row that has forgotten its picture is no request for one of words alone.
                #expect(simulator.ledger.snapshot.paid == 2)
            }
        }
    }

    @Test func `without leave it fails for free, and says what is missing`() async throws {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                try await spool.withDaemon(base) { daemon in
                    try spool.drop(Self.words, as: "lamp.yaml")
                    await daemon.line(containing: "Failed job=lamp ")
                }
                let text = try spool.prose("failed/lamp/error.txt")
                #expect(text.contains("`images` is missing") && text.contains("Was it charged? No."), "\(text)")
                #expect(simulator.ledger.snapshot.submits == 0)
            }
        }
    }

    @Test func `a line of the configuration maps a sold name to another id, and says what that takes`() async throws {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                let options = ["--models", "gemini-3-pro-image-preview = nano-banana-2 nano-banana-pro 1K pictures:2"]
                try await spool.withDaemon(base, options) { daemon in
                    let more = "model: nano-banana-2\nimage_size: "
                    try spool.drop(TestSpool.request("small", more: more + "1K\n"), as: "small.yaml")
                    try spool.drop(TestSpool.request("large", more: more + "4K\n"), as: "large.yaml")
                    await daemon.line(containing: "Done job=small ")
                    await daemon.line(containing: "Failed job=large ")
                }
                let sent = try spool.text("done/small/journal.jsonl")
                #expect(sent.contains(#""model":"gemini-3-pro-image-preview""#), "\(sent)")
                #expect(try spool.prose("failed/large/error.txt").contains("it takes 1K"))
                #expect(simulator.ledger.snapshot.paid == 1)
            }
        }
    }
}
