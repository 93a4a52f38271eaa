// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A submit as the vendor's page shows it; what is set to `nil` is left out.
struct Submit: Encodable, Sendable {
    var model: String? = "gemini-3-pro-image-preview"
    var prompt: String? = "a red bottle"
    var image_urls: [String]? = ["https://example.com/a.png"]
    var aspect_ratio: String?
    var image_size: String?

    var body: [UInt8] { (try? JSONEncoder().encode(self)).map { [UInt8]($0) } ?? [] }
}

/// The answer to a submit.
struct Submitted: Decodable {
    struct Content: Decodable { var task_id: String }
    var code: Int
    var msg: String
    var data: Content
}

struct Image: Decodable, Equatable {
    var url: String
    var file_name: String
}

/// The answer to a poll, with the types that are seen on the wire.
struct Report: Decodable {
    struct Content: Decodable {
        var images: [Image]
        var description: String
    }
    struct Task: Decodable {
        var task_id: String
        var state: String
        var status: String
        var action: String
        var msg: String
        var create_time: String
        var update_time: String
        var data: Content
    }
    var code: Int
    var msg: String
    var data: Task
}

struct Refused: Decodable, Equatable {
    var code: Int
    var msg: String
}
