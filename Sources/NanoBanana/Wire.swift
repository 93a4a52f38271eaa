// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import NIOCore
internal import NIOFoundationCompat

/// The API's answers as they come over the wire, read as leniently as they are written: numbers as strings, strings as
/// numbers, extra fields, missing fields.
struct WireAnswer: Decodable {
    var code: Int?
    var message: String
    var payload: WirePayload?

    private enum CodingKeys: String, CodingKey {
        case code, msg, message, data
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        code = container.lenientInt(.code)
        message = container.lenientString(.msg) ?? container.lenientString(.message) ?? ""
        payload = try? container.decodeIfPresent(WirePayload.self, forKey: .data)
    }

    /// `nil` where the body is no JSON object.
    static func read(_ body: ByteBuffer) -> WireAnswer? {
        try? JSONDecoder().decode(WireAnswer.self, from: body)
    }
}

/// `data` of an answer: a task, its state, its pictures.
struct WirePayload: Decodable {
    var taskID: String?
    var state: String?
    var status: Int?
    var message: String
    var createTime: Int?
    var updateTime: Int?
    var pictures: [PictureLink]?

    private enum CodingKeys: String, CodingKey {
        case task_id, state, status, msg, create_time, update_time, images, data
    }

    private struct Inner: Decodable {
        var images: [WirePicture]?
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        taskID = container.lenientString(.task_id)
        state = container.lenientString(.state)
        status = container.lenientInt(.status)
        message = container.lenientString(.msg) ?? ""
        createTime = container.lenientInt(.create_time)
        updateTime = container.lenientInt(.update_time)
        let outer = try? container.decodeIfPresent([WirePicture].self, forKey: .images)
        let inner = (try? container.decodeIfPresent(Inner.self, forKey: .data))?.images
        let lists = [outer, inner].compactMap { $0?.compactMap(\.link) }
        // An empty list in one place must not hide the pictures in the other.
        pictures = lists.first { !$0.isEmpty } ?? lists.first
    }
}

/// `{"url": …, "file_name": …}`, or the link alone. Anything else has no link, and does not hide the pictures beside
/// it.
struct WirePicture: Decodable {
    var link: PictureLink?

    private enum CodingKeys: String, CodingKey {
        case url, file_name
    }

    init(from decoder: any Decoder) throws {
        if let url = try? decoder.singleValueContainer().decode(String.self) {
            link = PictureLink(url: url)
            return
        }
        guard let container = try? decoder.container(keyedBy: CodingKeys.self) else { return }
        let fileName = container.lenientString(.file_name)
        link = container.lenientString(.url).map { PictureLink(url: $0, fileName: fileName) }
    }
}

extension KeyedDecodingContainer {
    fileprivate func lenientInt(_ key: Key) -> Int? {
        if let number = try? decodeIfPresent(Int.self, forKey: key) { return number }
        return (try? decodeIfPresent(String.self, forKey: key)).flatMap { Int($0) }
    }

    fileprivate func lenientString(_ key: Key) -> String? {
        if let text = try? decodeIfPresent(String.self, forKey: key) { return text }
        return (try? decodeIfPresent(Int.self, forKey: key)).map { String($0) }
    }
}
