// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Documents
@testable import Jobs
@testable import Requests
@testable import Spool
@testable import TestSupport

/// What a result consists of is no request, whatever it is called.
struct ResultFileTests {
    private static func summary() throws -> [UInt8] {
        let (job, _) = try Samples.job(after: [.read(try Samples.request()), .submitting(variant: 0)])
        return ResultSummary(job: job, outcome: .failed(Samples.unknown), finishedAt: Samples.later).json.page
    }

    private static func batch(_ table: Bool) -> [UInt8] {
        let summary = BatchSummary(batch: Samples.claimed(), parts: [], finishedAt: Samples.later)
        return table ? summary.table() : summary.json.page
    }

    @Test func `the daemon's own files are known by what is in them`() throws {
        #expect(ResultFile.isOne(try Self.summary(), as: .json))
        #expect(ResultFile.isOne(Self.batch(false), as: .json))
        #expect(ResultFile.isOne(Self.batch(true), as: .csv))
        let line = Samples.sealed(JobEvent.claimed(Samples.origin).line(at: Samples.start))
        for syntax in [RequestFileName.Syntax.json, .jsonLines] {
            #expect(ResultFile.isOne(line, as: syntax))
            // Half a copy.
            #expect(ResultFile.isOne(Array(line.prefix(60)), as: syntax))
        }
    }

    @Test func `a spreadsheet program may have saved the table in its own way`() {
        let names = BatchSummary.columns
        for text in [names.joined(separator: ";"), names.map { "\"\($0)\"" }.joined(separator: "\t") + "\r"] {
            #expect(ResultFile.isOne(Array((text + "\n001;done\n").utf8), as: .csv), "\(text)")
        }
    }

    static let answers: [(String, Bool)] = [
        (#"{"code":200,"msg":"ok","data":{"taskId":"1"}}"#, true),
        (#"{ "data": null, "message": "no", "code": 402 }"#, true),
        (#"{"code":200,"data":"# + String(repeating: "x", count: ResultFile.headSize), true),
        (#"{"code":"x","prompt":"y","images":["https://a.b/c"],"data":1}"#, false),
        (#"{"prompt":"write \"code\" on it","images":["https://a.b/c"]}"#, false),
        (#"{"code":1}"#, false), ("[]", false), ("", false), ("{", false),
        (#"{"version":1,"prompt":"x"}"#, false), (#"{"versions":1,"job":"x"}"#, false),
        (#"{"prompt":"x","images":["https://a.b/c"],"meta":{"version":1,"job":"hero"}}"#, false),
    ]

    @Test(arguments: answers.indices)
    func `an answer of the API asks for nothing, and a request does`(index: Int) {
        let (text, isOne) = Self.answers[index]
        #expect(ResultFile.isOne(Array(text.utf8), as: .json) == isOne, "\(text.prefix(80))")
    }

    @Test func `a table of requests is none of ours, nor is a request in YAML`() {
        #expect(!ResultFile.isOne(Array("prompt,image\nx,https://a.b/c\n".utf8), as: .csv))
        #expect(!ResultFile.isOne(Array("part,prompt,image\n".utf8), as: .csv))
        #expect(!ResultFile.isOne(Array(#"{"event":"claimed","at":"x"}"#.utf8), as: .yaml))
        #expect(!ResultFile.isOne([0xFF, 0xFE, 0], as: .csv))
    }
}
