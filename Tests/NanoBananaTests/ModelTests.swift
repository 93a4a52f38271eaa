// SPDX-License-Identifier: Apache-2.0

import NanoBanana
import Testing

struct ModelTests {
    @Test(arguments: [
        ("gemini-3-pro-image-preview", Model.pro), ("nano-banana-pro", .pro), ("gemini-2.5-flash-image", .flash),
        ("nano-banana", .flash), ("gemini-3.1-flash-image-preview", .flash2), ("nano-banana-2", .flash2),
        ("Nano-Banana", nil), ("nano", nil), ("", nil),
    ])
    func `a model is found by its id and by the name it is sold under`(name: String, model: Model?) {
        #expect(Model.named(name) == model)
    }

    @Test func `a model of one's own is found by its id and has no sold name`() {
        let own = Model(id: "gemini-9-flash-image", sizes: [.twoK, .oneK])
        #expect(Model.named(own.id) == nil)
        #expect(Model.named(own.id, among: Model.known + [own]) == own)
        #expect(own.soldName == nil && own.usualName == own.id)
        #expect(own.sizes == [.oneK, .twoK] && own.pictures == 1...10)
    }

    @Test func `the models of the third generation take an image size`() {
        #expect(Model.known.filter(\.takesImageSize) == [.pro, .flash2])
        #expect(Model.known.map(\.soldName) == ["nano-banana-pro", "nano-banana-2", "nano-banana"])
    }
}
