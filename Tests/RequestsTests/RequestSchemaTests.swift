// SPDX-License-Identifier: Apache-2.0

import Foundation
import NanoBanana
import Testing

@testable import Documents
@testable import Requests
@testable import TestSupport

/// The JSON Schema says what the reader reads. Whether a validator agrees is for the system tests.
struct RequestSchemaTests {
    private static func schema(_ rules: RequestRules = RequestRules()) -> JSON { RequestSchema(rules: rules).json }

    private static func keys(_ json: JSON?) -> [String] {
        if case .object(let members)? = json { members.map(\.key) } else { [] }
    }

    private static func texts(_ json: JSON?) -> [String] {
        guard case .array(let items)? = json else { return [] }
        return items.compactMap { if case .string(let text) = $0 { text } else { nil } }
    }

    @Test func `its keys are exactly those that the reader knows`() {
        let definitions = Self.schema().member("$defs")
        let request = definitions?.member("request")
        #expect(Self.keys(request?.member("properties")) == RequestKey.allSpellings)
        #expect(request?.member("additionalProperties") == .bool(false))
        let part = definitions?.member("part")
        #expect(Self.keys(part?.member("properties")) == ["name"] + RequestKey.allSpellings)
        for key in RequestKey.allCases {
            #expect(definitions?.member(key.rawValue)?.text("description")?.isEmpty == false, "\(key)")
        }
    }

    @Test func `its lists are those of the API, and of the configuration`() {
        let further = Model(id: "new-model")
        let rules = RequestRules(defaultModel: further, models: Model.known + [further])
        let definitions = Self.schema(rules).member("$defs")
        let models = [
            "nano-banana-pro", "gemini-3-pro-image-preview", "nano-banana-2", "gemini-3.1-flash-image-preview",
            "nano-banana", "gemini-2.5-flash-image",
        ]
        #expect(Self.texts(definitions?.member("model")?.member("enum")) == models + ["new-model", ""])
        let ratios = AspectRatio.allCases.map(\.rawValue)
        guard case .array(let forms)? = definitions?.member("aspect_ratio")?.member("anyOf") else {
            Issue.record("no forms")
            return
        }
        // One, or a list of them.
        #expect(Self.texts(forms.first?.member("enum")) == ratios + [""])
        #expect(Self.texts(forms.last?.member("items")?.member("enum")) == ratios + [""])
        // The default takes no size either, so a request that names no model may have none.
        guard case .array(let conditions)? = definitions?.member("request")?.member("allOf") else {
            Issue.record("no conditions")
            return
        }
        #expect(conditions.count == 2)
        let named = conditions.last?.member("if")?.member("properties")?.member("model")?.member("enum")
        #expect(Self.texts(named) == ["nano-banana", "gemini-2.5-flash-image", "new-model"])
    }

    @Test func `the one in examples is what the command prints`() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let file = root.deletingLastPathComponent().appendingPathComponent("examples/request.schema.json")
        #expect(try Data(contentsOf: file) == Data(RequestSchema(rules: RequestRules()).page))
    }
}
