// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import NanoBanana

struct TaskIDTests {
    @Test(arguments: [
        ("6cf733cd-d8f8-b0da-2ad0-3b4edfc9f35a", "6cf733cd-d8f8-b0da-2ad0-3b4edfc9f35a"), ("a_b~Z9", "a_b~Z9"),
        (".", "%2E"), ("..", "%2E%2E"), ("../x", "%2E%2E%2Fx"), ("a/b?c#d", "a%2Fb%3Fc%23d"), ("a b", "a%20b"),
        ("100%", "100%25"), ("%2F", "%252F"), ("图", "%E5%9B%BE"), ("a:b@c;d=e&f+g", "a%3Ab%40c%3Bd%3De%26f%2Bg"),
    ])
    func `a task's name is one segment of a path whatever stands in it`(text: String, segment: String) throws {
        let task = try #require(TaskID(text))
        #expect(task.text == text)
        #expect(task.pathSegment == segment)
    }

    @Test(arguments: ["", "a\nb", "a\r\nHost: b", "\u{0}", "\u{7F}", String(repeating: "x", count: 513)])
    func `a text that could not be asked for is no task's name`(text: String) {
        #expect(TaskID(text) == nil)
    }

    @Test func `a name may be 512 bytes long`() {
        #expect(TaskID(String(repeating: "x", count: 512)) != nil)
        #expect(TaskID(String(repeating: "图", count: 171)) == nil)
    }
}
