// SPDX-License-Identifier: Apache-2.0

/// What a picture is to say of itself: that a model made it, and what is known of that.
package struct AIMark: Equatable, Sendable {
    /// IPTC's words for how a picture came about (https://cv.iptc.org/newscodes/digitalsourcetype/).
    package enum Source: String, Sendable {
        /// Of pictures that were there, with elements that a model made.
        case edited = "compositeWithTrainedAlgorithmicMedia"
        /// Of words alone.
        case generated = "trainedAlgorithmicMedia"
    }

    package var source: Source
    /// The API's id of the model.
    package var model: String
    /// When it was made, as ISO 8601 has it.
    package var date: String

    package init(source: Source, model: String, date: String) {
        (self.source, self.model, self.date) = (source, model, date)
    }

    /// What a picture says already that has this word in its packet.
    static let property = "DigitalSourceType"
    /// What stands in each ``Source``, and in none of IPTC's words for pictures that no model made.
    static let ofModels = "rainedAlgorithmicMedia"

    /// As a description of XMP's, which declares all that it uses.
    ///
    /// - Parameters:
    ///   - notes: of the picture that it was made from.
    ///   - packet: what the picture says already; `nil` for nothing.
    func description(_ notes: AuthorNotes, beside packet: XMPPacket?) -> String {
        let model = XMPPacket.encoded(model)
        var lines = [
            "<Iptc4xmpExt:\(Self.property)>http://cv.iptc.org/newscodes/digitalsourcetype/\(source.rawValue)"
                + "</Iptc4xmpExt:\(Self.property)>"
        ]
        let more = [
            ("Iptc4xmpExt:AISystemUsed", model), ("xmp:CreatorTool", model),
            ("xmp:CreateDate", XMPPacket.encoded(date)),
        ]
        // By whatever prefix: nothing is said twice.
        func isSaid(_ name: String) -> Bool { packet?.mentions(":" + (name.split(separator: ":").last ?? "")) ?? false }
        for (name, value) in more where !isSaid(name) { lines.append("<\(name)>\(value)</\(name)>") }
        if !notes.creators.isEmpty, !isSaid("dc:creator") {
            let items = notes.creators.map { "<rdf:li>\(XMPPacket.encoded($0))</rdf:li>" }.joined()
            lines.append("<dc:creator><rdf:Seq>\(items)</rdf:Seq></dc:creator>")
        }
        if let rights = notes.rights, !isSaid("dc:rights") {
            let item = "<rdf:li xml:lang=\"x-default\">\(XMPPacket.encoded(rights))</rdf:li>"
            lines.append("<dc:rights><rdf:Alt>\(item)</rdf:Alt></dc:rights>")
        }
        return """
            <rdf:Description rdf:about="" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" \
            xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
            \(lines.joined(separator: "\n"))
            </rdf:Description>

            """
    }
}
