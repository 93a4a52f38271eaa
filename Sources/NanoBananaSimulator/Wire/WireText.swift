// SPDX-License-Identifier: Apache-2.0

internal import FoundationEssentials

/// The bodies of the answers, as they are seen on the wire.
enum WireText {
    static func submitted(_ id: String) -> String {
        #"{"code":200,"msg":"success","data":{"task_id":"\#(id)"}}"#
    }

    static func pictures(_ urls: [String]) -> String {
        #"{"code":200,"msg":"success","data":{"images":[\#(list(urls))],"description":""}}"#
    }

    static func refused(_ code: Int, _ message: String) -> String {
        #"{"code":\#(code),"msg":\#(quoted(message)),"data":null}"#
    }

    static func underWay(_ id: String, state: String, created: Int) -> String {
        let status = state == "pending" ? "0" : "1"
        return task(id, state, status, "", created, created, #"{"images":[],"description":""}"#)
    }

    static func succeeded(_ id: String, created: Int, updated: Int, _ urls: [String]) -> String {
        task(id, "succeeded", "3", "", created, updated, #"{"images":[\#(list(urls))],"description":""}"#)
    }

    static func failed(_ id: String, created: Int, _ message: String) -> String {
        task(id, "error", "2", message, created, created, #"{"images":[],"description":""}"#)
    }

    static let badGateway = "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"

    private static func task(
        _ id: String, _ state: String, _ status: String, _ message: String, _ created: Int, _ updated: Int,
        _ data: String
    ) -> String {
        #"{"code":200,"msg":"success","data":{"task_id":"\#(id)","state":"\#(state)","status":"\#(status)","#
            + #""action":"generate","msg":\#(quoted(message)),"create_time":"\#(created)","#
            + #""update_time":"\#(updated)","data":\#(data)}}"#
    }

    private static func list(_ urls: [String]) -> String { images(urls).joined(separator: ",") }

    static func images(_ urls: [String]) -> [String] {
        urls.map { #"{"url":\#(quoted($0)),"file_name":"output.png"}"# }
    }

    static func inline(_ picture: [UInt8]) -> String {
        #"{"b64_json":"\#(Data(picture).base64EncodedString())"}"#
    }

    static func quoted(_ text: String) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        guard let data = try? encoder.encode(text) else { return #""""# }
        return String(decoding: data, as: UTF8.self)
    }
}
