// SPDX-License-Identifier: Apache-2.0

/// Which task an answer names.
extension AnswerPlaces {
    /// What the service does for a submit; an `id` behind such a word is that of a task.
    static let work = ["task", "job", "work", "generation", "prediction", "operation"]

    /// `task_id`, `taskId`, `job-id`, `task_ids` … Other ids are those of the request, of a trace, of a customer.
    fileprivate static func namesTask(_ name: String) -> Bool {
        work.contains { name == $0 + "id" || name == $0 + "ids" || name == $0 + "uuid" }
    }

    /// The ids that surely are a task's, by their names.
    var namedTasks: [TaskID] { apartFromErrors.flatMap(\.namedTasks) }

    /// The ids that are a task's because nothing else stands there: `id` of a payload.
    var plainTasks: [TaskID] { payloads.compactMap(\.plainTask) }

    /// The task that the answer to a submit names. A bare text or number stands for it where nothing else is said:
    /// `{"data":"6cf733cd-…"}`.
    func task(bare root: JSONValue) -> TaskID? {
        namedTasks.first ?? plainTasks.first ?? Self.bareID(root)
            ?? payloads.flatMap(\.members).lazy.filter { Self.isPayload($0.name) }.compactMap { Self.bareID($0.value) }
            .first
    }

    fileprivate static func id(_ value: JSONValue) -> TaskID? {
        if let first = value.items.lazy.compactMap({ id($0) }).first { return first }
        guard let text = value.plainText, !["0", "-1"].contains(text) else { return nil }
        // Words for nothing, as a program writes them that has no id.
        return ["null", "none", "undefined", "nil", "false"].contains(text.lowercased()) ? nil : TaskID(text)
    }

    /// A text that can be nothing but an id: a name with digits in it, and no sentence, link or word.
    private static func bareID(_ value: JSONValue) -> TaskID? {
        if let first = value.items.first { return value.items.count == 1 ? bareID(first) : nil }
        guard let text = value.plainText, text.count <= 128 else { return nil }
        // What is shorter counts or flags something.
        if case .number = value { return text.count > 3 ? TaskID(text) : nil }
        guard text.contains(where: \.isNumber), text.utf8.allSatisfy({ $0 > 0x20 && !"/:{}[]<>\"".utf8.contains($0) })
        else { return nil }
        return TaskID(text)
    }
}

extension AnswerPlaces.Place {
    fileprivate var namedTasks: [TaskID] {
        members.filter { AnswerPlaces.namesTask($0.name) }.compactMap { AnswerPlaces.id($0.value) }
    }

    /// Pictures have ids of their own.
    fileprivate var plainTask: TaskID? {
        guard let text = (self["id"] ?? self["uuid"])?.plainText, !["0", "-1"].contains(text),
            state != nil || pictureHere == nil
        else { return nil }
        return TaskID(text)
    }

    /// Whether this is the task that was asked for, as far as it says.
    func names(_ task: TaskID) -> Bool {
        namedTasks.contains { $0.isSame(as: task) } || plainTask?.isSame(as: task) == true
    }
}

extension AnswerPlaces {
    /// Whether that task is named.
    func speak(of task: TaskID?) -> Bool {
        task.map { task in apartFromErrors.contains { $0.names(task) } } ?? false
    }

    /// Where the answer to a poll speaks of that task; `nil` where it speaks only of others. Where it names none,
    /// everywhere.
    func about(_ task: TaskID, in root: JSONValue) -> AnswerPlaces? {
        if let place = apartFromErrors.first(where: { $0.names(task) }) {
            // In a list of tasks the others are other people's.
            let isAlone = apartFromErrors.allSatisfy { $0.namedTasks.isEmpty || $0.names(task) }
            return isAlone ? self : AnswerPlaces(.object(place.members))
        }
        if !namedTasks.isEmpty { return nil }
        // The `id` of what has a state is that of the task. A number where a name was given is a row's.
        let others = payloads.filter { $0.state != nil }.compactMap(\.plainTask)
        let isOther = others.contains { !$0.isNumber || task.isNumber }
        return isOther ? nil : self
    }
}

extension TaskID {
    /// The same name in whatever case, with or without its dashes.
    func isSame(as other: TaskID) -> Bool { JSONValue.bare(text) == JSONValue.bare(other.text) }

    fileprivate var isNumber: Bool { text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } }
}
