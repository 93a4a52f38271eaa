// SPDX-License-Identifier: Apache-2.0

import SystemPackage
import Testing

@testable import Documents
@testable import Requests

struct SteeringWordTests {
    private static func stop(_ name: String) -> SteeringWord? { FilePath.Component(name).map { .stop(NameKey($0)) } }
    private static func approve(_ name: String) -> SteeringWord? {
        FilePath.Component(name).map { .approve(NameKey($0)) }
    }
    private static func hurry(_ name: String) -> SteeringWord? { FilePath.Component(name).map { .hurry(NameKey($0)) } }

    static let names: [(name: String, word: SteeringWord?)] = [
        ("PAUSE", .pause), ("pause", .pause), ("Pause.txt", .pause), ("PAUSE.TXT", .pause),
        ("PAUSE.yaml", nil), ("PAUSE.txt.txt", nil), ("PAUSED", nil), ("a PAUSE", nil), (".pause", nil),
        ("hero.stop", stop("hero")), ("HERO.STOP", stop("hero")), ("hero.stop.txt", stop("Hero")),
        ("hero.yaml.stop", stop("hero.yaml")), ("Grün.stop", stop("gru\u{308}n")), ("a.b.stop", stop("a.b")),
        ("pause.stop", stop("pause")), ("hero.stop.yaml", nil), ("hero.stopp", nil), ("stop", nil), (".stop", nil),
        (".stop.txt", nil), ("hero.approve", approve("hero")), ("Hero.Approve.txt", approve("hero")),
        (".approve", nil), ("hero.approved", nil), ("hero.hurry", hurry("hero")),
        ("HERO.YAML.Hurry.txt", hurry("hero.yaml")),
        ("hurry", nil), (".hurry", nil), ("hero.hurry.stop", stop("hero.hurry")), ("hero.txt", nil), ("hero", nil),
    ]

    @Test(arguments: names.indices)
    func `a word is known by its ending, in any case, and with the ending that Windows adds`(index: Int) {
        let (name, word) = Self.names[index]
        #expect(FilePath.Component(name).map(SteeringWord.init) == .some(word), "\(name)")
    }

    @Test func `names that are no text differ by each byte`() throws {
        let names = try [[0xFF], [0xFE], [0x41, 0xFF]].map { bytes in
            try #require(FilePath.Component(platformString: bytes.map { CChar(bitPattern: $0) } + [0]))
        }
        #expect(Set(names.map(NameKey.init)).count == 3)
        let word = try #require(
            FilePath.Component(platformString: ([0xFF] + Array(".stop".utf8)).map { CChar(bitPattern: $0) } + [0]))
        #expect(SteeringWord(word) == .stop(NameKey(names[0])))
    }

    @Test(arguments: SteeringWish.allCases)
    func `the word for a request is known as what it is, whatever the request's name`(wish: SteeringWish) throws {
        let latin = try #require(FilePath.Component(platformString: [CChar(bitPattern: 0xE9), 0]))
        for name in [FilePath.Component("hero.yaml"), "a b&c#d%25.yaml", "図.yaml", latin].compactMap(\.self) {
            let word = try #require(wish.word(for: name))
            let found = try #require(SteeringWord(word)?.aboutOne)
            #expect(found.wish == wish && found.name == NameKey(name), "\(name)")
        }
        let long = try #require(FilePath.Component(String(repeating: "a", count: 250)))
        #expect((wish.word(for: long) == nil) == (wish != .stop), "255 bytes and no more")
    }

    static let pauses: [(text: String, until: String?)] = [
        ("", nil), ("until: 2026-11-30T14:00:00Z\n", "2026-11-30T14:00:00.000Z"),
        ("# back soon\r\nUntil:2026-11-30T15:00+01:00\r\n", "2026-11-30T14:00:00.000Z"),
        ("until: tomorrow", nil), ("until", nil), ("for lunch", nil), ("\u{0}\u{1}", nil),
    ]

    @Test(arguments: pauses.indices)
    func `a pause says until when, or says nothing of it`(index: Int) {
        let (text, until) = Self.pauses[index]
        #expect(PauseText.until(in: Array(text.utf8))?.description == until, "\(text)")
    }

    @Test func `what is written is read`() {
        let moment = Timestamp(milliseconds: 1_800_000_000_000)
        #expect(PauseText.until(in: PauseText.text(until: moment)) == moment)
        #expect(PauseText.text(until: nil) == [])
    }
}
