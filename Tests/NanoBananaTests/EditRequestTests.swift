// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import NanoBanana

struct EditRequestTests {
    private func links(_ count: Int) throws -> [ImageLink] {
        try (0..<count).map { try ImageLink("https://a.example/\($0).png") }
    }

    @Test(arguments: ["", " ", "\n\t ", "\u{3000}"])
    func `a blank prompt is refused`(prompt: String) throws {
        let images = try links(1)
        #expect(throws: EditRequestError.blankPrompt) { try EditRequest(model: .pro, prompt: prompt, images: images) }
    }

    @Test(arguments: [1, 2, 10])
    func `one to ten pictures are taken in their order`(count: Int) throws {
        let images = try links(count)
        #expect(try EditRequest(model: .flash, prompt: "x", images: images).images == images)
    }

    @Test(arguments: [
        (Model.pro, 11), (.flash, 40), (.pro, 0), (Model(id: "own"), 0), (Model(id: "own", pictures: 2...3), 1),
    ])
    func `more pictures than the model takes are refused, and fewer`(model: Model, count: Int) throws {
        let images = try links(count)
        #expect(throws: EditRequestError.imagesNotTaken(count, by: model)) {
            try EditRequest(model: model, prompt: "x", images: images)
        }
    }

    @Test func `without pictures it goes to the address of those that are made from words`() throws {
        let words = try EditRequest(model: .flash, words: "x")
        #expect(words.path == "/api/gemini/nano-banana")
        #expect(String(decoding: words.encoded(), as: UTF8.self) == #"{"model":"gemini-2.5-flash-image","prompt":"x"}"#)
        #expect(throws: EditRequestError.imagesNotTaken(0, by: Model(id: "own"))) {
            try EditRequest(model: Model(id: "own"), words: "x")
        }
        #expect(try EditRequest(model: .flash, prompt: "x", images: links(1)).path == "/api/gemini/nano-banana-edit")
    }

    @Test func `a ratio and a size that the model does not take are refused`() throws {
        let images = try links(1)
        let own = Model(id: "own", sizes: [.twoK], ratios: [.square])
        #expect(throws: EditRequestError.aspectRatioNotTaken(.portrait2x3, by: own)) {
            try EditRequest(model: own, prompt: "x", images: images, aspectRatio: .portrait2x3)
        }
        #expect(throws: EditRequestError.imageSizeNotTaken(.fourK, by: own)) {
            try EditRequest(model: own, prompt: "x", images: images, imageSize: .fourK)
        }
        #expect(try EditRequest(model: own, prompt: "x", images: images, aspectRatio: .auto).aspectRatio == .auto)
    }

    @Test(arguments: ImageSize.allCases)
    func `an image size goes with a model that takes one and with no other`(size: ImageSize) throws {
        let images = try links(1)
        #expect(try EditRequest(model: .pro, prompt: "x", images: images, imageSize: size).imageSize == size)
        #expect(throws: EditRequestError.imageSizeNotTaken(size, by: .flash)) {
            try EditRequest(model: .flash, prompt: "x", images: images, imageSize: size)
        }
    }

    @Test func `the body has the fields of the vendor's page`() throws {
        let request = try EditRequest(
            model: .pro, prompt: "say \"hi\"\nin 红 🍌", images: links(2), aspectRatio: .landscape16x9, imageSize: .twoK)
        let body = #"""
            {"aspect_ratio":"16:9","image_size":"2K",\#
            "image_urls":["https://a.example/0.png","https://a.example/1.png"],\#
            "model":"gemini-3-pro-image-preview","prompt":"say \"hi\"\nin 红 🍌"}
            """#
        #expect(String(decoding: request.encoded(), as: UTF8.self) == body)
    }

    @Test(arguments: [nil, AspectRatio.auto])
    func `what adapts by itself is left out of the body`(ratio: AspectRatio?) throws {
        let request = try EditRequest(model: .flash, prompt: "x", images: links(1), aspectRatio: ratio)
        let body = #"{"image_urls":["https://a.example/0.png"],"model":"gemini-2.5-flash-image","prompt":"x"}"#
        #expect(String(decoding: request.encoded(), as: UTF8.self) == body)
    }

    @Test func `the aspect ratios are those of the vendor's page`() {
        let page = ["auto", "1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9"]
        #expect(AspectRatio.allCases.map(\.rawValue) == page)
    }

    @Test(arguments: [("1K", ImageSize.oneK), ("2k", .twoK), ("4k", .fourK), ("8K", nil), ("", nil), ("2", nil)])
    func `an image size may be written with a small k`(text: String, size: ImageSize?) {
        #expect(ImageSize(lenient: text) == size)
    }
}
