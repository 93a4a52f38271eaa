// SPDX-License-Identifier: Apache-2.0

import Foundation
import NanoBanana
import Testing

@testable import Documents
@testable import Requests
@testable import TestSupport

/// What the fuzz target starts from, and what it has ever found, held to the same properties in every run of the tests.
struct FuzzCorpusTests {
    private static let corpus = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../Fuzzing/corpus/request").standardizedFileURL

    @Test(.idleLimit)
    func `the properties of the request reader hold for the whole corpus`() throws {
        let files = try FileManager.default.contentsOfDirectory(at: Self.corpus, includingPropertiesForKeys: nil)
        for file in files {
            let broken = RequestProperties.broken(by: .init(try Data(contentsOf: file)))
            #expect(broken.isEmpty, "\(file.lastPathComponent)")
        }
        print("fuzz corpus: \(files.count) request files")
        #expect(files.count >= 50)
    }

    /// The properties of a file of one line.
    private static let properties = RequestProperties(
        bytes: Array("{}".utf8), reader: RequestReader(rules: RequestRules()), defaults: .none)

    private static func broken(by request: Request) -> [String] {
        properties.broken(by: .success(.request(request)))
    }

    @Test func `a request that the API forbids is noticed`() throws {
        #expect(Self.broken(by: try Samples.request()) == [])
        let many = Self.broken(by: try Samples.request(variants: 9))
        #expect(many == ["9 variants", "its journal line gives another"])
        #expect(Self.broken(by: try Samples.request(locals: 1)).first?.hasPrefix("no link leads to ") == true)
        let strange = Model(id: "other", sizes: [.twoK])
        let edit = try EditRequest(model: strange, prompt: "x", images: [ImageLink("https://a.b/c")], imageSize: .twoK)
        #expect(Self.broken(by: Request(edit: edit, variants: 1, meta: nil)).contains { $0.contains("the model is") })
    }

    @Test func `a batch that is empty, or whose part alone asks for something else, is noticed`() throws {
        #expect(Self.properties.broken(by: .success(.batch([]))) == ["a batch has 0 parts"])
        let good = Array(#"{"prompt":"x","url":"https://a.b/c"}"#.utf8)
        var part = BatchPart(name: nil, line: 1, source: good, request: .success(try Samples.request()))
        #expect(Self.properties.broken(by: .success(.batch([part]))) == [])
        part.source = Array(#"{"prompt":"y","url":"https://a.b/c"}"#.utf8)
        #expect(Self.properties.broken(by: .success(.batch([part]))).count == 1)
        part = BatchPart(name: nil, line: 1, source: good, request: .failure(Findings(.blankPrompt)))
        #expect(
            Self.properties.broken(by: .success(.batch([part]))) == ["a part that cannot be read can be read alone"])
    }

    @Test func `a refusal without a reason, with one that cannot be shown, or with a wrong place is noticed`() {
        #expect(Self.properties.broken(by: .failure(Findings(all: []))) == ["refused without a finding"])
        #expect(Self.properties.broken(by: .failure(Findings(.blankPrompt, .init(line: 2, column: 1)))) == [])
        #expect(Self.properties.broken(by: .failure(Findings(.blankPrompt, .init(line: 3, column: 1)))).count == 1)
        let odd = Finding.Problem.wrongType(key: "prompt", expected: "a\u{1B}[2J")
        #expect(Self.properties.broken(by: .failure(Findings(odd))).count == 1)
        let long = Finding.Problem.wrongType(key: "prompt", expected: String(repeating: "a", count: 1000))
        #expect(Self.properties.broken(by: .failure(Findings(long))).count == 1)
    }
}
