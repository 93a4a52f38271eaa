// SPDX-License-Identifier: Apache-2.0

package import Documents
internal import Jobs
internal import NanoBanana
internal import Requests

/// What is read, and what becomes of it.
package enum Samples {
    package static let time = Timestamp(milliseconds: 1_800_000_000_000)

    package static let yaml = Array(
        """
        # For the spring catalogue
        prompt: Put the bottle on a marble table, soft morning light
        images:
          - https://example.com/bottle.png
          - https://example.com/table.png
        model: nano-banana-pro
        aspect_ratio: 16:9
        image_size: 2K
        meta: {order: 4711}

        """.utf8)

    package static let json = Array(
        """
        {"prompt": "Put the bottle on a marble table, soft morning light",
         "images": ["https://example.com/bottle.png", "https://example.com/table.png"],
         "model": "nano-banana-pro", "aspect_ratio": "16:9", "image_size": "2K", "meta": {"order": "4711"}}
        """.utf8)

    package static func table(_ rows: Int) -> [UInt8] {
        let lines = (1...rows).map {
            #"bottle-\#($0),"Bottle \#($0), soft light",https://example.com/\#($0).png,47\#($0)"#
        }
        return Array((["name,prompt,image,meta.order"] + lines).joined(separator: "\n").utf8)
    }

    /// All that happens to a job that goes well, after its claim.
    static func events(of request: Request, named name: String) -> [JobEvent] {
        let task = TaskID("9f8b6c1e-5a0d-4c1b-9d7e-1f2a3b4c5d6e").map { [JobEvent.submitted(variant: 0, $0)] } ?? []
        let answer = Answer(
            pictures: [PictureLink(url: "https://pictures.example/9f8b6c1e/1/output.png")],
            response: [UInt8](repeating: UInt8(ascii: "x"), count: 600))
        let picture = PictureFile(
            number: 1, name: "\(name)-1.png", bytes: 65_536, kind: .png, checksum: 0x1234_5678)
        return [.read(request), .submitting(variant: 0)] + task + [
            .answered(variant: 0, answer), .fetched(variant: 0, [picture]), .done,
        ]
    }
}
