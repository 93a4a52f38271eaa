// SPDX-License-Identifier: Apache-2.0

/// The JSON Schema (draft 2020-12) of a document that programs read, and the forms that it is made of. Pure.
package protocol JSONSchemaDocument: Sendable {
    var json: JSON { get }
}

extension JSONSchemaDocument {
    package typealias Property = (name: String, form: JSON)

    /// The whole document.
    ///
    /// - Parameters:
    ///   - optional: what may be left out.
    ///   - more: what else holds.
    package static func document(
        _ title: String, _ properties: [Property], optional: [Property] = [], _ more: [JSON.Member] = []
    ) -> JSON {
        .object(
            [
                JSON.Member(key: "$schema", value: "https://json-schema.org/draft/2020-12/schema".json),
                JSON.Member(key: "title", value: title.json),
                JSON.Member(key: "description", value: "Members are only ever added within a version.".json),
            ] + members(properties, optional: optional) + more)
    }

    package static func described(_ members: [JSON.Member], _ description: String) -> JSON {
        .object((description.isEmpty ? [] : [JSON.Member(key: "description", value: description.json)]) + members)
    }

    private static func type(_ name: String, _ description: String, _ more: [JSON.Member] = []) -> JSON {
        described([JSON.Member(key: "type", value: name.json)] + more, description)
    }

    package static func text(_ description: String = "", format: String? = nil) -> JSON {
        type("string", description, format.map { [JSON.Member(key: "format", value: $0.json)] } ?? [])
    }

    package static func time(_ description: String = "UTC, with milliseconds") -> JSON {
        text(description, format: "date-time")
    }

    package static func word(_ words: [String], _ description: String = "") -> JSON {
        described([JSON.Member(key: "enum", value: .array(words.map(\.json)))], description)
    }

    package static func flag(_ description: String = "") -> JSON { type("boolean", description) }

    package static func count(_ description: String = "") -> JSON {
        type("integer", description, [JSON.Member(key: "minimum", value: .number(0))])
    }

    package static func list(_ items: JSON, _ description: String = "", atMost most: Int? = nil) -> JSON {
        let limit = most.map { [JSON.Member(key: "maxItems", value: .number($0))] } ?? []
        return type("array", description, [JSON.Member(key: "items", value: items)] + limit)
    }

    /// A name is bytes: those that are no text stand there in hexadecimal.
    package static func name(_ description: String = "") -> JSON {
        described(
            [JSON.Member(key: "oneOf", value: .array([text(), object([("bytes", text("in hexadecimal"))])]))],
            description)
    }

    package static func orNull(_ form: JSON, _ description: String = "") -> JSON {
        described(
            [JSON.Member(key: "oneOf", value: .array([form, .object(["type": "null".json])]))], description)
    }

    /// - Parameter optional: what may be left out.
    package static func object(
        _ properties: [Property], optional: [Property] = [], _ description: String = ""
    ) -> JSON {
        described(members(properties, optional: optional), description)
    }

    private static func members(_ properties: [Property], optional: [Property]) -> [JSON.Member] {
        let all = (properties + optional).map { JSON.Member(key: $0.name, value: $0.form) }
        return [
            JSON.Member(key: "type", value: "object".json),
            JSON.Member(key: "properties", value: .object(all)),
            JSON.Member(key: "required", value: .array(properties.map(\.name.json))),
        ]
    }
}
