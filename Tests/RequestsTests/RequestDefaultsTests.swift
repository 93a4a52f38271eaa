// SPDX-License-Identifier: Apache-2.0

import NanoBanana
import Testing

@testable import Documents
@testable import Requests

/// What a `_defaults.yaml` may say, and how those of several folders come together.
struct RequestDefaultsTests {
    private static func read(_ text: String, _ rules: RequestRules = RequestRules()) throws(Findings) -> RequestDefaults
    {
        try RequestDefaults(reading: Array(text.utf8), with: RequestReader(rules: rules))
    }

    struct Bad: Sendable {
        var text: String
        var sentences: [String]
    }

    static let bad: [Bad] = [
        Bad(
            text: "modl: nano-banana\npriorty: 3\n",
            sentences: [
                "line 1, column 1: there is no key `modl`; did you mean `model`?",
                "line 2, column 1: there is no key `priorty`; did you mean `priority`?",
            ]),
        Bad(
            text: "priority: 10\n",
            sentences: ["line 1, column 11: `priority` cannot be \"10\"; it must be a whole number from 1 to 9"]),
        Bad(
            text: "priority: high\nmodel: banana\n",
            sentences: [
                "line 2, column 8: `model` cannot be \"banana\"; it must be one of nano-banana-pro, nano-banana-2 "
                    + "or nano-banana",
                "line 1, column 11: `priority` cannot be \"high\"; it must be a whole number from 1 to 9",
            ]),
        Bad(text: "priority: [1]\n", sentences: ["line 1, column 11: `priority` must be a whole number"]),
        Bad(
            text: "image: ftp://a.b\n",
            sentences: ["line 1, column 8: \"ftp://a.b\" is a `ftp:` link; the API takes https:// and http:// only"]),
        Bad(
            text: "image: style.png\n",
            sentences: [
                """
                line 1, column 8: "style.png" is a file, but `images` in `_defaults.yaml` takes only links; in a \
                folder with `pictures: each` write it under `with`, otherwise name it in each request
                """
            ]),
        Bad(
            text: "image: https://a.b/c\nurl: https://a.b/d\n",
            sentences: ["line 2, column 1: `image` and `url` mean the same; keep one of them"]),
        Bad(
            text: "name: x\n",
            sentences: [
                """
                line 1, column 1: there is no key `name`; the keys are prompt, images, model, aspect_ratio, \
                image_size, variants, save_as, again, mark and meta
                """
            ]),
        Bad(
            text: "- model: nano-banana\n",
            sentences: [
                "line 1, column 1: a request is a list of keys such as `prompt: …`; this is something else"
            ]),
        Bad(
            text: "model: nano-banana\n---\nmodel: nano-banana-pro\n",
            sentences: ["line 2, column 1: a second document begins here (`---`), but this file may hold only one"]),
        Bad(text: "model:nano-banana\n", sentences: ["line 1, column 7: a space is missing after `model:`"]),
        Bad(
            text: "prompt: Number #1\n",
            sentences: [
                """
                line 1, column 16: YAML takes the text from this `#` on as a comment, and would read only "Number"; \
                put quotes (`"`) around the whole prompt; if it is a comment, put two spaces before the `#` and one \
                after it
                """
            ]),
    ]

    @Test(arguments: bad.indices)
    func `each mistake has its own sentence and its place`(index: Int) {
        do throws(Findings) {
            let defaults = try Self.read(Self.bad[index].text)
            Issue.record("read as \(defaults)")
        } catch {
            #expect(error.all.map(Wording.located) == Self.bad[index].sentences)
        }
    }

    @Test(arguments: ["", "# later\n", "---\n", "\n\n", "model:\nprompt: ' '\nimages: []\npriority: ~\n"])
    func `a file in which nothing stands supplies nothing`(text: String) throws {
        #expect(try Self.read(text) == .none)
    }

    @Test func `a model of the configuration may be a default, and others may not`() throws {
        let own = Model(id: "own-1")
        let rules = RequestRules(models: Model.known + [own])
        #expect(try Self.read("model: own-1\n", rules).keys == [.model])
        #expect(throws: Findings.self) { try Self.read("model: own-1\n") }
    }

