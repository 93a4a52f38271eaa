// SPDX-License-Identifier: Apache-2.0

/// The objects of an answer, nearest first, and what may be looked for in each. Pure.
///
/// The API, its versions and its like put the same thing under different names at different depths. What is looked for
/// is known by a name's meaning and by what its value can be, not by one path to it. The rules of where:
///
/// - *payload*: an object to which only names lead that say "here is what you asked for" (`data`, `result`, `output` …).
///   Only there do names count that could mean anything elsewhere, such as `id` and `url`.
/// - *foreign*: what is below a name of what was sent (`input`, `request`, `prompt` …) or of whose it is (`user`,
///   `usage` …). It is never looked at.
/// - *error*: what is below `error` speaks of what went wrong, and of no task.
struct AnswerPlaces {
    /// One object.
    struct Place {
        let members: [JSONValue.Member]
        let kind: Kind
        let depth: Int

        subscript(name: String) -> JSONValue? { members.first { $0.name == name && $0.value != .null }?.value }

        /// Whether there is another object in it that holds what was asked for.
        var hasPayload: Bool {
            members.contains {
                AnswerPlaces.isPayload($0.name) && !($0.value.members.isEmpty && $0.value.items.isEmpty)
            }
        }
    }

    enum Kind {
        case payload, other, error
    }

    let all: [Place]

    private static let payloadNames: Set = [
        "data", "result", "results", "response", "task", "tasks", "job", "jobs", "output", "outputs", "body", "content",
        "payload", "record", "list", "items",
    ]

    private static let foreignNames = [
        "input", "request", "param", "arg", "prompt", "original", "source", "reference", "user", "account", "usage",
        "callback", "webhook",
    ]

    /// Also `resultJson`.
    static func isPayload(_ name: String) -> Bool {
        payloadNames.contains(name) || name.hasSuffix("json") && payloadNames.contains(String(name.dropLast(4)))
    }

    static func isForeign(_ name: String) -> Bool { foreignNames.contains { name.hasPrefix($0) } }

    /// - Parameter root: the whole answer, or what is left of it.
    init(_ root: JSONValue) {
        var (all, next): ([Place], [(JSONValue, Kind, Int)]) = ([], [(root, .payload, 0)])
        if case .list = root {
            // What stands in a list without a name is what was asked for.
            all.append(Place(members: [.init(name: "data", value: root)], kind: .payload, depth: 0))
        }
        while !next.isEmpty {
            var below: [(JSONValue, Kind, Int)] = []
            for (value, kind, depth) in next {
                switch value {
                case .object(let members):
                    all.append(Place(members: members, kind: kind, depth: depth))
                    below += members.compactMap { Self.inner($0, kind, depth + 1) }
                case .list(let items): below += items.map { ($0, kind, depth + 1) }
                case .text, .number, .bool, .null: break
                }
            }
            next = below
        }
        self.all = all
    }

    private static func inner(_ member: JSONValue.Member, _ kind: Kind, _ depth: Int) -> (JSONValue, Kind, Int)? {
        if isForeign(member.name) { return nil }
        switch kind {
        case .error: return (member.value, .error, depth)
        case .payload, .other:
            if member.name.hasPrefix("err") { return (member.value, .error, depth) }
            let isPayload = kind == .payload && isPayload(member.name)
            let value = isPayload ? member.value.unpacked ?? member.value : member.value
            return (value, isPayload ? .payload : .other, depth)
        }
    }

    var payloads: [Place] { all.filter { $0.kind == .payload } }

    var errors: [Place] { all.filter { $0.kind == .error } }

    var apartFromErrors: [Place] { all.filter { $0.kind != .error } }
}
