// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import NanoBanana

/// The request file as a JSON Schema (draft 2020-12), for editors and for programs that write such files. Pure.
///
/// Made from the same lists as the reader's. It says a little less than `check`: what a lane's defaults supply it calls
/// missing, and a prompt that YAML could take for a number it wants in quotes.
package struct RequestSchema: Sendable {
    private let rules: RequestRules

    /// What these rules allow.
    package init(rules: RequestRules) {
        self.rules = rules
    }

    /// The file, in UTF-8.
    package var page: [UInt8] { json.page }

    var json: JSON {
        .object([
            "$schema": "https://json-schema.org/draft/2020-12/schema".json,
            "title": "A request to bananadrop, or a list of them".json,
            // Not `anyOf`: an editor then tells the mistakes of the one that was meant.
            "if": .object(["type": "array".json]),
            "then": .object(["minItems": .number(1), "items": Self.reference("part")]),
            "else": Self.reference("request"),
            "$defs": .object(
                [
                    .init(key: "request", value: request(with: [])),
                    .init(
                        key: "part",
                        value: request(with: [
                            .init(key: RequestKey.partName, value: Self.reference(RequestKey.partName))
                        ])),
                    .init(key: RequestKey.partName, value: Self.name),
                ] + RequestKey.allCases.map { .init(key: $0.rawValue, value: value(of: $0)) }),
        ])
    }

    private static func reference(_ name: String) -> JSON { .object(["$ref": "#/$defs/\(name)".json]) }

    private func request(with more: [JSON.Member]) -> JSON {
        let keys = RequestKey.allCases.flatMap { key in
            key.spellings.map { JSON.Member(key: $0, value: Self.reference(key.rawValue)) }
        }
        return .object([
            "type": "object".json,
            "properties": .object(more + keys),
            "additionalProperties": .bool(false),
            "required": .array([RequestKey.prompt.rawValue.json]),
            "oneOf": .array(RequestKey.images.spellings.map { .object(["required": .array([$0.json])]) }),
            "allOf": .array(withoutSize),
        ])
    }

    /// `image_size` goes with some models only.
    private var withoutSize: [JSON] {
        let (model, size) = (RequestKey.model.rawValue, RequestKey.imageSize.rawValue)
        let names = rules.models.filter { !$0.takesImageSize }.flatMap(Self.names)
        let leftOut = JSON.object([.init(key: "properties", value: .object([.init(key: size, value: Self.leftOut)]))])
        func rule(_ condition: JSON) -> JSON { .object(["if": condition, "then": leftOut]) }
        func modelIs(_ schema: JSON) -> JSON { .object([.init(key: model, value: schema)]) }
        var all: [JSON] = []
        if !names.isEmpty {
            let named = JSON.object(["enum": .array(names.map(\.json))])
            all.append(rule(.object(["properties": modelIs(named), "required": .array([model.json])])))
        }
        // A request that names none gets the default.
        if !rules.defaultModel.takesImageSize { all.append(rule(.object(["properties": modelIs(Self.leftOut)]))) }
        return all
    }

    /// `key:` with nothing behind it, or empty text: as if the key were not there.
    private static let leftOut = JSON.object(["enum": .array([.null, "".json])])

    private static func names(of model: Model) -> [String] { [model.soldName, model.id].compactMap { $0 } }

    private static var name: JSON {
        .object(["description": Wording.nameDescription.json, "type": .array(["string".json, "null".json])])
    }

    private func value(of key: RequestKey) -> JSON {
        guard case .object(let members) = form(of: key) else { return .null }
        return .object([.init(key: "description", value: Wording.description(of: key, rules).json)] + members)
    }

    private func form(of key: RequestKey) -> JSON {
        switch key {
        case .prompt: .object(["type": "string".json, "pattern": #"\S"#.json])
        case .images:
            .object([
                "anyOf": .array([
                    Self.picture,
                    .object([
                        "type": "array".json, "items": Self.picture, "minItems": .number(1), "maxItems": .number(10),
                    ]),
                ])
            ])
        case .model: Self.choice(rules.models.flatMap(Self.names))
        case .aspectRatio: Self.choice(AspectRatio.allCases.map(\.rawValue))
        case .imageSize:
            Self.choice(ImageSize.allCases.flatMap { [$0.rawValue, $0.rawValue.lowercased()] })
        case .variants:
            .object([
                "anyOf": .array([
                    .object([
                        "type": "integer".json, "minimum": .number(RequestRules.variants.lowerBound),
                        "maximum": .number(RequestRules.variants.upperBound),
                    ]),
                    Self.leftOut,
                ])
            ])
        case .again: .object(["enum": .array([.bool(true), .bool(false), .null, "".json])])
        case .meta: .object(["anyOf": .array([.object(["type": "object".json]), Self.leftOut])])
        }
    }

    private static func choice(_ values: [String]) -> JSON {
        .object(["enum": .array(values.map(\.json) + ["".json, .null])])
    }

    /// A link, or the name of a picture that lies in the folder of the request, or below it.
    private static var picture: JSON {
        let link = #"^\s*[Hh][Tt][Tt][Pp][Ss]?://[^\s/?#@"<>\\^`{|}]+([/?#][^\s"<>\\^`{|}]*)?\s*$"#
        // No scheme, and nothing that leads out of the folder.
        let place = #"^(?!\s*[A-Za-z][A-Za-z0-9+.\-]*:)(?!\s*[/\\~])(?!(.*[/\\])?\.\.[/\\])"#
        // JSON Schema's patterns know no flags, so each letter stands there twice.
        let endings = LocalPicture.endings.map { ending in
            ending.map { "[\($0.uppercased())\($0)]" }.joined()
        }
        let file = place + #"[^\u0000-\u001f]*[^\s\u0000-\u001f/\\]\.("# + endings.joined(separator: "|") + #")\s*$"#
        return .object([
            "type": "string".json,
            "anyOf": .array([.object(["pattern": link.json]), .object(["pattern": file.json])]),
        ])
    }
}

extension RequestKey {
    /// Its own name first.
    var spellings: [String] { [rawValue] + also }
}
