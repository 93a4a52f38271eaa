// SPDX-License-Identifier: Apache-2.0

import Foundation
import NIOCore
import Testing

@testable import NanoBanana
@testable import TestSupport

/// What the fuzz target starts from, and what it has ever found, held to the same properties in every run of the tests.
struct FuzzCorpusTests {
    private static let corpus = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../Fuzzing/corpus/answer").standardizedFileURL

    @Test(.idleLimit)
    func `the properties of the answer reader hold for the whole corpus`() throws {
        let files = try FileManager.default.contentsOfDirectory(at: Self.corpus, includingPropertiesForKeys: nil)
        for file in files {
            let broken = AnswerProperties.broken(by: .init(try Data(contentsOf: file)))
            #expect(broken.isEmpty, "\(file.lastPathComponent)")
        }
        print("fuzz corpus: \(files.count) answers")
        #expect(files.count >= 20)
    }

    @Test func `an answer that is taken for what it cannot be is noticed`() throws {
        let good = AnswerProperties.Input(Array("@{}".utf8))
        let bad = AnswerProperties.Input(Array("M{}".utf8))
        #expect(good.status == 200 && bad.status == 500)
        let body = ByteBuffer(string: "{}")
        let task = SubmitAnswer(content: .task(try Samples.task()), body: body)
        #expect(AnswerProperties.broken(by: .success(task), of: good) == [])
        #expect(AnswerProperties.broken(by: .success(task), of: bad) == ["HTTP 500 is taken for a success"])
        let none = SubmitAnswer(content: .pictures([]), body: ByteBuffer(string: "{"))
        #expect(AnswerProperties.broken(by: .success(none), of: good).count == 2)
        let refusal = SubmitError.refused(Refusal(code: 400, message: "no", body: good.body))
        #expect(AnswerProperties.broken(by: .failure(refusal), of: good) == [])
        #expect(AnswerProperties.broken(by: .failure(refusal), of: bad) == ["HTTP 500 is taken for a refusal"])
        let report = TaskReport(state: .succeeded([]), workTime: .seconds(-1), body: body)
        #expect(AnswerProperties.broken(by: .success(report), of: good).count == 2)
    }
}
