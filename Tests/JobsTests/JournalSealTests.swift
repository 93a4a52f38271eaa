// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Jobs
@testable import TestSupport

/// What ties each line of a journal to those before it.
struct JournalSealTests {
    private static func seal(_ lines: String, from seal: JournalSeal = JournalSeal()) -> String {
        var seal = seal
        return String(decoding: seal.seal(Array(lines.utf8)), as: UTF8.self)
    }

    private static func accepts(_ line: String, _ seal: inout JournalSeal) -> Bool {
        seal.accepts(Array(line.utf8)[...])
    }

    @Test func `the seals in journals that are on disks by now stay good`() {
        let sealed = Self.seal("{\"a\":1}\n{\"a\":1}\n{\"ä\":\"\"}\n{}\n")
        let expected = [
            #"{"a":1,"seal":"2e885536"}"#, #"{"a":1,"seal":"9c226795"}"#, #"{"ä":"","seal":"90ff0307"}"#,
            #"{,"seal":"bd727c34"}"#, "",
        ]
        #expect(sealed.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) == expected)
    }

    @Test func `lines are sealed alike, however many are written at once`() {
        let lines = (0..<20).map { "{\"event\":\($0)}\n" }
        let all = Self.seal(lines.joined())
        for cut in 0...lines.count {
            var seal = JournalSeal()
            let first = seal.seal(Array(lines[..<cut].joined().utf8))
            let rest = seal.seal(Array(lines[cut...].joined().utf8))
            #expect(String(decoding: first + rest, as: UTF8.self) == all)
        }
    }

    @Test func `each line is accepted in its own place only, and a refusal forgets nothing`() {
        let same = String(repeating: "{\"event\":\"done\"}\n", count: 6)
        let lines = Self.seal(same).split(separator: "\n").map(String.init)
        #expect(Set(lines).count == lines.count)
        var seal = JournalSeal()
        for line in lines {
            for other in lines where other != line {
                let before = seal
                equal(Self.accepts(other, &seal), false)
                #expect(seal == before)
            }
            equal(Self.accepts(line, &seal), true)
            equal(Self.accepts(line, &seal), false)
        }
    }

    @Test(arguments: [
        "", "{}", #"{"a":1}"#, #"{"a":1,"seal":"2e885537"}"#, #"{"a":1,"seal":"2E885536"}"#,
        #"{"a":2,"seal":"2e885536"}"#,
        #"{"a":1,"seal":"2e885536"} "#, #"{"a":1, "seal":"2e885536"}"#, #"{"seal":"2e885536","a":1}"#,
        #","seal":"2e885536"}"#, #"{"a":1,"seal":"2e88553"}"#,
    ])
    func `a line without its very own seal is not accepted`(line: String) {
        var seal = JournalSeal()
        equal(Self.accepts(line, &seal), false)
        equal(Self.accepts(#"{"a":1,"seal":"2e885536"}"#, &seal), true)
    }

    @Test func `the seal is no part of the event, and an event that holds one is not fooled`() throws {
        let why = #"x","seal":"00000000"}"#
        let event = JobEvent.notAccepted(variant: 0, why: why)
        let line = Samples.sealed(event.line(at: Samples.start)).dropLast()
        var seal = JournalSeal()
        let isAccepted = seal.accepts(line)
        #expect(isAccepted)
        #expect(JobEvent.read(line)?.event == event)
    }
}
