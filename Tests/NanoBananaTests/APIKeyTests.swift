// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import NanoBanana

struct APIKeyTests {
    /// Holds a key as a caller's own type would.
    private struct Holder {
        var key: APIKey
        var spare: APIKey?
    }

    /// What a value shows of itself on every way that Swift has.
    private func appearances(_ value: Any) -> [String] {
        var dumped = ""
        dump(value, to: &dumped)
        let children = Mirror(reflecting: value).children.map { "\($0.label ?? ""): \($0.value)" }
        return ["\(value)", String(describing: value), String(reflecting: value), "\([value])", dumped] + children
    }

    @Test func `a key never shows itself`() throws {
        let key = try #require(APIKey(Samples.key))
        #expect(appearances(Samples.key).allSatisfy { $0.contains(Samples.key) })
        let values: [Any] = [key, Optional(key) as Any, [key], ["key": key], Holder(key: key, spare: key), (key, key)]
        for text in values.flatMap(appearances) {
            #expect(!text.contains("secret"), "\(text)")
        }
        #expect(Mirror(reflecting: key).children.isEmpty)
        #expect("\(key)" == "APIKey(hidden)")
        #expect(key.debugDescription == "APIKey(hidden)")
    }

    @Test(arguments: ["abc", "abc\n", "abc\r\n", " \tabc \n\n", "\u{A0}abc"])
    func `space around a key is taken away`(text: String) {
        #expect(APIKey(text)?.text == "abc")
    }

    @Test(arguments: ["", " \n", "a b", "a\nb", "a\r\nX-Other: b", "a\u{0}", "schlüssel", "钥匙", "a\u{7F}"])
    func `a text that no header can carry is no key`(text: String) {
        #expect(APIKey(text) == nil)
    }
}
