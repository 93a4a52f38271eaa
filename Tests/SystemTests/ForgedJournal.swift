// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A journal as somebody writes it who knows how journals are sealed: the seal keeps accidents out, not people.
struct ForgedJournal {
    private var sum: UInt32 = 0x811C_9DC5
    private(set) var text = ""

    /// - Parameter lines: JSON objects without what ties them together.
    init(_ lines: [String]) {
        for line in lines { add(line) }
    }

    private mutating func add(_ line: String) {
        let timed = line.contains(#""at":"#) ? line : line.dropLast() + #","at":"2026-11-24T08:15:30.250Z"}"#
        let content = timed.dropLast()
        for byte in content.utf8 { sum = (sum ^ UInt32(byte)) &* 0x0100_0193 }
        let digits = String(sum, radix: 16)
        text += content + #","seal":""# + String(repeating: "0", count: 8 - digits.utf8.count) + digits + "\"}\n"
    }

    static let reason = #"{"code":"picture-failed","charged":"yes","what":"forged","next":"drop it again"}"#

    static func claimed(_ file: String, lane: String = "") -> String {
        #"{"event":"claimed","lane":"\#(lane)","file":"\#(file)"}"#
    }

    static func read(_ prompt: String, variants: Int = 1, local: String = "") -> String {
        let request =
            #"{"model":"gemini-3-pro-image-preview","prompt":"\#(prompt)","image_urls":["https://a.b/c.png"]}"#
        return #"{"event":"read","request":\#(request),"variants":\#(variants)\#(local)}"#
    }

    static let submitting = #"{"event":"submitting","variant":1}"#
    static func submitted(_ task: String) -> String { #"{"event":"submitted","variant":1,"task_id":"\#(task)"}"# }
    static func answered(_ links: String...) -> String {
        let links = links.map { #"{"url":"\#($0)","file_name":"../../../private/key"}"# }.joined(separator: ",")
        return #"{"event":"answered","variant":1,"pictures":[\#(links)],"response":"{}"}"#
    }

    static func fetched(_ name: String, number: String = "1", bytes: String = "5") -> String {
        #"{"event":"fetched","variant":1,"pictures":["#
            + #"{"number":\#(number),"name":"\#(name)","bytes":\#(bytes),"type":"image/png"}]}"#
    }

    static let variantFailed = #"{"event":"variant-failed","variant":1,"reason":\#(reason)}"#
    static let failed = #"{"event":"failed","reason":\#(reason)}"#
    static let done = #"{"event":"done"}"#
}
