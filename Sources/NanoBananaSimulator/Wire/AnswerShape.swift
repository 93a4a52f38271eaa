// SPDX-License-Identifier: Apache-2.0

/// Another way to say the same, as clients of the vendor and its like have met it. In a prompt: `[fault:shape=camel]`.
public enum AnswerShape: String, CaseIterable, Sendable {
    /// `data` is the id itself.
    case idText = "id-text"
    /// `data` is a list with the task in it.
    case idList = "id-list"
    /// `taskId` for `task_id`.
    case camel
    /// `id` for `task_id`.
    case plainID = "plain-id"
    /// The id at the top, without `data`.
    case topID = "top-id"
    /// `code` 0.
    case codeZero = "code-zero"
    /// `code` as a word.
    case codeWord = "code-word"
    /// The answer to a question without its envelope.
    case noEnvelope = "no-envelope"
    /// `COMPLETED` for `succeeded`, and no number.
    case completed
    /// The pictures without a word for the end.
    case picturesAlone = "pictures-alone"
    /// Each picture as base64, in the answer itself.
    case inline
    /// The JSON in a call, behind a comment.
    case jsonp

    func submitted(_ id: String) -> String {
        switch self {
        case .idText: return Self.answer(#""\#(id)""#)
        case .idList: return Self.answer(#"[{"status":"submitted","task_id":"\#(id)"}]"#)
        case .camel: return Self.answer(#"{"taskId":"\#(id)"}"#)
        case .plainID: return Self.answer(#"{"id":"\#(id)"}"#)
        case .topID, .noEnvelope: return #"{"id":"\#(id)","state":"pending"}"#
        case .codeZero: return Self.answer(#"{"task_id":"\#(id)"}"#, code: "0")
        case .codeWord: return Self.answer(#"{"task_id":"\#(id)"}"#, code: #""success""#)
        case .jsonp: return Self.packed(WireText.submitted(id))
        case .completed, .picturesAlone, .inline: return WireText.submitted(id)
        }
    }

    /// - Parameter images: the members of the list of pictures.
    func succeeded(_ id: String, _ images: [String]) -> String {
        let pictures = #"{"images":[\#(images.joined(separator: ","))],"description":""}"#
        let task = #"{"task_id":"\#(id)","state":"succeeded","status":"3","msg":"","data":\#(pictures)}"#
        switch self {
        case .idText, .idList, .camel, .plainID, .topID, .inline: return Self.answer(task)
        case .codeZero: return Self.answer(task, code: "0")
        case .codeWord: return Self.answer(task, code: #""success""#)
        case .noEnvelope: return #"{"id":"\#(id)","state":"succeeded","data":\#(pictures)}"#
        case .completed: return Self.answer(#"{"taskId":"\#(id)","status":"COMPLETED","data":\#(pictures)}"#)
        case .picturesAlone: return Self.answer(pictures)
        case .jsonp: return Self.packed(Self.answer(task))
        }
    }

    private static func answer(_ data: String, code: String = "200") -> String {
        #"{"code":\#(code),"msg":"success","data":\#(data)}"#
    }

    private static func packed(_ json: String) -> String { "/* \u{4EFB}\u{52A1} */ callback(\(json));" }
}