    @Test func `the nearest folder counts, key by key, whatever spelling it uses`() throws {
        let far = try Self.read("model: nano-banana\nimage: https://a.b/far\nvariants: 2\npriority: 2\n")
        let near = try Self.read("images: [https://a.b/near]\nvariants: 3\n")
        let merged = near.over(far)
        #expect(merged.keys == [.images, .variants, .model])
        #expect(merged.priority == 2)
        #expect(merged.entries.count == 3)
        let reader = RequestReader(rules: RequestRules())
        let request = try reader.read(Array("prompt: x\n".utf8), as: .yaml, defaults: merged)
        #expect(request.edit.images.map(\.text) == ["https://a.b/near"])
        #expect(request.edit.model == .flash && request.variants == 3)
        #expect(try Self.read("priority: 9\n").over(far).priority == 9)
        #expect(RequestDefaults.none.over(far) == far && far.over(.none) == far)
    }

    private static let mayNotify: RequestRules = {
        var rules = RequestRules()
        rules.lanesMayNotify = true
        return rules
    }()

    @Test(arguments: [
        ("notify: done, failed", [NotificationEvent.done, .failed]),
        ("notify: [done, batch-done]", [.done, .batchDone]),
        ("Notify:\n  - paused\n  - gone-on\n", [.paused, .goneOn]), ("notify: none", []), ("notify: []", []),
        ("notify: all", NotificationEvent.chosen), ("notify:", nil), ("priority: 2", nil),
    ])
    func `a lane chooses what is told of it, where it may`(text: String, events: [NotificationEvent]?) throws {
        #expect(try Self.read(text, Self.mayNotify).notify == events.map(Set.init))
    }

    @Test(arguments: [
        ("notify: dne", "line 1, column 9: `notify` cannot be \"dne\"; did you mean `done`? it must be one of "),
        ("notify: [test]", "line 1, column 9: `notify` cannot be \"test\"; it must be one of done, failed, "),
        ("notify: all, done", "line 1, column 9: `notify` cannot be \"all, done\"; it must be one of done, failed, "),
        ("notify: {a: b}", "line 1, column 9: `notify` must be all, none, or a list of events"),
        ("notify: done\nNOTIFY: all", "line 2, column 1: `notify` and `NOTIFY` mean the same; keep one of them"),
        ("notfy: done", "line 1, column 1: there is no key `notfy`; did you mean `notify`?"),
    ])
    func `a mistake in what is chosen is said`(text: String, sentence: String) {
        do throws(Findings) {
            Issue.record("read as \(try Self.read(text, Self.mayNotify))")
        } catch {
            #expect(error.all.map(Wording.located).first?.hasPrefix(sentence) == true, "\(error)")
        }
    }

    @Test(arguments: ["notify: done", "notify: none", "notify: dne"])
    func `without the leave, it says whose that is`(text: String) {
        do throws(Findings) {
            Issue.record("read as \(try Self.read(text))")
        } catch {
            let said = error.all.map(Wording.located)
            #expect(
                said == [
                    """
                    line 1, column 1: `notify` needs the administrator's leave; ask the administrator to set \
                    lanes-may-notify, or remove it
                    """
                ])
        }
    }

    @Test(arguments: ["priority", "notify"])
    func `what is a lane's alone is none of a request`(key: String) {
        do throws(Findings) {
            let text = "prompt: x\nurl: https://a.b/c\n\(key): 1\n"
            let read = try RequestReader(rules: Self.mayNotify).content(of: Array(text.utf8), as: .yaml)
            Issue.record("read as \(read)")
        } catch {
            let sentence = "line 3, column 1: `\(key)` belongs in a lane's `_defaults.yaml`, not in a request"
            #expect(error.all.map(Wording.located) == [sentence])
        }
    }

    @Test func `a lane that chooses nothing has the choice of the one above it`() throws {
        let far = try Self.read("notify: done", Self.mayNotify)
        #expect(try Self.read("priority: 3", Self.mayNotify).over(far).notify == [.done])
        #expect(try Self.read("notify: none", Self.mayNotify).over(far).notify == [])
        #expect(RequestDefaults.none.over(far) == far)
    }

    @Test func `what is wrong with a value of the defaults has no place in the request`() {
        // Of rules that have changed since they were read.
        let place = DocumentNode.Place(line: 7, column: 7)
        let value = DocumentNode(content: .scalar("gone", .plain), place: place)
        let defaults = RequestDefaults(entries: [.init(key: "model", keyPlace: place, value: value)])
        do throws(Findings) {
            let text = Array("prompt: x\nurl: https://a.b/c\n".utf8)
            _ = try RequestReader(rules: RequestRules()).read(text, as: .yaml, defaults: defaults)
            Issue.record("a model that is not on the list was taken")
        } catch {
            #expect(error.all.map(\.place) == [nil])
        }
    }
}
